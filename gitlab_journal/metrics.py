"""The metrics that a return value holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gitlab_journal.evidence import recorded_name
from gitlab_journal.fitted import (
    history_of,
    is_estimator,
    level,
    outcome_of_estimator,
    outcome_of_history,
)
from gitlab_journal.outcome import (
    RESERVED,
    Outcome,
    as_number,
    as_numbers,
    direction,
    ends_of_curves,
    filled,
    free_name,
    join,
    mean,
)
from gitlab_journal.secrets import redact_values

if TYPE_CHECKING:
    from gitlab_journal.prediction import Claim

__all__ = ["Outcome", "combine", "direction", "extract", "headline"]

# A longer list is data, which has its place in an attachment.
MAX_REPLICATES = 200
_FOLDS = frozenset({"fold", "folds", "split", "splits"})
_SEEDS = frozenset({"seed", "seeds", "random_state"})
_AXES = frozenset({"epoch", "step"})
_WORDS = 40


def extract(value: object, *, settings: Mapping[str, str] | None = None) -> Outcome:
    """Return what a return value holds; `settings` gives the directions of metrics by name.

    What is no result (a prediction array, any other object) gives nothing.
    """
    if isinstance(value, tuple) and not hasattr(value, "_asdict"):
        return join(_extract_one(one, settings) for one in value)
    return _extract_one(value, settings)


def _extract_one(value: object, settings: Mapping[str, str] | None) -> Outcome:
    number = as_number(value)
    if number is not None:
        return Outcome(metrics={"score": number})
    if history := history_of(value):
        return outcome_of_history(history, settings)
    if is_estimator(value) and not isinstance(value, type):
        return outcome_of_estimator(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return _of_mapping(value, settings)
    if isinstance(value, list) and value:
        return Outcome(
            notes=("The returned list has no names: return a mapping, as in {'accuracy': [...]}.",)
        )
    return _of_scores(value)


def _of_scores(value: object) -> Outcome:
    """Return the folds in a one-dimensional array of scores, which are never whole numbers."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")
    scores = as_numbers(value) if kind == "f" else None
    if not scores:
        return Outcome()
    if len(scores) > MAX_REPLICATES:
        return Outcome(notes=(f"An array of {len(scores)} numbers is too long for fold scores.",))
    return _of_folds({"score": scores}, share=1 / len(scores))


def _of_folds(folds: Mapping[str, list[float]], *, share: float) -> Outcome:
    return Outcome(
        metrics={name: mean(scores) for name, scores in folds.items()},
        replicates={"over": "fold", "test_share": round(share, 6), **folds},
    )


def _is_cross_validation(values: Mapping[Any, object]) -> bool:
    tests = [value for name, value in values.items() if str(name).startswith("test_")]
    return bool(as_numbers(values.get("fit_time"))) and any(map(as_numbers, tests))


def _of_cross_validation(values: Mapping[Any, object]) -> Outcome:
    """Return the folds of `sklearn.model_selection.cross_validate`, tests first, times last."""
    lists = {str(name): scores for name, value in values.items() if (scores := as_numbers(value))}
    tests = {name: scores for name, scores in lists.items() if name.startswith("test_")}
    times = {name: scores for name, scores in lists.items() if name.endswith("_time")}
    others = {name: scores for name, scores in lists.items() if name not in {*tests, *times}}
    plain = {name.removeprefix("test_"): scores for name, scores in tests.items()}
    folds, notes = _named(plain | others | times)
    count = max(map(len, folds.values()))
    outcome = _of_folds(folds, share=_test_share(values.get("indices")) or 1 / count)
    if count > MAX_REPLICATES:
        notes.append(f"There are {count} folds: the page keeps their mean only.")
        outcome = replace(outcome, replicates={})
    return replace(outcome, notes=tuple(notes))


def _test_share(indices: object) -> float | None:
    """Return the mean share of a fold's rows that are tested, from `return_indices=True`."""
    if not isinstance(indices, Mapping):
        return None
    folds = zip(indices["test"], indices["train"], strict=True)
    return mean([len(test) / (len(test) + len(train)) for test, train in folds])


def _of_mapping(values: Mapping[Any, object], settings: Mapping[str, str] | None) -> Outcome:
    if _is_cross_validation(values):
        return _of_cross_validation(values)
    named, notes = _named(values)
    numbers = {name: one for name in named if (one := as_number(named[name])) is not None}
    several = {name: value for name, value in named.items() if name not in numbers}
    lists = {name: found for name, value in several.items() if (found := as_numbers(value))}
    histories = {name: kept for name, value in several.items() if (kept := history_of(value))}
    curves, replicates = _sorted_out(lists, notes)
    ends = ends_of_curves(curves, settings)
    summary = numbers | ends | {name: mean(replicates[name]) for name in _measured(replicates)}
    if summary or histories:
        known = {*lists, *histories}
        notes += [_no_number(name, value) for name, value in several.items() if name not in known]
    own = Outcome(
        metrics=filled({name: summary[name] for name in named if name in summary}, ends),
        replicates=replicates,
        curves=level(curves),
        notes=tuple(notes),
    )
    return join([own, *(outcome_of_history(one, settings) for one in histories.values())])


def _measured(replicates: Mapping[str, Any]) -> list[str]:
    return [name for name in replicates if name not in RESERVED | _FOLDS | _SEEDS]


def _named(values: Mapping[Any, object]) -> tuple[dict[str, Any], list[str]]:
    """Return the values by names that the page does not use itself."""
    named: dict[str, Any] = {}
    notes: list[str] = []
    for name, value in values.items():
        free = free_name(str(name), named)
        if free != str(name):
            notes.append(f"The name {name} was taken: its value is {free}.")
        named[free] = value
    return named, notes


def _sorted_out(
    lists: Mapping[str, list[float]], notes: list[str]
) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Return lists as curves, else as replicates with what they are over."""
    over_folds, over_seeds = lists.keys() & _FOLDS, lists.keys() & _SEEDS
    twins = {f"val_{name}" for name in lists} & lists.keys()
    if (lists.keys() & _AXES or "loss" in lists or twins) and not (over_folds or over_seeds):
        return {name: curve for name, curve in lists.items() if name not in _AXES}, {}
    short = {name: one for name, one in lists.items() if len(one) <= MAX_REPLICATES}
    notes += [
        f"{name} has {len(one)} values, too many for replicates: it is left out. "
        "A curve is known by its name `loss`, by a twin `val_*` or by a list `epoch` beside it."
        for name, one in lists.items()
        if name not in short
    ]
    if not short:
        return {}, {}
    share = {"test_share": round(1 / max(map(len, short.values())), 6)} if over_folds else {}
    return {}, {"over": "fold" if over_folds else "seed", **share, **short}


def _no_number(name: str, value: object) -> str:
    is_told = isinstance(value, str) and not redact_values({name: value})[1]
    words = f" {value!r}" if is_told else ""
    shown = words if len(words) <= _WORDS else f"{words[:_WORDS]}…"
    return f"Metric {name} is no number but {type(value).__name__}{shown}: it is left out."


def combine(
    returned: Outcome,
    *,
    logged: Mapping[str, float],
    observed: Mapping[str, Sequence[float | None]],
    settings: Mapping[str, str] | None = None,
) -> Outcome:
    """Return the metrics returned, then those set by `run.metric`, then the ends of the curves.

    `observed` are the curves seen while running, None where one has no value; they are the
    outcome's curves where the return value brought none. A name met before keeps its value.
    """
    set_by_hand, notes = _named(logged)
    notes += [
        f"Metric {name} was returned as {returned.metrics[name]!r} and set to {value!r}: "
        "the page keeps what was returned."
        for name, value in logged.items()
        if name in returned.metrics and repr(returned.metrics[name]) != repr(value)
    ]
    seen = {
        name: [float("nan") if one is None else one for one in curve]
        for name, curve in observed.items()
    }
    return replace(
        returned,
        metrics=filled(filled(returned.metrics, set_by_hand), ends_of_curves(observed, settings)),
        curves=returned.curves or seen,
        notes=(*returned.notes, *notes),
    )


def headline(metrics: Mapping[str, float], claims: Sequence[Claim]) -> str | None:
    """Return the metric of the first claim, else the first metric, else None."""
    return recorded_name(claims[0].metric, metrics) if claims else next(iter(metrics), None)
