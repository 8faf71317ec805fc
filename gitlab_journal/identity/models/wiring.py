"""Configurations of models that Keras itself cannot write: a layer in them keeps silent."""

# ruff: noqa: SLF001 - a graph stands in private attributes alone
from __future__ import annotations

import sys
from typing import Any


def is_wired(value: object) -> bool:
    """Tell whether a value is a model made of its inputs and outputs. Imports nothing."""
    functional = sys.modules.get("keras.src.models.functional")
    return functional is not None and isinstance(value, functional.Functional)


def written(model: Any) -> dict[str, Any]:
    """Return the configuration of a functional or sequential model, as Keras would write it.

    A layer that cannot tell its own stands in it as the object itself.
    """
    told = {"name": model.name, "trainable": model.trainable}
    if isinstance(model, sys.modules["keras"].Sequential):
        return told | {"layers": [_layer(layer) for layer in model._layers]}
    functional: Any = sys.modules["keras.src.models.functional"]
    own = model._nodes
    numbers: dict[tuple[int, int], int] = {}
    layers = []
    for layer in model.operations:
        # A model begins with a node of its own, from its inputs to its outputs.
        first = 1 if isinstance(layer, functional.Functional) else 0
        nodes: list[Any] = []
        for i, node in enumerate(layer._inbound_nodes):
            if functional.make_node_key(layer, i) in own:
                numbers[id(layer), i] = first + len(nodes)
                nodes.append(functional.serialize_node(node, own_nodes=own))
        inbound = [node for node in nodes if node is not None]
        layers.append(_layer(layer) | {"name": layer.name, "inbound_nodes": inbound})

    def place_of(tensor: Any) -> list[Any]:
        layer, node, index = tensor._keras_history
        return [layer.name, numbers[id(layer), node], index]

    nest = sys.modules["keras"].tree
    return told | {
        "layers": layers,
        "input_layers": nest.map_structure(place_of, model._inputs_struct),
        "output_layers": nest.map_structure(place_of, model._outputs_struct),
    }


def _layer(layer: Any) -> dict[str, Any]:
    kind = type(layer)
    try:
        return dict(sys.modules["keras"].saving.serialize_keras_object(layer))
    except NotImplementedError:
        known = {"module": kind.__module__, "class_name": kind.__name__}
        return known | {"config": layer, "name": layer.name}
