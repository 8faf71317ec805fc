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
from gitlab_journal.page.prose import fenced, heading, settled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitlab_journal.page.document import Page, Section

_BREAK = re.compile(r"\r\n|\n|\r")
_LAST_BREAK = re.compile(r"(?:\r\n|\n|\r)\Z")
_TITLE = re.compile(r"^ {0,3}#[ \t]+([^\r\n]*)", re.MULTILINE)
_BLANK_LINE = re.compile(r"(?:\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r)\Z")


def appended(page: Page, section: str, paragraphs: Iterable[str]) -> str:
    """Return the page with `paragraphs` at the end of a section. Raises PageError."""
    text = "\n\n".join(filter(None, map(settled, paragraphs)))
    if not text:
        return page.text
    page, found = _with_section(page, section)
    return _put(page, _end_of(page, found), text)


def filled(page: Page, section: str, markdown: str) -> str:
    """Return the page with `markdown` for the prose of a section, whose blocks stay.

    Raises PageError.
    """
    page, found = _with_section(page, section)
    _refuse_open(page, found.end)
    ours = fences_of(page, found)
    gaps = gaps_of(page, found)
    place = next((index for index, gap in enumerate(gaps) if gap), 0)
    newline = _newline_at(page, found.body)
    parts = [page.text[fence.start : fence.end].rstrip("\r\n") for fence in ours]
    parts.insert(place, settled(markdown).replace("\n", newline))
    body = (newline * 2).join(part for part in parts if part)
    before, after = page.text[: found.body], page.text[found.end :]
    heading_break = "" if before.endswith(("\r", "\n")) else newline
    lead, tail = (newline, newline) if body else ("", "")
    return f"{before}{heading_break}{lead}{body}{tail}{newline if after else ''}{after}"


def with_block(page: Page, name: str, yaml: str) -> str:
    """Return the page with a new block in the section it belongs into. Raises PageError."""
    page, found = _with_section(page, section_of(name))
    names = SECTIONS[section_of(name)]
    here = {fence.name: fence for fence in fences_of(page, found) if fence.name in names}
    before = [here[other] for other in names[: names.index(name)] if other in here]
    after = [here[other] for other in names[names.index(name) + 1 :] if other in here]
    if before:
        last = max(before, key=lambda fence: fence.end)
        place = last.end
    elif after:
        place = min(fence.start for fence in after)
    else:
        place = _end_of(page, found)
    return _put(page, place, fenced(yaml, f"yaml {name}"))


def titled(page: Page, title: str) -> str:
    """Return the page under another title, the H1, which is made where there is none.

    Raises PageError.
    """
    if page.title and heading(title) == heading(page.title):
        return page.text
    end = page.sections[0].start if page.sections else len(page.text)
    for found in _TITLE.finditer(page.text, page.body, end):
        text = f"{page.text[: found.start(1)]}{heading(title)}{page.text[found.end(1) :]}"
        # a line that looks like it may stand in a fence or a comment
        if page.title is not None and parse(text, page.path).title != page.title:
            return text
    return _put(page, page.body, f"# {heading(title)}")


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
    found = _BREAK.search(text, len(text[:end].rstrip()), end)
    return found.end() if found else end


def _newline_at(page: Page, place: int) -> str:
    """Return the line ending in front of `place`: a page of several kinds must not mix them up."""
    found = _LAST_BREAK.search(page.text[max(place - 2, 0) : place])
    return found[0] if found else page.newline


def _refuse_open(page: Page, place: int) -> None:
    if page.open_line is not None and page.line(place) >= page.open_line:
        reason = "this is never closed; close it before the page can grow behind it"
        raise PageError(reason, path=page.path, line=page.open_line)


def _put(page: Page, place: int, markdown: str) -> str:
    """Return the page with a paragraph at `place`, the start of a line; blank lines around it."""
    _refuse_open(page, place)
    before, after = page.text[:place], page.text[place:]
    newline = _newline_at(page, place)
    ended = before.endswith(("\r", "\n"))
    lead = 0 if _BLANK_LINE.search(before) else 1 if ended else 2
    tail = int(ended) if not after.strip() or _BREAK.match(after) else 2
    written = markdown.replace("\n", newline)
    return f"{before}{newline * lead}{written}{newline * tail}{after}"
