"""YAML written so that every reader takes it for the same value.

Readers of YAML 1.1 and 1.2 agree on what this writes: floats have a dot and a signed exponent, a
word that any of them could take for a number, a date, a boolean or null stands in double quotes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

from gitlab_journal.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

Style = Literal["block", "front", "rows"]

WIDTH = 88
# A key may be no longer than this in readers that look ahead for its colon.
_LONGEST_KEY = 1000
_LARGEST_INTEGER = 10**4000

_WORD = re.compile(r"[^\W\d_](?:[\w ./()<>=+*^%,;@$~#:'-]*[\w./()<>=+*^%;@$~'-])?")
_IDENTIFIER = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}", re.ASCII)
# Letters that no notation of a number, a date or a time knows.
_NEVER_IN_NUMBERS = re.compile(r"[g-mp-su-wyG-MP-SU-WY]")
_BREAKS_PLAIN = re.compile(r":(?:\s|$)|\s#")
_BREAKS_FLOW = re.compile(r"[,:]")
_RESERVED = frozenset(
    "y n yes no on off true false null none nil nan inf infinity nul".split()  # noqa: SIM905 -- one line of words
)
_ESCAPED = re.compile(
    '["\\\\\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff]'
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: object, *, flow: bool = False) -> str:
    """Return one value in YAML, on one line; in `flow` it may stand between brackets.

    A time becomes a plain timestamp in UTC. A lone surrogate, which no file can hold, is spelt
    out. Raises ArgumentError for what is neither a number, a word, a boolean, None nor a
    time.
    """
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(str.__str__(value), flow=flow)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral):
        number = int(value)
        return str(number) if abs(number) < _LARGEST_INTEGER else f'"{number:#x}"'
    if isinstance(value, Real):
        return _float(float(value))
    if isinstance(value, datetime):
        return timestamp(value)
    raise ArgumentError(f"a page cannot hold a value of the type {type(value).__qualname__}")


def timestamp(time: datetime) -> str:
    """Return `time` to the second, in UTC, as `2026-03-01T18:43:07Z`."""
    return f"{time.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"


def _float(number: float) -> str:
    if math.isnan(number):
        return ".nan"
    if math.isinf(number):
        return ".inf" if number > 0 else "-.inf"
    digits, exponent, power = repr(number).partition("e")
    if "." not in digits:
        digits += ".0"
    return digits + exponent + power


def _text(text: str, *, flow: bool) -> str:
    if _is_plain(text) and not (flow and _BREAKS_FLOW.search(text)):
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _is_plain(text: str) -> bool:
    if _IDENTIFIER.fullmatch(text):
        return True
    word = text if not text[:1].isdigit() else f"n{text}"
    return (
        _WORD.fullmatch(word) is not None
        and (word is text or _NEVER_IN_NUMBERS.search(text) is not None)
        and text.casefold() not in _RESERVED
        and _BREAKS_PLAIN.search(text) is None
    )


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        return f"\\\\u{ord(character):04x}"
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def flow(value: object) -> str:
    """Return a value in YAML on one line, lists and mappings in brackets. Raises ArgumentError."""
    if isinstance(value, Mapping):
        pairs = (f"{_flow_key(key)} {flow(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(flow(item) for item in value)}]"
    return scalar(value, flow=True)


def _flow_key(key: object) -> str:
    written = scalar(key, flow=True)
    return f"{written}:" if len(written) < _LONGEST_KEY else f"? {written} :"


def lines(key: object, value: object, *, style: Style = "block", width: int = WIDTH) -> list[str]:
    """Return the lines, without breaks, of one key of a mapping. Raises ArgumentError."""
    head = scalar(key)
    above = [] if len(head) < _LONGEST_KEY else [f"? {head}"]
    head = "" if above else head
    if not isinstance(value, Mapping | list | tuple):
        return [*above, f"{head}: {scalar(value)}"]
    line = f"{head}: {flow(value)}"
    listed = style == "front" and isinstance(value, list | tuple)
    if not value or style == "rows" or (len(line) <= width and not listed):
        return [*above, line]
    if isinstance(value, Mapping):
        below = [
            line for name, item in value.items() for line in lines(name, item, width=width - 2)
        ]
    else:
        below = [f"- {item(element)}" for element in value]
    return [*above, f"{head}:", *(f"  {line}" for line in below)]


def item(value: object) -> str:
    """Return one item of a list that is written below its key. Raises ArgumentError."""
    return flow(value) if isinstance(value, Mapping | list | tuple) else scalar(value)


def dump(mapping: Mapping[str, object], *, style: Style = "block") -> str:
    """Return a mapping in YAML; ends with a line break.

    `front` writes each list below its key, `rows` each value on one line, `block` a value on one
    line where it fits in 88 columns, else below its key. Raises ArgumentError.
    """
    return "".join(
        f"{line}\n" for key, value in mapping.items() for line in lines(key, value, style=style)
    )


def dump_list(rows: Sequence[object]) -> str:
    """Return a list in YAML, one item a line. Raises ArgumentError."""
    return "".join(f"- {item(row)}\n" for row in rows)
