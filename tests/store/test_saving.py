"""Records where the disk is full, and where nothing can be written."""

import errno
import os
from datetime import UTC, datetime

import pytest

from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.store import files
from gitlab_journal.store.author import Author
from gitlab_journal.store.runs import record, reserve
from gitlab_journal.store.runs.records import Record, Runs
from gitlab_journal.store.runs.saving import elsewhere

ID = "20260301-120000-00k7m2"
RECORD = Record(
    ID,
    {"entries/k7m2.md": b"page", f"entries/{ID}/weights.bin": b"w" * 5000},
    "Judge",
    Author("Zoë", "zoe@example.org"),
    datetime(2026, 3, 1, 12, tzinfo=UTC),
    {"entries/k7m2.md": b"before"},
)


@pytest.fixture
def runs(tmp_path):
    runs = Runs(tmp_path / "state")
    runs.open_run(ID, {})
    yield runs
    runs.let_go(ID)


@pytest.fixture
def disk(monkeypatch, runs):
    """A disk on which records fail with an error below `folders`, as long as `unless` is false."""

    def fail(number, *folders, unless=lambda: False):
        def write(path, content, **options):
            if not unless() and any(folder in str(path) for folder in folders):
                raise OSError(number, os.strerror(number), str(path))
            return files.write_file(path, content, **options)

        monkeypatch.setattr(record, "write_file", write)

    return fail


def left(runs):
    """What the next process finds of the run."""
    runs.let_go(ID)
    (leftover,) = runs.left_behind()
    return leftover.record


def freed(runs):
    return lambda: not (runs.folder.parent / "reserve").exists()


def test_the_first_run_sets_a_megabyte_aside_that_takes_room(runs):
    path = runs.folder.parent / "reserve"

    assert (1 << 20, True) == (path.stat().st_size, path.stat().st_blocks * 512 >= 1 << 20)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_on_a_full_disk_a_record_takes_the_room_that_was_set_aside(runs, disk, number):
    disk(number, "runs", unless=freed(runs))
    saved = runs.save(RECORD)

    assert (runs.folder / ID / "record", True) == (saved.path, "full" in saved.trouble)
    assert RECORD == left(runs)


def test_a_record_on_a_full_disk_does_not_hold_attachments_a_second_time(runs, disk):
    attached = runs.folder / ID / "attachments"
    attached.mkdir()
    (attached / "weights.bin").write_bytes(b"w" * 5000)
    disk(errno.ENOSPC, "runs", unless=freed(runs))
    saved = runs.save(RECORD)

    assert saved.path.stat().st_size < 5000
    assert RECORD == left(runs)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES])
def test_a_record_that_the_journal_cannot_take_goes_to_the_users_own_folder(
    runs, disk, home, number
):
    disk(number, "runs")
    saved = runs.save(RECORD)

    assert saved.path.is_relative_to(home / ".local" / "state" / "gitlab-journal" / "records")
    assert RECORD == left(runs)
    runs.forget(ID)
    assert [] == list(elsewhere(runs.folder.parent).iterdir())


def test_a_record_is_found_by_its_name_where_no_link_to_it_could_be_made(runs, disk):
    disk(errno.EROFS, "runs")
    saved = runs.save(RECORD)
    (runs.folder / ID / "record").unlink()

    assert RECORD == left(runs)
    assert saved.path.exists()


def test_a_run_whose_record_lies_on_another_machine_is_left_to_that(runs, disk):
    disk(errno.ENOSPC, "runs")
    saved = runs.save(RECORD)
    saved.path.unlink()
    runs.let_go(ID)

    with pytest.warns(JournalWarning, match=f"it lies in {saved.path}, which is not here"):
        assert [] == runs.left_behind()
    assert (runs.folder / ID / "marker.json").exists()


def test_the_users_own_folder_is_where_the_environment_says(runs, disk, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "mine"))
    disk(errno.ENOSPC, "runs")

    assert runs.save(RECORD).path.is_relative_to(tmp_path / "mine")


def test_a_record_that_fits_nowhere_is_an_error_that_says_why(runs, disk, tmp_path):
    disk(errno.ENOSPC, "")

    with pytest.raises(StoreError, match=r"runs.* is full.*nor in your own folder"):
        runs.save(RECORD)
    assert [] == [path for path in runs.folder.rglob("*") if path.name.startswith(".")]


def test_the_room_is_set_aside_again_with_the_next_run(runs, disk):
    disk(errno.ENOSPC, "runs", unless=freed(runs))
    runs.save(RECORD)
    before = (runs.folder.parent / "reserve").exists()
    runs.open_run("20260301-120001-00k7m2", {})

    assert (False, True) == (before, (runs.folder.parent / "reserve").exists())
    runs.forget("20260301-120001-00k7m2")


def test_no_run_begins_on_a_full_disk_and_nothing_half_made_is_left(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    runs = Runs(tmp_path)

    with pytest.raises(StoreError, match=r"cannot be opened.* is full .*free some space"):
        runs.open_run(ID, {})
    assert [] == list(tmp_path.rglob("*"))


def test_no_run_begins_without_room_for_its_marker(tmp_path, monkeypatch):
    reserve.set_aside(tmp_path)

    def full(descriptor):
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StoreError, match="Disk quota exceeded"):
        Runs(tmp_path).open_run(ID, {})
    assert [] == list((tmp_path / "runs").iterdir())


def test_a_folder_of_somebody_else_is_named_with_its_owner_and_what_mends_it(tmp_path):
    said = files.why_unwritable(tmp_path, PermissionError(errno.EACCES, "Permission denied"))

    assert f"{tmp_path} belongs to " in said
    assert "ask" in said
    assert "clone" in said


def test_a_file_system_without_locks_is_named_with_what_mends_it(tmp_path):
    said = files.why_unwritable(tmp_path, OSError(errno.ENOLCK, "No locks available"))

    assert "no locks" in said
    assert "nolock" in said
