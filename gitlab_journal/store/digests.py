"""The digests of data files that this machine has read before."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from time import time_ns
from typing import TYPE_CHECKING

from gitlab_journal.page.portable import from_json
from gitlab_journal.store.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

# A file written within a file system's clock tick may change again without showing it.
_TICK = 2_000_000_000  # nanoseconds


class FileDigests:
    """Digests by path, size, mtime, ctime and inode, read from `file` at first use.

    An edit that puts the mtime back, as `cp -p` and `touch -r` do, still shows in the ctime.

    Derived: without the file, data files are read once more.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, list[object]] | None = None
        self._changed = False

    def get(self, path: str | Path, stat: os.stat_result) -> str | None:
        """Return the digest kept for the file, if neither size, times nor inode changed."""
        kept = self._read().get(_absolute(path))
        return str(kept[-1]) if kept and kept[:-1] == _key(stat) else None

    def put(self, path: str | Path, stat: os.stat_result, digest: str) -> None:
        """Keep the digest of a file that was not written just now."""
        if time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) > _TICK:
            self._read()[_absolute(path)] = [*_key(stat), digest]
            self._changed = True

    def save(self) -> None:
        """Write what was learnt since the last time; where that fails it is learnt again."""
        if self._changed:
            with suppress(OSError):
                write_file(self._file, json.dumps(self._known).encode())
            self._changed = False

    def _read(self) -> dict[str, list[object]]:
        if self._known is None:
            try:
                self._known = dict(from_json(self._file.read_bytes()))
            except (OSError, ValueError, TypeError):
                self._known = {}
        return self._known


def _absolute(path: str | Path) -> str:
    return os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - once for each of 100,000 files


def _key(stat: os.stat_result) -> list[object]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
