from __future__ import annotations

import subprocess
import sys

import pytest

TRAILERS = ["Entry", "Status", "Verdict", "Params", "Data", "Code"]


@pytest.fixture
def run(notebook, entry):
    """A journal with one entry to infer from."""
    notebook.write(
        entry(1, "A wider margin", metrics={"accuracy": 0.97}, verdict="supported"),
        entry(2, "Still at it", status="running"),
    )
    return notebook


def page_of(notebook) -> str:
    return next(notebook.folder.glob("entries/**/*0001zz-entry.md")).read_text()


def inference_of(notebook) -> str:
    return page_of(notebook).split("## Inference\n")[1].split("\n## Code")[0].strip()


def test_an_inference_is_written_and_nothing_else_changes(run):
    before = page_of(run)
    result = run.glj("infer", "0001zz", "Wide margins help.")

    assert 0 == result.exit_code
    assert "Wide margins help." == inference_of(run)
    assert before.split("## Inference")[0] == page_of(run).split("## Inference")[0]


def test_the_page_is_named_on_stdout(run):
    said = run.glj("infer", "0001zz", "Wide margins help.").stdout

    assert f"{next(run.folder.glob('entries/**/*0001zz-entry.md'))}\n" == said


def test_it_is_committed_with_the_six_trailers(run):
    run.glj("infer", "0001zz", "Wide margins help.")
    message = run.git("log", "-1", "--format=%B").strip().splitlines()

    assert "inference: A wider margin" == message[0]
    assert TRAILERS == [line.split(":")[0] for line in message[-6:]]
    assert ("", "") == (run.git("status", "--porcelain"), run.git("fsck", "--strict"))


def test_what_an_inference_says_already_stays(run):
    run.glj("infer", "0001zz", "Wide margins help.")
    run.glj("infer", "0001zz", "On a second look: on digits.")

    assert "Wide margins help.\n\nOn a second look: on digits." == inference_of(run)


@pytest.mark.parametrize("words", [["infer", "0001zz"], ["infer", "0001zz", "-"]])
def test_a_pipe_is_read(run, words):
    result = run.glj(*words, stdin="From a pipe,\nin two lines.\n")

    assert 0 == result.exit_code
    assert "From a pipe,\nin two lines." == inference_of(run)


def test_what_a_person_edited_in_the_page_meanwhile_stays(run):
    path = next(run.folder.glob("entries/**/*0001zz-entry.md"))
    path.write_text(page_of(run).replace("It helps.", "It helps, says Vapnik."))
    run.glj("infer", "0001zz", "Wide margins help.")

    assert "It helps, says Vapnik." in page_of(run)
    assert "Wide margins help." == inference_of(run)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_inference_is_refused(run, text):
    head = run.git("rev-parse", "HEAD")
    result = run.glj("infer", "0001zz", "-", stdin=text)

    assert 2 == result.exit_code
    assert "empty" in result.stderr
    assert head == run.git("rev-parse", "HEAD")


def test_a_fence_that_is_never_closed_swallows_nothing(run):
    run.glj("infer", "0001zz", "```\nnever closed")

    assert "```\nnever closed\n```" == inference_of(run)
    assert "\n## Code\n" in page_of(run)


def test_a_heading_in_an_inference_makes_no_section(run):
    run.glj("infer", "0001zz", "So be it.\n\n## Results\n\nAgain.")

    assert 0 == run.glj("ls", "wider", "--json").exit_code
    assert 1 == page_of(run).count("\n## Results\n")


def test_bytes_that_are_no_text_are_refused(run):
    done = subprocess.run(
        [sys.executable, "-m", "gitlab_journal", "infer", "0001zz", "-"],
        cwd=run.folder,
        input=b"caf\xe9",
        capture_output=True,
        check=False,
    )

    assert 2 == done.returncode
    assert b"not UTF-8" in done.stderr


def test_a_run_that_goes_on_has_no_inference_yet(run):
    result = run.glj("infer", "0002zz", "It will work.")

    assert 2 == result.exit_code
    assert "running" in result.stderr


def test_on_a_terminal_the_editor_opens_with_the_results_below_a_line(run, on_terminal, tmp_path):
    editor = tmp_path / "editor.sh"
    seen = tmp_path / "seen.md"
    editor.write_text(
        f'#!/bin/sh\ncp "$1" {seen}\nprintf "From the editor.\\n" | cat - {seen} > "$1"\n'
    )
    editor.chmod(0o755)
    on_terminal("infer", "0001zz", cwd=run.folder, EDITOR=str(editor), VISUAL="")

    assert "From the editor." == inference_of(run)
    assert "accuracy: 0.97" in seen.read_text()
