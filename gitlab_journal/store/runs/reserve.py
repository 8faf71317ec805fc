"""Disk space set aside, so that a result can be written where the disk is full."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gitlab_journal.store.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 1 << 20
_NAME = "reserve"


def set_aside(state: Path) -> None:
    """Make the reserve unless it is there. Raises OSError where there is no room for it."""
    path = state / _NAME
    try:
        if os.stat(path).st_size >= SIZE:  # noqa: PTH116 - half the cost, at each run
            return
    except FileNotFoundError:
        pass
    # zeros would take no room where the file system packs its files
    write_file(path, os.urandom(SIZE), durable=True)


def give_up(state: Path) -> bool:
    """Free the reserve; returns whether there was one."""
    try:
        (state / _NAME).unlink()
    except OSError:
        return False
    return True
