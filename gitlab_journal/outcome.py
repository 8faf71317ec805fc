"""The numbers that a run brought, by the names its page gives them."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

# Words of the page's own in the metrics block.
RESERVED = frozenset({"replicates", "over", "test_share"})
LOWER_IS_BETTER = frozenset({"loss", "error", "mse", "mae", "rmse", "seconds", "epochs"})

_NUMERIC = re.compile(r"float|int")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NO_QUALITY = frozenset({"learning_rate", "lr"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a return value holds: numbers, lists of them, tables as CSV text by file name."""

    metrics: dict[str, float] = field(default_factory=dict)
    replicates: dict[str, Any] = field(default_factory=dict)
    curves: dict[str, list[float]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    model: str | None = None
    notes: tuple[str, ...] = ()


def as_number(value: object) -> float | None:
    """Return a Python number for a number, a numpy scalar or an array of one; None for all else."""
    try:
        if isinstance(value, Integral):
            return None if isinstance(value, bool) else _finite_as_double(int(value))
        if isinstance(value, Real | Decimal):
            return float(value)
        if any(size != 1 for size in value.shape):  # type: ignore[attr-defined]  # AttributeError says so
            return None
        if not _NUMERIC.search(str(getattr(value, "dtype", ""))):
            return None
        inner = value.item() if hasattr(value, "item") else float(value)  # type: ignore[arg-type]  # a tensor
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    return as_number(inner) if isinstance(inner, Real) else None


def _finite_as_double(value: int) -> int:
    float(value)
    return value


def as_numbers(value: object) -> list[float] | None:
    """Return the numbers of a sequence or of a one-dimensional array; None for all else."""
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and len(shape) == 1 and hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not value:
        return None
    numbers = [as_number(one) for one in value]
    return None if None in numbers else [one for one in numbers if one is not None]


def mean(values: Sequence[float]) -> float:
    """Return the mean, NaN where there is none."""
    try:
        return statistics.mean(values)
    except OverflowError:  # a sum beyond every double
        return math.nan


def direction(
    name: str, operator: str | None = None, settings: Mapping[str, str] | None = None
) -> str:
    """Return whether less ("min") or more ("max") of a metric is better.

    The journal's settings decide, else the sign of the claim, else words in the name.
    """
    known = settings or {}
    said = known.get(name) or known.get(name.removeprefix("best_"))
    if said:
        return said
    if operator and operator[0] in "<>":
        return "min" if operator[0] == "<" else "max"
    words = {word.lower() for word in _WORD.findall(name)}
    # scikit-learn negates its errors so that more is better.
    return "min" if words & LOWER_IS_BETTER and "neg" not in words else "max"


def ends_of_curves(
    curves: Mapping[str, Sequence[float | None]], settings: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Return the last value of each curve, then the best of each as `best_*`.

    None stands where a curve has no value, as between validations. A last value of NaN stays.
    """
    given = {name: [one for one in curve if one is not None] for name, curve in curves.items()}
    given = {name: values for name, values in given.items() if values}
    last = {name: values[-1] for name, values in given.items()}
    for name, values in given.items():
        if name not in _NO_QUALITY:
            best = min if direction(name, settings=settings) == "min" else max
            # A curve of NaN alone has a best of NaN.
            last[f"best_{name}"] = best(
                [one for one in values if not math.isnan(one)], default=math.nan
            )
    return last


def free_name(name: str, taken: Container[str]) -> str:
    """Return the name, with the first number behind it that makes it free."""
    if name not in taken and name not in RESERVED:
        return name
    stem, dot, ending = name.partition(".csv")
    numbered = (f"{stem}_{number}{dot}{ending}" for number in count(2))
    return next(free for free in numbered if free not in taken)


def join(outcomes: Iterable[Outcome]) -> Outcome:
    """Return all as one: a value met again counts once, another of the same name gets a number."""
    whole = Outcome()
    notes: list[str] = []
    for outcome in outcomes:
        names = {name: _name_beside(name, outcome, whole, notes) for name in outcome.metrics}
        whole = replace(
            whole,
            metrics={**whole.metrics, **_renamed(outcome.metrics, names)},
            replicates=_replicates(whole, _renamed(outcome.replicates, names), notes),
            curves=filled(whole.curves, _renamed(outcome.curves, names)),
            tables={**whole.tables}
            | {free_name(name, whole.tables): text for name, text in outcome.tables.items()},
            model=whole.model or outcome.model,
        )
        notes += outcome.notes
    return replace(whole, notes=tuple(dict.fromkeys(notes)))


def _name_beside(name: str, outcome: Outcome, whole: Outcome, notes: list[str]) -> str:
    mine = whole.metrics.get(name)
    if name not in whole.metrics or repr(mine) == repr(outcome.metrics[name]):
        return name
    free = free_name(name, {*whole.metrics, *outcome.metrics})
    notes.append(f"There are two values of {name}: the later one is {free}.")
    return free


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _replicates(whole: Outcome, later: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    mine = whole.replicates
    if mine and later and mine["over"] != later["over"]:
        notes.append(
            f"The page keeps replicates over {mine['over']}, not those over {later['over']}."
        )
        return mine
    return filled(mine, later)


def filled(mine: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first mapping with what the later one has under other names behind it."""
    return {**mine, **{name: value for name, value in later.items() if name not in mine}}
