"""Git's own lock files, taken so that a crash of ours does not leave them for ever."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0  # seconds to wait for a git of somebody else's
_PAUSE = 0.02


@contextmanager
def drafted(file: Path, *, state: Path) -> Iterator[Path]:
    """Give a path in `state` at which to write what shall take the place of `file` of git's.

    Removes what a crash left of an earlier one. The caller holds the journal's lock.
    """
    _remove_left(file, state)
    draft = state / f"{_name_of(file)}{secrets.token_hex(4)}"
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def wait_until_free(file: Path, *, state: Path, patience: float) -> None:
    """Return when nobody holds `file` as git does; StoreError after `patience` seconds.

    A lock that a crash of ours left is removed. The caller holds the journal's lock.
    """
    _remove_left(file, state)
    give_up = time.monotonic() + patience
    while _lock_of(file).exists():
        _pause(_lock_of(file), give_up, patience)


@contextmanager
def git_locked(file: Path, draft: Path, *, patience: float) -> Iterator[Path]:
    """Hold `<file>.lock` as git does and give its path; it is the draft under another name.

    The caller renames it to `file`, or leaves it. Raises StoreError when somebody else holds the
    lock for `patience` seconds.
    """
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(file.parent.parent)
    lock = _lock_of(file)
    taken = None
    try:
        _take(draft, lock, patience)
        taken = _key(lock)
        yield lock
    finally:
        with suppress(FileNotFoundError):
            # else it was renamed, and this is somebody else's
            if _key(lock) == (taken or _key(draft)):
                lock.unlink()


def _lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def _name_of(file: Path) -> str:
    """Return how the names of drafts of `file` begin."""
    return f"draft-{hashlib.sha256(os.fsencode(file)).hexdigest()[:16]}-"


def _remove_left(file: Path, state: Path) -> None:
    """Remove drafts that a crash left and, where one of them is git's lock as well, the lock."""
    for left in state.glob(f"{_name_of(file)}*"):
        with suppress(FileNotFoundError):
            if _key(left) == _key(_lock_of(file)):
                _lock_of(file).unlink()
        left.unlink(missing_ok=True)


def _key(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino


def _take(draft: Path, lock: Path, patience: float) -> None:
    give_up = time.monotonic() + patience
    while True:
        try:
            _link(draft, lock)
        except FileExistsError:
            _pause(lock, give_up, patience)
        else:
            return


def _pause(lock: Path, give_up: float, patience: float) -> None:
    if time.monotonic() > give_up:
        raise StoreError(
            f"git's lock {lock} has been there for {patience:.0f} s.\n"
            f"  if no git command is running in the journal: rm {lock}"
        )
    time.sleep(_PAUSE)


def _link(draft: Path, lock: Path) -> None:
    try:
        os.link(draft, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names: a crash there leaves a lock as git's do
        with draft.open("rb") as content, lock.open("xb") as copy:
            shutil.copyfileobj(content, copy)
            copy.flush()
            os.fsync(copy.fileno())
