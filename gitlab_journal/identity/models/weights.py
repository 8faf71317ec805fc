"""Weights of Keras models and layers: their values, whether training has moved them."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# What adapting sets, with what stands there before.
_ADAPTED = {"adapt_mean": 0.0, "adapt_variance": 1.0}


def has_weights(value: object) -> bool:
    """Tell whether a value is a model of Keras or a layer that is built. Imports nothing."""
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "Model"):
        return False
    if isinstance(value, keras.Model):
        return True
    return isinstance(value, keras.layers.Layer) and bool(value.weights)


def network_state(value: Any, place: Place) -> dict[str, Tree] | None:
    """Return the weights of a built model or layer in order, and its optimizer's once it stepped.

    None for one that is not built.
    """
    if not value.weights:
        return None
    whole = replace(place, left_out=frozenset())
    state: dict[str, Tree] = {"$weights": _arrays(value.weights, whole)}
    if _steps(value):
        state["$optimizer"] = _arrays(value.optimizer.variables, whole)
    return state


def steps_of(value: Any) -> int | None:
    """Return how many steps an optimizer has taken on a model or layer, None where nothing tells.

    Weights that were loaded, or trained before the model was compiled anew, have no step to show
    for it; but what begins at zero or one, as biases do, has left there.
    """
    steps = _steps(value)
    return steps if steps or not any(_has_moved(*start) for start in _starts(value)) else None


def _steps(value: Any) -> int:
    return int(getattr(getattr(value, "optimizer", None), "iterations", 0))


def _has_moved(variable: Any, start: float) -> bool:
    return bool((variable.numpy() != start).any())


def _starts(value: Any) -> Iterator[tuple[Any, float]]:
    """Yield the weights that do not begin at random, each with the number it begins at."""
    initializers: Any = sys.modules["keras"].initializers
    for layer in value._flatten_layers():  # noqa: SLF001 - `layers` lists those of a model alone
        held = vars(layer)
        starts = {name: start for name, start in _ADAPTED.items() if name in held}
        for name, initializer in held.items():
            if isinstance(initializer, initializers.Zeros | initializers.Ones):
                weight = name.removesuffix("_initializer")
                starts[weight] = float(isinstance(initializer, initializers.Ones))
        if held.get("unit_forget_bias"):
            starts.pop("bias", None)
        for name, start in starts.items():
            variable = getattr(layer, name, None)
            if isinstance(variable, sys.modules["keras"].Variable):
                yield variable, start


def _arrays(variables: Any, place: Place) -> list[Tree]:
    return [
        place.describe(variable.numpy(), f".weights[{i}]") for i, variable in enumerate(variables)
    ]
