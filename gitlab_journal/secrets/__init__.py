"""What looks like a key, a password or a token: by name, by pattern, by being random."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitlab_journal.secrets.assigned import find_assigned
from gitlab_journal.secrets.entropy import find_random, is_random
from gitlab_journal.secrets.names import REDACTED, is_plausible, strength
from gitlab_journal.secrets.places import find_places
from gitlab_journal.secrets.shapes import find_shapes

__all__ = ["REDACTED", "redact", "redact_values"]

_PASSES = 6  # a value taken out may leave another one standing free
_ONCE = 500_000  # characters of a text that is looked through once

_NUMBERS = frozenset({int, float, bool, complex, type(None)})

Span = tuple[int, int, str]


def redact(text: str, *, is_code: bool = True) -> tuple[str, int]:
    """Return a text without what looks like a key, then how many were taken out.

    Every other character stays. A value that refers elsewhere, `os.environ["TOKEN"]`, is none.
    Where the text is not code but a file of settings, values need no quotes.
    """
    return _redacted(text, is_code=is_code, with_random=True)


def _redacted(text: str, *, is_code: bool, with_random: bool) -> tuple[str, int]:
    total = 0
    for _ in range(_PASSES):
        spans = _found(text, is_code=is_code, with_random=with_random)
        if not spans:
            break
        total += len(spans)
        pieces: list[str] = []
        position = 0
        for start, end, kind in spans:
            pieces += text[position:start], f"[redacted: {kind}]" if kind else REDACTED
            position = end
        text = "".join((*pieces, text[position:]))
        if len(text) > _ONCE:
            break
    return text, total


def _found(text: str, *, is_code: bool, with_random: bool) -> list[Span]:
    """Return where secrets stand, in order; two that overlap are one."""
    spans = [*find_shapes(text), *find_places(text), *find_assigned(text, is_code=is_code)]
    if with_random:
        spans += find_random(text)
    # Of the same value by its shape and by its name, the shape comes first: it tells more.
    spans.sort(key=lambda span: (span[0], -span[1], not span[2]))
    kept: list[Span] = []
    for start, end, kind in spans:
        if kept and start < kept[-1][1]:
            first, last, known = kept[-1]
            kept[-1] = first, max(last, end), known
        else:
            kept.append((start, end, kind))
    return kept


def redact_values(
    values: Mapping[Any, Any], *, with_random: bool = True
) -> tuple[dict[Any, Any], list[str]]:
    """Return a copy of nested values without what looks like a key, then the paths to those.

    Without `with_random` only what is known by its name or its issuer's pattern goes.
    """
    walk = _Walk(with_random=with_random)
    return {
        name: walk.without(value, str(name), str(name), strength(str(name)))
        for name, value in values.items()
    }, walk.paths


class _Walk:
    """One walk through nested values, with the paths of what it took out."""

    def __init__(self, *, with_random: bool) -> None:
        self.paths: list[str] = []
        self._with_random = with_random

    def without(self, value: Any, path: str, name: str, strong: str | None) -> Any:
        """Return a value without secrets; `name` is the one nearest above it."""
        if isinstance(value, Mapping):
            return self._mapping(value, path, strong)
        if isinstance(value, list | tuple):
            return self._list(value, path, name, strong)
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if not isinstance(text, str):
            return value
        clean = self._text(text, name, strong)
        if clean == text:
            return value
        self.paths.append(path)
        return clean

    def _mapping(self, values: Mapping[Any, Any], path: str, strong: str | None) -> dict[Any, Any]:
        if strong and "$bytes" in values:
            self.paths.append(path)
            return {"$bytes": REDACTED}  # its digest could be guessed
        found = {}
        for name, inside in values.items():
            # What a described value says of its class or code is no value.
            above = None if str(name).startswith("$") and isinstance(inside, str) else strong
            own = strength(str(name)) or above
            found[name] = self.without(inside, f"{path}.{name}", str(name), own)
        return found

    def _list(self, values: Any, path: str, name: str, strong: str | None) -> Any:
        if _NUMBERS.issuperset(map(type, values)):
            return values
        found = []
        for number, inside in enumerate(values):
            before = values[number - 1] if number else None
            own, called = strong, name
            if isinstance(before, str) and (before.startswith("--") or len(values) == 2):  # noqa: PLR2004 - a pair
                own, called = strength(before) or strong, before
            found.append(self.without(inside, f"{path}[{number}]", called, own))
        return type(values)(found)

    def _text(self, text: str, name: str, strong: str | None) -> str:
        clean = _redacted(text, is_code=True, with_random=self._with_random)[0]
        if strong and is_plausible(text, strong):
            return clean if clean.startswith("[redacted: ") and clean.endswith("]") else REDACTED
        if self._with_random and is_random(text, name):
            return "[redacted: random]"
        return clean
