"""The curves of a run, as files and as columns to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.points import Series, as_csv, read_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gitlab_journal.outcome import Outcome
    from gitlab_journal.points import Columns


def read_curves(
    folder: Path, outcome: Outcome
) -> tuple[dict[str, str], Mapping[str, Sequence[float | None]], list[str]]:
    """Return the curves as CSV files by name, the columns to draw, the axis first, and notes.

    A note says of a table that it holds fewer points than there are.

    What was logged comes before what Keras was seen to train, that before what was returned; of
    several trainings the last is drawn. Reads the points in the run's `folder`.
    """
    series = read_series(folder)
    notes = [_thinned(one) for one in series.values() if one.is_thinned]
    found = {name: one.columns() for name, one in series.items()}
    logged = found.pop("", None)
    fits = [_by_epoch(columns) for columns in found.values()]
    tables = {}
    if logged:
        tables["history.csv"] = as_csv(logged)
    if fits:
        tables["keras.csv" if logged else "history.csv"] = as_csv(_joined(fits))
    if not tables and outcome.curves:
        returned = _series_of(_numbered(outcome.curves))
        notes += [_thinned(returned)] if returned.is_thinned else []
        tables["history.csv"] = as_csv(returned.columns())
        return tables, returned.columns(), notes
    shown = logged or (fits[-1] if fits else {})
    return tables, shown, notes


def _thinned(series: Series) -> str:
    kept = len(next(iter(series.columns().values())))
    return (
        f"{kept:,} of {series.total:,} points are in the table, evenly spaced, with the first, the "
        "last and the best of each; the metrics are those of all."
    )


def _series_of(columns: Mapping[str, Sequence[float]]) -> Series:
    series = Series()
    for values in zip(*columns.values(), strict=True):
        series.add(dict(zip(columns, values, strict=True)))
    return series


def _by_epoch(columns: Columns) -> Columns:
    return {"epoch" if name == "step" else name: column for name, column in columns.items()}


def _numbered(columns: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    length = max((len(column) for column in columns.values()), default=0)
    return {"epoch": list(range(length)), **columns} if length else {}


def _joined(fits: Sequence[Columns]) -> Columns:
    """Return the epochs of several fits below each other, after a column `fit` that counts them."""
    if len(fits) == 1:
        return fits[0]
    names = dict.fromkeys(name for fit in fits for name in fit)
    joined: Columns = {name: [] for name in ("fit", *names)}
    for number, fit in enumerate(fits, start=1):
        length = len(fit["epoch"])
        joined["fit"] += [number] * length
        for name in names:
            joined[name] += fit.get(name, [None] * length)
    return joined
