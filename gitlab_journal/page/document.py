"""A page as front matter, title, sections.

Headings are found as CommonMark finds them: not inside a fence of backticks or tildes, nor inside
an HTML comment; what is never closed runs to the end of the page. A block is a fence whose info
string is `yaml NAME`. Nothing here knows which sections or blocks a journal expects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.errors import PageError
from gitlab_journal.page.values import line_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FENCE = re.compile(r" {0,3}(?:(`{3,})([^`]*)|(~{3,})(.*))")
_HEADING = re.compile(r" {0,3}(#{1,2})(?:[ \t]+(.*))?")
_COMMENT = re.compile(r" {0,3}<!--")
_FIRST = frozenset(" `~#<")
_BLOCK = re.compile(r"ya?ml[ \t]+([A-Za-z_][\w-]*)")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: `start` to `end` in the page, what it holds from `body` to `close`."""

    info: str
    name: str | None
    start: int
    body: int
    close: int
    end: int
    line: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Section:
    """What an H2 opens: the heading from `start`, what follows it from `body` to `end`."""

    name: str
    start: int
    body: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page with the places of its parts.

    `front` is the span of the front matter between its markers, None where there is none; `body`
    is where the rest begins, `open_line` the line of a fence or comment that is never closed.
    """

    text: str
    path: Path | None
    newline: str
    front: tuple[int, int] | None
    body: int
    title: str | None
    sections: tuple[Section, ...]
    fences: tuple[Fence, ...]
    open_line: int | None

    def section(self, name: str) -> Section | None:
        """Return the section of this name, in any case of its letters; None where it is absent."""
        wanted = name.casefold()
        return next((item for item in self.sections if item.name.casefold() == wanted), None)

    def block(self, name: str) -> Fence | None:
        """Return the block `yaml NAME`, None where it is absent."""
        return next((fence for fence in self.fences if fence.name == name), None)

    def line(self, index: int) -> int:
        """Return the line, from 1, of the character at `index`."""
        return 1 + line_at(self.text, index)


def parse(text: str, path: Path | None = None) -> Page:
    """Return the page that `text` holds.

    Raises PageError for front matter that is not closed, for a section or block that stands twice.
    """
    plain = _with_plain_breaks(text)
    front, start = _front(plain, path)
    title, sections, fences, open_line = scan(plain, start)
    page = Page(
        text=text,
        path=path,
        newline=_newline(text),
        front=front,
        body=start,
        title=title,
        sections=sections,
        fences=fences,
        open_line=open_line,
    )
    _refuse_twins("section", [(item.name.casefold(), item.line) for item in sections], path)
    _refuse_twins("block", [(item.name, item.line) for item in fences if item.name], path)
    return page


def scan(
    text: str, start: int = 0
) -> tuple[str | None, tuple[Section, ...], tuple[Fence, ...], int | None]:
    """Return title, sections, fences and the line of what is never closed, from `start` on.

    Every line of `text` ends with a line feed.
    """
    return _Scan(text, start).run()


def _with_plain_breaks(text: str) -> str:
    """Return `text`, equally long, with every line ending as a line feed."""
    if "\r" not in text:
        return text
    return text.replace("\r\n", " \n").replace("\r", "\n")


def _newline(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found[0] if found else "\n"


def _front(plain: str, path: Path | None) -> tuple[tuple[int, int] | None, int]:
    opening = re.compile(r"\ufeff?---[ \t]*(?:\n|$)").match(plain)
    if not opening:
        return None, 1 if plain.startswith("\ufeff") else 0
    closing = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE).search(
        plain, opening.end()
    )
    if not closing:
        raise PageError("the front matter is never closed; expected a line `---`", path=path)
    return (opening.end(), closing.start()), closing.end()


def _without_closing_hashes(name: str) -> str:
    bare = name.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else name


def _refuse_twins(kind: str, named: Sequence[tuple[str, int]], path: Path | None) -> None:
    seen: dict[str, int] = {}
    for name, line in named:
        if name in seen:
            reason = f"the {kind} {name!r} stands twice, first on line {seen[name]}"
            raise PageError(reason, path=path, line=line)
        seen[name] = line


class _Scan:
    """One walk over the lines of a page."""

    def __init__(self, plain: str, start: int) -> None:
        self._plain = plain
        self._start = start
        self._line = 1 + plain.count("\n", 0, start)
        self._title: str | None = None
        self._headings: list[tuple[str, int, int, int]] = []
        self._fences: list[Fence] = []
        self._open: tuple[str, str, int, int, int] | None = None
        self._comment: int | None = None

    def run(self) -> tuple[str | None, tuple[Section, ...], tuple[Fence, ...], int | None]:
        """Return title, sections, fences, the line of what is never closed."""
        start, line = self._start, self._line
        for content in self._plain[start:].split("\n"):
            end = min(start + len(content) + 1, len(self._plain))
            if self._comment is not None:
                if "-->" in content:
                    self._comment = None
            # Few lines open or close anything: look at one character before anything else.
            elif content[:1] in _FIRST:
                if self._open is None:
                    self._take(content, start, end, line)
                else:
                    self._close_fence(content, start, end)
            start, line = end, line + 1
        open_line = self._comment
        if self._open is not None:
            open_line = self._open[4]
            self._finish_fence(len(self._plain), len(self._plain), closed=False)
        return self._title, self._sections(), tuple(self._fences), open_line

    def _take(self, content: str, start: int, end: int, line: int) -> None:
        if found := _FENCE.fullmatch(content):
            info = (found[2] if found[1] else found[4]).strip()
            self._open = (found[1] or found[3], info, start, end, line)
        elif found := _HEADING.fullmatch(content):
            name = _without_closing_hashes((found[2] or "").strip())
            if found[1] == "##":
                self._headings.append((name, start, end, line))
            elif self._title is None:
                self._title = name
        elif _COMMENT.match(content) and "-->" not in content:
            self._comment = line

    def _close_fence(self, content: str, start: int, end: int) -> None:
        opening = self._open[0] if self._open else ""
        marks = content.strip(" \t")
        indented = content.startswith("    ")
        if not indented and len(marks) >= len(opening) and not marks.strip(opening[0]):
            self._finish_fence(start, end, closed=True)

    def _finish_fence(self, close: int, end: int, *, closed: bool) -> None:
        if self._open is None:
            return
        _, info, start, body, line = self._open
        block = _BLOCK.fullmatch(info)
        name = block[1] if block else None
        self._fences.append(Fence(info, name, start, body, close, end, line, closed))
        self._open = None

    def _sections(self) -> tuple[Section, ...]:
        ends = [*(start for _, start, _, _ in self._headings), len(self._plain)][1:]
        return tuple(
            Section(name, start, body, end, line)
            for (name, start, body, line), end in zip(self._headings, ends, strict=True)
        )
