"""The front matter of an entry: which keys, in which order, of which kind."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.page.blocks import is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitlab_journal.errors import PageError

KEYS = (
    "id",
    "verdict",
    "metric",
    "score",
    "prediction",
    "model",
    "dataset",
    "grid",
    "author",
    "date",
    "status",
    "duration",
    "tags",
    "parents",
    "params_hash",
    "config_hash",
    "data_hash",
    "state_hash",
    "code_hash",
    "code",
    "tree",
    "format",
)
NUMBERS = frozenset({"score", "duration", "format"})
LISTS = frozenset({"prediction", "tags", "parents"})
TEXTS = frozenset(KEYS) - NUMBERS
STATUSES = ("planned", "running", "done", "failed", "interrupted", "stopped")
VERDICTS = ("open", "supported", "refuted", "inconclusive", "invalid")
FORMAT = 1

# What is safe as the name of a folder everywhere.
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")


class _UnfitError(Exception):
    """A value is of another kind than its key expects."""


def typed(
    front: Mapping[str, object], refuse: Callable[[str, str], PageError]
) -> dict[str, object]:
    """Return the known keys of `front` as an entry holds them; absent and null ones are left out.

    Raises what `refuse(key, reason)` returns where a value is of another kind than expected.
    """
    known: dict[str, object] = {}
    for key in KEYS:
        value = front.get(key)
        if value is None:
            continue
        try:
            known[key] = _typed(key, value)
        except _UnfitError as error:
            raise refuse(key, f"{key}: {error}") from None
    if "id" not in known:
        raise refuse("id", "the page has no `id` in its front matter")
    return known


def _typed(key: str, value: object) -> object:
    if key in LISTS:
        return _words(value)
    if key in NUMBERS:
        return _number(key, value)
    if not isinstance(value, str):
        raise _UnfitError(f"found {_kind(value)}; expected a word")
    if key == "date":
        return _time(value)
    if key == "id" and not _ID.fullmatch(value):
        raise _UnfitError(f"found {value!r}; expected letters, digits, `-` and `_`")
    allowed = {"status": STATUSES, "verdict": VERDICTS}.get(key)
    if allowed and value not in allowed:
        raise _UnfitError(f"found {value!r}; expected one of {', '.join(allowed)}")
    return value


def _words(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else [value]
    for word in words:
        if not isinstance(word, str):
            raise _UnfitError(f"found {_kind(word)} among them; expected words")
    return tuple(words)


def _number(key: str, value: object) -> float:
    if not is_number(value):
        raise _UnfitError(f"found {value!r}; expected a number")
    if key == "format" and value != FORMAT:
        raise _UnfitError(f"found {value!r}; this gitlab-journal reads format {FORMAT}")
    return value


def _time(value: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise _UnfitError(f"found {value!r}; expected a time like 2026-03-01T18:43:07Z") from None


def _kind(value: object) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value)
