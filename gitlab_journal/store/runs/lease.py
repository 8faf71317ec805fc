"""The lease of open runs, renewed by a heartbeat that other machines can read.

Where a lock does not cross machines it says whether a run may still go on.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.store.lock import Hold

LEASE = 7200.0  # seconds; a call into C that holds Python up for so long is rare
BEAT = 60.0

_open: dict[Path, Hold] = {}
_changing = threading.Lock()
_thread: threading.Thread | None = None


def renew_while_held(marker: Path, hold: Hold) -> None:
    """Touch `marker` every minute as long as it is held, by one thread for the whole process.

    Raises nothing; the thread neither delays the end of the process nor outlives its last run
    for more than a minute.
    """
    global _thread  # noqa: PLW0603 - one for the process
    with _changing:
        _open[marker] = hold
        if _thread is not None:
            return
        thread = threading.Thread(target=_beat, name="gitlab-journal-lease", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # as many threads as there may be, or the interpreter is ending
            return
        _thread = thread


def _beat() -> None:
    global _thread  # noqa: PLW0603 - one for the process
    while True:
        time.sleep(BEAT)
        with _changing:
            for marker in [marker for marker, hold in _open.items() if not hold.held]:
                del _open[marker]
            markers = list(_open)
            if not markers:
                _thread = None
                return
        for marker in markers:
            renew(marker)


def renew(marker: Path) -> None:
    """Date a marker now, by the clock of its file system. Raises nothing."""
    with suppress(OSError):
        os.utime(marker)


def clock_of(folder: Path) -> float:
    """Return the time by the clock of the file system that `folder` lies on.

    It is that of the machine which dates the markers there, whatever the clocks of those that
    share it say. Raises OSError where the folder cannot be written.
    """
    path = folder / f".clock-{secrets.token_hex(4)}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        os.utime(path)
        return path.stat().st_mtime
    finally:
        path.unlink(missing_ok=True)


def ran_out(marker: Path, now: float) -> bool:
    """Return whether nobody has renewed the lease of a marker, `now` by `clock_of`.

    A marker from the future was dated by a clock that has been put right since: it is dated anew.
    """
    try:
        age = now - marker.stat().st_mtime
    except OSError:
        return False
    if age < -LEASE:
        renew(marker)
    return age > LEASE


def _begin_anew_in_child() -> None:
    # The runs are the parent's, and so is the thread.
    global _changing, _thread
    _changing, _thread = threading.Lock(), None
    _open.clear()


os.register_at_fork(after_in_child=_begin_anew_in_child)
