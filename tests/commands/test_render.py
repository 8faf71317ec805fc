from __future__ import annotations


def test_the_first_page_is_named_on_stdout_and_the_counts_on_stderr(notebook, entry):
    notebook.write(entry(0, "A first look"))
    result = notebook.glj("render")
    index = notebook.folder / "site" / "index.html"

    assert (0, f"{index}\n") == (result.exit_code, result.stdout)
    assert "A first look" in index.read_text()
    assert "files written" in result.stderr


def test_the_site_in_the_journal_is_never_committed(notebook, entry):
    notebook.write(entry(0, "A first look"))
    notebook.glj("render")

    assert "" == notebook.git("status", "--porcelain")


def test_the_pages_go_where_they_are_asked_to(notebook, entry, tmp_path):
    notebook.write(entry(0, "A first look"))
    result = notebook.glj("render", "--output", str(tmp_path / "public"))

    assert f"{tmp_path / 'public' / 'index.html'}\n" == result.stdout
    assert (tmp_path / "public" / "index.html").is_file()
    assert not (notebook.folder / "site").exists()


def test_nothing_is_written_a_second_time(notebook, entry):
    notebook.write(entry(0, "A first look"))
    notebook.glj("render")

    assert ": 0 files written, 0 removed" in notebook.glj("render").stderr


def test_a_damaged_page_is_named_and_left_out_and_the_exit_code_is_1(notebook, entry):
    path, text = entry(1, "Broken")
    notebook.write(entry(0, "A first look"), (path, text.replace("status: done", "status: [done")))
    result = notebook.glj("render")

    assert 1 == result.exit_code
    assert f"error: {path}:" in result.stderr
    assert "A first look" in (notebook.folder / "site" / "index.html").read_text()
