"""Replicates of one configuration, gathered as one line with their mean."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitlab_journal.page.writer import timestamp
from gitlab_journal.phrases import verdict_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gitlab_journal.catalogue import Catalogue, Row


# What stands before a replicate's number: "..., seed", "... (random_state =", "... #".
_NUMBERED = re.compile(r"[\s,;:#(-]*((?<!\w)(seed|run|replicate|random[ _]state))?[\s,;:=#(-]*$")

MANY = 100  # groups beyond which one pass over all rows is quicker than a look-up for each


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


def configuration(row: Row) -> tuple[str | None, ...] | None:
    """Return what replicates of one configuration share; None where a row stands by itself."""
    if row.status != "done" or row.config_hash is None:
        return None
    return row.config_hash, row.data_hash, row.code_hash


def gather(rows: Iterable[Row]) -> list[list[Row]]:
    """Return `rows`, given newest first, in groups: those of one configuration together."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(configuration(row) or row.path, []).append(row)
    return list(groups.values())


def complete(catalogue: Catalogue, groups: list[list[Row]]) -> list[list[Row]]:
    """Return the groups with all rows of their configurations, whatever they were found by."""
    if len(groups) > MANY:
        whole = {configuration(group[0]): group for group in gather(catalogue.rows())}
        return [whole.get(configuration(group[0]), group) for group in groups]
    return [_whole(catalogue, group) for group in groups]


def _whole(catalogue: Catalogue, group: list[Row]) -> list[Row]:
    shared = configuration(group[0])
    if shared is None:
        return group
    named = dict(zip(("config_hash", "data_hash", "code_hash"), shared, strict=True))
    return [row for row in catalogue.find(**named) if configuration(row) == shared]


def line_of(group: Sequence[Row]) -> Line:
    """Return the line of one group; one seed, an equal params_hash, counts once, by its newest.

    Its title is what the replicates' titles share.
    """
    seeds: dict[str | None, Row] = {}
    for row in group:
        seeds.setdefault(row.params_hash, row)
    replicates = tuple(seeds.values())
    newest = replicates[0]
    if len(replicates) > 1:
        metrics = {**newest.metrics, **_means(replicates)}
        score = metrics.get(newest.metric or "", newest.score)
        title = _shared_title([row.title for row in replicates]) or newest.title
        newest = replace(newest, metrics=metrics, score=score, title=title)
    return Line(newest, replicates, tuple(row.id for row in group))


def _shared_title(titles: Sequence[str]) -> str:
    """Return the words that all titles begin with, without the mark or name before the number."""
    if len(set(titles)) == 1:
        return titles[0]
    words: list[str] = []
    for column in zip(*(title.split() for title in titles), strict=False):
        if len(set(column)) > 1:
            break
        words.append(column[0])
    return _NUMBERED.sub("", " ".join(words))


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
