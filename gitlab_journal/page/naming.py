"""The names of entries: identifier, short title, where the page lies."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_LONGEST_SLUG = 60
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{4})(\d{2})-", re.ASCII)
FULL = 500  # pages: each commit writes the list of a folder anew, and git keeps every version


def new_id(now: datetime, entropy: bytes) -> str:
    """Return an identifier such as `20260301-184307-d7k7m2`.

    UTC to the second, two characters for its fraction, four from at least 20 bits of `entropy`.
    """
    fraction = now.microsecond * 32**2 // 1_000_000
    number = fraction * 32**4 + int.from_bytes(entropy) % 32**4
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(25, -5, -5))
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{letters}"


def slug(title: str) -> str:
    """Return `title` as at most 60 letters, digits and hyphens of ASCII, never none."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > _LONGEST_SLUG:
        cut = words[: _LONGEST_SLUG + 1].rpartition("-")[0]
        words = cut or words[:_LONGEST_SLUG]
    return words or "entry"


def page_path(
    id: str,  # noqa: A002 -- an entry's id is called id
    title: str,
    *,
    pages_in: Callable[[PurePosixPath], int] = lambda folder: 0,  # noqa: ARG005
) -> PurePosixPath:
    """Return where the page of a new entry goes: `entries/2026/03/01/<id>-<slug>.md`.

    `pages_in` says how many pages a folder holds: where there are 500, the page goes into a folder
    by hour and minute, and where that one has filled up as well, by second below it.
    """
    moment = _MOMENT.match(id)
    folder = PurePosixPath("entries", *(moment.groups()[:3] if moment else ()))
    for part in moment.groups()[3:] if moment else ():
        if pages_in(folder) < FULL:
            break
        folder /= part
    return folder / f"{id}-{slug(title)}.md"


def attachments_path(page: PurePosixPath, id: str) -> PurePosixPath:  # noqa: A002 -- as above
    """Return the folder of an entry's attachments, beside its page."""
    return page.parent / id
