"""Read a small file where a stranger may have put a trap instead."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

SMALL = 1 << 20  # bytes; no configuration of a person's comes near


def holds(path: Path, content: bytes) -> bool:
    """Return whether a file has just this content, reading no more of it than that. OSError."""
    try:
        return read_small(path, most=len(content)) == content
    except StoreError:  # larger, or none
        return False


def read_small(path: Path | str, *, most: int = SMALL) -> bytes | None:
    """Return the content of a file, None where there is none.

    A pipe or a device is not waited for. Raises StoreError for what is no file or holds more
    than `most` bytes, OSError.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise StoreError(f"{path} is no file; expected one")
        if status.st_size > most:
            raise StoreError(f"{path} holds {status.st_size:,} bytes; expected at most {most:,}")
        parts = []
        while part := os.read(descriptor, SMALL):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)
