"""Hypotheses that are missing, or younger than their runs; pushed before their results or not."""

from datetime import UTC, datetime, timedelta

from gitlab_journal.entry import Entry
from gitlab_journal.store.remotes.pushes import Push, record_push


def only_the_verdict(notebook, message=None):
    """Make the history one commit that holds what there is now."""
    notebook.git("checkout", "-q", "--orphan", "fresh")
    commit = notebook.commit(message or "all at once")
    notebook.git("branch", "-qM", "fresh", "main")
    return commit


def test_a_verdict_without_a_hypothesis_before_it_is_found(notebook):
    page = notebook.run()
    commit = only_the_verdict(notebook)
    found = [one for one in notebook.audit().findings if one.code == "hypothesis-missing"]

    assert [(commit, Entry.parse(page.read_text()).id)] == [
        (one.commit, one.entry) for one in found
    ]


def test_a_hypothesis_on_another_branch_is_not_before_the_verdict(notebook):
    page = notebook.run()
    verdict = notebook.head()
    notebook.git("switch", "-q", "-C", "main", "HEAD~2")
    notebook.git("checkout", "-q", verdict, "--", ".")
    late = notebook.commit("the verdict")
    notebook.git("merge", "-q", "--no-edit", "-s", "ours", f"{verdict}~1")

    assert ("hypothesis-missing", late, str(page.relative_to(notebook.folder))) in [
        (one.code, one.commit, one.path) for one in notebook.audit().findings
    ]


def test_an_entry_without_a_claim_needs_no_hypothesis(notebook):
    notebook.module.train.options(predict=(), hypothesis=None)
    import numpy as np

    notebook.module.train.options(predict=(), hypothesis="")(np.arange(3.0))
    notebook.desk().flush()
    only_the_verdict(notebook)

    assert "hypothesis-missing" not in notebook.codes()


def test_a_page_written_by_hand_needs_none(notebook):
    page = notebook.folder / "entries" / "by-hand.md"
    page.parent.mkdir()
    page.write_text(
        "---\nid: 20260301-184307-d7k7m2\nstatus: done\nprediction: loss < 0.5\n"
        "verdict: supported\n---\n# By hand\n"
    )
    notebook.commit("by hand")

    assert [] == notebook.codes()


def grid(notebook, *, page_first):
    """Write a grid's page and one of its cells by two commits."""
    identifier = "20260301-184307-d7k7m2"
    cell = notebook.run()
    lines = cell.read_text().replace("author: Ada", f"grid: {identifier}\nauthor: Ada")
    text = "\n".join(line for line in lines.splitlines() if "](" not in line)
    notebook.git("reset", "-q", "--hard", "HEAD~2")
    folder = notebook.folder / "entries"
    home = folder / f"{identifier}-grid.md"

    def write_page():
        home.parent.mkdir(exist_ok=True)
        home.write_text(
            f"---\nid: {identifier}\ngrid: {identifier}\nprediction: loss < 0.5\n"
            "status: running\nformat: 1\n---\n# A grid\n"
        )
        notebook.commit("the grid")

    def write_cell():
        (folder / identifier).mkdir(parents=True, exist_ok=True)
        (folder / identifier / cell.name).write_text(text)
        notebook.commit("a cell")

    for write in (write_page, write_cell) if page_first else (write_cell, write_page):
        write()


def test_the_page_of_a_grid_is_the_hypothesis_of_its_cells(notebook):
    grid(notebook, page_first=True)

    assert [] == notebook.codes()


def test_a_grid_whose_page_comes_after_a_cell_is_found(notebook):
    grid(notebook, page_first=False)

    assert ["hypothesis-missing"] == notebook.codes()


def test_a_hypothesis_committed_after_its_run_is_found(notebook):
    page = notebook.run()
    verdict = notebook.head()
    later = str(int(datetime.now(UTC).timestamp()) + 7200)
    dates = {"GIT_AUTHOR_DATE": f"{later} +0000", "GIT_COMMITTER_DATE": f"{later} +0000"}
    message = notebook.git("log", "-1", "--format=%B", f"{verdict}~1")
    notebook.git("reset", "-q", "--hard", f"{verdict}~2")
    notebook.git("checkout", "-q", f"{verdict}~1", "--", ".")
    notebook.commit(message, **dates)
    notebook.git("checkout", "-q", verdict, "--", ".")
    notebook.commit(notebook.git("log", "-1", "--format=%B", verdict), **dates)
    (found,) = notebook.audit().findings

    assert ("hypothesis-late", str(page.relative_to(notebook.folder))) == (found.code, found.path)
    assert "committed 2 h" in found.sentence or "committed 1 h 59 min" in found.sentence


def test_a_rebase_which_moves_the_committer_s_clock_makes_no_hypothesis_late(notebook):
    notebook.run()
    later = str(int(datetime.now(UTC).timestamp()) + 7200)
    notebook.git("rebase", "-q", "--root", "--force-rebase", GIT_COMMITTER_DATE=f"{later} +0000")

    assert [] == notebook.codes()


def test_a_step_of_the_clock_within_minutes_is_no_finding(notebook):
    notebook.run()
    later = str(int(datetime.now(UTC).timestamp()) + 300)
    notebook.git("commit", "-q", "--amend", "--no-edit", GIT_COMMITTER_DATE=f"{later} +0000")

    assert [] == notebook.codes()


def pushed(notebook, commit, at):
    record_push(notebook.desk().repository.state, Push("origin", commit, at))


def test_a_hypothesis_pushed_before_its_result_is_shown_so(notebook):
    notebook.run()
    hypothesis = notebook.git("rev-parse", "HEAD~1").strip()
    pushed(notebook, hypothesis, datetime.now(UTC) - timedelta(minutes=5))
    (one,) = notebook.audit().pushed

    assert ("origin", True) == (one.remote, one.before_result)


def test_a_hypothesis_pushed_with_its_result_is_shown_so_and_no_finding(notebook):
    notebook.run()
    pushed(notebook, notebook.head(), datetime.now(UTC) + timedelta(minutes=5))
    report = notebook.audit()

    assert ([False], ()) == ([one.before_result for one in report.pushed], report.findings)


def test_a_journal_that_asks_for_a_push_before_the_run_finds_what_was_pushed_late(notebook):
    cover = notebook.folder / "journal.md"
    cover.write_text(cover.read_text().replace("format: 1", "format: 1\npush_before_run: true"))
    notebook.commit("push before a run")
    notebook.run()
    pushed(notebook, notebook.head(), datetime.now(UTC) + timedelta(minutes=5))

    assert ["not-pushed"] == notebook.codes()


def test_what_was_recorded_before_the_journal_asked_for_pushes_is_no_finding(notebook):
    notebook.run()
    cover = notebook.folder / "journal.md"
    cover.write_text(cover.read_text().replace("format: 1", "format: 1\npush_before_run: true"))
    notebook.commit("push before a run")
    pushed(notebook, notebook.head(), datetime.now(UTC) + timedelta(minutes=5))

    assert [] == notebook.codes()
