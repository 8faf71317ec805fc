"""Hold a file locked against other processes, other threads, and children of a fork."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import why_unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 60.0  # seconds; whoever holds the journal's lock needs a fraction of one
_SHORTEST, _LONGEST = 0.001, 0.005  # seconds between two tries

# POSIX drops a process's lock when *any* descriptor of the file is closed in that process, so a
# file that is held here is never opened again. Its inode names it, whatever path leads there.
_held: dict[tuple[int, int], Hold] = {}
_changing = threading.Lock()


class Hold:
    """A locked file; `release` lets it go, and does nothing in a forked child."""

    def __init__(self, key: tuple[int, int], descriptor: int) -> None:
        self._key = key
        self._descriptor = descriptor

    @property
    def held(self) -> bool:
        """Whether this process still holds the lock."""
        return _held.get(self._key) is self

    def release(self) -> None:
        """Let the file go; a second time is harmless."""
        with _changing:
            if self.held:
                del _held[self._key]
                os.close(self._descriptor)


def held_here(path: Path) -> bool:
    """Return whether this process holds the file locked."""
    key = _key_of(path)
    return key is not None and key in _held


def take(path: Path) -> Hold | None:
    """Lock an existing file at once and return the hold.

    None where the file is missing or somebody holds it, another thread of this process included.
    Raises OSError where this user may not write it, or its file system has no locks.
    """
    with _changing:
        if held_here(path):
            return None
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        status = os.fstat(descriptor)
        key = status.st_dev, status.st_ino
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError | PermissionError):  # the two words for "held"
                return None
            raise
        if _key_of(path) != key:  # removed or replaced meanwhile
            os.close(descriptor)
            return None
        return _held.setdefault(key, Hold(key, descriptor))  # one line: no interrupt between


def read_unheld(path: Path) -> bytes | None:
    """Return what a file holds; None where it is missing or this process holds it locked."""
    with _changing:
        try:
            return None if held_here(path) else path.read_bytes()
        except FileNotFoundError:
            return None


@contextmanager
def locked(path: Path, *, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the file at `path`, made on demand, while the block runs.

    Whoever waits for it holds the file's `.turn`, which everybody takes first: a loop that lets
    it go and takes it again, without pause, does not keep others waiting. Raises StoreError when
    somebody else holds it for longer than `patience` seconds, or nobody can.
    """
    give_up = time.monotonic() + patience
    turn = hold = None
    try:
        try:
            while (turn := _take_made(path.with_name(f"{path.name}.turn"))) is None:
                _pause(path, give_up, patience, _LONGEST)
            while (hold := _take_made(path)) is None:
                _pause(path, give_up, patience, _SHORTEST)
        finally:
            if turn is not None:
                turn.release()
        yield
    finally:
        if hold is not None:
            hold.release()


def _pause(path: Path, give_up: float, patience: float, pause: float) -> None:
    if time.monotonic() > give_up:
        raise StoreError(f"another process has held {path} for {patience:.0f} s; is it stuck?")
    time.sleep(pause)


def _take_made(path: Path) -> Hold | None:
    try:
        if not path.exists():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        return take(path)
    except OSError as error:
        why = why_unwritable(path.parent, error)
        raise StoreError(f"the journal cannot be locked: {why}") from error


def _key_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _forget_in_child() -> None:
    # The locks are the parent's; closing its descriptors here costs the parent nothing.
    global _changing  # noqa: PLW0603 - another thread of the parent may have held it
    _changing = threading.Lock()
    for hold in _held.values():
        with suppress(OSError):
            os.close(hold._descriptor)  # noqa: SLF001 - the same module
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
