"""What Keras's own classes leave out of their configuration, or tell wrongly in it."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.project import is_of_project

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names; how a layer is computed, not what; what an input says in `batch_shape`.
_NO_ARGUMENT = frozenset(
    {
        *("self", "args", "kwargs", "name", "dtype", "weights", "use_cudnn", "flash_attention"),
        *("input_tensor", "shape", "batch_size"),
    }
)
_PLAIN = (bool, int, float, str)


def is_users(kind: type) -> bool:
    """Tell whether a class is of the user's project; quick for those of Keras."""
    return not kind.__module__.startswith("keras.") and is_of_project(kind)


def corrected(value: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of a Keras object with what it lacks, less what is not so."""
    return {**unsaid(value, config), **config, **_drawn(value, config), **_learnt(value, config)}


def unsaid(value: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a Keras object that differ from their defaults and `config` lacks."""
    if is_users(type(value)) or isinstance(value, sys.modules["keras"].Model):
        return {}
    found = _precision(value)
    held = _held(value)
    for name, parameter in inspect.signature(type(value).__init__).parameters.items():
        item = held.get(name, held.get(f"_{name}"))
        if name in config or name in _NO_ARGUMENT or item is None or item is parameter.default:
            continue
        if not (isinstance(item, _PLAIN) and item == parameter.default):
            found[name] = item
    return found


def arguments_of(value: Any) -> dict[str, Any]:
    """Return the arguments of a Keras object that holds one which cannot tell its own."""
    held = _held(value)
    names = inspect.signature(type(value).__init__).parameters
    return _precision(value) | {
        name: held.get(name, held.get(f"_{name}", held.get(f"forward_{name}")))
        for name in names
        if name not in _NO_ARGUMENT
    }


def _held(value: Any) -> dict[str, Any]:
    cell = getattr(value, "cell", None)  # a recurrent layer hands most of its arguments on
    inner = vars(cell) if hasattr(cell, "__dict__") else {}
    return {**inner, **vars(value), **getattr(value, "_fn_kwargs", {})}


def _precision(value: Any) -> dict[str, Any]:
    """Return in which dtype a loss computes, whether a layer leaves its inputs' dtype alone."""
    keras = sys.modules["keras"]
    if isinstance(value, keras.losses.Loss):
        return {} if value.dtype == "float32" else {"dtype": value.dtype}
    apart = isinstance(value, keras.layers.Layer) and not value.autocast
    return {"autocast": False} if apart and not _sets_autocast(type(value)) else {}


def _sets_autocast(kind: type) -> bool:
    """Tell whether a class of layers decides on `autocast` itself, whatever it is given."""
    layer = sys.modules["keras"].layers.Layer
    constructors = [vars(base).get("__init__") for base in kind.__mro__ if base is not layer]
    codes = [getattr(constructor, "__code__", None) for constructor in constructors]
    return any("autocast" in code.co_names for code in codes if code)


def _drawn(value: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return no seed where Keras drew the one that the configuration tells."""
    seeds = getattr(value, "seed_generator", None) or getattr(value, "generator", None)
    drawn = "seed" in config and getattr(seeds, "_initial_seed", 0) is None
    return {"seed": None} if drawn else {}


def _learnt(value: Any, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the vocabulary that a layer has read from a file or adapted to."""
    told = config.get("vocabulary", [])
    if isinstance(told, list) or not hasattr(value, "get_vocabulary"):
        return {}
    words = value.get_vocabulary(include_special_tokens=False)
    weights = getattr(getattr(value, "_lookup_layer", value), "idf_weights", None)
    if not words:
        return {}
    return {"vocabulary": words} | ({} if weights is None else {"idf_weights": weights.numpy()})
