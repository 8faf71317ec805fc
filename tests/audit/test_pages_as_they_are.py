"""Pages beside what they claim: hashes, verdicts, trailers, links, damage."""

import numpy as np
import pytest

from gitlab_journal.audit.hashes import mismatches
from gitlab_journal.audit.verdicts import disagreements
from gitlab_journal.entry import Entry

WRONG = "xxh3_128:" + "0" * 32


@pytest.fixture
def entry(notebook):
    return Entry.parse(notebook.run().read_text())


def test_the_hashes_of_a_run_are_those_of_what_its_page_shows(entry):
    assert ([], True) == (
        list(mismatches(entry)),
        None not in (entry.params_hash, entry.data_hash, entry.code_hash),
    )


@pytest.mark.parametrize("name", ["params_hash", "data_hash", "code_hash"])
def test_a_hash_of_something_else_is_found(entry, name):
    assert [name] == [found for found, _ in mismatches(entry.set(**{name: WRONG}))]


def test_parameters_that_were_not_hashed_are_found(entry):
    other = entry.set_values("params", {"width": 65})

    assert ["params_hash"] == [name for name, _ in mismatches(other)]


def test_data_that_were_not_hashed_are_found(entry):
    row = {**entry.data["X"], "hash": WRONG}
    other = entry.set_block("data", {"X": row})

    assert ["data_hash"] == [name for name, _ in mismatches(other)]


def test_code_that_was_not_hashed_is_found(entry):
    other = entry.set_block("functions", dict.fromkeys(entry.functions, WRONG))

    assert ["code_hash"] == [name for name, _ in mismatches(other)]


def test_parameters_of_which_a_page_shows_only_words_are_not_called_wrong(entry):
    other = entry.set_values("params", {"width": "list(100) 30eb1ac3"})

    assert [] == list(mismatches(other))


def test_code_that_uses_libraries_has_the_hash_that_the_page_says(notebook):
    module = notebook.project.module(
        "import numpy as np\n"
        "from gitlab_journal import experiment\n"
        "def total(X):\n    return float(np.sum(X))\n"
        "@experiment\n"
        "def train(X):\n    return {'sum': total(X)}\n",
        name="other",
    )
    module.train(np.arange(4.0))
    notebook.desk().flush()
    entry = Entry.parse(notebook.pages()[0].read_text())

    assert [] == list(mismatches(entry))
    assert ["code_hash"] == [
        name for name, _ in mismatches(entry.set_values("environment", {"numpy": "0.1.2"}))
    ]


def test_a_verdict_that_does_not_follow_is_found(entry):
    (found,) = disagreements(entry.set(verdict="refuted"))

    assert ("verdict-unfounded", "verdict") == found[:2]
    assert "refuted; it should be supported" in found[2]


def test_a_verdict_without_a_claim_is_found(entry):
    bare = entry.set(prediction=None).set_block("prediction", [])

    assert ["verdict-unfounded"] == [code for code, _, _ in disagreements(bare)]


def test_a_claim_without_its_bound_is_judged_where_it_names_a_number(entry):
    bare = entry.set_block("prediction", [{"claim": "loss < 0.5"}]).set(verdict="refuted")

    assert ["verdict-unfounded"] == [code for code, _, _ in disagreements(bare)]


def test_a_claim_whose_bound_cannot_be_told_is_not_judged(entry):
    bare = entry.set(prediction="loss < parent").set_block(
        "prediction", [{"claim": "loss < parent"}]
    )

    assert [] == list(disagreements(bare.set(verdict="refuted")))


def test_a_page_that_contradicts_itself_is_found(entry):
    wrong = entry.set(score=0.5, prediction="loss < 0.4")

    assert [("page-contradicts", "prediction"), ("page-contradicts", "score")] == [
        found[:2] for found in disagreements(wrong)
    ]


def test_a_failed_run_has_an_open_verdict(entry):
    failed = entry.set(status="failed", verdict="open", metric=None, score=None)

    assert [] == list(disagreements(failed.set_block("metrics", {})))


def test_an_audit_finds_what_does_not_fit_on_the_page_of_today(notebook):
    page = notebook.run()
    notebook.edit(page, ("verdict: supported", "verdict: refuted"))
    found = [one for one in notebook.audit().findings if one.code == "verdict-unfounded"]

    assert [1 + page.read_text().splitlines().index("verdict: refuted")] == [
        one.line for one in found
    ]


def test_a_commit_that_states_what_its_page_does_not_say_is_found(notebook):
    notebook.run()
    message = notebook.git("log", "-1", "--format=%B")
    notebook.git("commit", "-q", "--amend", "-m", message.replace("Verdict: supp", "Verdict: xupp"))
    (found,) = notebook.audit().findings

    assert (
        "trailers-differ",
        "The commit states Verdict: xupported, its page says supported.",
    ) == (
        found.code,
        found.sentence,
    )


def test_a_damaged_page_is_found_with_its_line(notebook):
    page = notebook.run()
    notebook.edit(page, ("score: 0.25", "score: [0.25"))
    (found,) = notebook.audit().findings

    assert ("page-damaged", str(page.relative_to(notebook.folder))) == (found.code, found.path)
    assert found.line > 1


def test_a_damaged_page_that_was_mended_is_no_finding(notebook):
    page = notebook.run()
    notebook.edit(page, ("score: 0.25", "score: [0.25"))
    notebook.edit(page, ("score: [0.25", "score: 0.25"))

    assert [] == notebook.codes()


def test_a_deleted_page_is_found(notebook):
    page = notebook.run()
    notebook.git("rm", "-q", str(page))
    commit = notebook.commit("remove")
    (found,) = notebook.audit().findings

    assert ("page-deleted", commit) == (found.code, found.commit)


def test_a_page_deleted_for_a_declared_reason_is_no_finding(notebook):
    page = notebook.run()
    identifier = Entry.parse(page.read_text()).id
    beside = page.parent / identifier
    notebook.git("rm", "-qr", str(page), str(beside))
    notebook.commit(f"delete\n\nEntry: {identifier}\nAmends: page\nReason: the wrong branch\n")

    assert [] == notebook.codes()


def test_two_pages_with_one_id_are_found(notebook):
    page = notebook.run()
    page.with_name(f"{page.stem}-copy.md").write_text(page.read_text())
    notebook.commit("copy")

    assert "id-twice" in notebook.codes()


def test_a_recorded_attachment_that_is_changed_is_found(notebook):
    page = notebook.run()
    history = page.parent / Entry.parse(page.read_text()).id / "history.csv"
    history.write_text(history.read_text() + "9,0.0\n")
    commit = notebook.commit()
    (found,) = notebook.audit().findings

    assert ("attachment-changed", commit, str(history.relative_to(notebook.folder))) == (
        found.code,
        found.commit,
        found.path,
    )


def test_a_recorded_attachment_that_is_removed_is_found_once(notebook):
    page = notebook.run()
    notebook.git("rm", "-q", str(page.parent / Entry.parse(page.read_text()).id / "curves.svg"))
    notebook.commit()

    assert ["attachment-changed"] == notebook.codes()


def test_an_attachment_that_is_put_back_is_no_finding(notebook):
    page = notebook.run()
    history = page.parent / Entry.parse(page.read_text()).id / "history.csv"
    text = history.read_text()
    history.write_text("")
    notebook.commit()
    history.write_text(text)
    notebook.commit()

    assert [] == notebook.codes()


def test_a_person_s_own_attachment_may_be_added_and_changed(notebook):
    page = notebook.run()
    photo = page.parent / Entry.parse(page.read_text()).id / "photo.txt"
    for text in ("one", "two"):
        photo.write_text(text)
        notebook.commit()

    assert [] == notebook.codes()


def test_a_link_to_an_attachment_that_never_was_is_found(notebook):
    page = notebook.run()
    identifier = Entry.parse(page.read_text()).id
    notebook.edit(page, ("## Inference\n", f"## Inference\n\n![photo]({identifier}/photo.png)\n"))
    (found,) = notebook.audit().findings

    assert ("attachment-missing", "The page links to photo.png, which is not there.") == (
        found.code,
        found.sentence,
    )


def test_attachments_of_pages_that_are_not_looked_at_belong_to_them(notebook):
    notebook.run()
    since = notebook.git("rev-parse", "HEAD").strip()
    notebook.run(width=32)

    assert () == notebook.audit(since=since).notes


def test_a_file_that_belongs_to_no_page_is_a_note(notebook):
    notebook.run()
    (notebook.folder / "entries" / "todo.txt").write_text("write")
    notebook.commit()
    report = notebook.audit()

    assert ((), [("loose-file", "entries/todo.txt")]) == (
        report.findings,
        [(one.code, one.path) for one in report.notes],
    )
