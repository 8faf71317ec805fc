"""What glj verify --repair puts right: by new commits, never by rewriting."""

from datetime import UTC, datetime

import pytest

from gitlab_journal.audit.repair import repairs
from gitlab_journal.entry import Entry
from gitlab_journal.history.trailers import statements


def repair(notebook):
    """Do what the command does; returns what is left."""
    desk = notebook.desk()
    for one in repairs(desk.repository, notebook.audit()):
        desk.commit(one.files, message=one.message, date=datetime.now(UTC), bases=one.bases)
    desk.flush()
    return notebook.codes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("verdict: supported", "verdict: refuted"),
        ("prediction: loss < 0.5", "prediction: loss < 0.4"),
        ("claim: loss < 0.5, bound: 0.5", "claim: loss < 0.5, bound: 0.6"),
        ("A wider layer lowers the loss.\n", "A wider layer raises the loss.\n"),
        ("lowers the loss.", "raises the loss."),  # in the diff, too
        ("accuracy: 0.75", "accuracy: 0.875"),
        ("duration: ", "duration: 1"),
        ("seed: 0", "seed: 1"),
        ("shape: [6]", "shape: [7]"),
        ("status: done", "status: failed"),
        ("observed 0.25: supported", "observed 0.125: supported"),
        ("code_hash: xxh3_128:", "code_hash: xxh3_128:0"),
    ],
)
def test_what_was_changed_by_hand_is_as_recorded_again(notebook, old, new):
    page = notebook.run()
    recorded = page.read_text()
    notebook.edit(page, (old, new))

    assert ([], recorded) == (repair(notebook), page.read_text())


def test_a_repair_names_what_it_takes_back_and_keeps_the_history(notebook):
    page = notebook.run()
    commit = notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"))
    repair(notebook)
    (said,) = statements(notebook.git("log", "-1", "--format=%B"))

    assert ("metrics.accuracy", f"takes back what {commit[:12]} changed without saying why") == (
        said["Amends"],
        said["Reason"],
    )
    assert commit == notebook.git("rev-parse", "HEAD~1").strip()


def test_what_a_person_wrote_in_the_same_commit_stays(notebook):
    page = notebook.run()
    notebook.edit(
        page, ("accuracy: 0.75", "accuracy: 0.875"), ("## Inference\n", "## Inference\n\nSo.\n")
    )
    repair(notebook)

    assert ("So.", 0.75) == (
        Entry.parse(page.read_text()).prose("Inference"),
        Entry.parse(page.read_text()).metrics["accuracy"],
    )


def test_a_deleted_page_is_back_with_what_lay_beside_it(notebook):
    page = notebook.run()
    beside = page.parent / Entry.parse(page.read_text()).id
    files = {path: path.read_bytes() for path in [page, *beside.iterdir()]}
    notebook.git("rm", "-rq", str(page), str(beside))
    notebook.commit("remove")

    assert ([], files) == (repair(notebook), {path: path.read_bytes() for path in files})


def test_attachments_that_were_changed_or_removed_are_back(notebook):
    page = notebook.run()
    beside = page.parent / Entry.parse(page.read_text()).id
    files = {path: path.read_bytes() for path in beside.iterdir()}
    (beside / "history.csv").write_text("")
    (beside / "curves.svg").unlink()
    notebook.commit()

    assert ([], files) == (repair(notebook), {path: path.read_bytes() for path in files})


def test_a_run_that_nobody_runs_is_interrupted(notebook):
    page = notebook.run()
    notebook.git("reset", "-q", "--hard", "HEAD~1")
    left = repair(notebook)
    entry = Entry.parse(page.read_text())

    assert ([], "interrupted", "open") == (left, entry.status, entry.verdict)
    assert "the process that ran it is gone" in entry.section("Results")


def test_what_no_commit_can_put_right_stays_found(notebook):
    notebook.run()
    message = notebook.git("log", "-1", "--format=%B")
    notebook.git("commit", "-q", "--amend", "-m", message.replace("Verdict: supp", "Verdict: xupp"))
    head = notebook.head()

    assert (["trailers-differ"], head) == (repair(notebook), notebook.head())


def test_a_journal_in_order_needs_no_repair(notebook):
    notebook.run()
    report = notebook.audit()

    assert [] == list(repairs(notebook.desk().repository, report))
