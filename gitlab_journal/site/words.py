"""Dates, numbers, hashes as the site's pages say them."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from gitlab_journal.evidence import told_apart
from gitlab_journal.phrases import duration_words, number_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

# Of our own: the names that strftime gives follow the machine's language.
_MONTHS = """
January February March April May June July August September October November December
"""
_LONG_WORD = 12
SHOWN_HASH = 12
SHOWN_COMMIT = 7
_SIGNS = str.maketrans({"-": "\N{MINUS SIGN}"})
_COMPARISONS = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "="}


def day(moment: date) -> str:
    """Return a day: 1 March 2026."""
    return f"{moment.day} {month(moment)}"


def month(moment: date) -> str:
    """Return a month: March 2026."""
    return f"{_MONTHS.split()[moment.month - 1]} {moment.year}"


def clock(moment: datetime, *, seconds: bool = False) -> str:
    """Return the time of day in UTC: 18:43, or 18:43:07."""
    return moment.astimezone(UTC).strftime("%H:%M:%S" if seconds else "%H:%M")


def instant(moment: datetime) -> dict[str, str]:
    """Return a moment for people and for machines, both in UTC."""
    moment = moment.astimezone(UTC)
    return {
        "iso": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "words": f"{day(moment)}, {clock(moment)} UTC",
    }


def number(value: object) -> str:
    """Return a metric as a reader takes it in: 0.9741, 4.6, 12,797; all else as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text(value)
    words = number_words(value).translate(_SIGNS)
    whole = words.lstrip("\N{MINUS SIGN}")
    if whole.isdigit() and len(whole) > 4:  # noqa: PLR2004  # 1797 reads well as it is
        return words.removesuffix(whole) + f"{int(whole):,}"
    return words


def apart(value: float, other: float) -> tuple[str, str]:
    """Return two numbers in as many digits as tell them apart."""
    if value != other and float(number_words(value)) == float(number_words(other)):
        few, others = told_apart(value, other)
        return few.translate(_SIGNS), others.translate(_SIGNS)
    return number(value), number(other)


def difference(value: float, other: float) -> str:
    """Return how far `value` is from `other`, with its sign, to the last place that both show."""
    gap = value - other
    shown = apart(value, other)
    if not any("e" in words for words in shown):
        gap = round(gap, max(len(words.partition(".")[2]) for words in shown))
    return f"+{number(gap)}" if gap > 0 else number(gap)


def duration(seconds: float) -> str:
    """Return a span of time in words."""
    return duration_words(seconds)


def whole_seconds(seconds: int) -> str:
    """Return a span that is known to the second only: 4 s, 2 min 13 s."""
    return f"{seconds} s" if seconds < 10 else duration_words(seconds)  # noqa: PLR2004  # no tenths


def text(value: Any) -> str:
    """Return one value of a page's YAML as words, exact, without losing a digit."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(
            f"({text(item)})" if isinstance(item, list) else text(item) for item in value
        )
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text(item)}" for name, item in value.items())
    return str(value)


def lines(value: Any) -> list[str]:
    """Return a value as the lines of a table's cell: a list of phrases takes a line for each."""
    phrases = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if phrases and any(len(item) > _LONG_WORD for item in value):
        return list(value)
    return [text(value)]


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested mappings as one, their keys joined by dots: `svc.C`."""
    leaves: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            leaves |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            items = {f"{name}[{place}]": item for place, item in enumerate(value)}
            leaves |= flat(items, prefix)
        else:
            leaves[f"{prefix}{name}"] = value
    return leaves


def short_hash(digest: str) -> str:
    """Return the first digits of a digest, in groups of four: 3fa4 0287 042a."""
    digits = digest.rpartition(":")[2][:SHOWN_HASH]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def short_commit(commit: str) -> str:
    """Return the first digits of a commit, as git itself shortens it."""
    return commit.rpartition(":")[2][:SHOWN_COMMIT]


def claim(words: str) -> str:
    """Return a claim with the signs that mathematics has for its comparison."""
    for typed, sign in _COMPARISONS.items():
        words = words.replace(f" {typed} ", f" {sign} ")
    return words.replace(" - ", " \N{MINUS SIGN} ")


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun: 1 entry, 2 entries."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
