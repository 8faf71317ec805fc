"""Digests of files, folders and patterns of paths, by content."""

from __future__ import annotations

import os
import stat as modes
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import xxhash

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity.digests import PREFIX, digest
from gitlab_journal.identity.folders import files_inside, files_matching, fixed_part, is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.folders import Found

_BUFFER = 1 << 20


class FileCache(Protocol):
    """What remembers the digests of files between runs.

    The key is the path with the size, mtime_ns, ctime_ns and inode of `stat`. A file that was
    written within the clock's resolution of being read may change once more without showing it, so
    `put` should drop what is younger than a moment.
    """

    def get(self, path: str | Path, stat: os.stat_result) -> str | None:
        """Return the digest kept for the file, if nothing of the key has changed."""

    def put(self, path: str | Path, stat: os.stat_result, digest: str) -> None:
        """Keep the digest of the file."""


def located(value: object) -> object:
    """Return a value given as data, its text as paths where that names files.

    Text counts that names a file, a folder or a pattern of files; a list of texts, where each does;
    what a mapping holds, by itself.
    """
    if isinstance(value, str):
        return Path(value) if _names_files(value) else value
    if isinstance(value, list | tuple) and value and all(map(_names_files, value)):
        return [Path(item) for item in value]
    if type(value) is dict:
        return {name: located(item) for name, item in value.items()}
    return value


def outline_path(path: Path) -> str:
    """Return what a path given as data is called: a file, a folder or files."""
    if os.path.isdir(path):  # noqa: PTH112 - False where pathlib may raise PermissionError
        return "folder"
    return "file" if os.path.exists(path) or not is_pattern(str(path)) else "files"  # noqa: PTH110


def digest_path(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of what a path names: a file, a folder or the files of a pattern.

    Raises DescriptionError where something cannot be read or nothing matches, naming `where`.
    """
    of = {"file": digest_file, "folder": digest_folder, "files": digest_pattern}
    return of[outline_path(path)](path, cache=cache, where=where)


def digest_file(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of a file's content, read in pieces; its name does not count.

    Raises DescriptionError where it cannot be read, naming `where`.
    """
    try:
        before = path.stat()
    except OSError as error:
        raise _unreadable(str(path), where, error) from error
    return _digest_file(str(path), before, cache, where)


def digest_folder(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of a folder: relative paths in order, each with the file's content.

    A link counts as what it leads to, one to a folder above by where that is; empty folders do not
    count. Raises DescriptionError where something cannot be read, naming `where`.
    """
    return digest({"$folder": _listed(files_inside(str(path), where), str(path), cache, where)})


def digest_pattern(path: Path, *, cache: FileCache | None = None, where: str = "data") -> str:
    """Return the digest of the files that match: paths below the fixed part, each with its content.

    Neither the pattern itself counts nor its fixed part. Raises DescriptionError where nothing
    matches or something cannot be read, naming `where`.
    """
    found = _listed(files_matching(str(path), where), fixed_part(str(path)), cache, where)
    if not found:
        raise DescriptionError(where, f"no file matches {str(path)!r}")
    return digest({"$files": found})


def _names_files(text: object) -> bool:
    if not isinstance(text, str) or "\0" in text:
        return isinstance(text, Path)
    if os.path.exists(text):  # noqa: PTH110 - False for what is too long, too
        return True
    if not is_pattern(text) or "://" in text:
        return False
    prose = any(map(str.isspace, text))
    return not prose or ("/" in text and os.path.isdir(fixed_part(text)))  # noqa: PTH112


def _listed(found: Iterable[Found], folder: str, cache: FileCache | None, where: str) -> list[Tree]:
    """Return the pairs of a file's path below the folder and its digest, in order."""
    start = len(os.path.join(folder, ""))  # noqa: PTH118 - a folder may hold 100,000 files
    return [
        [
            path[start:],
            stat if isinstance(stat, str) else _digest_file(path, stat, cache, where),
        ]
        for path, stat in sorted(dict(found).items(), key=lambda item: item[0])
    ]


def _digest_file(path: str, before: os.stat_result, cache: FileCache | None, where: str) -> str:
    if not modes.S_ISREG(before.st_mode):
        raise DescriptionError(where, f"{path} is no regular file")
    kept = cache.get(path, before) if cache is not None else None
    if kept is not None:
        return kept
    try:
        found, after = _read(path, before.st_size)
    except OSError as error:
        raise _unreadable(path, where, error) from error
    if cache is not None and _same(before, after):
        cache.put(path, after, found)
    return found


def _unreadable(path: str, where: str, error: OSError) -> DescriptionError:
    return DescriptionError(where, f"{path} cannot be read: {error.strerror}")


def _read(path: str, size: int) -> tuple[str, os.stat_result]:
    hasher = xxhash.xxh3_128(b'{"$file":true}\0')
    buffer = bytearray(min(size, _BUFFER) or 1)  # a large one costs more than a small file
    view = memoryview(buffer)
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        while length := file.readinto(buffer):
            hasher.update(view[:length])
        return PREFIX + hasher.hexdigest(), os.fstat(file.fileno())


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    names = ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
    return all(getattr(before, name) == getattr(after, name) for name in names)
