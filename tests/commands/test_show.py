from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest


@pytest.fixture
def shown(notebook, entry):
    notebook.write(
        entry(0, "Another one"),
        entry(
            1,
            "A wider margin",
            params={"C": 1},
            metrics={"accuracy": 0.97},
            verdict="supported",
            tags="[svm]",
            inference="Wide is *good*.",
        ),
    )
    return notebook


def test_a_pipe_gets_the_page_as_it_is(shown, entry):
    path = next(shown.folder.glob("entries/**/*0001zz-entry.md"))

    assert path.read_text() == shown.glj("show", "0001zz").stdout


@pytest.mark.parametrize("word", ["20260301-130000-0001zz", "20260301-13", "01zz", "0001ZZ"])
def test_an_id_is_a_unique_beginning_or_the_last_characters(shown, word):
    assert "# A wider margin" in shown.glj("show", word).stdout


def test_several_entries_of_one_id_are_listed(shown):
    result = shown.glj("show", "2026")

    assert (1, "") == (result.exit_code, result.stdout)
    assert "A wider margin" in result.stderr
    assert "Another one" in result.stderr


def test_an_id_that_nothing_has_is_an_error(shown):
    result = shown.glj("show", "ffff")

    assert 1 == result.exit_code
    assert "ffff" in result.stderr


def test_json_has_the_attributes_of_entry(shown):
    found = json.loads(shown.glj("show", "0001zz", "--json").stdout)

    assert ("A wider margin", "supported", 0.97) == (
        found["title"],
        found["verdict"],
        found["score"],
    )
    assert ({"C": 1}, {"accuracy": 0.97}) == (found["params"], found["metrics"])


def test_edits_that_are_not_committed_are_mentioned(shown):
    path = next(shown.folder.glob("entries/**/*0001zz-entry.md"))
    path.write_text(path.read_text().replace("*good*", "better"))
    result = shown.glj("show", "0001zz")

    assert "*good*" in result.stdout
    assert f"{path} has edits that are not" in result.stderr


def test_a_damaged_page_is_refused_with_path_and_line(shown, entry):
    path, text = entry(2, "Broken")
    shown.write((path, text.replace("status: done", "status: [done")))
    result = shown.glj("show", "0002zz")

    assert (1, "") == (result.exit_code, result.stdout)
    assert f"{path}:" in result.stderr


def test_a_terminal_gets_it_set_for_reading(shown, on_terminal):
    text = re.sub(r"\x1b\[[\d;]+m", "", on_terminal("show", "0001zz", cwd=shown.folder))
    lines = text.splitlines()

    assert "● supported  20260301-130000-0001zz" == lines[0]
    assert "accuracy = 0.97 · Ada Example · 2026-03-01 13:00 UTC · 1.5 s · #svm" == lines[1].strip()
    assert "Wide is good." in text
    assert "format: 1" not in text
    assert 80 >= max(map(len, lines))


def test_a_terminal_gets_each_block_under_its_name(shown, on_terminal):
    text = re.sub(r"\x1b\[[\d;]+m", "", on_terminal("show", "0001zz", cwd=shown.folder))

    assert ["params", "metrics"] == [
        line for line in map(str.strip, text.splitlines()) if line in ("params", "metrics")
    ]


def test_a_page_cannot_steer_the_terminal(notebook, entry, on_terminal):
    notebook.write(entry(0, "Title", inference="\x9b2J wiped? \x1b]0;window\x07 \u202e"))
    said = on_terminal("show", "0000zz", cwd=notebook.folder)

    assert "wiped?" in said
    assert not {"\x9b", "\x07", "\u202e"} & set(said)
    assert "\x1b]0" not in said


def test_a_reader_that_leaves_early_is_no_trouble(shown):
    glj = f"{sys.executable} -m gitlab_journal"
    pipe = f"{glj} show 0001zz | head -n 1; {glj} ls | true"
    done = subprocess.run(
        ["sh", "-c", pipe], cwd=shown.folder, capture_output=True, text=True, check=False
    )

    assert ("---\n", "") == (done.stdout, done.stderr)


def test_ids_are_completed_by_the_shell(shown, process):
    said = process(
        cwd=shown.folder,
        _GLJ_COMPLETE="bash_complete",
        COMP_WORDS="glj show 01",
        COMP_CWORD="2",
    ).stdout

    assert "plain,01zz\n" == said
