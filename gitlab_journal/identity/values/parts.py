"""The parts of a value in which a model may stand."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gitlab_journal.identity.values.objects import fields_of
from gitlab_journal.identity.values.scalars import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable


def parts_of(value: object, seen: set[int]) -> Iterator[tuple[str, object]]:
    """Yield the parts of a list, mapping, record, partial, bound method, each with its step.

    An object among those `seen`, which this adds to, has none: objects may hold each other.
    """
    if isinstance(value, PLAIN) or value is None:
        return
    if isinstance(value, list | tuple):
        yield from _at(value)
    elif isinstance(value, Mapping):
        yield from _named(value)
    elif id(value) in seen:
        return
    elif isinstance(value, functools.partial):
        yield ".func", value.func
        yield from _at(value.args)
        yield from _named(value.keywords)
    elif isinstance(value, types.MethodType):
        yield ".__self__", value.__self__
    elif isinstance(value, types.FunctionType):
        seen.add(id(value))
        yield from _closed_over(value)
    else:
        seen.add(id(value))
        yield from _named(fields_of(value) or {})


def _at(items: Iterable[object]) -> Iterator[tuple[str, object]]:
    return ((f"[{i}]", item) for i, item in enumerate(items) if type(item) not in PLAIN)


def _named(items: Mapping[object, object] | Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((f".{name}", item) for name, item in items.items() if type(item) not in PLAIN)


def _closed_over(function: types.FunctionType) -> Iterator[tuple[str, object]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield f".{name}", cell.cell_contents
        except ValueError:  # a name that is not bound yet
            continue
