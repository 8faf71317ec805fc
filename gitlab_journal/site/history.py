"""The table of a run's curves, read back from history.csv."""

from __future__ import annotations

import csv
import io
import math

from gitlab_journal.chart import AXES

FILE = "history.csv"
SERIES = "fit"
Columns = dict[str, list[float]]


def read_history(data: bytes) -> list[Columns]:
    """Return the curves of each fit, in the order of the file; what is no number is NaN.

    A column `fit` tells several fits apart; without one, all rows are of a single fit. A file
    that is no table of curves gives none.
    """
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return []
    if len(rows) < 2:  # noqa: PLR2004  # a header and a point
        return []
    header, body = rows[0], rows[1:]
    names = dict.fromkeys(name for name in header if name and name != SERIES)
    groups: dict[str, list[list[str]]] = {}
    for row in body:
        padded = row + [""] * (len(header) - len(row))
        groups.setdefault(padded[header.index(SERIES)] if SERIES in header else "", []).append(
            padded
        )
    ordered = sorted(names, key=lambda name: name not in AXES)
    return [
        {name: [_number(row[header.index(name)]) for row in group] for name in ordered}
        for group in groups.values()
    ]


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan
