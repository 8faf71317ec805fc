"""Estimators of scikit-learn and its kin: class, parameters, what fit has learnt."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity.callables import describe_class
from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.networks import is_network, network_state

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

_MISSING = inspect.Parameter.empty
# Other objects of these are plain Python: nothing of them hides from vars().
_BY_ATTRIBUTES = ("sklearn.", "scipy.interpolate.")


def is_estimator(value: object) -> bool:
    """Tell whether a value is an instance that takes part in scikit-learn's parameters."""
    kind = type(value)
    return (
        not isinstance(value, type) and hasattr(kind, "get_params") and hasattr(kind, "set_params")
    )


def describe_estimator(value: Any, place: Place) -> Tree:
    """Return the tree of an estimator, splitter or other object of scikit-learn's, else None."""
    if is_estimator(value):
        return _estimator(value, place)
    if hasattr(type(value), "get_n_splits"):
        return _splitter(value, place)
    if _is_frozen_distribution(value):
        return {
            "$distribution": value.dist.name,
            "$arguments": place.describe(value.args, ".args"),
            "$keywords": place.describe(value.kwds, ".kwds"),
        }
    module = type(value).__module__
    if module == "sklearn.tree._tree" and type(value).__name__ == "Tree":
        return {"$class": "sklearn.tree.Tree", "$fields": place.describe(value.__getstate__())}
    if module.startswith(_BY_ATTRIBUTES) and hasattr(value, "__dict__"):
        return {
            **describe_class(type(value), place),
            "$fields": place.describe_entries(vars(value)),
        }
    return None


def estimator_state(value: Any, place: Place) -> dict[str, Tree] | None:
    """Return what an estimator and those inside it have learnt, None where nothing is fitted.

    Names that end in `_` must be describable; private ones join where they are. What fit says of
    its own duration plays no part. Raises DescriptionError.
    """
    parameters = _parameters(value, place)
    parts: dict[str, Tree] = {
        name: state
        for name, parameter in parameters.items()
        if (state := _state_inside(parameter, place, f".{name}")) is not None
    }
    learnt = {name: item for name, item in vars(value).items() if name not in parameters}
    if any(_is_fact(name) for name in learnt):
        parts["$learnt"] = _learnt(learnt, place)
    return parts or None


def _estimator(value: Any, place: Place) -> Tree:
    parameters = place.describe_entries(_parameters(value, place))
    tree: dict[str, Tree] = {
        **describe_class(type(value), place),
        "$params": parameters,
        "#defaults": _left_at_default(type(value), parameters, place),
    }
    if place.with_state:
        tree["$state"] = estimator_state(value, place)
    return tree


def _parameters(value: Any, place: Place) -> dict[str, object]:
    try:
        return dict(value.get_params(deep=False))
    except (AttributeError, RuntimeError) as error:  # an __init__ against scikit-learn's rules
        name = type(value).__name__
        raise place.refusal(f"get_params() of {name} fails: {error}") from error


def _left_at_default(kind: type, parameters: dict[str, Tree], place: Place) -> list[Tree]:
    """Return the names of the parameters that equal the constructor's default."""
    try:
        signature = inspect.signature(kind).parameters
    except ValueError:  # written in another language
        return []
    return [
        name
        for name, tree in parameters.items()
        if name in signature
        and signature[name].default is not _MISSING
        and encode(tree) == encode(place.describe_entry(name, signature[name].default))
    ]


def _splitter(value: Any, place: Place) -> Tree:
    """Return class and attributes of a splitter: each of them decides which rows a model sees."""
    whole = replace(place, left_out=frozenset())
    shown = ", ".join(f"{name}={item!r}" for name, item in vars(value).items())
    name = type(value).__name__
    return {
        "$splitter": describe_class(type(value), place),
        "$fields": whole.describe_entries(vars(value)),
        "#shown": f"{name}({shown})" if len(shown) < 100 and " at 0x" not in shown else name,  # noqa: PLR2004
    }


def _is_frozen_distribution(value: object) -> bool:
    module = type(value).__module__
    return module.startswith("scipy.stats.") and hasattr(value, "dist") and hasattr(value, "kwds")


def _state_inside(value: object, place: Place, step: str) -> Tree:
    """Return the states of the estimators in a parameter: itself, or the parts of a list."""
    if is_estimator(value):
        return estimator_state(value, place.inside(value, step))
    if is_network(value):
        return network_state(value, place.inside(value, step))
    if isinstance(value, list | tuple):
        states = [_state_inside(item, place, f"{step}[{i}]") for i, item in enumerate(value)]
        return states if any(state is not None for state in states) else None
    return None


def _learnt(attributes: dict[str, object], place: Place) -> dict[str, Tree]:
    trees: dict[str, Tree] = {}
    inside = replace(place, left_out=frozenset(), with_state=True)
    for name, value in attributes.items():
        if name.rstrip("_").endswith("_time") or (name[0] == "_" and name.endswith("_id")):
            continue  # how long it took, where in memory something lay
        try:
            trees[name] = inside.describe_entry(name, _without_times(value))
        except DescriptionError:
            if _is_fact(name):
                raise
    return trees


def _is_fact(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def _without_times(value: object) -> object:
    """Return the table of a search less its columns of seconds."""
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if not str(name).endswith("_time")}
