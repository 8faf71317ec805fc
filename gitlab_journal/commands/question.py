"""What `glj ls` is asked, as the catalogue understands it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gitlab_journal.errors import ArgumentError

if TYPE_CHECKING:
    from gitlab_journal.catalogue import Condition

VERDICTS = ("supported", "refuted", "inconclusive", "invalid", "open", "exploratory")
STATUSES = ("planned", "running", "done", "failed", "interrupted", "stopped")

_SPELLINGS = {"≤": "<=", "≥": ">=", "≠": "!="}
_CONDITION = re.compile(
    r"\s*([^<>=!≤≥≠]+?)\s*(<=|>=|!=|==|=|<|>|≤|≥|≠)\s*([^<>=].*?)\s*", re.DOTALL
)
_SPAN = re.compile(r"(\d+)\s*([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def parse_condition(text: str) -> Condition:
    """Return the condition that `text` states, as in `C>=1`; raises ArgumentError."""
    from gitlab_journal.catalogue import Condition

    found = _CONDITION.fullmatch(text)
    if found is None:
        raise ArgumentError(
            f"{text!r} is no condition; expected a name, one of = != < <= > >=, a value: C>=1"
        )
    name, comparison, value = found.groups()
    return Condition(name, _SPELLINGS.get(comparison, comparison), value)


def parse_since(text: str, now: datetime) -> datetime:
    """Return the moment that `text` names: a date, a date with time (UTC), a span before `now`.

    Raises ArgumentError for anything else.
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span is not None:
            return now - timedelta(hours=int(span[1]) * _HOURS[span[2]])
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise ArgumentError(
            f"{text!r} is no date; expected 2026-03-01, 2026-03-01T18:30 (UTC) or 12h, 7d, 2w"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def split_verdict(word: str | None, status: str | None) -> tuple[str | None, str | None]:
    """Return verdict and status to look for; a status given as a verdict is taken as one.

    Raises ArgumentError where two different ones are asked for.
    """
    if word not in STATUSES:
        return word, status
    if status not in (None, word):
        raise ArgumentError(f"no entry is both {word} and {status}")
    return None, word
