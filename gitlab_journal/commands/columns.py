"""The columns of a list of entries, fitted to a width."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitlab_journal.catalogue.query import leaves
from gitlab_journal.commands.speech import verdict_mark
from gitlab_journal.phrases import duration_words, number_words
from gitlab_journal.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.catalogue import Row
    from gitlab_journal.commands.gathering import Line

DEFAULT = ("id", "date", "verdict", "result", "title")
FIELDS = (
    *("id", "verdict", "metric", "score", "prediction", "model", "dataset", "grid", "author"),
    *("date", "status", "duration", "tags", "parents", "params_hash", "config_hash", "data_hash"),
    *("state_hash", "code_hash", "code", "tree", "title", "path"),
)
GAP = "  "
SHORTEST_TITLE = 12


def cell(line: Line, name: str) -> str:
    """Return what a line shows under a column: a field, `result`, `n`, a metric or a param."""
    row = line.row
    if name == "verdict":
        return verdict_mark(line.verdict)
    if name == "result":
        return _result(line)
    if name == "n":
        return str(len(line.replicates))
    if name == "duration":
        return "-" if row.duration is None else duration_words(row.duration)
    value = getattr(row, name) if name in FIELDS else _found(row, name)
    return _words(value)


def holds_value(rows: Sequence[Row], name: str) -> bool:
    """Return whether `name` is a column of ours or a metric or param of any row."""
    if name in (*FIELDS, "result", "n"):
        return True
    return any(_found(row, name) is not None for row in rows)


def known_names(rows: Sequence[Row]) -> list[str]:
    """Return all names that a column may have."""
    own = {
        path for row in rows for mapping in (row.metrics, row.params) for path, _ in leaves(mapping)
    }
    return [*FIELDS, "result", "n", *sorted(own)]


def table(lines: Sequence[Line], names: Sequence[str], *, width: int | None) -> list[list[str]]:
    """Return the cells of the header and of each line, padded to one width per column.

    The widest words give way where `width` is short; None leaves all of them whole.
    """
    short = _short_ids([line.row.id for line in lines])
    rows = [list(names)]
    for line in lines:
        shown = (short[line.row.id] if name == "id" else cell(line, name) for name in names)
        rows.append([_tidy(text) for text in shown])
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    if width is not None:
        _shrink(widths, width)
    return [[_fit(text, size) for text, size in zip(cells, widths, strict=True)] for cells in rows]


def _short_ids(ids: Sequence[str]) -> dict[str, str]:
    """Return what people call each id: its last four characters, six where four are not enough."""
    tails = Counter(one[-4:] for one in ids)
    return {one: one[-4:] if tails[one[-4:]] == 1 else one[-6:] for one in ids}


def _result(line: Line) -> str:
    row = line.row
    if row.score is None:
        return "-"
    result = f"{row.metric or 'score'} {number_words(row.score)}"
    count = len(line.replicates)
    return f"{result} n={count}" if count > 1 else result


def _found(row: Row, name: str) -> Any:
    kind, _, rest = name.partition(".")
    if kind in ("metrics", "params") and rest:
        return dict(leaves(getattr(row, kind))).get(rest)
    for mapping in (row.metrics, row.params):
        values = dict(leaves(mapping))
        if name in values:
            return values[name]
        last = [value for path, value in values.items() if path.endswith(f".{name}")]
        if last:
            return last[0]
    return None


def _words(value: object) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_words(value)
    if isinstance(value, tuple | list):
        return ", ".join(_words(item) for item in value)
    return str(value)


def _tidy(text: str) -> str:
    return harmless(" ".join(text.split()))


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def _fit(text: str, size: int) -> str:
    taken = _columns(text)
    if taken <= size:
        return text + " " * (size - taken)
    while text and _columns(text) > size - 1:
        text = text[:-1]
    return f"{text}…" + " " * (size - 1 - _columns(text))


def _shrink(widths: list[int], width: int) -> None:
    """Take from the widest column, one by one, until the sum fits."""
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > SHORTEST_TITLE:
        widths[widths.index(max(widths))] -= 1
