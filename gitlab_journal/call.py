"""The arguments of one call by name."""

from __future__ import annotations

import inspect
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of one call by name: those given, and the defaults left alone."""

    given: Mapping[str, object]
    left_alone: Mapping[str, object]


def bind_call(
    function: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]
) -> Call:
    """Return the call's arguments by name; those caught by `**kwargs` under their own names.

    Values held by the function's closure count as given. Raises TypeError where the call does
    not fit the signature, as the call itself would.
    """
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{function.__qualname__}() {error}") from None
    given = _flattened(signature, bound.arguments)
    bound.apply_defaults()
    every = _flattened(signature, bound.arguments)
    left_alone = {name: value for name, value in every.items() if name not in given}
    return Call({**_closure(function), **given}, left_alone)


def _flattened(signature: inspect.Signature, arguments: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            flat.update(value)  # type: ignore[call-overload]  # a ** parameter holds a dict
        elif kind is inspect.Parameter.VAR_POSITIONAL:
            flat.update({name: value} if value else {})
        else:
            flat[name] = value
    return flat


def _closure(function: Callable[..., object]) -> dict[str, object]:
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    held = {}
    for name, cell in zip(names, getattr(function, "__closure__", None) or (), strict=True):
        with suppress(ValueError):  # a name that has no value yet
            held[name] = cell.cell_contents
    return {
        name: value
        for name, value in held.items()
        if not (inspect.isroutine(value) or inspect.isclass(value) or inspect.ismodule(value))
    }
