"""What the configuration of a Keras object does not tell.

Without a `get_config` of its own a class of the user's says nothing of its arguments, or, in a
model, the defaults of the constructor whatever was given. Then the attributes that its own code
names stand for them, beside that code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.models.corrections import arguments_of, is_users
from gitlab_journal.identity.models.graph import is_graph
from gitlab_journal.identity.models.wiring import is_wired, written

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Keras numbers the one, the others come and go with building, compiling and training.
_OF_KERAS = frozenset(
    {"name", "built", "compiled", "optimizer", "loss", "stop_training", "history", "layers"}
)


def configuration(value: Any) -> dict[str, Any] | None:
    """Return the configuration of a Keras object, None where only its attributes tell."""
    kind = type(value)
    keras = sys.modules["keras"]
    if is_users(kind) and _has_own(kind, "get_config"):
        return _told(value)
    if isinstance(value, keras.Sequential) or is_wired(value):
        told = _told(value)
        # A graph by any other name: as the plain model of the same layers.
        return told if told is not None and is_graph(told) else written(value)
    if not is_users(kind):
        return _told(value)
    is_layer = isinstance(value, keras.layers.Layer) and not isinstance(value, keras.Model)
    return _told(value) if is_layer else None


def describe_attributes(value: Any, place: Place) -> dict[str, Tree]:
    """Return the attributes that the user's own classes name, and a model's layers in order.

    Of a class of Keras's that holds one of the user's, the arguments.

    Weights stand by shape and dtype: their values are state. Raises DescriptionError.
    """
    mentioned = _mentioned(type(value)) - _OF_KERAS
    held = {name: item for name, item in vars(value).items() if name in mentioned}
    if not is_users(type(value)):
        held |= arguments_of(value)
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
    return any(name in vars(base) for base in kind.__mro__ if is_users(base))


def _mentioned(kind: type) -> frozenset[str]:
    """Return every name that the functions of the user's classes mention."""
    functions = [
        function
        for base in kind.__mro__
        if is_users(base)
        for function in vars(base).values()
        if hasattr(function, "__code__")
    ]
    return frozenset(name for function in functions for name in function.__code__.co_names)
