"""Everything that a folder holds: packed, compressed or in a database, too."""

from __future__ import annotations

import sqlite3
import subprocess
import zipfile
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SQLITE = b"SQLite format 3\0"


def contents(folder: Path, *, but: frozenset[Path]) -> Iterator[tuple[Path, bytes]]:
    """Yield what the files below `folder` hold, as it is and unpacked, each with its file."""
    for path in sorted(folder.rglob("*")):
        if path.name == "HEAD" and (path.parent / "objects").is_dir():
            words = ("cat-file", "--batch-all-objects", "--batch", "--unordered")
            found = subprocess.run(
                ["git", "--git-dir", path.parent, *words], capture_output=True, check=True
            )
            yield path.parent, found.stdout
        if path.is_file() and not path.is_symlink() and path not in but:
            yield path, str(path.relative_to(folder)).encode()
            content = path.read_bytes()
            yield path, content
            for unpacked in _unpacked(path, content):
                yield path, unpacked


def _unpacked(path: Path, content: bytes) -> Iterator[bytes]:
    if content.startswith(_SQLITE):
        with closing(sqlite3.connect(path)) as database:
            yield "\n".join(database.iterdump()).encode(errors="replace")
            # text that a database compressed itself
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                    for value in row:
                        if isinstance(value, bytes):
                            yield from _inflated(value)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    yield from _inflated(content)


def _inflated(content: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(content)  # zlib or gzip
    except zlib.error:
        return
