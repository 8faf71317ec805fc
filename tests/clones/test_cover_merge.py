"""journal.md joined by key."""

from __future__ import annotations

from gitlab_journal.clones.cover_merge import JoinedCover, join_covers
from gitlab_journal.cover import Cover, draft_cover
from gitlab_journal.store.working import merge

BASE = Cover.parse(draft_cover("Digits"))


def join(ours: str, theirs: str, *, theirs_newer: bool = False) -> JoinedCover | None:
    texts = (text.encode() for text in (BASE.text, ours, theirs))
    return join_covers(*texts, theirs_newer=theirs_newer, merge=merge)


def test_mappings_and_lists_are_united():
    ours = BASE.set(names={"30eb1ac3": "digits"}, ignore=["a"], metrics={"loss": "min"})
    theirs = BASE.set(names={"99999999": "faces"}, ignore=["b"], metrics={"loss": "min"})
    joined = join(ours.text, theirs.text)
    settings = Cover.parse(joined.text).settings

    assert ({"30eb1ac3": "digits", "99999999": "faces"}, ["a", "b"], {"loss": "min"}) == (
        settings["names"],
        settings["ignore"],
        settings["metrics"],
    )
    assert ("ignore", "names") == joined.settings
    assert () == joined.notes


def test_every_comment_stays():
    joined = join(BASE.set(names={"30eb1ac3": "a"}).text, BASE.set(names={"99999999": "b"}).text)

    assert [line.partition("#")[2] for line in BASE.text.splitlines()] == [
        line.partition("#")[2] for line in joined.text.splitlines()
    ]


def test_of_a_value_that_both_changed_the_newer_stands_and_it_is_said():
    ours, theirs = BASE.set(title="Ours").text, BASE.set(title="Theirs").text
    found = [join(ours, theirs, theirs_newer=newer) for newer in (False, True)]

    assert ["Ours", "Theirs"] == [Cover.parse(joined.text).settings["title"] for joined in found]
    assert ("title: 'Theirs' of the newer commit stands, 'Ours' is in history",) == found[1].notes


def test_a_setting_of_ours_and_an_introduction_of_theirs_meet():
    ours = BASE.set(names={"30eb1ac3": "digits"})
    theirs = BASE.text.replace("What this journal is about.", "About digits.")
    joined = join(ours.text, theirs)

    assert ("About digits." in joined.text, {"30eb1ac3": "digits"}, True) == (
        True,
        dict(Cover.parse(joined.text).names),
        joined.whole,
    )


def test_of_two_introductions_ours_stays_and_it_is_told():
    ours = BASE.text.replace("What this journal is about.", "About digits.")
    theirs = BASE.text.replace("What this journal is about.", "About faces.")
    joined = join(ours, theirs)

    assert (ours, False) == (joined.text, joined.whole)


def test_a_damaged_cover_is_not_joined():
    assert join(BASE.text, "---\nmetrics: 3\n---\n") is None


def test_settings_that_do_not_fit_together_are_not_joined():
    ours, theirs = BASE.set(aliases={"a": "b"}), BASE.set(aliases={"b": "a"})

    assert join(ours.text, theirs.text) is None


def test_a_setting_that_both_added_in_other_places_stands_once():
    ours = BASE.text.replace("---\ntitle", "---\nconfidence: 0.9\ntitle")
    theirs = BASE.text.replace("\n---\n\n#", "\nconfidence: 0.8\n---\n\n#")
    joined = join(ours, theirs)

    assert (1, 0.9) == (
        joined.text.count("confidence"),
        Cover.parse(joined.text).settings["confidence"],
    )
