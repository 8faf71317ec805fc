"""YAML edited key by key.

Every byte that an edit does not speak of stays: comments, quotes, spacing, a number's own digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from gitlab_journal.page.values import read
from gitlab_journal.page.writer import flow, item, lines, scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from gitlab_journal.page.values import Node
    from gitlab_journal.page.writer import Style

    Edit = tuple[int, int, str]  # the text between two places becomes this

_BREAK = re.compile(r"\r\n|\n|\r")


def edit_mapping(
    text: str,
    changes: Mapping[str, object],
    *,
    remove: Collection[object] = (),
    whole: bool = False,
    order: Sequence[object] = (),
    style: Style = "block",
    newline: str = "\n",
    path: Path | None = None,
    line: int = 1,
) -> str:
    """Return the YAML mapping `text` with `changes`, without the keys in `remove`.

    `whole` removes every key that `changes` does not name. A new key goes behind the nearest one
    that precedes it in `order`, one that `order` does not name to the end. A value that is equal
    already keeps its spelling. Raises PageError for damaged text, ArgumentError for a value that
    YAML cannot hold.
    """
    node = read(text, path=path, line=line)
    editor = _Editor(text, style, newline)
    if node is None or not node.pairs:
        written = "".join(editor.written(key, value) for key, value in changes.items())
        if node is None:
            return _joined(text, [editor.inserted(len(text), written)])
        return _joined(text, [(node.start, node.end, written.rstrip("\r\n"))] if written else [])
    gone = [key for key in node.value if key in remove or (whole and key not in changes)]
    return _joined(text, editor.mapping(node, changes, remove=gone, order=order))


def _joined(text: str, edits: Iterable[Edit]) -> str:
    parts = []
    position = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


@dataclass(frozen=True, slots=True)
class _Editor:
    """What every edit of one text needs to know."""

    text: str
    style: Style
    newline: str

    def mapping(
        self,
        node: Node,
        changes: Mapping[str, object],
        *,
        remove: Collection[object],
        order: Sequence[object],
    ) -> Iterator[Edit]:
        """Yield the edits that turn the mapping at `node` into the changed one."""
        for key, value in node.pairs:
            if key.value in changes and key.value not in remove:
                yield from self._value(value, changes[key.value], key=key, inside=node.flow)
        new = [name for name in changes if name not in node.value]
        if node.flow:
            yield from self._flow_mapping(node, {name: changes[name] for name in new}, remove)
            return
        for key, value in node.pairs:
            if key.value in remove:
                yield self._line_start(key.start), self._after(key, value), ""
        indent = " " * (node.start - self._line_start(node.start))
        ranks = {key: rank for rank, key in enumerate(order)}
        for name in sorted(new, key=lambda name: ranks.get(name, len(ranks))):
            written = self.written(name, changes[name], indent=indent)
            yield self.inserted(self._place(node, ranks, name), written)

    def _flow_mapping(
        self, node: Node, new: Mapping[str, object], remove: Collection[object]
    ) -> Iterator[Edit]:
        if all(key.value in remove for key, _ in node.pairs):
            yield node.start, node.end, flow(new)
            return
        kept: int | None = None
        previous = node.start
        for index, (key, value) in enumerate(node.pairs):
            end = max(key.end, value.end)
            if key.value not in remove:
                kept = end
            elif kept is None:
                yield key.start, node.pairs[index + 1][0].start, ""
            else:
                yield previous, end, ""
            previous = end
        if new and kept is not None:
            yield kept, kept, f", {flow(new)[1:-1]}"

    def _value(
        self, node: Node, value: object, *, key: Node | None, inside: bool
    ) -> Iterator[Edit]:
        """Yield the edits that turn one value into another; `inside` brackets, or not."""
        if flow(node.value) == flow(value) or self.text[node.start : node.end] == flow(value):
            return
        if isinstance(value, Mapping) and value and node.pairs and self._is_open(node):
            gone = [name for name in node.value if name not in value]
            yield from self.mapping(node, value, remove=gone, order=list(value))
        elif isinstance(value, list | tuple) and value and node.items:
            yield from self._sequence(node, value)
        else:
            yield from self._replaced(node, value, key=key, inside=inside)

    def _is_open(self, node: Node) -> bool:
        """Return whether keys can come and go: not behind a dash, nor as a pair without braces."""
        if node.flow:
            return self.text[node.start] == "{"
        return not self.text[self._line_start(node.start) : node.start].strip()

    def _sequence(self, node: Node, values: Sequence[object]) -> Iterator[Edit]:
        for child, value in zip(node.items, values, strict=False):
            yield from self._value(child, value, key=None, inside=node.flow)
        surplus, more = node.items[len(values) :], values[len(node.items) :]
        last = node.items[-1]
        if surplus:
            kept = node.items[len(values) - 1]
            start = kept.end if node.flow else self._after(kept)
            yield start, last.end if node.flow else self._after(last), ""
        if more and node.flow:
            yield last.end, last.end, f", {flow(list(more))[1:-1]}"
        elif more:
            indent = " " * (node.start - self._line_start(node.start))
            written = "".join(f"{indent}- {item(value)}{self.newline}" for value in more)
            yield self.inserted(self._after(last), written)

    def _replaced(
        self, node: Node, value: object, *, key: Node | None, inside: bool
    ) -> Iterator[Edit]:
        nested = isinstance(value, Mapping | list | tuple)
        written = flow(value) if inside or nested else scalar(value)
        if node.start == node.end:
            lead = ": " if inside else f"{self.newline}: "
            if key is None or node.start > key.end:
                lead = " "
            yield node.start, node.end, lead + written
        elif key is not None and self._line_start(node.start) > key.end:
            # The value stands below its key, whose line keeps the comment behind it.
            colon = self.text.index(":", key.end) + 1
            yield colon, colon, f" {written}"
            yield self._line_start(node.start), self._next_line(node.end), ""
        else:
            yield node.start, node.end, written

    def written(self, key: object, value: object, *, indent: str = "") -> str:
        """Return the lines of one key of a block mapping."""
        written = lines(key, value, style=self.style)
        return "".join(f"{indent}{line}{self.newline}" for line in written)

    def inserted(self, place: int, written: str) -> Edit:
        """Return the edit that puts whole lines at the start of a line, or at the end of all."""
        if place == len(self.text) and self.text and self.text[-1] not in "\r\n":
            return place, place, self.newline + written.rstrip("\r\n")
        return place, place, written

    def _place(self, node: Node, ranks: Mapping[object, int], name: object) -> int:
        if name in ranks:
            ranked = [
                (ranks[key.value], key, value) for key, value in node.pairs if key.value in ranks
            ]
            before = [row for row in ranked if row[0] < ranks[name]]
            if before:
                return self._after(*max(before, key=itemgetter(0))[1:])
            if ranked:
                return self._line_start(min(ranked, key=itemgetter(0))[1].start)
        return self._after(*node.pairs[-1])

    def _after(self, *nodes: Node) -> int:
        """Return where the first line begins that no longer belongs to `nodes`."""
        end = max(node.end for node in nodes)
        rest = max(node.rest for node in nodes)
        return rest if rest > end else self._next_line(end)

    def _line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def _next_line(self, index: int) -> int:
        found = _BREAK.search(self.text, index)
        return found.end() if found else len(self.text)
