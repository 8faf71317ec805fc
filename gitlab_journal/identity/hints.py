"""What to pass instead of a value that has no stable description."""

from __future__ import annotations

from collections.abc import Iterator
from io import IOBase

from gitlab_journal.identity.source.project import is_of_project


def reads_once(value: object) -> bool:
    """Tell whether a value is gone once read: an iterator, an open file, a socket, a cursor."""
    if isinstance(value, Iterator | IOBase):
        return True
    kind = type(value)
    if is_of_project(kind):
        return False
    held = getattr(value, "file", None) if hasattr(kind, "close") else None  # a temporary file's
    methods = ("read", "recv", "fetchone")
    return isinstance(held, IOBase) or (
        hasattr(kind, "close") and any(hasattr(kind, name) for name in methods)
    )


def instead_of(value: object) -> str:
    """Return the advice on a value: by what it offers to other libraries."""
    kind = type(value)
    if hasattr(kind, "__dataframe__") or hasattr(kind, "__arrow_c_stream__"):
        return "pass it as a frame of pandas or polars or a table of pyarrow"
    if hasattr(kind, "__array__") or hasattr(kind, "__array_interface__"):
        return "pass the array from numpy.asarray(...)"
    return "pass what it is made from"
