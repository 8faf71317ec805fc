from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def code(tmp_path, monkeypatch) -> Path:
    """A user's project in git, with a folder below it, where the user is."""
    folder = tmp_path / "digits"
    (folder / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    monkeypatch.chdir(folder / "src")
    return folder


def git(folder, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def test_a_journal_lies_beside_its_project_and_is_named_on_stdout(code, glj):
    result = glj("init")

    assert 0 == result.exit_code
    assert f"{code.parent / 'digits-journal'}\n" == result.stdout


def test_a_path_that_goes_up_and_out_of_the_project_is_taken(code, glj):
    result = glj("init", "../../digits-journal")

    assert (0, f"{code.parent / 'digits-journal'}\n") == (result.exit_code, result.stdout)


def test_a_journal_is_a_repository_with_a_cover_and_a_first_commit(code, glj):
    glj("init")
    journal = code.parent / "digits-journal"

    assert [".gitattributes", ".gitignore", "journal.md"] == git(journal, "ls-files").split()
    assert "* -text\n" == (journal / ".gitattributes").read_text()
    assert "/site/\n" == (journal / ".gitignore").read_text()
    assert "Digits journal" in (journal / "journal.md").read_text()
    assert ("1\n", "") == (
        git(journal, "rev-list", "--count", "HEAD"),
        git(journal, "status", "--porcelain"),
    )


def test_the_project_finds_it_from_anywhere_inside(code, glj):
    glj("init")

    assert 0 == glj("ls").exit_code


def test_what_to_type_next_runs_as_shown(code, glj, tmp_path):
    said = glj("init").stderr
    program = "\n".join(line[2:] for line in said.splitlines() if line.startswith("  "))

    assert 5 == sum(bool(line.strip()) for line in program.splitlines())
    compile(program, "<talk>", "exec")
    assert "export GITLAB_JOURNAL" not in said


def test_a_journal_elsewhere_tells_how_it_is_found(code, glj, tmp_path):
    result = glj("init", str(tmp_path / "elsewhere"))

    assert f"{tmp_path / 'elsewhere'}\n" == result.stdout
    assert f"export GITLAB_JOURNAL={tmp_path / 'elsewhere'}" in result.stderr


def test_the_place_that_pyproject_names_is_taken(code, glj, tmp_path):
    (code / "pyproject.toml").write_text('[tool.gitlab-journal]\npath = "../notebook"\n')

    assert f"{tmp_path / 'notebook'}\n" == glj("init").stdout


def test_a_journal_inside_a_repository_is_refused(code, glj):
    result = glj("init", str(code / "journal"))

    assert (1, "") == (result.exit_code, result.stdout)
    assert "inside the git repository" in result.stderr
    assert not (code / "journal").exists()


def test_a_folder_that_the_repository_around_it_ignores_may_hold_one(code, glj):
    (code / ".gitignore").write_text("/scratch/\n")

    assert 0 == glj("init", str(code / "scratch" / "journal")).exit_code


def test_a_folder_with_files_is_refused(code, glj, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    result = glj("init", str(tmp_path / "full"))

    assert 1 == result.exit_code
    assert str(tmp_path / "full") in result.stderr
    assert ["thesis.tex"] == [path.name for path in (tmp_path / "full").iterdir()]


def test_a_second_journal_in_the_same_place_is_refused(code, glj):
    glj("init")
    result = glj("init")

    assert 1 == result.exit_code
    assert "is a journal already" in result.stderr


def test_without_an_identity_it_still_works_with_one_warning(code, process, home):
    (home / ".gitconfig").unlink()
    result = process("init", cwd=code)

    assert 0 == result.returncode
    assert 1 == result.stderr.count("warning: git does not know who you are")
    assert ".py:" not in result.stderr


def test_switched_off_the_journal_still_lies_beside_the_project(code, glj, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", "off")

    assert f"{code.parent / 'digits-journal'}\n" == glj("init").stdout
