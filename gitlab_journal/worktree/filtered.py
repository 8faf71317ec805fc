"""Files that a filter of the user's changes on their way into git; no filter runs here.

Git LFS is the one whose result we can give ourselves: a pointer made of the file's digest and size.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_NO_FILTER = frozenset({b"unspecified", b"unset", b"set"})


def filters_of(paths: Iterable[bytes], *, run: Callable[..., bytes]) -> dict[bytes, str]:
    """Return the name of the filter of each path that has one; `run` is git in their root."""
    lines = b"".join(path + b"\0" for path in paths)
    if not lines:
        return {}
    fields = run("check-attr", "-z", "--stdin", "filter", input=lines).split(b"\0")
    return {
        path: os.fsdecode(value)
        for path, value in zip(fields[::3], fields[2::3], strict=False)
        if value not in _NO_FILTER
    }


def lfs_pointer(path: Path) -> bytes | None:
    """Return the pointer that Git LFS keeps in place of a file.

    None for what it would keep as it is: an empty file, a pointer, anything but a file.
    """
    if path.is_symlink() or not path.is_file() or not path.stat().st_size:
        return None
    with path.open("rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            return None
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _POINTER + f"oid sha256:{digest}\nsize {path.stat().st_size}\n".encode()
