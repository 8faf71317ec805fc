"""What this machine saw at a remote, when: its own record, which is no proof."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.page.portable import from_json
from gitlab_journal.store.small import read_small

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "pushes.jsonl"
_MOST = 1 << 27  # bytes: a push a minute for a year


@dataclass(frozen=True, slots=True)
class Push:
    """A commit that `remote` held at the time `at`: pushed by this machine, or found there."""

    remote: str
    commit: str
    at: datetime


def record_push(state: Path, push: Push) -> None:
    """Write down that a remote holds a commit, and so all before it. Raises StoreError.

    What the remote was known to hold already is not written again.
    """
    known = [item.commit for item in pushes(state) if item.remote == push.remote]
    if push.commit in known[-1:]:
        return
    row = {"remote": push.remote, "commit": push.commit, "at": push.at.isoformat()}
    try:
        descriptor = os.open(state / _FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            size = os.fstat(descriptor).st_size
            # a line that a power cut tore must not take this one with it
            torn = bool(size) and os.pread(descriptor, 1, size - 1) != b"\n"
            line = f"{chr(10) if torn else ''}{json.dumps(row)}\n"
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreError(f"{state / _FILE} cannot be written: {error}") from error


def pushes(state: Path) -> list[Push]:
    """Return what was seen at remotes, oldest first. Writes nothing.

    A line that does not read is left out: what it said was not seen.
    """
    try:
        said = read_small(state / _FILE, most=_MOST) or b""
    except OSError as error:
        raise StoreError(f"{state / _FILE} cannot be read: {error}") from error
    lines = said.decode(errors="replace").splitlines()
    return [push for line in lines if (push := _parsed(line)) is not None]


def _parsed(line: str) -> Push | None:
    try:
        row = from_json(line)
        remote, commit, at = (str(row[name]) for name in ("remote", "commit", "at"))
        moment = datetime.fromisoformat(at)
    except (ValueError, KeyError, TypeError):
        return None
    return Push(remote, commit, moment) if moment.tzinfo else None
