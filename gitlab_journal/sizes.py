"""A number of bytes, as people write it."""

from __future__ import annotations

import re

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]+)?) ?([kKmMgG][bB]|)")


def size_of(value: object) -> int | None:
    """Return the bytes that a number or words such as `10 MB` mean, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _SIZE.fullmatch(str(value).strip())
    return round(float(found[1]) * _UNITS[found[2].lower()]) if found else None


def size_words(size: int) -> str:
    """Return a size in words: `12 bytes`, `4.2 KB`, `31.5 MB`."""
    if size < 10**3:
        return "1 byte" if size == 1 else f"{size} bytes"
    unit, name = next(
        (unit, name) for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")) if size >= unit
    )
    return f"{size / unit:,.1f} {name}"
