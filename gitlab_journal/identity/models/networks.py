"""Keras models and their parts: configuration, compilation."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.models.callbacks import describe_callback, is_callback
from gitlab_journal.identity.models.corrections import is_users
from gitlab_journal.identity.models.graph import cleaned, is_graph, renumbered
from gitlab_journal.identity.models.network_page import shown_part
from gitlab_journal.identity.models.subclassed import configuration, describe_attributes
from gitlab_journal.identity.models.weights import network_state
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# How a step is computed, not which: on another machine Keras resolves these otherwise.
_EXECUTION = frozenset({"jit_compile", "run_eagerly", "auto_scale_loss"})


def is_network(value: object) -> bool:
    """Tell whether a value is a Keras model. Imports nothing."""
    keras = sys.modules.get("keras")
    return keras is not None and hasattr(keras, "Model") and isinstance(value, keras.Model)


def describe_network(value: Any, place: Place) -> Tree:
    """Return the tree of a Keras model, layer, optimizer, callback or other part, else None."""
    if is_callback(value):
        return describe_callback(value, place)
    if isinstance(value, type) or not is_of_keras(value):
        return None
    tree: dict[str, Tree] = {**describe_class(type(value), place), "#shown": shown_part(value)}
    known = configuration(value)
    if known is None:
        tree["$attributes"] = describe_attributes(value, place)
    else:
        tree["$config"] = place.describe(cleaned(known, value, place))
    if is_network(value):
        tree["$compile"] = _compilation(value, known or {}, place)
    if place.with_state and hasattr(value, "weights"):
        tree["$state"] = network_state(value, place)
    return tree


def is_of_keras(value: object) -> bool:
    """Tell whether a value is a part that Keras knows how to configure. Imports nothing."""
    if "keras" not in sys.modules or not hasattr(type(value), "get_config"):
        return False
    return any(base.__module__.startswith("keras.") for base in type(value).__mro__)


def _compilation(model: Any, known: dict[str, Any], place: Place) -> Tree:
    """Return optimizer, loss and metrics of a compiled model; None for one that is not.

    The optimizer is the model's own, so that "adam" equals Adam().
    """
    if not getattr(model, "compiled", False):
        return None
    kept = getattr(model, "_compile_config", None)
    # The objects themselves, where Keras keeps them: what it serializes names functions only.
    told = dict(kept.config if kept is not None else model.get_compile_config())
    names = renumbered(known["layers"]) if is_graph(known) else {}
    entries = {
        name: {names.get(key, key): part for key, part in item.items()}
        if isinstance(item, dict)
        else item
        for name, item in told.items()
        if name not in _EXECUTION
    }
    known_loss = {"loss": _loss(entries["loss"])} if "loss" in entries else {}
    return place.describe(entries | known_loss | {"optimizer": model.optimizer})


def _loss(given: Any) -> Any:
    """Return a loss under one name, whether "mse", its function or MeanSquaredError() was given."""
    if isinstance(given, dict):
        return {name: _loss(item) for name, item in given.items()}
    if isinstance(given, list | tuple):
        return [_loss(item) for item in given]
    if isinstance(given, str):
        try:
            given = sys.modules["keras"].losses.get(given)
        except ValueError:  # of another version of Keras
            return given
    function: Any = getattr(given, "fn", None)
    if is_users(type(given)) or not hasattr(function, "__code__"):
        return given
    defaults = inspect.signature(function).parameters
    plain = given.reduction == "sum_over_batch_size" and given.dtype == "float32"
    settings = vars(given).get("_fn_kwargs", {}).items()
    same = all(name in defaults and defaults[name].default == item for name, item in settings)
    return function if plain and same else given
