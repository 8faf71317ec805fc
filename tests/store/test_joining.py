"""Two trees made from one, and how they meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitlab_journal.clones.joining import Meeting, compare
from gitlab_journal.store.objects import Objects


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path)


def tree(objects: Objects, **files: str) -> str:
    """A tree whose paths have `__` for a slash."""
    blobs = {
        path.replace("__", "/"): objects.add("blob", text.encode()) for path, text in files.items()
    }
    return objects.grow(None, blobs)


def met(objects: Objects, base: str | None, ours: str, theirs: str) -> dict[str, str]:
    """What is taken (`taken`, `removed`) and what clashes, by path."""
    meeting: Meeting = compare(objects, base, ours, theirs)
    taken = {path: "taken" if item else "removed" for path, item in meeting.taken.items()}
    return taken | {clash.path: "clash" for clash in meeting.clashes}


def test_equal_trees_meet_without_a_word(objects: Objects):
    same = tree(objects, a="1", b__c="2")

    assert {} == met(objects, tree(objects, a="0"), same, same)


def test_what_they_alone_changed_is_taken_and_what_we_changed_stays(objects: Objects):
    base = tree(objects, mine="1", theirs="1", gone="1")
    ours = tree(objects, mine="2", theirs="1", gone="1", new_mine="1")
    theirs = tree(objects, mine="1", theirs="2", new_theirs="1")

    assert {"theirs": "taken", "new_theirs": "taken", "gone": "removed"} == met(
        objects, base, ours, theirs
    )


def test_a_new_folder_of_theirs_is_taken_unread(objects: Objects):
    base = tree(objects, a="1")
    theirs = tree(objects, a="1", day__one="1", day__two="2")

    assert {"day": "taken"} == met(objects, base, tree(objects, a="2"), theirs)


def test_entries_of_one_day_meet_in_its_folder(objects: Objects):
    base, ours = tree(objects, day__a="1"), tree(objects, day__a="1", day__b="2")
    theirs = tree(objects, day__a="1", day__c="3")

    assert {"day/c": "taken"} == met(objects, base, ours, theirs)


def test_what_both_changed_clashes(objects: Objects):
    base, ours, theirs = (tree(objects, day__a=text) for text in "123")

    assert {"day/a": "clash"} == met(objects, base, ours, theirs)


@pytest.mark.parametrize("swapped", [False, True])
def test_of_a_folder_that_one_side_removed_only_changed_files_clash(
    objects: Objects, *, swapped: bool
):
    base = tree(objects, top="1", day__a="1", day__b="1")
    sides = tree(objects, top="2"), tree(objects, top="1", day__a="2", day__b="1")
    found = met(objects, base, *(reversed(sides) if swapped else sides))
    found.pop("top", None)
    expected = {"day/a": "clash"} | ({"day/b": "removed"} if swapped else {})

    assert expected == found


def test_a_folder_in_the_place_of_a_file_clashes_as_one(objects: Objects):
    base, ours = tree(objects, a="1"), tree(objects, a="2")

    assert {"a": "clash"} == met(objects, base, ours, tree(objects, a__b="1"))


def test_without_a_base_only_what_differs_clashes(objects: Objects):
    ours, theirs = (
        tree(objects, same="1", both="1", a="1"),
        tree(objects, same="1", both="2", b="1"),
    )

    assert {"both": "clash", "b": "taken"} == met(objects, None, ours, theirs)
