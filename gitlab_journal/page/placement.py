"""Where new text goes in a page.

Each function returns the text of the page with something put in; every other byte stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitlab_journal.errors import PageError
from gitlab_journal.page.blocks import SECTIONS, section_of
from gitlab_journal.page.document import parse
from gitlab_journal.page.parts import fences_of, gaps_of
from gitlab_journal.page.prose import fenced, settled

if TYPE_CHECKING:
    from gitlab_journal.page.document import Page, Section

_BREAK = re.compile(r"\r\n|\n|\r")
_BREAKS_AFTER = re.compile(r"(?:\r\n|\n|\r)+")
_BREAKS_BEFORE = re.compile(r"(?:\r\n|\n|\r)+\Z")


def appended(page: Page, section: str, markdown: str) -> str:
    """Return the page with `markdown` at the end of a section. Raises PageError."""
    page, found = _with_section(page, section)
    return _put(page, _end_of(page, found), settled(markdown))


def filled(page: Page, section: str, markdown: str) -> str:
    """Return the page with `markdown` for the prose of a section, whose blocks stay.

    Raises PageError.
    """
    page, found = _with_section(page, section)
    _refuse_open(page, found.end)
    ours = fences_of(page, found)
    gaps = gaps_of(page, found)
    place = next((index for index, gap in enumerate(gaps) if gap), 0)
    parts = [page.text[fence.start : fence.end].rstrip("\r\n") for fence in ours]
    parts.insert(place, settled(markdown).replace("\n", page.newline))
    body = (page.newline * 2).join(part for part in parts if part)
    before = page.text[: found.body]
    before += "" if before.endswith(("\r", "\n")) else page.newline
    lead = page.newline if body else ""
    tail = page.newline * (2 if found.end < len(page.text) and body else 1)
    return f"{before}{lead}{body}{tail}{page.text[found.end :]}"


def with_block(page: Page, name: str, yaml: str) -> str:
    """Return the page with a new block in the section it belongs into. Raises PageError."""
    page, found = _with_section(page, section_of(name))
    names = SECTIONS[section_of(name)]
    here = {fence.name: fence for fence in fences_of(page, found) if fence.name in names}
    before = [here[other] for other in names[: names.index(name)] if other in here]
    after = [here[other] for other in names[names.index(name) + 1 :] if other in here]
    if before:
        last = max(before, key=lambda fence: fence.end)
        place = last.start + len(page.text[last.start : last.end].rstrip("\r\n"))
    elif after:
        place = min(fence.start for fence in after)
    else:
        place = _end_of(page, found)
    return _put(page, place, fenced(yaml, f"yaml {name}"))


def _with_section(page: Page, name: str) -> tuple[Page, Section]:
    found = page.section(name)
    if found:
        return page, found
    order = list(SECTIONS)
    following = order[order.index(name) + 1 :] if name in order else []
    places = [item.start for other in following if (item := page.section(other))]
    place = min(places) if places else _last_line(page.text, len(page.text))
    page = parse(_put(page, place, f"## {name}"), page.path)
    return page, page.section(name) or page.sections[-1]


def _end_of(page: Page, section: Section) -> int:
    """Return the place behind the last line of a section that is not blank, or its heading."""
    if not page.text[section.body : section.end].strip():
        return section.body
    return _last_line(page.text, section.end)


def _last_line(text: str, end: int) -> int:
    last = len(text[:end].rstrip())
    found = _BREAK.search(text, last, end)
    return found.start() if found else end


def _refuse_open(page: Page, place: int) -> None:
    if page.open_line is not None and page.line(place) >= page.open_line:
        reason = "this is never closed; close it before the page can grow behind it"
        raise PageError(reason, path=page.path, line=page.open_line)


def _put(page: Page, place: int, markdown: str) -> str:
    """Return the page with a paragraph at `place`, blank lines around it."""
    _refuse_open(page, place)
    before, after = page.text[:place], page.text[place:]
    lead = 2 - _count(_BREAKS_BEFORE.search(before[-4:])) if before else 0
    tail = 2 - _count(_BREAKS_AFTER.match(after)) if after.strip() else int(not after)
    written = markdown.replace("\n", page.newline)
    return f"{before}{page.newline * lead}{written}{page.newline * tail}{after}"


def _count(breaks: re.Match[str] | None) -> int:
    return min(len(_BREAK.findall(breaks[0])), 2) if breaks else 0
