"""What to look for among the rows of the catalogue."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitlab_journal.catalogue.row import COLUMNS, Row, stamp
from gitlab_journal.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

NEWEST_FIRST = ("-date", "-id")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLAIN = tuple(name for name in COLUMNS if name not in ("params", "metrics", "text"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A bound on a metric, a param or a key of the front matter, as in `C >= 10`.

    `name` is a whole dotted path or its last part; a number is compared as one, else as text.
    """

    name: str
    operator: str
    value: str | float

    def __post_init__(self) -> None:
        if self.operator not in _OPERATORS:
            raise ArgumentError(
                f"{self.operator!r} is no comparison; expected one of {' '.join(_OPERATORS)}"
            )


@dataclass(frozen=True, slots=True)
class Query:
    """What a row must be like, all at once, and in which order rows are wanted.

    `text` occurs in the title or the prose, in any case; `verdict` may be `exploratory`; `model`
    is a class or the end of its path; `dataset` is one of those used, in any version unless it says
    which; `author` a part of the name. `sort` names columns, metrics
    or params, each with a leading `-` for the largest first; rows without it come last.
    """

    text: str = ""
    verdict: str | None = None
    status: str | None = None
    tag: str | None = None
    model: str | None = None
    dataset: str | None = None
    author: str | None = None
    conditions: tuple[Condition, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    sort: tuple[str, ...] = ()
    limit: int | None = None


def where(query: Query) -> tuple[str, list[object]]:
    """Return the part of a query that SQL answers: a condition with its values."""
    parts: list[str] = ["(grid IS NULL OR grid != id)"]
    values: list[object] = []

    def add(part: str, *found: object) -> None:
        parts.append(part)
        values.extend(found)

    if query.text:
        add("instr(folded(title || char(10) || text), ?)", query.text.casefold())
    if query.verdict == "exploratory":
        add("verdict IS NULL")
    elif query.verdict:
        add("verdict = ?", query.verdict)
    if query.status:
        add("status = ?", query.status)
    if query.tag:
        add("instr(tags, ?)", json.dumps(query.tag))  # with its quotes, so that it is a whole one
    if query.model:
        add("(model = ? OR substr(model, ?) = ?)", query.model, *_ending(f".{query.model}"))
    if query.dataset:
        # one of several, any version of it: "digits" of "iris, digits (2)"
        listed, wanted = "', ' || dataset || ','", f", {query.dataset}"
        part = f"(dataset = ? OR instr({listed}, ?) OR instr({listed}, ?))"
        add(part, query.dataset, f"{wanted},", f"{wanted} (")
    if query.author:
        add("instr(folded(author), ?)", query.author.casefold())
    if query.since:
        add("date >= ?", stamp(query.since))
    if query.until:
        add("date <= ?", stamp(query.until))
    return " AND ".join(parts), values


def holds(condition: Condition, row: Row, defaults: Mapping[str, Any]) -> bool:
    """Return whether a row, with the params that were left alone, meets a condition."""
    found = list(_values(row, condition.name, defaults))
    if condition.operator == "!=":
        return bool(found) and all(_compare(value, condition) for value in found)
    return any(_compare(value, condition) for value in found)


def ordered(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """Return rows by their values under `keys`, the first key foremost; stable."""
    result = list(rows)
    for key in reversed(keys):
        name, largest_first = key.removeprefix("-"), key.startswith("-")
        found = [(next(_values(row, name, {}), None), row) for row in result]
        with_value = [pair for pair in found if _rank(pair[0]) is not None]
        with_value.sort(key=lambda pair: _rank(pair[0]) or (), reverse=largest_first)
        without = [row for value, row in found if _rank(value) is None]
        result = [row for _, row in with_value] + without
    return result


def _ending(text: str) -> tuple[int, str]:
    return -len(text), text


def _values(row: Row, name: str, defaults: Mapping[str, Any]) -> Iterator[Any]:
    if name in _PLAIN:
        value = getattr(row, name)
        yield value.isoformat() if isinstance(value, datetime) else value
    for mapping in (row.metrics, row.params, defaults):
        if name in mapping and not isinstance(mapping[name], dict):
            yield mapping[name]
            continue
        for path, value in leaves(mapping):
            if path == name or path.endswith(f".{name}"):
                yield value


def leaves(mapping: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a nested mapping by path, as in `svc.kernel`."""
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _compare(value: Any, condition: Condition) -> bool:
    compare, wanted = _OPERATORS[condition.operator], condition.value
    if value is None:
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return compare(value, float(wanted))
        except ValueError:
            return condition.operator == "!="
    return compare(_word(value), _word(wanted))


def _word(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_word(item) for item in value)
    return str(value).casefold()


def _rank(value: Any) -> tuple[int, Any] | None:
    """Return a key that orders numbers before words; None for what has no place."""
    if isinstance(value, int | float):
        return (0, value) if value == value else None  # noqa: PLR0124 - NaN is nowhere
    return (1, _word(value)) if value is not None and value != () else None
