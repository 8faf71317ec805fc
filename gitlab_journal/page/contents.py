"""What the page of an entry says, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import PageError
from gitlab_journal.page import blocks
from gitlab_journal.page.front import TEXTS, typed
from gitlab_journal.page.values import line_of, load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitlab_journal.page.document import Fence, Page

Known = dict[tuple[str, str], Any]
"""What texts met before, by the part they stood in, were read as."""

FRONT = "front"
IN_FRONT = ("params", "metrics")


@dataclass(frozen=True, slots=True)
class Contents:
    """The front matter as written, its keys with their types, the blocks by name."""

    front: Mapping[str, Any]
    fields: Mapping[str, Any]
    blocks: Mapping[str, Any]
    known: Known


def contents(page: Page, known: Known) -> Contents:
    """Return what `page` says; whatever `known` has read already is not read again.

    Raises PageError.
    """
    if page.front is None:
        raise PageError("the page has no front matter; expected `---` on line 1", path=page.path)
    reader = _Reader(page, known, {})
    front, fields = reader.front(*page.front)
    found = {name: front[name] for name in IN_FRONT if front.get(name) is not None}
    for fence in page.fences:
        if fence.name not in blocks.BLOCKS:
            continue
        if fence.name in found:
            reason = f"{fence.name} stands in the front matter too; expected it once"
            raise PageError(reason, path=page.path, line=fence.line)
        found[fence.name] = reader.block(fence)
    return Contents(front, fields, found, reader.met)


@dataclass(frozen=True, slots=True)
class _Reader:
    page: Page
    known: Known
    met: Known

    def front(self, start: int, end: int) -> tuple[dict[str, Any], dict[str, Any]]:
        text = self.page.text[start:end]
        key = (FRONT, text)
        if key not in self.known:
            self.met[key] = self._front(text, self.page.line(start))
        else:
            self.met[key] = self.known[key]
        front, fields = self.met[key]
        return dict(front), fields

    def _front(self, text: str, line: int) -> tuple[dict[str, Any], dict[str, Any]]:
        def refuse(reason: str, *keys: object) -> PageError:
            at = line_of(text, *keys, line=line, texts=TEXTS) if keys else line
            return PageError(reason, path=self.page.path, line=at)

        front = load(text, path=self.page.path, line=line, texts=TEXTS) or {}
        if not isinstance(front, dict):
            raise refuse("the front matter is no mapping; expected `key: value` lines")
        for name in IN_FRONT:
            if front.get(name) is not None and (wrong := blocks.problem(name, front[name])):
                raise refuse(wrong[1], name, *wrong[0])
        return front, typed(front, lambda key, reason: refuse(reason, key))

    def block(self, fence: Fence) -> Any:
        name, text = fence.name or "", self.page.text[fence.body : fence.close]
        key = (name, text)
        if key not in self.known:
            self.met[key] = self._block(name, text, fence.line + 1)
        else:
            self.met[key] = self.known[key]
        return self.met[key]

    def _block(self, name: str, text: str, line: int) -> Any:
        value = load(text, path=self.page.path, line=line)
        if value is None:
            value = [] if name in blocks.LISTS else {}
        if wrong := blocks.problem(name, value):
            at = line_of(text, *wrong[0], line=line)
            raise PageError(wrong[1], path=self.page.path, line=at)
        return value
