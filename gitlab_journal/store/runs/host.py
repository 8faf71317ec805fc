"""The machine that a run goes on at, told apart from others that share its folder."""

from __future__ import annotations

import os
import socket
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOOT, _MACHINE = "/proc/sys/kernel/random/boot_id", "/etc/machine-id"


def describe_process() -> dict[str, object]:
    """Return what a marker says of this process: its number, and the machine by three names.

    Host names change, are given twice, and differ between containers of one machine; the kernel's
    boot is one and the same for all of them until the next; the machine's own id outlives it.
    """
    about = {"host": socket.gethostname(), "boot": _boot(), "machine": _machine()}
    return {"pid": os.getpid(), **{name: value for name, value in about.items() if value}}


def is_here(marker: Mapping[str, object]) -> bool:
    """Return whether a marker was written on this machine, so that a lock on it tells everything.

    Where there is doubt it was not, and the lease has its say.
    """
    if marker.get("boot") and marker["boot"] == _boot():
        return True
    known = marker.get("host"), marker.get("machine")
    return None not in known and known == (socket.gethostname(), _machine())


@cache
def _boot() -> str | None:
    return _first_line(_BOOT)


@cache
def _machine() -> str | None:
    if sys.platform == "linux":
        return _first_line(_MACHINE)
    import uuid

    number = uuid.getnode()
    return None if number >> 40 & 1 else f"{number:012x}"  # this bit: a number drawn at random


def _first_line(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None
