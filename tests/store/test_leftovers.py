"""What crashes left lying about is removed once it is surely nobody's."""

import os

import pytest

from gitlab_journal.store.runs.lease import LEASE, clock_of
from gitlab_journal.store.runs.leftovers import note_crash, sweep
from gitlab_journal.store.runs.records import Runs


@pytest.fixture
def state(tmp_path):
    (tmp_path / "objects" / "ab").mkdir(parents=True)
    (tmp_path / "runs").mkdir()
    return tmp_path


def age(path, seconds):
    then = clock_of(path.parent) - seconds
    os.utime(path, (then, then))


def make(path, *, seconds):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    age(path, seconds)
    return path


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_run_that_was_being_opened_is_removed_once_it_is_old(state):
    make(state / "runs" / ".new-old-00000000" / "marker.json", seconds=0)
    age(state / "runs" / ".new-old-00000000", LEASE + 60)
    make(state / "runs" / ".new-young-00000000" / "marker.json", seconds=0)

    assert [] == Runs(state).left_behind()
    assert [".new-young-00000000"] == [path.name for path in (state / "runs").iterdir()]


def test_a_run_that_was_being_forgotten_is_removed_at_once(state):
    make(state / "runs" / ".gone-one-00000000" / "marker.json", seconds=0)

    assert [] == Runs(state).left_behind()
    assert [] == list((state / "runs").iterdir())


def test_a_lease_after_a_crash_half_written_files_of_ours_are_removed(state):
    make(state / ".reserve.0123abcd", seconds=LEASE + 60)
    make(state / ".clock-0123abcd", seconds=LEASE + 60)
    make(state / "objects" / "ab" / "tmp_obj_0123abcd", seconds=LEASE + 60)
    note_crash(state)
    sweep(state, state / "objects")
    soon = len(names(state))
    age(state / "crashed", LEASE + 60)
    sweep(state, state / "objects")

    assert (4, []) == (soon, names(state))


def test_what_may_be_somebodys_stays(state):
    kept = [
        make(state / "objects" / "ab" / "cdef0123", seconds=LEASE + 60),
        make(state / "objects" / "ab" / "tmp_obj_aB3xYz", seconds=LEASE + 60),  # git's own
        make(state / "key", seconds=LEASE + 60),
    ]
    note_crash(state)
    age(state / "crashed", LEASE + 60)
    sweep(state, state / "objects")

    assert sorted(path.name for path in kept) == names(state)


def test_what_is_too_young_is_looked_for_again(state):
    young = make(state / "objects" / "ab" / "tmp_obj_0123abcd", seconds=60)
    note_crash(state)
    age(state / "crashed", LEASE + 60)
    sweep(state, state / "objects")
    still = young.exists()
    age(young, LEASE + 60)
    age(state / "crashed", LEASE + 60)
    sweep(state, state / "objects")

    assert (True, []) == (still, names(state))
