"""Replicates of one configuration, gathered as one line with their mean."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitlab_journal.page.writer import timestamp
from gitlab_journal.phrases import verdict_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gitlab_journal.catalogue import Row


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: `row` with mean metrics, over `replicates` (one per seed), newest first.

    `ids` are those of all entries behind it, repetitions of one seed included.
    """

    row: Row
    replicates: tuple[Row, ...]
    ids: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The verdict in words; where replicates disagree, the most frequent one with its share."""
        words = Counter(verdict_words(row.status, row.verdict) for row in self.replicates)
        word, count = words.most_common(1)[0]
        return word if len(words) == 1 else f"{word} {count}/{len(self.replicates)}"


def single(row: Row) -> Line:
    """Return the line of one entry by itself."""
    return Line(row, (row,), (row.id,))


def gather(rows: Iterable[Row]) -> list[Line]:
    """Return the lines of `rows`, given newest first: done ones of one configuration together.

    They are equal in config_hash, data_hash and code_hash. One seed, an equal params_hash, counts
    once, by its newest entry.
    """
    groups: dict[object, list[Row]] = {}
    for row in rows:
        alone = row.status != "done" or row.config_hash is None
        key = row.path if alone else (row.config_hash, row.data_hash, row.code_hash)
        groups.setdefault(key, []).append(row)
    return [single(group[0]) if len(group) == 1 else _together(group) for group in groups.values()]


def _together(group: Sequence[Row]) -> Line:
    seeds: dict[str | None, Row] = {}
    for row in group:
        seeds.setdefault(row.params_hash, row)
    replicates = tuple(seeds.values())
    newest = replicates[0]
    if len(replicates) > 1:
        metrics = {**newest.metrics, **_means(replicates)}
        score = metrics.get(newest.metric or "", newest.score)
        newest = replace(newest, metrics=metrics, score=score)
    return Line(newest, replicates, tuple(row.id for row in group))


def _means(replicates: Sequence[Row]) -> dict[str, float]:
    """Return the mean of each metric that all replicates have."""
    means = {}
    for name in replicates[0].metrics:
        values = [row.metrics.get(name) for row in replicates]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) == len(replicates):
            means[name] = sum(numbers) / len(numbers)
    return means


def as_dict(line: Line, root: Path) -> dict[str, Any]:
    """Return a line under the names of `Entry.as_dict`, as JSON takes it.

    Gathered replicates have the mean for metrics and score, and two names more: `n`, `ids`.
    """
    row = line.row
    names = [field.name for field in fields(row) if field.name not in ("path", "blob", "text")]
    found = {name: _plain(getattr(row, name)) for name in names} | {"path": str(root / row.path)}
    if len(line.ids) > 1:
        found |= {"n": len(line.replicates), "ids": list(line.ids)}
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
