"""What a page shows of a Keras model: its layers in a line each, what it was compiled with."""

from __future__ import annotations

import inspect
import re
from typing import Any

from gitlab_journal.identity.models.corrections import corrected
from gitlab_journal.identity.names import public_name

_SILENT = frozenset({"name", "dtype", "trainable", "data_format", "backward_layer"})
_PLAIN = (bool, int, float, str)


def shown_part(value: Any) -> Any:
    """Return a Keras object ready for the page: a model in full, a layer in a word."""
    if hasattr(value, "layers") and hasattr(value, "compile"):
        return _model(value)
    if hasattr(value, "call") and hasattr(value, "weights"):
        return _word(value)
    return {"class": public_name(type(value)), **_settings(value)}


def _model(model: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "class": public_name(type(model)),
        "layers": [_word(layer) for layer in model.layers],
    }
    if not getattr(model, "compiled", False):
        return shown
    kept = getattr(model, "_compile_config", None)
    told = kept.config if kept is not None else {}
    shown["optimizer"] = {"class": type(model.optimizer).__name__, **_settings(model.optimizer)}
    for name in ("loss", "metrics"):
        if told.get(name):
            shown[name] = _word(told[name])
    return shown


def _settings(part: Any) -> dict[str, Any]:
    """Return what differs from the constructor's defaults, and always the learning rate."""
    try:
        config = part.get_config()
    except NotImplementedError:
        return {}
    rate = {"learning_rate": config["learning_rate"]} if "learning_rate" in config else {}
    shown = {name: _value(value) for name, value in rate.items()}
    shown |= {key: value for key, value, _ in _differences(part)}
    return {key: list(item) if isinstance(item, tuple) else item for key, item in shown.items()}


def _word(part: Any) -> Any:
    """Return a part as one would type it, less what stands at its default: Dense(64, tanh)."""
    if isinstance(part, str | float | int) or part is None:
        return part
    if isinstance(part, list | tuple):
        return [_word(item) for item in part]
    if isinstance(part, dict):
        return {key: _word(item) for key, item in part.items()}
    name = getattr(part, "__name__", type(part).__name__)
    if name == "InputLayer":
        return f"Input({', '.join(map(str, part.batch_shape[1:]))})"
    if hasattr(part, "layers"):
        return f"{name}({', '.join(map(_word, part.layers))})"
    if not hasattr(part, "get_config"):
        return name
    try:
        said = _differences(part)
    except NotImplementedError:  # of the user's, without get_config
        return name
    words = [
        str(value)
        if default is inspect.Parameter.empty or key == "activation"
        else f"{key}={value}"
        for key, value, default in said
    ]
    return f"{name}({', '.join(words)})" if words or hasattr(part, "weights") else name


def _differences(part: Any) -> list[tuple[str, Any, Any]]:
    """Return name, value and default of each constructor's argument that differs from it."""
    told = part.get_config()
    config = {
        key: item
        for key, item in corrected(part, told).items()
        if key in told or isinstance(item, _PLAIN)
    }
    signature = inspect.signature(type(part).__init__).parameters
    return [
        (key, _argument(part, key, config[key]), parameter.default)
        for key, parameter in signature.items()
        if key in config and key not in _SILENT and not _is_default(config[key], parameter.default)
    ]


def _argument(part: Any, key: str, value: Any) -> Any:
    """Return an argument in words; a layer inside another as a layer."""
    for name in (key, f"forward_{key}"):
        inner = getattr(part, name, None)
        if hasattr(inner, "weights"):
            return _word(inner)
    return _value(value)


def _is_default(value: Any, default: Any) -> bool:
    if value is None or isinstance(value, _PLAIN):
        short = _short(value) if isinstance(value, float) else value
        return short == default or (value == "linear" and default is None)
    if isinstance(value, list | tuple):
        alike = all(str(item) == str(default) for item in value)
        return alike or str(default) in (str(list(value)), str(tuple(value)))
    if not isinstance(value, dict) or not isinstance(default, str):
        return False
    config = value.get("config", {})
    if not isinstance(config, dict):  # a function
        return _squeezed(config) == _squeezed(default)
    told = {key: item for key, item in config.items() if item not in (None, 1.0)}
    return not told and _squeezed(value.get("class_name", "")) == _squeezed(default)


def _squeezed(name: str) -> str:
    return re.sub(r"\W|_", "", name).lower()


def _value(value: Any) -> Any:
    """Return an entry of a configuration as a page shows it."""
    if isinstance(value, float):
        return _short(value)
    if isinstance(value, dict) and "class_name" in value:
        config = value.get("config")
        if not isinstance(config, dict):
            return str(config)
        told = {key: item for key, item in config.items() if item is not None and key != "name"}
        words = ", ".join(f"{key}={_value(item)}" for key, item in told.items())
        return f"{value['class_name']}({words})" if words else value["class_name"]
    if isinstance(value, list | tuple):
        return tuple(_value(item) for item in value)
    return value


def _short(number: float) -> float:
    """Return a number that came out of a float32 as one would type it: 0.1, not 0.10000000149."""
    import numpy as np

    single = np.float32(number)
    return float(str(single)) if float(single) == number else number
