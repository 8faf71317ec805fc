"""Where on a page something stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.page.blocks import BLOCKS, section_of
from gitlab_journal.page.front import TEXTS
from gitlab_journal.page.values import line_of

if TYPE_CHECKING:
    from gitlab_journal.entry import Entry

_FENCES = {"diff": "Code", "traceback": "Results"}


def line_in(entry: Entry, what: str) -> int:
    """Return the line of a key or section, from 1; where it is gone, that of what held it.

    `what` is as `edits` names it.
    """
    page = entry.page
    name, _, key = what.partition(".")
    fence = page.block(name) if name in BLOCKS else None
    if fence is not None:
        keys = [key] if key else []
        return line_of(page.text[fence.body : fence.close], *keys, line=fence.line + 1)
    if page.front is not None and (name in entry.front or name not in BLOCKS) and name.islower():
        start, end = page.front
        keys = [part for part in (name, key) if part and name in entry.front]
        return line_of(page.text[start:end], *keys, line=page.line(start), texts=TEXTS)
    section = page.section(_FENCES.get(name) or (section_of(name) if name in BLOCKS else name))
    return section.line if section else 1
