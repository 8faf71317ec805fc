"""The curve of a run: points appended to disk as they come, read back as columns."""

from __future__ import annotations

import csv
import io
import json
import threading
from typing import TYPE_CHECKING

from gitlab_journal.outcome import as_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FILE = "points.jsonl"

# Names to values in the order of steps, None where a step has no value.
Columns = dict[str, list[float | None]]


class Points:
    """The points of one open run: appended by any of its threads, durable against its death."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}

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
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def read_points(folder: Path) -> dict[str, Columns]:
    """Return each series as columns, `step` first; None where a step has no value.

    A last line that was cut off by the death of its process is left out.
    """
    path = folder / FILE
    rows: dict[str, list[dict[str, float]]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:
                break
            rows.setdefault(row["series"], []).append({"step": row["step"]} | row["values"])
    return {series: _columns(points) for series, points in rows.items()}


def _columns(rows: Sequence[Mapping[str, float]]) -> Columns:
    names = list(dict.fromkeys(name for row in rows for name in row))
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
