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
    """What is said of a collection of values: its type, shape and dtype, and how it is hashed."""

    type: str
    shape: tuple[int, ...] | None
    dtype: str | None
    hash: Callable[[Any, Place], str]


def short(digest: str) -> str:
    """Return a digest as a page shows it inside a value."""
    return f"xxh3 {digest.removeprefix(PREFIX)[:SHOWN_DIGITS]}…"
