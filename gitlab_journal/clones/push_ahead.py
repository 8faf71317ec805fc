"""A hypothesis pushed while its run goes on, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.errors import JournalError, StoreError
from gitlab_journal.guard import guarded
from gitlab_journal.page.portable import from_json
from gitlab_journal.store.files import write_file
from gitlab_journal.store.lock import locked, take

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.desk import Desk
    from gitlab_journal.store.repository import Repository

_WANTED, _LOCK, _FAILED = "push-wanted", "push.lock", "push-failed.json"
_BETWEEN = 0.5  # seconds between two pushes of one process
_LATE = 60.0  # seconds after which a push that nobody began will not begin any more
# The shell ends at once, so no child is left to wait for; the push outlives this process.
_DETACHED = '"$@" </dev/null >/dev/null 2>&1 &'


def push_hypothesis(desk: Desk) -> None:
    """Begin to push what is committed where journal.md says `push_before_run: true`.

    Returns at once. Raises nothing: a failure is a warning, one of the push itself is told by
    the next command.
    """

    def begin() -> None:
        if desk.cover.settings.get("push_before_run"):
            start_push(desk.repository)

    guarded(begin, otherwise="the hypothesis is committed, and not pushed yet")


def start_push(repository: Repository) -> None:
    """Begin to sync in a process of its own and return at once; one that is at it goes on.

    Writes a mark in the journal's state. Raises StoreError where no process can be started.
    """
    try:
        (repository.state / _WANTED).touch()
        if _under_way(repository.state):
            return
        words = ("-m", "gitlab_journal", "sync", "--unattended", "--journal")
        subprocess.run(
            # -P: nothing in a journal's folder is taken for a module
            ("/bin/sh", "-c", _DETACHED, "sh", sys.executable, "-P", *words, str(repository.root)),
            cwd=repository.root,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "GCM_INTERACTIVE": "never"},
            stdin=subprocess.DEVNULL,
            check=True,
            start_new_session=True,  # Control-C at the training is none of its business
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise StoreError(f"the push cannot be started: {error}") from error


def push_what_is_wanted(repository: Repository) -> None:
    """Sync, and again as long as a run has asked for it meanwhile; the work of `start_push`.

    A failure is written down for the next command, which says it once.
    """
    wanted = repository.state / _WANTED
    while wanted.exists():
        try:
            with locked(repository.state / _LOCK, patience=0):
                while wanted.exists():
                    wanted.unlink(missing_ok=True)
                    _try(repository)
                    time.sleep(_BETWEEN)
        except StoreError:  # somebody else is at it, who looks again before ending
            return


def _try(repository: Repository) -> None:
    from gitlab_journal.clones.sync import sync

    failed = repository.state / _FAILED
    try:
        sync(repository, unattended=True)
    except JournalError as error:
        about = {"at": datetime.now(UTC).isoformat(), "reason": str(error)}
        write_file(failed, json.dumps(about).encode(), scratch=repository.state)
    else:
        failed.unlink(missing_ok=True)


def failed_push(state: Path) -> str | None:
    """Return why the last push in the background failed, once; None where none did."""
    failed, wanted = state / _FAILED, state / _WANTED
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        about = from_json(failed.read_bytes())
        failed.unlink(missing_ok=True)
        at = datetime.fromisoformat(about["at"]).astimezone()
        return f"the push of {at:%Y-%m-%d %H:%M} failed: {about['reason']}\n  again: glj sync"
    with suppress(FileNotFoundError):
        if time.time() - wanted.stat().st_mtime > _LATE and not _under_way(state):
            wanted.unlink(missing_ok=True)
            return "a push before a run was asked for and never began\n  again: glj sync"
    return None


def forget_failed(state: Path) -> None:
    """Forget failed pushes, after one that did not fail."""
    for name in (_FAILED, _WANTED):
        (state / name).unlink(missing_ok=True)


def _under_way(state: Path) -> bool:
    lock = state / _LOCK
    hold = take(lock)
    if hold is not None:
        hold.release()
    return hold is None and lock.exists()
