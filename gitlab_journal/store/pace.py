"""When the commits that wait are joined to the branch: seldom enough to cost a run nothing."""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.guard import guarded
from gitlab_journal.store.packing import are_many, pack_when_many

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.store.repository import Repository

SHARE = 0.02  # of a process's time that flushes may take
_AGAIN = 5.0  # seconds after a flush that failed
_BESIDE, _AT_EXIT = 0.05, 2.0  # seconds to wait for a person's git


@dataclass(slots=True)
class Pace:
    """How one journal is flushed by this process; no commit waits while `timer` is None."""

    repository: Repository
    due: float = 0.0
    timer: threading.Timer | None = None
    changing: threading.Lock = field(default_factory=threading.Lock)


_paces: dict[Path, Pace] = {}


def committed(repository: Repository) -> None:
    """Flush after a commit, at once where that costs little, else a moment later. Never waits long.

    A first commit of a process is flushed at once. A flush that fails is tried again, at the
    latest when the process ends; the commit is safe meanwhile.
    """
    pace = _paces.setdefault(repository.git_dir, Pace(repository))
    if time.monotonic() >= pace.due:
        _flush(pace)
    else:
        _wait(pace)


def _flush(pace: Pace) -> None:
    begun = time.monotonic()
    done = False
    with suppress(StoreError):
        pace.repository.flush(patience=_BESIDE)
        done = True
    ended = time.monotonic()
    pace.due = ended + ((ended - begun) / SHARE if done else _AGAIN)
    with pace.changing:
        if pace.timer is not None:
            pace.timer.cancel()
        pace.timer = None
    if not done:
        _wait(pace)
    elif are_many(pace.repository):  # git takes a moment to start, which no call waits for
        threading.Thread(target=pack_when_many, args=[pace.repository], daemon=True).start()


def _wait(pace: Pace) -> None:
    """Have the commits flushed by a thread when that is due, unless one waits already."""
    with pace.changing:
        if pace.timer is None:
            delay = max(0.0, pace.due - time.monotonic())
            pace.timer = threading.Timer(delay, _flush_beside, [pace])
            pace.timer.daemon = True
            pace.timer.start()


def _flush_beside(pace: Pace) -> None:
    if pace.repository.root.is_dir():
        guarded(lambda: _flush(pace), otherwise="commits wait in the journal")


def flush_all() -> None:
    """Flush what waits in the journals of this process, as it ends; a failure is a warning."""
    for pace in _paces.values():
        if not pace.repository.root.is_dir():
            continue
        if pace.timer is not None:
            guarded(
                lambda pace=pace: pace.repository.flush(patience=_AT_EXIT),  # type: ignore[misc]
                otherwise="the newest entries wait in git; the next command of glj shows them",
            )
        pack_when_many(pace.repository)


def _forget_in_child() -> None:
    _paces.clear()  # a fork has no timers, and its parent flushes


atexit.register(flush_all)
os.register_at_fork(after_in_child=_forget_in_child)
