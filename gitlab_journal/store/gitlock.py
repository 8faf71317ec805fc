"""Git's own lock files, taken so that a crash of ours does not leave them for ever."""

from __future__ import annotations

import hashlib
import os
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
def git_locked(file: Path, content: bytes, *, state: Path, patience: float) -> Iterator[Path]:
    """Hold `<file>.lock` as git does, with `content`; gives its path, to be renamed to `file`.

    The lock is a second name of a file in `state`, so that one left by a crash is known as ours
    and removed: the caller holds the journal's lock. Raises StoreError when somebody else holds
    it for `patience` seconds.
    """
    lock = file.with_name(f"{file.name}.lock")
    ours = state / f"lock-{hashlib.sha256(os.fsencode(lock)).hexdigest()[:16]}"
    _remove_old(ours, lock)
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(file.parent.parent)
    try:
        _write(ours, content)
        _take(ours, lock, patience)
        taken = _key(lock)
        try:
            yield lock
        finally:
            with suppress(FileNotFoundError):
                if _key(lock) == taken:  # else it was renamed, and this is somebody else's
                    lock.unlink()
    finally:
        ours.unlink(missing_ok=True)


def _remove_old(ours: Path, lock: Path) -> None:
    """Remove what a crash left: our file and, where it is another name of it, git's lock."""
    with suppress(FileNotFoundError):
        if _key(ours) == _key(lock):
            lock.unlink()
    ours.unlink(missing_ok=True)


def _key(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take(ours: Path, lock: Path, patience: float) -> None:
    give_up = time.monotonic() + patience
    while True:
        try:
            _link(ours, lock)
        except FileExistsError as error:
            if time.monotonic() > give_up:
                raise StoreError(
                    f"git's lock {lock} has been there for {patience:.0f} s.\n"
                    f"  if no git command is running in the journal: rm {lock}"
                ) from error
            time.sleep(_PAUSE)
        else:
            return


def _link(ours: Path, lock: Path) -> None:
    try:
        os.link(ours, lock)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names: a crash there leaves a lock as git's do
        _write(lock, ours.read_bytes())
