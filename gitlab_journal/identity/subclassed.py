"""What the configuration of a Keras object does not tell.

Without a `get_config` of its own a class of the user's says nothing of its arguments, or, in a
model, the defaults of the constructor whatever was given. Then the attributes that its own code
names stand for them, beside that code. Keras's own classes leave out a few arguments: of a Huber
loss the delta.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.project import is_of_project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Keras numbers the one, the others come and go with building, compiling and training.
_OF_KERAS = frozenset(
    {"name", "built", "compiled", "optimizer", "loss", "stop_training", "history", "layers"}
)
# Names; how a layer is computed, not what; what an input says in `batch_shape`.
_NO_ARGUMENT = frozenset(
    {
        *("self", "args", "kwargs", "name", "dtype", "weights", "use_cudnn", "flash_attention"),
        *("input_tensor", "shape", "batch_size"),
    }
)
_PLAIN = (bool, int, float, str)


def configuration(value: Any) -> dict[str, Any] | None:
    """Return the configuration of a Keras object, None where only its attributes tell."""
    keras = sys.modules["keras"]
    if not is_of_project(type(value)) or _has_own(type(value), "get_config"):
        return _told(value)
    if isinstance(value, keras.Sequential):
        return _told(value)
    if isinstance(value, keras.Model):
        # A graph by any other name: as the plain model of the same layers.
        inputs, outputs = getattr(value, "inputs", None), getattr(value, "outputs", None)
        if inputs is None or outputs is None:
            return None
        return _told(keras.Model(inputs, outputs, name=value.name))
    return _told(value) if isinstance(value, keras.layers.Layer) else None


def unsaid(value: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a Keras object that differ from their defaults and `config` lacks."""
    if is_of_project(type(value)) or isinstance(value, sys.modules["keras"].Model):
        return {}
    held = {**vars(value), **getattr(value, "_fn_kwargs", {})}
    found = {}
    for name, parameter in inspect.signature(type(value).__init__).parameters.items():
        item = held.get(name, held.get(f"_{name}"))
        if name in config or name in _NO_ARGUMENT or item is None or item is parameter.default:
            continue
        if not (isinstance(item, _PLAIN) and item == parameter.default):
            found[name] = item
    return found


def describe_attributes(value: Any, place: Place) -> dict[str, Tree]:
    """Return the attributes that the user's own classes name, and a model's layers in order.

    Weights stand by shape and dtype: their values are state. Raises DescriptionError.
    """
    mentioned = _mentioned(type(value)) - _OF_KERAS
    held = {name: item for name, item in vars(value).items() if name in mentioned}
    held |= {"layers": value.layers} if hasattr(value, "layers") else {}
    keras = sys.modules["keras"]
    return place.describe_entries(
        {
            name: [list(item.shape), str(item.dtype)] if isinstance(item, keras.Variable) else item
            for name, item in held.items()
        }
    )


def _told(value: Any) -> dict[str, Any] | None:
    try:
        return dict(value.get_config())
    except (
        NotImplementedError
    ):  # a constructor, here or in a layer, was given more than plain values
        return None


def _has_own(kind: type, name: str) -> bool:
    return any(name in vars(base) for base in kind.__mro__ if is_of_project(base))


def _mentioned(kind: type) -> frozenset[str]:
    """Return every name that the functions of the user's classes mention."""
    functions = [
        function
        for base in kind.__mro__
        if is_of_project(base)
        for function in vars(base).values()
        if hasattr(function, "__code__")
    ]
    return frozenset(name for function in functions for name in function.__code__.co_names)
