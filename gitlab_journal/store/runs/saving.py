"""Write a record where there is room for it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import is_full, state_folder, why_unwritable
from gitlab_journal.store.runs import reserve
from gitlab_journal.store.runs.record import read_record, write_record

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.store.runs.record import Record

COPIES = "attachments"  # in the folder of a run: what a record need not hold a second time


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a record lies, and what kept it from being written as usual."""

    path: Path
    trouble: str = ""


def save(record: Record, path: Path, *, state: Path) -> Saved:
    """Write a record at `path`, else where there is room; returns where it lies.

    On a full disk it takes the space that was set aside in `state`, the journal's folder of this
    machine; else it goes to the user's own folder. Raises StoreError where neither can be
    written.
    """
    try:
        write_record(path, record)
        return Saved(path)
    except OSError as error:
        trouble = why_unwritable(path.parent, error)
        if is_full(error) and reserve.give_up(state):
            with suppress(OSError):
                write_record(path, record, copies=path.parent / COPIES)
                return Saved(path, trouble)
    try:
        folder = elsewhere(state)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_record(folder / record.id, record)
    except (OSError, RuntimeError) as error:  # as full as the other, or a user without a home
        raise StoreError(
            f"the record of {record.id} cannot be written: {trouble}; nor in your own folder: "
            f"{error}"
        ) from error
    with suppress(OSError):  # takes no room; else it is found by its name
        path.symlink_to(folder / record.id)
    return Saved(folder / record.id, trouble)


def saved(id: str, path: Path, *, state: Path) -> Record | None:  # noqa: A002 - a run's word
    """Return the record of a run, wherever `save` put it; None where there is none.

    Raises OSError, ValueError, KeyError, TypeError for what is no whole record, or lies where
    this machine or user does not see it.
    """
    record = read_record(path)
    if record is None and path.is_symlink():
        raise ValueError(
            f"it lies in {path.readlink()}, which is not here; to give it up: rm {path}"
        )
    if record is None:
        with suppress(PermissionError, RuntimeError):  # of another user, or one without a home
            record = read_record(elsewhere(state) / id)
    return record


def forget_elsewhere(id: str, path: Path, *, state: Path) -> None:  # noqa: A002 - a run's word
    """Remove the record of a run from a user's own folder, if it is there. Raises nothing."""
    with suppress(OSError, RuntimeError):
        (path.readlink() if path.is_symlink() else elsewhere(state) / id).unlink()


def elsewhere(state: Path) -> Path:
    """Return the user's own folder for records of this journal; may not exist.

    Raises RuntimeError for a user without a home.
    """
    return state_folder() / "records" / _name(state)


@cache
def _name(state: Path) -> str:
    return hashlib.sha256(os.fsencode(state.resolve())).hexdigest()[:16]
