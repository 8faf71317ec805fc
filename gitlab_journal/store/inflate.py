"""Unpack what git has compressed, where a stranger may have packed a bomb."""

from __future__ import annotations

import os
import zlib
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1 << 30  # bytes of one object, such as a file that is attached
LARGEST_TREE = 1 << 26  # bytes of a tree or a commit: a million names
LARGEST_PAGE = 1 << 25
MOST_AT_ONCE = 1 << 32
_HEADER = 64  # bytes; git's own is shorter


def check_size(digest: str, kind: str, size: int) -> None:
    """Raise StoreError for an object that is too large to be read into memory."""
    most = LARGEST if kind == "blob" else LARGEST_TREE
    if size > most:
        raise StoreError(
            f"object {digest} is a {kind} of {size:,} bytes; expected at most {most:,}"
        )


def read_inflated(path: str, digest: str) -> bytes:
    """Return a loose object, its header before it; memory never holds more than it may have.

    Raises StoreError for one that says to be too large, ValueError or zlib.error for one that is
    damaged, or holds more than it says, OSError.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - half the cost
        check_size(digest, "blob", os.fstat(file.fileno()).st_size)
        stored = file.read()
    unpacker = zlib.decompressobj()
    start = unpacker.decompress(stored, _HEADER)
    kind, size = _header(start)
    check_size(digest, kind, size)
    left = start.index(b"\0") + 1 + size - len(start)
    rest = unpacker.decompress(unpacker.unconsumed_tail, left + 1) if left >= 0 else b""
    if not unpacker.eof:
        raise ValueError("it is cut off, or holds more than its header says")
    return start + rest


def loose_size(folder: Path, digest: str) -> int | None:
    """Return the size that a loose object says to have, None where it is not here or damaged."""
    try:
        with (folder / digest[:2] / digest[2:]).open("rb") as file:
            start = zlib.decompressobj().decompress(file.read(_HEADER), _HEADER)
        return _header(start)[1]
    except (OSError, ValueError, zlib.error):
        return None


def _header(start: bytes) -> tuple[str, int]:
    """Return the kind and the size in the header of an object. Raises ValueError."""
    said, found, _ = start.partition(b"\0")
    kind, _, size = said.partition(b" ")
    if not found or not size.isdigit():
        raise ValueError(f"its header {said[:40]!r} is none of git's")
    return kind.decode(errors="replace"), int(size)
