from __future__ import annotations

import json
import re

import numpy as np
import pytest

from gitlab_journal.cover import Cover

TRAIN = """
from gitlab_journal import experiment

def clean(X):
    return X * 1.0

@experiment
def train(X, *, width=64, seed=0):
    return {"loss": float(clean(X).mean()) / width}
"""
X = np.arange(1600.0)


class Diary:
    """Runs of one project, and `glj diff` on them."""

    def __init__(self, project, glj) -> None:
        self.project, self.glj = project, glj

    def run(self, source=TRAIN, *args, **settings) -> str:
        """Run the source's train; returns the entry's id."""
        train = self.project.module(source).train.options(on_duplicate="run")
        train(*args or (X,), **settings)
        return max(entry.id for entry in self.project.journal.entries())

    def diff(self, *words: str):
        journal = ("--journal", str(self.project.journal_folder))
        return self.glj("diff", *words, *journal)

    def as_json(self, *words: str) -> dict:
        return json.loads(self.diff(*words, "--json").stdout)

    def add_to_cover(self, lines: list[str]) -> None:
        """Put lines into journal.md as `glj diff` says: instead of those with the same key."""
        path = self.project.journal_folder / "journal.md"
        text = path.read_text()
        for line in lines:
            key = line.partition(":")[0]
            text, times = re.subn(
                rf"^{key}:.*$", lambda _, line=line: line, text, flags=re.MULTILINE
            )
            if not times:
                text = text.replace("format: 1\n", f"format: 1\n{line}\n", 1)
        path.write_text(text)
        Cover.parse(text)


@pytest.fixture
def diary(project, glj):
    return Diary(project, glj)


def proposed(shown: str) -> list[str]:
    """The lines for journal.md that were shown."""
    return re.findall(r"journal\.md[^\n]*:\n\n  (.*)", shown)


def test_a_variant_names_the_function_at_the_top_and_among_the_sections(diary):
    one = diary.run()
    other = diary.run(TRAIN.replace("1.0", "2.0"))
    shown = diary.diff(one, other).stdout.splitlines()

    assert f"{other[-4:]} is a variant of {one[-4:]}: the code of clean changed" == shown[0]
    assert "  the code of clean changed" == shown[shown.index("Code") + 1]
    assert "Parameters" not in shown


def test_the_results_stand_side_by_side(diary):
    shown = diary.diff(diary.run(), diary.run(width=32)).stdout

    assert "  width 32, before 64 (the default)\n" in shown
    assert re.search(r"^  loss +12\.49 +24\.98 +\+12\.49$", shown, re.MULTILINE)
    assert re.search(r"^  verdict +· exploratory +· exploratory$", shown, re.MULTILINE)


def test_the_first_entry_is_the_earlier_one(diary):
    one, other = diary.run(), diary.run(width=32)

    assert "  width 64 (the default), before 32\n" in diary.diff(other, one).stdout


def test_the_rows_of_data_that_differ_are_named(diary):
    changed = X.copy()
    changed[1550] = 0
    shown = diary.diff(diary.run(), diary.run(TRAIN, changed)).stdout

    assert "  X: 1 of 16 parts differs, rows 1,500 to 1,599\n" in shown


@pytest.mark.parametrize(
    ("source", "settings", "relation", "sentence"),
    [
        (TRAIN, {}, "duplicate", "{b} repeats {a}: nothing differs"),
        (TRAIN, {"width": 64}, "duplicate", "{b} repeats {a}: nothing differs"),
        (
            TRAIN,
            {"seed": 1},
            "replicate",
            "{b} is a replicate of {a}: seed 1, before 0 (the default)",
        ),
        (
            TRAIN.replace("/ width", "* width"),
            {},
            "variant",
            "{b} is a variant of {a}: the code of train changed",
        ),
        (TRAIN, {"width": 32}, None, "{b} differs from {a}: width 32, before 64 (the default)"),
        (
            TRAIN.replace("/ width", "* width"),
            {"width": 32},
            None,
            "{b} differs from {a} in parameters and code",
        ),
    ],
)
def test_the_relation_is_one_sentence(diary, source, settings, relation, sentence):
    one, other = diary.run(), diary.run(source, **settings)

    assert relation == diary.as_json(one, other)["relation"]
    assert (
        sentence.format(a=one[-4:], b=other[-4:]) == diary.diff(one, other).stdout.splitlines()[0]
    )


def test_a_failed_run_is_the_same_experiment_with_its_error(diary):
    source = TRAIN.replace("return {", 'raise ValueError("no luck")\n    return {')
    ids = []
    for _ in range(2):
        with pytest.raises(ValueError, match="no luck"):
            diary.run(source)
        ids.append(max(entry.id for entry in diary.project.journal.entries()))
    one, other = ids
    sentence = f"{other[-4:]} is the same as {one[-4:]}, which failed: ValueError: no luck"

    assert sentence == diary.diff(one, other).stdout.splitlines()[0]


def test_json_has_the_names_of_the_differences(diary):
    one, other = diary.run(), diary.run(width=32)
    found = diary.as_json(one[-4:], other[-4:])
    (difference,) = found["differences"]

    assert (one, other, None) == (found["before"], found["after"], found["relation"])
    assert {
        "part": "params",
        "name": "width",
        "before": 64,
        "after": 32,
        "words": "width 32, before 64 (the default)",
    } == difference
    assert ({}, []) == (found["proposals"], found["remarks"])
    assert {"before", "after"} == found["metrics"]["loss"].keys()


RENAMED = TRAIN.replace("width", "units")
ADDED = TRAIN.replace("seed=0", "dropout=0.0, seed=0")
REWRITTEN = TRAIN.replace("X * 1.0", "1.0 * X")


@pytest.mark.parametrize(
    ("source", "settings"),
    [(RENAMED, {"units": 16}), (ADDED, {"width": 16}), (REWRITTEN, {"width": 16})],
)
def test_what_diff_proposes_lets_the_earlier_entry_be_found(diary, source, settings):
    one = diary.run(TRAIN, width=16)
    other = diary.run(source, **settings)
    train = diary.project.module(source).train

    assert [other] == [entry.id for entry in train.find(X, **settings)]

    diary.add_to_cover(proposed(diary.diff(one, other).stdout))

    assert [other, one] == [entry.id for entry in train.find(X, **settings)]
    after = diary.diff(one, other).stdout
    assert f"{other[-4:]} repeats {one[-4:]}: what differs counts as equal" in after
    assert [] == proposed(after)


def test_a_renamed_data_argument_is_proposed_too(diary):
    source = TRAIN.replace("X", "rows")
    one = diary.run(TRAIN.replace("X", "table"))
    other = diary.run(source)
    diary.add_to_cover(proposed(diary.diff(one, other).stdout))

    assert [other, one] == [entry.id for entry in diary.project.module(source).train.find(X)]


def test_each_proposal_says_when_it_is_true(diary):
    path = diary.project.journal_folder / "journal.md"
    path.write_text("---\nformat: 1\n---\n")
    one, other = diary.run(TRAIN, width=16), diary.run(RENAMED, units=16)
    shown = diary.diff(one, other).stdout

    assert "If units is width under a new name, add to journal.md:\n\n  aliases:" in shown
    assert "If the new code computes the same, add to journal.md:\n\n  same_code: [" in shown


def test_a_setting_that_stands_there_is_replaced_not_doubled(diary):
    diary.add_to_cover(["aliases: {old: new}"])
    shown = diary.diff(diary.run(TRAIN, width=16), diary.run(RENAMED, units=16)).stdout

    assert "let journal.md say:\n\n  aliases: {old: new, width: units}\n" in shown


def test_nothing_is_proposed_for_a_run_that_failed(diary):
    with pytest.raises(ZeroDivisionError):
        diary.run(TRAIN, width=0)
    one = max(entry.id for entry in diary.project.journal.entries())
    other = diary.run(RENAMED, units=16)

    assert [] == proposed(diary.diff(one, other).stdout)


def test_the_command_of_git_is_named_where_the_project_has_both_commits(diary, monkeypatch):
    one = diary.run()
    diary.project.git("add", ".")
    diary.project.git("commit", "-qm", "Train")
    from gitlab_journal import describe

    describe._captured.cache_clear()
    other = diary.run(REWRITTEN)
    commits = [
        entry.code.removeprefix("git:")[:7]
        for entry in sorted(diary.project.journal.entries(), key=lambda entry: entry.id)
    ]
    shown = diary.diff(one, other).stdout

    assert f"  commit {commits[1]}, before {commits[0]}: git diff {'..'.join(commits)}\n" in shown
    assert "with changes that were not committed" in shown

    monkeypatch.chdir(diary.project.journal_folder)
    assert "git diff" not in diary.diff(one, other).stdout


def test_no_line_is_longer_than_a_terminal(diary):
    one = diary.run(TRAIN, width=16)
    source = TRAIN.replace("width", "a_name_that_explains_itself_at_length")
    other = diary.run(source, seed=3)

    assert 80 >= max(map(len, diary.diff(one, other).stdout.splitlines()))


def test_a_terminal_shows_colours_and_a_pipe_none(diary, on_terminal):
    words = ("diff", diary.run(), diary.run(width=32), "--journal", "../digits-journal")
    terminal = on_terminal(*words, cwd=diary.project.folder, NO_COLOR="", TERM="xterm")

    assert "\x1b[90mParameters\x1b[0m" in terminal
    assert "\x1b" not in on_terminal(*words, cwd=diary.project.folder)
    assert "\x1b" not in diary.diff(*words[1:3]).stdout


def test_pages_written_by_hand_are_compared(notebook, entry):
    one, other = notebook.write(
        entry(0, "A first look", params={"C": 1}, metrics={"accuracy": 0.81}),
        entry(1, "A wider margin", params={"C": 10}, metrics={"accuracy": 0.97}),
    )
    shown = notebook.glj("diff", one, other).stdout

    assert "  C 10, before 1\n" in shown
    assert re.search(r"^  accuracy +0\.81 +0\.97 +\+0\.16$", shown, re.MULTILINE)


def test_a_damaged_page_is_an_error_with_path_and_line(notebook, entry):
    path, text = entry(0, "Broken")
    _, other = notebook.write(
        (path, text.replace("status: done", "status: [done")), entry(1, "Whole")
    )
    result = notebook.glj("diff", "0000zz", other)

    assert (1, "") == (result.exit_code, result.stdout)
    assert f"{path}:" in result.stderr


def test_an_entry_that_nobody_has_is_an_error(notebook, entry):
    (one,) = notebook.write(entry(0, "Alone"))

    assert 1 == notebook.glj("diff", one, "ffff").exit_code


def test_one_entry_named_twice_says_so(notebook, entry):
    (one,) = notebook.write(entry(0, "Alone"))

    assert "00zz is one entry, named twice" in notebook.glj("diff", one, one).stdout


def test_a_page_cannot_steer_the_terminal(notebook, entry):
    ids = notebook.write(entry(0, "A \x9b2J title"), entry(1, "B", params={"C": '"\\x1b]0;x"'}))

    assert not {"\x9b", "\x1b"} & set(notebook.glj("diff", *ids).stdout)
