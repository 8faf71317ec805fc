"""Markdown that is to become part of a page.

Whatever a person or a program writes into a section must leave the page's own sections and blocks
as they are: its headings sink below H2, its fences are closed, its blocks lose their names.
"""

from __future__ import annotations

import re

from gitlab_journal.page.document import scan

_HEADING = re.compile(r"^( {0,3})##?(?=[ \t]|$)", re.MULTILINE)
_MARKS = re.compile(r"[`~]+")


def settled(markdown: str) -> str:
    """Return `markdown` without blank lines around it, harmless to the page that takes it in.

    Lines end with line feeds. A lone surrogate, which UTF-8 cannot hold, is spelt out.
    """
    text = re.sub(r"\r\n?", "\n", markdown).encode("utf-8", "backslashreplace").decode()
    text = re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip()
    _, _, fences, open_line = scan(text)
    parts = []
    position = 0
    for fence in fences:
        marks = _MARKS.search(text, fence.start)
        info = f"{marks[0]}yaml\n" if marks and fence.name else text[fence.start : fence.body]
        parts += [_sunk(text[position : fence.start]), info, text[fence.body : fence.end]]
        if marks and not fence.closed:
            parts.append(f"\n{marks[0]}")
        position = fence.end
    parts.append(_sunk(text[position:]))
    if open_line is not None and all(fence.closed for fence in fences):
        parts.append("\n-->")
    return "".join(parts)


def _sunk(text: str) -> str:
    return _HEADING.sub(r"\1###", text)


def heading(title: str) -> str:
    """Return `title` as the text of a heading: one line that reads back as it is, never empty."""
    line = " ".join(title.encode("utf-8", "backslashreplace").decode().split()) or "Untitled"
    # Hashes at the end would count as a closing sequence, unless one follows.
    return f"{line} #" if re.search(r"(?:^| )#+$", line) else line


def fenced(text: str, info: str) -> str:
    """Return `text` in a fence of backticks that is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    body = text if text.endswith("\n") or not text else f"{text}\n"
    return f"{fence}{info}\n{body}{fence}"
