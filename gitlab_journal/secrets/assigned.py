"""Where a text gives a value to the name of a secret: `password = "..."`, `"token": "..."`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.secrets.names import is_identifier, is_plausible, strength

if TYPE_CHECKING:
    from collections.abc import Iterator

# A name of a secret holds one of these in one of three ways to write it: so a text is searched for
# letters as they are, which is five times as quick as in any case.
_PARTS = ("pass", "secret", "token", "key", "auth", "credential", "pwd", "cookie")
_SPELT = "|".join(form for part in _PARTS for form in (part, part.upper(), part.title()))
_BEFORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_NAMED = re.compile(  # begins with nothing but words: else each character costs four times as much
    rf"(?:{_SPELT}|_PAT)(?P<tail>[\w.-]{{0,80}}+)(?P<close>\\?[\"']\]?)?+(?=[ \t]*[:=])"
)
_LONGEST_NAME = 100
_SIGN = re.compile(
    r"[ \t]*(?::[ \t]*[\w.\[\]|, ]{1,60}?[ \t]*=(?!=)[ \t]*"  # with a type
    r"|(?::=|=>|=(?!=)|:(?![:=]))[ \t]*)"
)
_QUOTED = re.compile(
    r"(?P<prefix>[rbufRBUF]{0,2})(?:"
    r"\"\"\"(?P<a>(?:(?!\"\"\")(?:\\.|[^\\\n]))*+)\"\"\"|'''(?P<b>(?:(?!''')(?:\\.|[^\\\n]))*+)'''"
    r"|\"(?P<c>(?:\\.|[^\"\\\n])*+)\"|'(?P<d>(?:\\.|[^'\\\n])*+)'"
    r"|\\\"(?P<e>(?:(?!\\?\")[^\n])*+)\\\"|\\'(?P<f>(?:(?!\\?')[^\n])*+)\\')"
)
_BARE = re.compile(r"[^\s\"'`,;&()\[\]{}<>|\\]++")
_NO_BARE = frozenset("$%#=")  # at the beginning: it refers elsewhere, or is none
_LONGEST_BARE = 4000
_TYPE = re.compile(r"(?:u?int|float|complex)[0-9]+")
_CALL = re.compile(r"[\w.]+[(\[]")
_RANDOM_LENGTH, _RANDOM_DIGITS = 16, 3
_SIGNS_OF_TEXT = frozenset("!@#$%^&?~")  # no expression of Python's holds these in such a place


@dataclass(frozen=True, slots=True)
class _Place:
    """A name with a sign behind it: where it begins, the quote behind, where the value begins."""

    text: str
    name: str
    start: int
    close: str
    sign: str
    value: int

    @property
    def open(self) -> str:
        """The quote before the name, "" where there is none."""
        before = self.text[max(0, self.start - 2) : self.start]
        if before[-1:] not in ("'", '"'):
            return ""
        return before if before[:1] == "\\" else before[-1:]


@dataclass(slots=True)
class _Runs:
    """Where values without quotes end, each found once, however many names are in it."""

    end: int = field(default=0)

    def end_of(self, text: str, start: int) -> int:
        if start >= self.end:
            found = _BARE.match(text, start)
            self.end = found.end() if found else start
        return self.end


def find_assigned(text: str, *, is_code: bool = True) -> Iterator[tuple[int, int, str]]:
    """Yield where values stand under the name of a secret: from, to, no kind.

    Where the text is no code, but a file of settings, a value without quotes is none the less one.
    """
    runs, passed = _Runs(), 0
    for found in _NAMED.finditer(text):
        begin = found.start()
        if begin < passed:
            continue
        before = text[max(0, begin - _LONGEST_NAME) : begin]
        start = begin - len(before) + len(before.rstrip(_BEFORE))
        name = text[start : found.end("tail")]
        strong = strength(name)
        sign = _SIGN.match(text, found.end()) if strong else None
        if sign is None or strong is None:
            continue
        place = _Place(text, name, start, found["close"] or "", sign[0], sign.end())
        span = _value(place, strong, runs, is_code=is_code)
        if span is not None:
            passed = span[1]
            yield *span, ""


def _value(place: _Place, strong: str, runs: _Runs, *, is_code: bool) -> tuple[int, int] | None:
    """Return where the value stands, None where it is no secret."""
    text = place.text
    quoted = _QUOTED.match(text, place.value)
    if quoted is not None:
        if place.open and not place.close and _quote_of(quoted) == place.open:
            return None  # the quote behind the sign ends the string that holds the name
        group = quoted.lastgroup or "a"
        value = quoted[group]
        is_format = "f" in quoted["prefix"].lower() and "{" in value
        if is_format or value[:1] in (")", ",", "]", "}") or not is_plausible(value, strong):
            return None
        return quoted.span(group)
    if text[place.value : place.value + 1] in _NO_BARE:
        return None
    end = runs.end_of(text, place.value)
    if not 0 < end - place.value <= _LONGEST_BARE:
        return None
    value = text[place.value : end]
    if not is_plausible(value, strong):
        return None
    if not is_code or _is_variable(place, value, end) or _is_literal(place, value, end):
        return place.value, end
    return None


def _quote_of(quoted: re.Match[str]) -> str:
    whole = quoted[0][len(quoted["prefix"]) :]
    return whole[:2] if whole[:1] == "\\" else whole[:1]


def _is_variable(place: _Place, value: str, end: int) -> bool:
    """Tell whether a line sets a variable of the environment, as a shell or `.env` does."""
    if place.sign != "=" or not place.name.isupper() or place.close:
        return False
    line = _line_before(place)
    if line.strip("+- \t") not in ("", "export", "set", "ENV", "ARG"):
        return False
    if place.text[end : end + 1] not in ("", "\n", "\r", " ", "\t"):
        return False
    is_code = value.lower() == place.name.lower() or _CALL.match(value) is not None
    is_reference = is_identifier(value) and ("." in value or value.isupper())
    return not (is_code or is_reference)


def _is_literal(place: _Place, value: str, end: int) -> bool:
    """Tell whether a value without quotes is a text, not an expression."""
    text = place.text
    behind = text[end : end + 1]
    if behind and behind in "([{":
        return False
    digits = sum(character.isdigit() for character in value)
    is_word = is_identifier(value)
    if is_word and ("." in value or value.isupper() or _TYPE.fullmatch(value)):
        return False
    if len(value) >= _RANDOM_LENGTH and digits >= _RANDOM_DIGITS and "_" not in value:
        return True
    before = text[max(place.start - 1, 0) : place.start]
    in_query = before != "" and before in "?&;"
    in_string = bool(place.open) and not place.close and behind == place.open[-1:]
    as_option = place.name.startswith("--")
    is_text = in_query or in_string or as_option or _is_alone(place, value, end)
    return is_text and (digits > 0 or not is_word)


def _is_alone(place: _Place, value: str, end: int) -> bool:
    """Tell whether `name: value` is a line of its own, as in YAML, or in a comment."""
    if _line_before(place).strip("+-#/* \t"):
        return False
    if ":" not in place.sign and not _SIGNS_OF_TEXT.intersection(value):
        return False
    rest = place.text[end : end + 200].split("\n", 1)[0].strip()
    return not rest or rest.startswith("#")


def _line_before(place: _Place) -> str:
    """Return the beginning of the line before the name, at most some characters of it."""
    before = place.text[max(0, place.start - 40) : place.start]
    return before[before.rfind("\n") + 1 :]
