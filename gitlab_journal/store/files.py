"""Write files that a crash leaves whole or not at all."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_file(
    path: Path, content: bytes, *, scratch: Path | None = None, durable: bool = False
) -> None:
    """Put `content` at `path` by a rename; with `durable` it outlives a power cut as well.

    The folder of `path` must exist. What a crash leaves half-written lies in `scratch`, else
    beside `path`. A durable name needs `sync_folder` after it.
    """
    temporary = (scratch or path.parent) / f".{path.name[:100]}.{secrets.token_hex(4)}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_file(file: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path | str) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
