"""What models have learnt: attributes of fitted estimators, weights, boosted trees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import CircleError, DescriptionError
from gitlab_journal.identity.models.boosters import booster_state, is_booster, learnt_by_catboost
from gitlab_journal.identity.models.protocol import REQUESTS, is_estimator, parameters_of
from gitlab_journal.identity.models.torch_parts import is_module, module_state
from gitlab_journal.identity.models.weights import has_weights, network_state
from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.values.parts import parts_of

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def is_model(value: object) -> bool:
    """Tell whether a value may bring along what it has learnt. Imports nothing."""
    return has_weights(value) or is_module(value) or is_booster(value) or is_estimator(value)


def model_state(value: Any, place: Place) -> Tree:
    """Return what a model has learnt, None where that is nothing yet; raises DescriptionError."""
    if has_weights(value):
        return network_state(value, place)
    if is_module(value):
        return module_state(value, place)
    return booster_state(value, place) if is_booster(value) else estimator_state(value, place)


def estimator_state(value: Any, place: Place) -> dict[str, Tree] | None:
    """Return what an estimator and those inside it have learnt, None where nothing is fitted.

    Names that end in `_` must be describable; beside them, private ones join where they are. What
    fit says of its own duration plays no part. Raises DescriptionError.
    """
    parameters = parameters_of(value, place)
    parts: dict[str, Tree] = {
        name: state
        for name, parameter in parameters.items()
        if (state := _state_inside(parameter, place, f".{name}", set())) is not None
    }
    whole = replace(place, left_out=frozenset(), with_state=True)
    of_catboost = learnt_by_catboost(value, whole)
    held = {} if of_catboost else vars(value)
    learnt = {name: item for name, item in held.items() if name not in {*parameters, REQUESTS}}
    if of_catboost:
        parts["$learnt"] = of_catboost
    elif learnt and (any(map(_is_fact, learnt)) or _is_fitted(value)):
        parts["$learnt"] = _learnt(learnt, whole)
    return parts or None


def _is_fitted(value: Any) -> bool:
    """Tell whether an estimator without public facts holds what it has learnt all the same."""
    tells = getattr(value, "__sklearn_is_fitted__", None)
    return bool(tells()) if tells is not None else is_of_project(type(value))


def _state_inside(value: object, place: Place, step: str, seen: set[int]) -> Tree:
    """Return the states of the models in a parameter: itself, or its parts."""
    if is_model(value):
        return model_state(value, place.inside(value, step))
    parts = [
        (name, _state_inside(item, place, step + name, seen))
        for name, item in parts_of(value, seen)
    ]
    if all(state is None for _, state in parts):
        return None
    if isinstance(value, list | tuple):
        return [state for _, state in parts]
    return {name: state for name, state in parts if state is not None}


def _learnt(attributes: dict[str, object], place: Place) -> dict[str, Tree]:
    trees: dict[str, Tree] = {}
    may_leave_out = any(map(_is_fact, attributes))
    for name, value in attributes.items():
        if name.rstrip("_").endswith("_time") or (name[0] == "_" and name.endswith("_id")):
            continue  # how long it took, where in memory something lay
        try:
            trees[name] = place.describe_entry(name, _without_times(value))
        except DescriptionError as error:
            around = isinstance(error, CircleError) and place.in_object
            if _is_fact(name) or around or not may_leave_out:
                raise
    return trees


def _is_fact(name: str) -> bool:
    return name.endswith("_") and not name.startswith("_")


def _without_times(value: object) -> object:
    """Return the table of a search less its columns of seconds."""
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if not str(name).endswith("_time")}
