"""The blocks of an entry: which there are, where they stand, what each may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard, cast

from gitlab_journal.page.writer import dump, dump_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitlab_journal.page.writer import Style

SECTIONS: dict[str, tuple[str, ...]] = {
    "Hypothesis": ("prediction",),
    "Procedure": ("params", "defaults", "data", "silence"),
    "Results": ("metrics", "findings", "attachments"),
    "Inference": (),
    "Code": ("functions", "environment"),
}
"""The sections of a page in order, each with the blocks that belong into it, in order."""

BLOCKS = tuple(name for names in SECTIONS.values() for name in names)
LISTS = frozenset({"prediction", "findings"})
ROWS = frozenset({"data", "attachments"})
_BEYOND_FLOATS = 2**1024 - 2**970  # rounds to infinity, as all that follows
REPLICATES = "replicates"
RETURNED = "returned"

Problem = tuple[tuple[object, ...], str]
"""The keys down to a damaged value, and what is wrong with it."""


def style(name: str) -> Style:
    """Return the style in which a block is written."""
    return "rows" if name in ROWS else "block"


def section_of(block: str) -> str:
    """Return the section that a block belongs into."""
    return next(section for section, names in SECTIONS.items() if block in names)


def written(name: str, value: object) -> str:
    """Return the YAML of a new block. Raises ArgumentError for what YAML cannot hold."""
    if isinstance(value, list | tuple):
        return dump_list(value)
    return dump(cast("Mapping[str, object]", value), style=style(name))


def problem(name: str, value: object) -> Problem | None:
    """Return what is wrong with the value of a block, None where all is well."""
    expected = list if name in LISTS else dict
    if not isinstance(value, expected):
        return (), f"the block {name} holds no {'list' if expected is list else 'mapping'}"
    check = _CHECKS.get(name)
    return check(value) if check else None


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number that a float can stand for."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) < _BEYOND_FLOATS


def _metrics_problem(metrics: Mapping[object, object]) -> Problem | None:
    for name, value in metrics.items():
        if name == REPLICATES:
            if found := _replicates_problem(value):
                return (name, *found[0]), found[1]
        elif name == RETURNED and _are_words(value):
            continue
        elif not is_number(value):
            return (name,), f"the metric {name!r} is {value!r}; expected a number"
    return None


def _are_words(value: object) -> bool:
    words = value if isinstance(value, list) else [value]
    return all(isinstance(word, str) for word in words)


def parted(block: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the block metrics holds: the numbers, the replicates, what was returned."""
    metrics = dict(block)
    replicates = metrics.pop(REPLICATES, {})
    # A metric of somebody's own may have that name.
    said = None if is_number(metrics.get(RETURNED)) else metrics.pop(RETURNED, None)
    returned = tuple(said) if isinstance(said, list) else said
    return {"metrics": metrics, "replicates": replicates, "returned": returned}


def _replicates_problem(replicates: object) -> Problem | None:
    if not isinstance(replicates, dict):
        return (), f"replicates is {replicates!r}; expected a list of numbers under each metric"
    for name, values in replicates.items():
        if name == "over":
            fits, expected = isinstance(values, str), "a word"
        elif name == "test_share":
            fits, expected = is_number(values), "a number"
        else:
            fits = isinstance(values, list) and all(is_number(value) for value in values)
            expected = "a list of numbers"
        if not fits:
            return (name,), f"in replicates, {name!r} is {values!r}; expected {expected}"
    return None


def _prediction_problem(rows: list[object]) -> Problem | None:
    for index, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("claim"), str):
            return (index,), f"found {row!r}; expected a mapping with a `claim` in words"
        if not is_number(row.get("bound", 0)):
            return (index, "bound"), f"the bound is {row['bound']!r}; expected a number"
    return None


def _rows_problem(rows: Mapping[object, object]) -> Problem | None:
    for name, row in rows.items():
        if not isinstance(row, dict):
            return (name,), f"{name!r} is {row!r}; expected a mapping that describes it"
    return None


_CHECKS: Mapping[str, Callable[[Any], Problem | None]] = {
    "metrics": _metrics_problem,
    "prediction": _prediction_problem,
    "data": _rows_problem,
    "attachments": _rows_problem,
}
