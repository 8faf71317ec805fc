from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gitlab_journal.store.remotes.pushes import Push, record_push

TRAIN = """
from gitlab_journal import experiment

@experiment(hypothesis="A wider layer helps.", predict="accuracy >= 0.975")
def train(width=64):
    return {"accuracy": 0.97}
"""


class Told:
    """One entry of a journal, what a person does to its page, what its history says then."""

    def __init__(self, project, glj):
        self.project, self.glj = project, glj
        (entry,) = project.journal.entries()
        self.id, self.path = entry.id, entry.path

    def git(self, *words: str) -> str:
        return self.project.journal_git(*words)

    def edit(self, old: str, new: str) -> None:
        text = self.path.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new))

    def commit(self, subject: str = "by hand") -> str:
        self.git("add", "--all")
        self.git("commit", "-qm", subject)
        return self.git("rev-parse", "HEAD").strip()

    def rows(self, word: str = "") -> list[dict]:
        return json.loads(self.glj("show", word or self.id, "--history", "--json").stdout)

    def did(self, word: str = "") -> list[str]:
        return [row["did"] for row in self.rows(word)]

    def text(self) -> str:
        return self.glj("show", self.id, "--history").stdout


@pytest.fixture
def told(project, glj, monkeypatch):
    project.module(TRAIN).train(width=128)
    monkeypatch.setenv("GITLAB_JOURNAL", str(project.journal_folder))
    glj("ls")
    return Told(project, glj)


RUN = ["committed the hypothesis: accuracy >= 0.975", "refuted, accuracy = 0.97"]


def test_a_run_is_a_hypothesis_and_a_verdict(told):
    first, second = told.rows()

    assert RUN[0] == first["did"]
    assert second["did"].startswith(RUN[1])
    assert ("Ada Example", True, []) == (first["author"], first["declared"], first["edits"])
    assert "verdict" in [edit["what"] for edit in second["edits"]]


def test_an_inference_and_an_amendment_are_told_with_what_changed_and_why(told):
    told.glj("infer", told.id, "Wider is no better.")
    told.glj("amend", told.id, "--set", "metrics.accuracy=0.98", "--reason", "mislabelled")
    *_, inference, amendment = told.rows()

    assert ["wrote the inference", "amended: mislabelled"] == [inference["did"], amendment["did"]]
    assert ("mislabelled", True) == (amendment["reason"], amendment["declared"])
    assert {"what": "metrics.accuracy", "before": 0.97, "after": 0.98} in amendment["edits"]
    assert "\n    metrics.accuracy 0.97 -> 0.98\n" in told.text()


def test_a_change_by_hand_of_what_was_predicted_is_undeclared(told):
    told.edit("prediction: accuracy >= 0.975", "prediction: accuracy >= 0.9")
    told.edit("{claim: accuracy >= 0.975, bound: 0.975}", "{claim: accuracy >= 0.9, bound: 0.9}")
    told.commit()
    last = told.rows()[-1]

    assert ("edited by hand (undeclared)", False) == (last["did"], last["declared"])
    assert "\n    prediction accuracy >= 0.975 -> accuracy >= 0.9\n" in told.text()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("accuracy: 0.97\n", "accuracy: 0.99\n", "metrics.accuracy"),
        ("width: 128", "width: 256", "params.width"),
        ("verdict: refuted", "verdict: supported", "verdict"),
        ("A wider layer helps.\n", "A wider layer hurts.\n", "Hypothesis"),
    ],
)
def test_whatever_a_run_said_is_undeclared_when_it_changes_by_hand(told, old, new, what):
    told.edit(old, new)
    told.commit()
    last = told.rows()[-1]

    assert ([what], False) == ([edit["what"] for edit in last["edits"]], last["declared"])


def test_what_anybody_may_write_is_no_fault(told):
    told.edit("## Inference\n", "## Inference\n\nBy hand.\n")
    told.edit("status: done\n", "status: done\ntags: [paper]\n")
    told.commit()
    last = told.rows()[-1]

    assert ("edited by hand", True) == (last["did"], last["declared"])
    assert ["tags", "Inference"] == [edit["what"] for edit in last["edits"]]


def test_an_amendment_that_changes_more_than_it_declares_is_undeclared(told):
    told.glj("amend", told.id, "--set", "dataset=digits", "--reason", "named")
    message = told.git("log", "-1", "--format=%B")
    told.edit("dataset: digits", "dataset: mnist")
    told.edit("accuracy: 0.97\n", "accuracy: 0.99\n")
    told.commit(message)
    declared, more = (row["declared"] for row in told.rows()[-2:])

    assert (True, False) == (declared, more)
    assert "amended: named; and changed (undeclared)" == told.did()[-1]


def test_a_comment_is_told_as_one(told):
    told.edit("width: 128", "width: 128   # a guess")
    told.commit()

    assert ["layout"] == [edit["what"] for edit in told.rows()[-1]["edits"]]


def test_a_page_that_was_moved_keeps_its_history(told):
    folder = told.path.parents[3] / "kept" / "here"
    folder.mkdir(parents=True)
    told.path = told.path.rename(folder / told.path.name)
    told.commit("move")
    told.edit("status: done\n", "status: done\ntags: [paper]\n")
    told.commit()
    found = told.did()

    assert 4 == len(found)
    assert f"moved the page to entries/kept/here/{told.path.name}" == found[2]
    assert "edited by hand" == found[3]


def test_an_entry_that_was_moved_twice_and_deleted_is_told_by_its_full_id(told):
    for name in ("one", "two"):
        folder = told.project.journal_folder / "entries" / name
        folder.mkdir()
        told.path = told.path.rename(folder / told.path.name)
        told.commit(name)
    told.glj("amend", told.id, "--delete", "--reason", "the wrong branch")
    found = told.did()

    assert 5 == len(found)
    assert "deleted: the wrong branch" == found[-1]
    assert 1 == told.glj("show", told.id[-6:], "--history").exit_code


def test_a_page_that_was_removed_by_hand_is_told(told):
    told.path.unlink()
    told.commit()

    assert "deleted by hand (undeclared)" == told.did()[-1]


def test_both_sides_of_a_merge_are_told(told):
    told.git("checkout", "-qb", "side")
    told.edit("## Inference\n", "## Inference\n\nOn the side.\n")
    told.commit("side")
    told.git("checkout", "-q", "main")
    told.edit("status: done\n", "status: done\ntags: [paper]\n")
    told.commit("main")
    told.git("merge", "-q", "--no-edit", "side")
    edits = [[edit["what"] for edit in row["edits"]] for row in told.rows()[2:]]

    assert [[], ["Inference"], ["tags"]] == sorted(edits)
    assert "joined two versions of the page" == told.did()[-1]


def test_what_a_merge_itself_changes_is_told(told):
    told.git("checkout", "-qb", "side")
    told.edit("status: done\n", "status: done\ntags: [a]\n")
    told.commit("side")
    told.git("checkout", "-q", "main")
    told.edit("status: done\n", "status: done\ntags: [b]\n")
    told.commit("main")
    told.git("merge", "-q", "--no-commit", "-s", "ours", "side")
    told.edit("tags: [b]\n", "tags: [a, b]\n")
    told.edit("accuracy: 0.97\n", "accuracy: 0.99\n")
    told.commit("merge")
    last = told.rows()[-1]

    assert "joined two versions of the page; and changed (undeclared)" == last["did"]
    assert ["tags", "metrics.accuracy"] == [edit["what"] for edit in last["edits"]]
    assert last["declared"] is False


def test_a_page_that_does_not_read_is_told_with_the_line(told):
    told.edit("status: done", "status: finished")
    told.commit("broken")
    told.edit("status: finished", "status: done")
    told.commit("mended")
    broken, mended = told.rows()[2:]

    assert broken["did"].startswith("left a page that does not read: line ")
    assert ("mended the page", True) == (mended["did"], mended["declared"])


def test_pages_by_hand_have_a_history_too(notebook, entry, glj):
    notebook.write(entry(1, "By hand", metrics={"accuracy": 0.97}))
    (row,) = json.loads(glj("show", "0001zz", "--history", "--json").stdout)

    assert ("added by hand: exploratory", "N") == (row["did"], row["signature"])


def test_it_is_said_when_a_commit_was_first_pushed_and_where(told):
    hypothesis, verdict = (row["commit"] for row in told.rows())
    state = told.project.journal_folder / ".git" / "gitlab-journal"
    for minute, commit in enumerate((hypothesis, verdict, verdict)):
        moment = datetime(2026, 11, 24, 17, minute, tzinfo=UTC)
        record_push(state, Push("origin", commit, moment))
    times = [row["pushes"][0]["at"][11:16] for row in told.rows()]

    assert ["17:00", "17:01"] == times
    assert "pushed to origin 2026-11-24 17:00:00" in " ".join(told.text().split())


def test_every_line_fits_a_terminal_and_steers_none(told):
    told.edit("## Inference\n", "## Inference\n\n\033[31mred\n")
    told.edit("status: done\n", f"status: done\ntags: ['{'word ' * 30}']\n")
    told.commit("\033[31mred")
    told.glj("amend", told.id, "--set", "tags=x", "--reason", "a long reason " * 20)

    assert all(len(line) <= 80 for line in told.text().splitlines())
    assert "\033" not in told.text()


def test_an_id_that_never_was_is_no_history(told):
    result = told.glj("show", "20200101-000000-aaaaaa", "--history")

    assert 1 == result.exit_code
    assert "ever had the id" in result.stderr
