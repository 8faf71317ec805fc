"""Digests of files and folders, by content."""

from __future__ import annotations

import os
import stat as modes
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import xxhash

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity.digests import PREFIX, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUFFER = 1 << 20


class FileCache(Protocol):
    """What remembers the digests of files between runs.

    The key is the path with the size, mtime_ns and inode of `stat`. A file that was written within
    the clock's resolution of being read may change once more without showing it, so `put` should
    drop what is younger than a moment.
    """

    def get(self, path: Path, stat: os.stat_result) -> str | None:
        """Return the digest kept for the file, if none of the three has changed."""

    def put(self, path: Path, stat: os.stat_result, digest: str) -> None:
        """Keep the digest of the file."""


def digest_file(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of a file's content, read in pieces; its name does not count.

    Raises DescriptionError where it cannot be read, naming `where`.
    """
    try:
        before = path.stat()
        if not modes.S_ISREG(before.st_mode):
            raise DescriptionError(where, f"{path} is no regular file")
        kept = cache.get(path, before) if cache is not None else None
        if kept is not None:
            return kept
        found, after = _read(path)
    except OSError as error:
        raise DescriptionError(where, f"{path} cannot be read: {error.strerror}") from error
    if cache is not None and _same(before, after):
        cache.put(path, after, found)
    return found


def digest_folder(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of a folder: relative paths in order, each with the file's content.

    A link to a file counts as the file, a link to a folder by where it points; empty folders do not
    count. Raises DescriptionError where something cannot be read, naming `where`.
    """
    entries = sorted(
        (inside.relative_to(path).as_posix(), inside) for inside in _inside(path, where)
    )
    return digest(
        {
            "$folder": [
                [name, f"-> {inside.readlink()}"]
                if inside.is_dir()
                else [name, digest_file(inside, cache=cache, where=where)]
                for name, inside in entries
            ]
        }
    )


def _read(path: Path) -> tuple[str, os.stat_result]:
    hasher = xxhash.xxh3_128(b'{"$file":true}\0')
    buffer = bytearray(_BUFFER)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(buffer):
            hasher.update(view[:length])
        return PREFIX + hasher.hexdigest(), os.fstat(file.fileno())


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    names = ("st_size", "st_mtime_ns", "st_ino")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def _inside(folder: Path, where: str) -> Iterator[Path]:
    """Yield the files and the links to folders below a folder."""

    def refuse(error: OSError) -> None:
        raise DescriptionError(where, f"{error.filename} cannot be read: {error.strerror}")

    for above, folders, files in os.walk(folder, onerror=refuse):
        names = [*files, *(name for name in folders if os.path.islink(os.path.join(above, name)))]  # noqa: PTH114, PTH118 - a folder may hold 100,000 files
        yield from (Path(above, name) for name in names)
