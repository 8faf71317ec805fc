"""Changes of what stands, made by hand."""

import pytest

from gitlab_journal.entry import Entry
from gitlab_journal.history.edits import edits

DONE = "status: done"


def test_a_journal_that_nobody_changed_has_no_finding(notebook):
    notebook.run()
    notebook.run(width=16)
    report = notebook.audit()

    assert ((), (), 2, 5) == (report.findings, report.notes, report.entries, report.commits)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("prediction: loss < 0.5", "prediction: loss < 0.4", "hypothesis-changed"),
        ("claim: loss < 0.5, bound: 0.5", "claim: loss < 0.5, bound: 0.6", "hypothesis-changed"),
        ("wider layer lowers", "wider layer raises", "hypothesis-changed"),
        ("verdict: supported", "verdict: refuted", "verdict-changed"),
        ("status: done", "status: failed", "verdict-changed"),
        ("score: 0.25", "score: 0.125", "results-changed"),
        ("accuracy: 0.75", "accuracy: 0.875", "results-changed"),
        ("observed 0.25: supported", "observed 0.125: supported", "results-changed"),
        ("duration: ", "duration: 1", "results-changed"),
        ("seed: 0", "seed: 1", "record-changed"),
        ("shape: [6]", "shape: [7]", "record-changed"),
        ("date: 2", "date: 1", "record-changed"),
        ("author: Ada", "author: Emmy", "record-changed"),
        ("params_hash: xxh3_128:", "params_hash: xxh3_128:0", "record-changed"),
        ("code: git:", "code: git:0", "record-changed"),
        ("python: ", "python: 1", "record-changed"),
        ("of `train.py`", "of `other.py`", "record-changed"),
    ],
)
def test_what_stands_and_is_changed_by_hand_is_found_with_its_code(notebook, old, new, code):
    commit = notebook.edit(notebook.run(), (old, new))

    assert (code, commit) in [
        (found.code, found.commit)
        for found in notebook.audit().findings
        if "undeclared" in found.sentence
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A wider layer", "# Wider layers"),
        ("status: done", "status: done\ntags: [width]"),
        ("status: done", "status: done    # at last"),
        ("status: done", "status: done\nreviewed_by: Emmy"),
        ("## Inference\n", "## Inference\n\nSo it does.\n"),
        ("## Inference\n", "## Notes\n\nSee the blackboard.\n\n## Inference\n"),
        ("## Inference\n", "The curve is smooth.\n\n## Inference\n"),
        ("## Procedure\n", "## Procedure\n\nOn the old machine.\n"),
        ("## Hypothesis\n", "## Hypothesis\n\n<!-- see Emmy's thesis -->\n"),
    ],
)
def test_what_is_a_person_s_own_is_edited_freely(notebook, old, new):
    notebook.edit(notebook.run(), (old, new))

    assert [] == notebook.codes()


def test_a_finding_names_entry_commit_path_line_and_the_change_in_one_sentence(notebook):
    page = notebook.run()
    commit = notebook.edit(page, ("score: 0.25", "score: 0.125"))
    found = notebook.audit().findings[0]
    entry = Entry.parse(page.read_text())

    assert {
        "code": "results-changed",
        "entry": entry.id,
        "commit": commit,
        "path": str(page.relative_to(notebook.folder)),
        "line": 1 + page.read_text().splitlines().index("score: 0.125"),
        "sentence": "The results were changed after the result by Ada Example, undeclared: "
        "score 0.25 -> 0.125.",
    } == found.as_dict()


def test_a_prediction_changed_while_its_run_goes_on_is_found(notebook):
    page = notebook.run()
    verdict = notebook.head()
    notebook.git("checkout", "-q", "HEAD~1")
    notebook.git("switch", "-qC", "main")
    changed = notebook.edit(page, ("loss < 0.5", "loss < 0.9"))
    notebook.git("checkout", "-q", verdict, "--", ".")
    page.write_text(page.read_text().replace("loss < 0.5", "loss < 0.9"))
    notebook.commit(notebook.git("log", "-1", "--format=%B", verdict))
    found = [one for one in notebook.audit().findings if one.code == "hypothesis-changed"]

    assert [(changed, True)] == [
        (one.commit, "while the run went on" in one.sentence) for one in found
    ]


def test_a_change_that_is_taken_back_is_no_finding(notebook):
    page = notebook.run()
    notebook.edit(page, ("score: 0.25", "score: 0.125"))
    notebook.edit(page, ("score: 0.125", "score: 0.25"))

    assert [] == notebook.codes()


def test_a_declared_amendment_is_no_finding(notebook):
    page = notebook.run()
    identifier = Entry.parse(page.read_text()).id
    notebook.project.module("")  # no run is open
    amend(notebook, identifier, {"metrics.loss": 0.375})

    assert [] == notebook.codes()


def amend(notebook, identifier, values):
    from gitlab_journal.amending.amendment import Amendment
    from gitlab_journal.commands.amend import amend_entry

    asked = Amendment(values=values, unset=(), reason="a typing error")
    amend_entry(notebook.folder, identifier, asked=asked)


def test_a_change_that_is_declared_later_no_longer_stands(notebook):
    page = notebook.run()
    notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"))
    amend(notebook, Entry.parse(page.read_text()).id, {"metrics.accuracy": 0.9})

    assert [] == notebook.codes()


def test_an_amendment_declares_only_what_it_names(notebook):
    page = notebook.run()
    entry = Entry.parse(page.read_text())
    message = (
        f"amend\n\nEntry: {entry.id}\nStatus: done\nVerdict: supported\n"
        f"Params: {entry.params_hash}\nData: {entry.data_hash}\nCode: {entry.code_hash}\n"
        "Amends: metrics.accuracy\nReason: a typing error\n"
    )
    notebook.edit(
        page, ("accuracy: 0.75", "accuracy: 0.875"), ("author: Ada", "author: Eve"), message=message
    )

    assert ["record-changed"] == notebook.codes()


def test_a_page_that_moves_is_the_same_page(notebook):
    page = notebook.run()
    elsewhere = notebook.folder / "entries" / "chapter-2"
    elsewhere.mkdir()
    page.rename(elsewhere / page.name)
    beside = page.parent / Entry.parse((elsewhere / page.name).read_text()).id
    beside.rename(elsewhere / beside.name)
    notebook.commit("move")

    assert ([], []) == (notebook.codes(), [one.code for one in notebook.audit().notes])


def test_a_page_that_moves_and_changes_is_found(notebook):
    page = notebook.run()
    text = page.read_text().replace("accuracy: 0.75", "accuracy: 0.875")
    page.rename(page.with_name(f"{page.stem}-moved.md")).write_text(text)
    notebook.commit("move")

    assert ["results-changed"] == notebook.codes()


def test_a_page_written_by_hand_may_change(notebook):
    page = notebook.folder / "entries" / "by-hand.md"
    page.parent.mkdir()
    page.write_text(
        "---\nid: 20260301-184307-d7k7m2\nstatus: done\nprediction: loss < 0.5\n"
        "verdict: supported\nmetrics: {loss: 0.4}\n---\n# By hand\n"
    )
    notebook.commit("by hand")
    notebook.edit(page, ("loss: 0.4", "loss: 0.3"))

    assert [] == notebook.codes()


def test_hashes_taken_off_a_page_do_not_make_it_one_written_by_hand(notebook):
    page = notebook.run()
    text = page.read_text()
    kept = [line for line in text.splitlines() if "_hash: " not in line and "format: " not in line]
    page.write_text("\n".join(kept) + "\n")
    notebook.commit()
    notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"))

    assert "record-changed" in notebook.codes()


def test_a_change_within_a_merge_is_found(notebook):
    page = notebook.run()
    notebook.git("switch", "-qc", "other")
    notebook.edit(page, ("## Inference\n", "## Inference\n\nSo it does.\n"))
    notebook.git("switch", "-q", "main")
    (notebook.folder / "notes.txt").write_text("x")
    notebook.commit("notes")
    notebook.git("merge", "-q", "--no-commit", "other")
    merge = notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"), message="merge")

    assert [("results-changed", merge)] == [
        (one.code, one.commit) for one in notebook.audit().findings
    ]


def test_two_branches_that_edit_one_page_and_meet_are_no_finding(notebook):
    page = notebook.run()
    notebook.git("switch", "-qc", "other")
    amend(notebook, Entry.parse(page.read_text()).id, {"metrics.accuracy": 0.9})
    notebook.desk().flush()
    notebook.git("switch", "-q", "main")
    notebook.edit(page, ("## Inference\n", "## Inference\n\nSo it does.\n"))
    notebook.git("merge", "-q", "--no-edit", "other")

    assert [] == notebook.codes()


def test_a_merge_that_leaves_out_what_one_side_wrote_is_found(notebook):
    page = notebook.run()
    notebook.git("switch", "-qc", "other")
    written = notebook.edit(page, ("## Inference\n", "## Inference\n\nSo it does.\n"))
    notebook.git("switch", "-q", "main")
    (notebook.folder / "notes.txt").write_text("x")
    notebook.commit("notes")
    notebook.git("merge", "-q", "--no-edit", "-s", "ours", "other")

    assert [("merge-lost", written)] == [
        (one.code, one.commit) for one in notebook.audit().findings
    ]


def test_a_merge_that_leaves_out_a_whole_entry_is_found(notebook):
    notebook.git("switch", "-qc", "other")
    notebook.run()
    notebook.git("switch", "-q", "main")
    notebook.run(width=32)
    notebook.git("merge", "-q", "--no-edit", "-s", "ours", "other")

    assert ["merge-lost"] == notebook.codes()


def test_only_what_came_after_a_commit_is_looked_at(notebook):
    page = notebook.run()
    first = notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"))
    notebook.edit(notebook.run(width=32), ("author: Ada", "author: Eve"))

    assert (["record-changed"], 1) == (
        notebook.codes(since=first),
        notebook.audit(since=first).entries,
    )


def test_a_damaged_version_in_between_hides_no_change(notebook):
    page = notebook.run()
    text = page.read_text()
    page.write_text("---\nid: [\n")
    notebook.commit("damage")
    page.write_text(text.replace("accuracy: 0.75", "accuracy: 0.875"))
    notebook.commit("mend")

    assert ["results-changed"] == notebook.codes()


def test_a_page_deleted_and_brought_back_otherwise_is_found(notebook):
    page = notebook.run()
    text = page.read_text()
    notebook.git("rm", "-q", str(page))
    notebook.commit("remove")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text.replace("accuracy: 0.75", "accuracy: 0.875"))
    notebook.commit("bring back")

    assert ["results-changed"] == notebook.codes()


def test_a_person_s_commit_while_ours_waits_is_joined_without_a_finding(notebook):
    page = notebook.run()
    entry = Entry.parse(page.read_text())
    notebook.edit(page, ("## Inference\n", "## Inference\n\nSo it does.\n"))
    notebook.run(width=32)
    edited = Entry.parse(page.read_text())

    assert (["Inference"], []) == ([edit.what for edit in edits(entry, edited)], notebook.codes())
