"""The digests of data files that this machine has read before."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.store.files import write_file

if TYPE_CHECKING:
    import os
    from pathlib import Path

# A file written within a file system's clock tick may change again without showing it.
_TICK = 2_000_000_000  # nanoseconds


class FileDigests:
    """Digests by path, size, mtime and inode, read from `file` at first use.

    Derived: without the file, data files are read once more.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, list[object]] | None = None
        self._changed = False

    def get(self, path: Path, stat: os.stat_result) -> str | None:
        """Return the digest kept for the file, if neither size, mtime nor inode changed."""
        kept = self._read().get(str(path.absolute()))
        return str(kept[3]) if kept and kept[:3] == _key(stat) else None

    def put(self, path: Path, stat: os.stat_result, digest: str) -> None:
        """Keep the digest of a file that was not written just now."""
        if time.time_ns() - stat.st_mtime_ns > _TICK:
            self._read()[str(path.absolute())] = [*_key(stat), digest]
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
                self._known = dict(json.loads(self._file.read_bytes()))
            except (OSError, ValueError, TypeError):
                self._known = {}
        return self._known


def _key(stat: os.stat_result) -> list[object]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
