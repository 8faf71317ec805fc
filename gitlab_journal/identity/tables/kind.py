"""What is said of a collection of values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.place import Place

SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of a collection of values: its type, shape and dtype, and how it is hashed.

    `detail`, where there is one, returns the digest together with what a page keeps of the parts,
    by which a later change is told: `columns` (by label, the first digits of the digest of dtype
    and values) of frames, `parts` (the first digits of consecutive blocks of rows) of arrays.
    """

    type: str
    shape: tuple[int, ...] | None
    dtype: str | None
    hash: Callable[[Any, Place], str]
    detail: Callable[[Any, Place], tuple[str, dict[str, Any]]] | None = None


def short(digest: str) -> str:
    """Return a digest as a page shows it inside a value."""
    return f"xxh3 {digest.removeprefix(PREFIX)[:SHOWN_DIGITS]}…"
