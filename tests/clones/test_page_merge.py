"""Two versions of a page joined."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.clones.page_merge import JoinedPage, join_pages
from gitlab_journal.entry import Entry, draft
from gitlab_journal.store.working import merge

ID = "20260301-184307-d7k7m2"
RUNNING = draft(
    front={
        "id": ID,
        "verdict": "open",
        "prediction": "accuracy >= 0.9",
        "author": "Ada",
        "date": datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC),
        "status": "running",
        "format": 1,
    },
    title="It helps",
    hypothesis="It helps.",
    params={"width": 64},
)
DONE = RUNNING.set(
    status="done", verdict="supported", metric="accuracy", score=0.93, duration=1.5
).set_block("metrics", {"accuracy": 0.93})


def join(base: Entry | None, ours: Entry, theirs: Entry) -> JoinedPage:
    texts = (page.render().encode() if page else None for page in (base, ours, theirs))
    joined = join_pages(*texts, names=("aaaaaaaa", "bbbbbbbb"), merge=merge)
    assert joined is not None
    return joined


def test_changes_in_other_places_are_joined_as_text():
    ours = DONE.append("Inference", "It helped.")
    joined = join(DONE, ours, DONE.set(tags=["good"]))

    assert ours.set(tags=["good"]).text == joined.text


def test_two_inferences_follow_each_other():
    joined = join(DONE, DONE.append("Inference", "Ada's."), DONE.append("Inference", "Ben's."))

    assert DONE.append("Inference", "Ada's.").append("Inference", "Ben's.").text == joined.text


def test_an_inference_that_both_rewrote_follows_under_the_name_of_its_commit():
    base = DONE.append("Inference", "First.")
    joined = join(base, base.fill("Inference", "Ada's."), base.fill("Inference", "Ben's."))
    words = Entry.parse(joined.text).section("Inference").split()

    assert ["Ada's.", "###", "As", "written", "in", "commit", "bbbbbbbb", "Ben's."] == words


@pytest.mark.parametrize("swapped", [False, True])
def test_a_verdict_stands_against_a_run_that_was_called_interrupted(*, swapped: bool):
    interrupted = RUNNING.set(status="interrupted").append("Results", "The process died.")
    sides = (interrupted, DONE) if swapped else (DONE, interrupted)
    joined = join(RUNNING, *sides)
    page = Entry.parse(joined.text)

    assert ("done", "supported", 0.93, {"accuracy": 0.93}, swapped) == (
        page.status,
        page.verdict,
        page.score,
        page.metrics,
        joined.theirs_stand,
    )
    assert "The process died." in page.section("Results")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_verdict_stands_against_a_page_that_still_runs(*, swapped: bool):
    edited = RUNNING.set(tags=["mine"])
    page = Entry.parse(join(RUNNING, *((edited, DONE) if swapped else (DONE, edited))).text)

    assert ("done", "supported", ("mine",)) == (page.status, page.verdict, page.tags)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_verdict_stands_where_both_sides_have_the_page_anew(*, swapped: bool):
    page = Entry.parse(join(None, *((RUNNING, DONE) if swapped else (DONE, RUNNING))).text)

    assert ("done", "supported", 0.93) == (page.status, page.verdict, page.score)


def test_of_two_amended_results_ours_stand_whole_and_theirs_are_named():
    ours = DONE.set(score=0.94).set_block("metrics", {"accuracy": 0.94})
    theirs = DONE.set(score=0.89, verdict="refuted").set_block("metrics", {"accuracy": 0.89})
    joined = join(DONE, ours, theirs)

    assert (ours.text, ("Results: what bbbbbbbb says in its blocks is in history",)) == (
        joined.text,
        joined.notes,
    )


def test_a_title_of_theirs_beside_a_clash_is_taken():
    ours = DONE.append("Inference", "Ada's.")
    theirs = Entry.parse(DONE.text.replace("# It helps", "# It helps a lot"))
    joined = join(DONE, ours, theirs.append("Inference", "Ben's."))
    page = Entry.parse(joined.text)

    assert "It helps a lot" == page.title
    assert {"Ada's.", "Ben's."} == set(page.prose("Inference").split())


def test_no_marker_of_a_conflict_is_ever_in_a_page():
    ours = DONE.set(tags=["a"]).append("Results", "One.").fill("Hypothesis", "Mine.")
    theirs = DONE.set(tags=["b"]).append("Results", "Two.").fill("Hypothesis", "Yours.")
    text = join(DONE, ours, theirs).text

    assert [] == [mark for mark in ("<<<<", "====", ">>>>") if mark in text]
    assert [] == [word for word in ("One.", "Two.", "Mine.", "Yours.") if word not in text]
    assert ("a", "b") == Entry.parse(text).tags


def by_side(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Join as git would, but for what both sides changed."""
    if theirs in (base, ours):
        return ours
    return theirs if ours == base else None


WORDS = st.lists(
    st.sampled_from(["one", "two", "# three", "```yaml metrics", "> four"]), max_size=3
)
SECTIONS = st.dictionaries(st.sampled_from(["Hypothesis", "Results", "Inference"]), WORDS)


@given(ours=SECTIONS, theirs=SECTIONS)
def test_every_word_of_both_sides_is_in_the_page(
    ours: dict[str, list[str]], theirs: dict[str, list[str]]
):
    def written(words: dict[str, list[str]], name: str) -> Entry:
        page = DONE
        for section, parts in words.items():
            page = page.append(
                section, *(f"{name}{number} {part}" for number, part in enumerate(parts))
            )
        return page

    sides = [written(words, name) for words, name in ((ours, "ours"), (theirs, "theirs"))]
    texts = [page.text.encode() for page in (DONE, *sides)]
    joined = join_pages(*texts, names=("aaaaaaaa", "bbbbbbbb"), merge=by_side)

    for words, name in ((ours, "ours"), (theirs, "theirs")):
        for parts in words.values():
            for number in range(len(parts)):
                assert f"{name}{number} " in joined.text
    assert ("done", {"accuracy": 0.93}) == (
        Entry.parse(joined.text).status,
        Entry.parse(joined.text).metrics,
    )


def test_a_damaged_page_is_not_joined():
    damaged = b"---\nid: 3\n"

    assert (
        join_pages(
            DONE.text.encode(), damaged, RUNNING.text.encode(), names=("a", "b"), merge=merge
        )
        is None
    )
