"""What a fitted scikit-learn estimator, a search or a Keras history tells about its fit.

They are known by what they have, so that neither library is imported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.names import public_name
from gitlab_journal.outcome import Outcome, as_number, as_numbers, ends_of_curves

if TYPE_CHECKING:
    from collections.abc import Sequence

SEARCH_TABLE = "cv_results.csv"
# Curves of multi-layer perceptrons and of boosting.
_CURVES = {
    "loss_curve_": "loss",
    "validation_scores_": "validation_score",
    "train_score_": "train_score",
    "validation_score_": "validation_score",
}
# Where a search lists its best candidate says nothing about it.
_NO_FACTS = frozenset({"best_index_"})


def history_of(value: object) -> object | None:
    """Return the Keras History that a value is, or that a fitted model holds; else None."""
    if _is_history(value):
        return value
    history = getattr(value, "history", None) if hasattr(type(value), "fit") else None
    return history if _is_history(history) else None


def _is_history(value: object) -> bool:
    return (
        isinstance(getattr(value, "history", None), Mapping)
        and isinstance(getattr(value, "epoch", None), list)
        and hasattr(value, "params")
    )


def outcome_of_history(history: Any, settings: Mapping[str, str] | None = None) -> Outcome:
    """Return the curves of a Keras History with their ends, and the class of its model."""
    model = getattr(history, "model", None)
    return outcome_of_curves(
        history.history,
        model=public_name(type(model)) if model is not None else None,
        settings=settings,
    )


def outcome_of_curves(
    columns: Mapping[Any, object],
    *,
    model: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> Outcome:
    """Return curves, the last value of each as its metric, the best of each as `best_*`."""
    read = {str(name): as_numbers(column) for name, column in columns.items()}
    curves = {name: column for name, column in read.items() if column}
    notes = tuple(
        f"The curve {name} holds something that is no number: it is left out."
        for name, column in read.items()
        if column is None
    )
    return Outcome(
        metrics=ends_of_curves(curves, settings),
        curves=level(curves),
        model=model,
        notes=notes,
    )


def level(curves: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Return curves of equal length, NaN where a shorter one has no value.

    Keras validates every n epochs where it is told to (`validation_freq`), at the last of each n.
    """
    longest = max(map(len, curves.values()), default=0)
    levelled = {}
    for name, curve in curves.items():
        every, rest = divmod(longest, len(curve))
        gap = [float("nan")] * (0 if rest else every - 1)
        spread = [value for one in curve for value in (*gap, one)]
        levelled[name] = spread + [float("nan")] * (longest - len(spread))
    return levelled


def is_estimator(value: object) -> bool:
    """Tell whether a value is an instance that behaves as a scikit-learn estimator."""
    return hasattr(type(value), "get_params") and hasattr(type(value), "fit")


def outcome_of_estimator(estimator: Any) -> Outcome:
    """Return the numbers that fitting left in an estimator, of a pipeline in its last step.

    A search gives its best score and parameters first, and its table as CSV.
    """
    steps = getattr(estimator, "steps", None)
    if steps:
        return outcome_of_estimator(steps[-1][1])
    facts = _facts(estimator)
    if isinstance(getattr(estimator, "cv_results_", None), Mapping):
        return _outcome_of_search(estimator, facts)
    curves = {
        name: column
        for attribute, name in _CURVES.items()
        if (column := as_numbers(getattr(estimator, attribute, None)))
    }
    ends = {name: column[-1] for name, column in curves.items()}
    return Outcome(
        metrics={**ends, **facts},
        curves=level(curves),
        model=public_name(type(estimator)),
    )


def _facts(estimator: object) -> dict[str, float]:
    """Return the fitted attributes that are numbers, those that describe the data last."""
    names = [name for name in getattr(estimator, "__dict__", {}) if name.strip("_") + "_" == name]
    read = {
        name.removesuffix("_"): as_number(getattr(estimator, name))
        for name in names
        if name not in _NO_FACTS
    }
    facts = {name: number for name, number in read.items() if number is not None}
    return dict(sorted(facts.items(), key=lambda fact: _describes_data(fact[0])))


def _describes_data(name: str) -> bool:
    return name.startswith("n_") and name != "n_iter"


def _outcome_of_search(search: Any, facts: Mapping[str, float]) -> Outcome:
    best = dict(getattr(search, "best_params_", {}))
    numbers = {f"best_{name}": as_number(value) for name, value in best.items()}
    found = {name: number for name, number in numbers.items() if number is not None}
    score = {"best_score": facts["best_score"]} if "best_score" in facts else {}
    model = getattr(search, "best_estimator_", getattr(search, "estimator", search))
    words = ", ".join(f"{name} = {_shown(value)}" for name, value in best.items())
    return Outcome(
        metrics={**score, **found, **facts},
        tables={SEARCH_TABLE: _table(search.cv_results_)},
        model=_class_of(model),
        notes=(f"Best parameters: {words}.",) if words else (),
    )


def _class_of(estimator: Any) -> str:
    steps = getattr(estimator, "steps", None)
    return _class_of(steps[-1][1]) if steps else public_name(type(estimator))


def _table(results: Mapping[str, Any]) -> str:
    """Return a search's results as CSV: parameters by name, then what was measured in its order."""
    parameters = sorted(name for name in results if name.startswith("param_"))
    measured = [name for name in results if name not in parameters and name != "params"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*parameters, *measured])
    columns = [_listed(results[name]) for name in (*parameters, *measured)]
    writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    return text.getvalue()


def _listed(column: Any) -> list[object]:
    # A masked array lists what is masked, a parameter that this candidate does not have, as None.
    return list(column.tolist() if hasattr(column, "tolist") else column)


def _cell(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else _shown(value)


def _shown(value: object) -> str:
    """Return a parameter in words that are the same in each process."""
    if isinstance(value, type) or (callable(value) and not is_estimator(value)):
        return public_name(value)
    number = as_number(value)
    if number is not None:
        return repr(number)
    words = " ".join(repr(value).split())
    return public_name(type(value)) if " object at 0x" in words else words
