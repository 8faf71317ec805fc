"""Callbacks of Keras: class, arguments, for the user's own classes their code.

What a callback counts while it trains (the best value, the epochs waited) plays no part, so that
one that has been used equals a new one.
"""

from __future__ import annotations

import dis
import inspect
import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.models.corrections import is_users
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Arguments that Keras keeps under another name.
_KEPT_AS = {"separator": "sep", "initial_value_threshold": "best"}
# A model is an argument of its own; the other two stand in `callbacks`.
_NO_ARGUMENT = frozenset({"self", "model", "add_history", "add_progbar"})
_CONTAINERS = (list, dict, set)
_EMPTY = inspect.Parameter.empty


def is_callback(value: object) -> bool:
    """Tell whether a value is a callback of Keras. Imports nothing."""
    keras = sys.modules.get("keras")
    return hasattr(keras, "callbacks") and isinstance(value, keras.callbacks.Callback)  # type: ignore[union-attr]  # it has


def describe_callback(value: Any, place: Place) -> Tree:
    """Return class and arguments of a callback.

    Raises DescriptionError for one of a library that does not keep an argument as an attribute.
    """
    kind = type(value)
    library = next(base for base in kind.__mro__ if not is_users(base))
    arguments = _of_library(value, library, place)
    if library is not kind:
        arguments |= _of_users(value, library)
    entries = place.describe_entries(arguments)
    signature = inspect.signature(kind.__init__).parameters
    at_default = [
        name
        for name, tree in entries.items()
        if name in signature
        and signature[name].default is not _EMPTY
        and encode(tree) == encode(place.describe_entry(name, signature[name].default))
    ]
    return {**describe_class(kind, place), "$params": entries, "#defaults": at_default}


def _of_library(value: Any, library: type, place: Place) -> dict[str, object]:
    """Return the arguments of the constructor of a class of Keras or another library."""
    held = vars(value)
    # A LambdaCallback takes hooks by any name and keeps those given.
    found: dict[str, object] = {name: held[name] for name in held if name.startswith("on_")}
    for name, parameter in _arguments(library).items():
        if name == "profile_batch" and "_start_batch" in held:
            found[name] = sorted({held["_start_batch"], held["_stop_batch"]})
        elif name == "initial_value_threshold" and held.get("monitor_op"):
            found[name] = None  # in use, `best` is what was reached
        elif (kept := _kept(name, held)) is not None:
            # Keras turns its sign where less is better.
            found[name] = abs(held[kept]) if name == "min_delta" else held[kept]
        elif parameter.default is not None and parameter.kind is not parameter.VAR_KEYWORD:
            raise place.refusal(
                f"{library.__name__} does not keep its argument {name!r}; name the callback in "
                "ignore, or make a class of your own of it that does"
            )
    return found


def _of_users(value: Any, library: type) -> dict[str, object]:
    """Return the attributes of a callback of the user's, less what it counts while it trains.

    That is what other methods than the constructor set; where each argument of the constructor is
    an attribute, what it fills besides, too.
    """
    kind, held = type(value), vars(value)
    own = [base for base in kind.__mro__ if is_users(base)]
    given = [_kept(name, held) for name in _arguments(kind)]
    made = _set_by("__init__", own)
    counted = _set_outside_of_init(library.__mro__) | _set_outside_of_init(own)
    counted |= _set_by("__init__", library.__mro__)
    if None not in given:
        counted |= {name for name in made if isinstance(held.get(name), _CONTAINERS)}
    return {name: item for name, item in held.items() if name in given or name not in counted}


def _arguments(kind: type) -> Mapping[str, inspect.Parameter]:
    parameters = inspect.signature(kind.__init__).parameters  # type: ignore[misc]  # of a class
    return {
        name: parameter
        for name, parameter in parameters.items()
        if name not in _NO_ARGUMENT and parameter.kind is not parameter.VAR_POSITIONAL
    }


def _kept(name: str, held: Mapping[str, object]) -> str | None:
    """Return the attribute that keeps an argument, None where none does."""
    return next((key for key in (name, f"_{name}", _KEPT_AS.get(name, "")) if key in held), None)


def _set_by(method: str, kinds: Any) -> set[str]:
    functions = [vars(kind).get(method) for kind in kinds]
    return {name for function in functions for name in _names_set(function)}


def _set_outside_of_init(kinds: Any) -> set[str]:
    methods = {name for kind in kinds for name in vars(kind)} - {"__init__"}
    return {name for method in methods for name in _set_by(method, kinds)}


def _names_set(function: object) -> Iterator[str]:
    """Yield the attributes that a function and those inside it set, of whatever object."""
    code: CodeType | None = getattr(function, "__code__", None)
    codes = [code] if code else []
    for one in codes:
        codes += [item for item in one.co_consts if hasattr(item, "co_consts")]
        for instruction in dis.get_instructions(one):
            if instruction.opname == "STORE_ATTR":
                yield instruction.argval
