"""The packing of loose objects in the background, where they have become many."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import start, version

if TYPE_CHECKING:
    from gitlab_journal.store.repository import Repository

MANY = 6700  # loose objects, where `git gc --auto` would pack as well
LOCK = "packing"
_SAMPLED, _FOLDERS = "17", 256  # git looks into this one of so many folders
_GEOMETRIC = (2, 32)  # the git that has `repack --geometric`
_SETTINGS = (
    "pack.threads=1",  # the other cores are a training's
    "pack.windowMemory=100m",
    "repack.updateServerInfo=false",
    "gc.packRefs=false",
)
_OPTIONS = tuple(word for setting in _SETTINGS for word in ("-c", setting))


def pack_when_many(repository: Repository) -> bool:
    """Start to pack loose objects where they are many; returns whether it was started.

    A git of its own packs, at the lowest priority, one at a time; it is not waited for. Objects
    that nothing refers to yet are packed as well, so that a commit in the making loses none. Never
    raises: what is not packed now is packed another time.
    """
    if not are_many(repository):
        return False
    with suppress(OSError, StoreError):
        return _start(repository)
    return False


def are_many(repository: Repository) -> bool:
    """Return whether git would find that loose objects are many."""
    return loose_objects(repository) > MANY


def loose_objects(repository: Repository) -> int:
    """Return about how many loose objects there are, estimated as git does."""
    folder = repository.objects.folder / _SAMPLED
    try:
        return _FOLDERS * sum(len(name) == 38 for name in os.listdir(folder))  # noqa: PLR2004, PTH208
    except OSError:
        return 0


def _start(repository: Repository) -> bool:
    # flock's lock goes with the descriptor, which git inherits: it lasts as long as git does
    descriptor = os.open(repository.state / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        start(*_OPTIONS, *_words(), cwd=repository.root, holding=descriptor)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _words() -> tuple[str, ...]:
    if version() < _GEOMETRIC:
        return ("gc", "--quiet")
    # packs grow in steps of two, so that an object is packed anew a few times, not each time
    return ("repack", "-d", "-l", "-q", "--geometric=2")
