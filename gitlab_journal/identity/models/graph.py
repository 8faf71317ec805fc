"""A Keras configuration with what the process or the building of it added taken out.

Automatic names are numbered anew within each model, in order of appearance: `dense_7` becomes
`dense/0` (no name that a user may choose holds a slash). What Keras writes by name alone, a
function or a class of the user's, is put back as the object itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.models.corrections import corrected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab_journal.identity.place import Place

# What building adds, and what only Keras's own loading needs.
_BOOKKEEPING = frozenset(
    {"build_config", "build_input_shape", "compile_config", "registered_name", "shared_object_id"}
)
_TENSORS = ("input_layers", "output_layers", "keras_history")
_TRIPLE = 3


def cleaned(configuration: Mapping[str, Any], value: Any, place: Place) -> dict[str, Any]:
    """Return the configuration of `value`, with its own name and those inside renumbered.

    Raises DescriptionError for a function or class that stands in it by name alone.
    """
    own = {"class_name": type(value).__name__, "config": configuration}
    config: dict[str, Any] = _object(own, value, {}, place)["config"]
    return config


def renumbered(layers: list[dict[str, Any]]) -> dict[str, str]:
    """Return the new names of the layers of one model that have automatic ones."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for layer in layers:
        name = str(layer.get("name") or layer["config"].get("name"))
        stem = _stem(layer.get("class_name", ""), name)
        if stem is not None and name not in names:
            names[name] = f"{stem}/{counts.get(stem, 0)}"
            counts[stem] = counts.get(stem, 0) + 1
    return names


def is_graph(config: Mapping[str, Any]) -> bool:
    """Tell whether a configuration is of a model with its layers written out."""
    layers = config.get("layers")
    return isinstance(layers, list) and all(map(_is_serialized, layers))


def _stem(class_name: str, name: object) -> str | None:
    """Return an automatic name less its number, None where the name was chosen."""
    if class_name == "InputLayer" and re.fullmatch(r"keras_tensor(_\d+)?", str(name)):
        return "input_layer"  # as clone_model names it
    automatic = re.fullmatch(rf"((?:forward_|backward_)?{_snake(class_name)})(?:_\d+)?", str(name))
    return automatic[1] if automatic else None


def _snake(class_name: str) -> str:
    """Return a class's name as Keras writes it in automatic names."""
    spaced = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", class_name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()


def _object(
    node: Mapping[str, Any], value: Any, names: Mapping[str, str], place: Place
) -> dict[str, Any]:
    """Return a serialized object: class, configuration, whatever else it carries."""
    rest = {key: item for key, item in node.items() if key != "config"}
    clean: dict[str, Any] = _walk(rest, None, names, place)
    if _is_users(node):
        del clean["module"]
        clean["class_name"] = type(value)
    return clean | {"config": _config(node, value, names, place)}


def _config(node: Mapping[str, Any], value: Any, names: Mapping[str, str], place: Place) -> Any:
    """Return an object's configuration; in a model's the layers have names of their own."""
    config = node["config"]
    if not isinstance(config, dict):
        return config
    if type(value).__name__ == node["class_name"]:
        config = corrected(value, config)
    is_model = is_graph(config)
    if is_model and _found_its_input(value):
        config = {**config, "layers": config["layers"][1:]}
    inside = renumbered(config["layers"]) if is_model else names
    apart = ("name", "layers") if is_model else ("name",)
    rest = {key: item for key, item in config.items() if key not in apart}
    clean: dict[str, Any] = _walk(rest, value, inside, place)
    if is_model:
        clean["layers"] = _layers(config["layers"], value, inside, place)
    if "name" in config:
        stem = _stem(node["class_name"], config["name"])
        clean["name"] = names.get(str(config["name"]), f"{stem}/" if stem else config["name"])
    return clean


def _found_its_input(model: Any) -> bool:
    """Tell whether a sequential model took its input from the first batch that it met.

    Keras then puts a layer in front by other arguments than `keras.Input` does. A copy by
    `clone_model` has such a layer too, and layers that were called for by their configurations.
    """
    if not hasattr(model, "_functional") or not getattr(model, "_layers", None):
        return False
    first, *rest = map(_called_for, model._layers)  # noqa: SLF001 - `layers` hides the input
    if first.get("dtype") is None or first.get("sparse", 0) is not None:
        return False
    batch = (first.get("batch_shape") or (None,))[0]
    return batch is not None or any(given and "trainable" not in given for given in rest)


def _called_for(layer: Any) -> dict[str, Any]:
    """Return the arguments that a layer was made with, where Keras kept them."""
    return getattr(getattr(layer, "_auto_config", None), "config", {})


def _layers(
    layers: list[dict[str, Any]], model: Any, names: Mapping[str, str], place: Place
) -> list[Any]:
    """Return the layers of a model, each with the object it was written from, which has its order.

    A sequential model writes its input among the layers and does not list it there.
    """
    operations: Any = getattr(model, "operations", None)
    objects: Iterator[Any] = iter(operations or getattr(model, "layers", ()))
    return [
        _walk(
            layer,
            None if not operations and layer["class_name"] == "InputLayer" else next(objects, None),
            names,
            place,
        )
        for layer in layers
    ]


def _walk(node: Any, value: Any, names: Mapping[str, str], place: Place) -> Any:
    """Return a part of a configuration, cleaned; `value` is the object it was written from."""
    if isinstance(node, list | tuple):
        parts = value if isinstance(value, list | tuple) and len(value) == len(node) else None
        return [
            _walk(item, parts[i] if parts else None, names, place) for i, item in enumerate(node)
        ]
    if not isinstance(node, dict):
        return node
    if _is_serialized(node):
        if not _is_users(node):
            return _object(node, value, names, place)
        return _users(node, value, names, place)
    return {
        key: _renamed(item, names)
        if key in _TENSORS
        else names.get(item, item)
        if key == "name" and isinstance(item, str)
        else _walk(item, _part(value, key, item), names, place)
        for key, item in node.items()
        if key not in _BOOKKEEPING
    }


def _users(node: Mapping[str, Any], value: Any, names: Mapping[str, str], place: Place) -> Any:
    """Return the user's function as it is, the user's object by its class."""
    if value is None:
        written = node["config"] if node["class_name"] == "function" else node["class_name"]
        raise place.refusal(
            f"Keras writes {written!r} by name alone; keep it as an attribute of the layer, under "
            "the name of the constructor's argument"
        )
    if node["class_name"] in ("function", "__lambda__"):
        return value
    return _object(node, value, names, place)


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """Return a nest of [layer, node, tensor] with the layers' new names."""
    if isinstance(node, dict):
        return {key: _renamed(item, names) for key, item in node.items()}
    if not isinstance(node, list | tuple):
        return node
    if len(node) == _TRIPLE and isinstance(node[0], str):
        return [names.get(node[0], node[0]), *node[1:]]
    return [_renamed(item, names) for item in node]


def _is_serialized(node: Any) -> bool:
    return isinstance(node, dict) and "class_name" in node and "config" in node


def _is_users(node: Mapping[str, Any]) -> bool:
    """Tell whether a serialized object is a function or of a class that Keras does not export."""
    if node["class_name"] in ("function", "__lambda__"):
        return True
    return "module" in node and str(node["module"]).split(".")[0] != "keras"


def _part(value: Any, key: str, node: Any) -> Any:
    """Return the object behind an entry of a configuration, None where it cannot be found."""
    if isinstance(value, dict):
        return value.get(key)
    if not _is_serialized(node):
        return getattr(value, key, None) if _holds_serialized(node) else None
    functions = node["class_name"] in ("function", "__lambda__")
    for name in (key, f"_{key}"):
        part = getattr(value, name, None)
        if callable(part) if functions else type(part).__name__ == node["class_name"]:
            return part
    return None


def _holds_serialized(node: Any) -> bool:
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(_is_serialized(item) for item in items)
