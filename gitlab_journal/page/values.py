"""The YAML of a page, read as plain values.

The reader is strict where readers of YAML disagree: numbers, booleans and null are those of
YAML 1.2 (`1e-3` is a number; `no`, `12:30` and `2026-03-01` are words); a key that stands twice,
an alias, a tag, a second document or an invisible line break is refused with path and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from gitlab_journal.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

DEEPEST = 100
_TOO_LARGE = 10**4300  # for Python to write it out

_WORDS: dict[str, object] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_ALIAS, _SCALAR = yaml.AliasEvent, yaml.ScalarEvent
_MAPPING_START, _MAPPING_END = yaml.MappingStartEvent, yaml.MappingEndEvent
_SEQUENCE_END = yaml.SequenceEndEvent
_BLOCK_STYLES = ("|", ">")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_COLON = re.compile(r"\s*:")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# Line breaks to YAML 1.1, ordinary characters to YAML 1.2, invisible to a person.
_INVISIBLE_BREAK = re.compile("[\x85\u2028\u2029]")


@dataclass(slots=True)
class Node:
    """A value with its place: `start` and `end` count the characters of the text.

    `rest` is the end of the blank lines that a block scalar takes with it.
    """

    value: Any
    start: int
    end: int
    rest: int
    flow: bool = False
    pairs: tuple[tuple[Node, Node], ...] = ()
    items: tuple[Node, ...] = ()


def load(
    text: str, *, path: Path | None = None, line: int = 1, texts: Collection[str] = ()
) -> object:
    """Return the value that the YAML `text` holds; `line` is the line of the page it starts on.

    Scalars under the outermost keys in `texts` stay text as written (`2024`, `no`), but for a
    null that stands alone. Raises PageError.
    """
    node = read(text, path=path, line=line, texts=texts)
    return None if node is None else node.value


def read(
    text: str, *, path: Path | None = None, line: int = 1, texts: Collection[str] = ()
) -> Node | None:
    """Return the outermost node of the YAML `text`, None where it is empty, as `load` reads it.

    Raises PageError.
    """
    if found := _INVISIBLE_BREAK.search(text):
        code = f"{ord(found[0]):04x}"
        reason = f'YAML readers disagree about the invisible U+{code}; write it as "\\u{code}"'
        raise PageError(reason, path=path, line=line + line_at(text, found.start()))
    try:
        return _Reader(text, texts).document()
    except _RefusedError as error:
        at = line + line_at(text, error.index)
        raise PageError(str(error), path=path, line=at) from None
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        reason = " ".join(part for part in (error.context, error.problem) if part)
        at = line + (line_at(text, mark.index) if mark else 0)
        deep = "nesting depth" in reason  # some builds of libyaml stop before we do
        said = "the YAML is nested too deeply" if deep else f"this is no YAML: {reason}"
        raise PageError(said, path=path, line=at) from error
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        at = line + (line_at(text, found.start()) if found else 0)
        what = f"the character {found[0]!r}" if found else f"this text: {error}"
        raise PageError(f"YAML cannot hold {what}", path=path, line=at) from error
    except RecursionError as error:
        raise PageError("the YAML is nested too deeply", path=path, line=line) from error


class _RefusedError(Exception):
    """The reader met, at `index`, what it does not take."""

    def __init__(self, reason: str, index: int) -> None:
        super().__init__(reason)
        self.index = index


class _Reader:
    """Build nodes from events: a tree that libyaml builds would overflow the stack of C."""

    def __init__(self, text: str, texts: Collection[str]) -> None:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        self._next: Any = loader(text).get_event
        self._text = text
        self._texts = texts

    def document(self) -> Node | None:
        """Return the one node of the text, None where it holds none."""
        self._next()  # the stream's start
        start = self._next()
        if isinstance(start, yaml.StreamEndEvent):
            return None
        self._refuse_marker(start)
        node = self._node(self._next(), 0, False)
        self._refuse_marker(self._next())
        self._refuse_marker(self._next())
        return node

    def _refuse_marker(self, event: Any) -> None:
        if getattr(event, "explicit", None):
            reason = "the YAML holds a document marker or a directive; expected one document"
            raise _RefusedError(reason, event.start_mark.index)

    def _node(self, event: Any, depth: int, verbatim: bool) -> Node:  # noqa: FBT001 -- called for each value
        kind = type(event)
        start = event.start_mark.index
        if kind is _ALIAS or event.anchor:
            raise _RefusedError("an anchor or alias stands here; write the value out", start)
        if event.tag:
            raise _RefusedError(f"the tag {event.tag} stands here; expected a plain value", start)
        if kind is _SCALAR:
            value = event.value
            if event.implicit[0] and not (verbatim and (depth > 1 or value not in _NULLS)):
                value = _plain(value, start)
            end = rest = event.end_mark.index
            if event.style in _BLOCK_STYLES:
                end = start + len(self._text[start:rest].rstrip(" \t\r\n"))
            return Node(value, start, end, rest)
        if depth >= DEEPEST:
            raise _RefusedError("the YAML is nested too deeply", start)
        if kind is _MAPPING_START:
            return self._mapping(event, depth, verbatim)
        return self._sequence(event, depth, verbatim)

    def _sequence(self, event: Any, depth: int, verbatim: bool) -> Node:  # noqa: FBT001 -- as above
        items: list[Node] = []
        while type(inner := self._next()) is not _SEQUENCE_END:
            items.append(self._node(inner, depth + 1, verbatim))
        node = _collection([item.value for item in items], event, inner, items[-1:])
        node.items = tuple(items)
        return node

    def _mapping(self, event: Any, depth: int, verbatim: bool) -> Node:  # noqa: FBT001 -- as above
        pairs: list[tuple[Node, Node]] = []
        values: dict[object, object] = {}
        while type(inner := self._next()) is not _MAPPING_END:
            key = self._node(inner, depth + 1, verbatim)
            if isinstance(key.value, dict | list):
                raise _RefusedError("a key is a list or a mapping; expected a word", key.start)
            if key.value in values:
                raise _RefusedError(f"the key {key.value!r} stands twice", key.start)
            kept = verbatim or (depth == 0 and key.value in self._texts)
            item = self._node(self._next(), depth + 1, kept)
            if item.start == item.end:
                self._place_behind(key, item)
            pairs.append((key, item))
            values[key.value] = item.value
        node = _collection(values, event, inner, pairs[-1] if pairs else ())
        node.pairs = tuple(pairs)
        return node

    def _place_behind(self, key: Node, item: Node) -> None:
        """Put a value of no length where it would stand: parsers place it at what comes next."""
        colon = _COLON.match(self._text, key.end)
        item.start = item.end = item.rest = colon.end() if colon else key.end


def _collection(value: object, event: Any, closing: Any, last: Sequence[Node]) -> Node:
    """Return a node without children; a block ends with its `last`, not where the parser stood."""
    start = event.start_mark.index
    if event.flow_style or not last:
        end = rest = closing.end_mark.index
    else:
        end = max(node.end for node in last)
        rest = max(node.rest for node in last)
    return Node(value, start, end, rest, flow=bool(event.flow_style))


_TOO_LONG = "an integer of more than 4300 digits stands here; put it in quotes"
_NULLS = frozenset(word for word, value in _WORDS.items() if value is None)


def _plain(text: str, index: int) -> object:
    if text[:1] not in _NUMBER_STARTS or text in _WORDS:
        return _WORDS.get(text, text)
    if _INTEGER.fullmatch(text):
        try:
            return int(text)
        except ValueError as error:
            raise _RefusedError(_TOO_LONG, index) from error
    if _PREFIXED.fullmatch(text):
        number = int(text, 0)
        if number >= _TOO_LARGE:
            raise _RefusedError(_TOO_LONG, index)
        return number
    return float(text) if _FLOAT.fullmatch(text) else text


def line_at(text: str, index: int) -> int:
    """Return how many lines end before `index`."""
    before = text[:index]
    return before.count("\n") + before.count("\r") - before.count("\r\n")


def line_of(text: str, *keys: object, line: int = 1, texts: Collection[str] = ()) -> int:
    """Return the line of the value under `keys` in the YAML `text`, read as `load` reads it.

    The line of the innermost key that is there stands in for one that is not. Raises PageError.
    """
    node = read(text, texts=texts)
    for key in keys:
        if node is None or key not in (node.value if node.pairs else range(len(node.items))):
            break
        names = list(node.value) if node.pairs else list(range(len(node.items)))
        place = names.index(key)
        node = node.pairs[place][1] if node.pairs else node.items[place]
    return line + (line_at(text, node.start) if node else 0)
