"""The curve of a run: points appended to disk as they come, read back as columns."""

from __future__ import annotations

import csv
import io
import json
import math
import threading
from typing import TYPE_CHECKING

from gitlab_journal.outcome import as_number
from gitlab_journal.page.blocks import is_number
from gitlab_journal.page.portable import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

FILE = "points.jsonl"
_LONGEST = 1 << 22  # bytes of a line
CELLS = 250_000  # of the table of one series: some 5 MB

# Names to values in the order of steps, None where a step has no value.
Columns = dict[str, list[float | None]]
Row = dict[str, float]


class Points:
    """The points of one open run: appended by any of its threads, durable against its death."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._torn = False

    def append(self, values: Mapping[str, float], *, series: str = "", step: float | None) -> None:
        """Append one point to `series`; without a step it is numbered from 0. Writes one line."""
        with self._lock:
            count = self._counts.get(series, 0)
            self._counts[series] = count + 1
            row = {
                "series": series,
                "step": count if step is None else step,
                "values": dict(values),
            }
            line = json.dumps(row) + "\n"
            torn, self._torn = self._torn, True  # until it is written, as it may not be
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"\n{line}" if torn else line)
            self._torn = False


def read_points(folder: Path) -> dict[str, Columns]:
    """Return each series as columns, `step` first; None where a step has no value.

    A line that was cut off by the death of its process, a full disk or damage is left out; a long
    series is thinned, as `read_series` tells.
    """
    return {name: series.columns() for name, series in read_series(folder).items()}


def read_series(folder: Path, *, cells: int = CELLS) -> dict[str, Series]:
    """Return the series of points in the run's `folder`, each of about `cells` values at most.

    A longer one keeps evenly spaced points, the first and last value of each name, and its least
    and greatest, so that the metrics taken from it are those of all points.
    """
    path = folder / FILE
    found: dict[str, Series] = {}
    if path.exists():
        with path.open("rb") as lines:
            # what is longer than any point comes in pieces, none of which reads as one
            for line in iter(lambda: lines.readline(_LONGEST), b""):
                if point := _parsed(line):
                    found.setdefault(point[0], Series(cells)).add(point[1])
    return found


def _parsed(line: bytes) -> tuple[str, Row] | None:
    """Return the series and the values of a point, None for a line that does not hold one."""
    try:
        row = from_json(line.decode())
        name, values = row["series"], {"step": row["step"], **row["values"]}
    except (ValueError, KeyError, TypeError):
        return None
    sound = isinstance(name, str) and all(map(is_number, values.values()))
    return (name, values) if sound else None


class Series:
    """The points of one series, fewer than all once there are too many."""

    def __init__(self, cells: int = CELLS) -> None:
        self.total = 0
        self._cells = cells
        self._stride = 1
        self._names: dict[str, None] = {}
        self._kept: list[tuple[int, Row]] = []
        self._ends: dict[tuple[str, str], tuple[int, Row]] = {}

    @property
    def is_thinned(self) -> bool:
        """Return whether some points are left out."""
        return self._stride > 1

    def add(self, row: Row) -> None:
        """Take the next point."""
        number, self.total = self.total, self.total + 1
        self._names.update(dict.fromkeys(row))
        for name, value in row.items():
            self._note_ends(name, value, (number, row))
        if number % self._stride == 0:
            self._kept.append((number, row))
        if len(self._kept) * len(self._names) > 2 * self._cells:
            self._stride *= 2
            self._kept = self._kept[::2]

    def _note_ends(self, name: str, value: float, here: tuple[int, Row]) -> None:
        ends = self._ends
        ends.setdefault((name, "first"), here)
        ends[name, "last"] = here
        least = ends.setdefault((name, "least"), here)[1][name]
        greatest = ends.setdefault((name, "greatest"), here)[1][name]
        if value < least or math.isnan(least):
            ends[name, "least"] = here
        if value > greatest or math.isnan(greatest):
            ends[name, "greatest"] = here

    def columns(self) -> Columns:
        """Return the points as columns; None where a point has no value of that name."""
        if not self.is_thinned:
            return _columns([row for _, row in self._kept], self._names)
        kept = dict(self._kept) | dict(self._ends.values())
        return _columns([kept[number] for number in sorted(kept)], self._names)


def _columns(rows: Sequence[Row], names: Iterable[str]) -> Columns:
    return {name: [row.get(name) for row in rows] for name in names}


def numbers_of(values: Mapping[str, object]) -> tuple[dict[str, float], list[str]]:
    """Return the values that are numbers (a tensor of one number too), then the other names."""
    numbers = {name: as_number(value) for name, value in values.items()}
    others = [name for name, number in numbers.items() if number is None]
    return {name: number for name, number in numbers.items() if number is not None}, others


def as_csv(columns: Mapping[str, Sequence[float | None]]) -> str:
    """Return columns as CSV with a header; floats in full precision, None as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if value is None else repr(value) for value in row])
    return text.getvalue()
