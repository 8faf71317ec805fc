"""Values, numbers, spans of time, verdicts: in words."""

from __future__ import annotations

import math
from itertools import takewhile
from typing import TYPE_CHECKING

from gitlab_journal.page.writer import flow

if TYPE_CHECKING:
    from datetime import timedelta

MILLION = 1_000_000
_SINGLE = 7  # the digits of a single-precision number: its 0.1 is 0.10000000149
MINUTE, HOUR, DAY = 60, 3600, 86400
_SHORTEST = 12  # characters that are left of a value, whatever the room
_SHARED = 8  # characters before the place where two cut values begin to differ


def number_words(value: float | None) -> str:
    """Return a metric with four significant digits, integers whole: 0.9741, 4.6, 1797.

    Zeros stay at the end where there is more behind them: 0.98998 is 0.9900, not 0.99.
    """
    if value is None:
        return "-"
    if isinstance(value, int) or (
        math.isfinite(value) and value == int(value) and abs(value) < MILLION
    ):
        return str(int(value))
    words = f"{value:.4g}"
    if float(words) == float(f"{value:.{_SINGLE}g}"):
        return words
    return f"{value:#.4g}".removesuffix(".")


def duration_words(seconds: float) -> str:
    """Return a span in its two largest units: 0.7 s, 42 s, 2 min 13 s, 3 h 5 min, 2 d 4 h."""
    if seconds < 10:  # noqa: PLR2004  # below ten seconds the tenths tell
        return f"{seconds:.1f} s" if seconds >= 0.05 else f"{seconds * 1000:.0f} ms"  # noqa: PLR2004
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def ago(span: timedelta) -> str:
    """Return how long ago: just now, 5 minutes ago, 3 days ago."""
    seconds = span.total_seconds()
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def verdict_words(status: str | None, verdict: str | None) -> str:
    """Return the verdict of a done entry, `exploratory` without one, else its status."""
    if status == "done":
        return verdict or "exploratory"
    return status or "unknown"


def value_words(value: object) -> str:
    """Return a parameter's value as a page writes it, on one line; raises ArgumentError."""
    return flow(value)


def cut(text: str, room: int) -> str:
    """Return `text`, its end left out where it has no room; some of it is always there."""
    room = max(room, _SHORTEST)
    return text if len(text) <= room else f"{text[: room - 1]}\N{HORIZONTAL ELLIPSIS}"


def cut_apart(one: str, other: str, room: int) -> tuple[str, str]:
    """Return two texts that share `room`, each cut so that it shows where they differ."""
    if len(one) + len(other) <= room:
        return one, other
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    start = max(len(list(shared)) - _SHARED, 0)
    if start > 1:
        one, other = (f"\N{HORIZONTAL ELLIPSIS}{text[start:]}" for text in (one, other))
    half = room // 2
    one_room = max(half, room - len(other))
    return cut(one, one_room), cut(other, max(half, room - len(one)))


def count_words(number: int, one: str) -> str:
    """Return a number with its noun: 1 row, 2,000 rows."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
