"""The data, models and settings that a function reads from globals."""

from __future__ import annotations

import argparse
import functools
import inspect
import operator
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, is_dataclass
from enum import Enum
from pathlib import PurePath
from types import CellType, FunctionType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity.canonical import canonical, root
from gitlab_journal.identity.models.networks import is_network
from gitlab_journal.identity.models.protocol import is_estimator
from gitlab_journal.identity.source import is_of_project
from gitlab_journal.identity.source.project import is_module_of_project
from gitlab_journal.identity.source.told import defaults_of
from gitlab_journal.identity.tables.kinds import kind_of, made_of
from gitlab_journal.identity.values.objects import attributes
from gitlab_journal.identity.values.scalars import PLAIN, describe_scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitlab_journal.identity.source import Read


@dataclass(frozen=True, slots=True)
class Reached:
    """What globals bring along, by name: data by type; estimators, networks, settings."""

    data: dict[str, object] = field(default_factory=dict)
    params: dict[str, object] = field(default_factory=dict)


def sort_reads(reads: Iterable[Read], arguments: Mapping[str, object]) -> Reached:
    """Return what the globals read are, beside the `arguments` of the call.

    Arrays, frames and other data are data, also in lists, mappings, classes, objects of the
    project and partial calls. Estimators and networks are parameters, and so are plain values that
    the source does not tell. What is among the arguments is left out; a name that they or two
    modules share carries its module's.
    """
    known = {id(value) for value in arguments.values()}
    data: dict[tuple[str, str], object] = {}
    params: dict[tuple[str, str], Any] = {}
    for read in reads:
        for part, value in _parts(read):
            is_data = holds_data(value)
            if is_data or _is_model(value):
                if id(value) not in known:
                    known.add(id(value))
                    name = f"{read.name}.{part}" if part else read.name
                    (data if is_data else params)[read.module, name] = value
                continue
            if _is_told(read) and not _holds_some_data(value):
                continue
            kept = value if _is_code(value) and _is_described(value) else _plain(value)
            if kept is _NOTHING:
                continue
            if part:
                params.setdefault((read.module, read.name), {})[part] = kept
            else:
                params[read.module, read.name] = kept
    names = [*arguments, *(name for _, name in (*data, *params))]
    return Reached(_named(data, names), _named(params, names))


def _named(found: Mapping[tuple[str, str], object], names: Sequence[str]) -> dict[str, object]:
    """Return values by name, with the module where two have one name; `names` are all there are."""
    several = {name for name in names if names.count(name) > 1}
    return {
        f"{module}.{name}" if name in several else name: value
        for (module, name), value in found.items()
    }


def _is_model(value: object) -> bool:
    """Tell whether a value is an estimator or a network that can be described."""
    if isinstance(value, type) or not (is_estimator(value) or is_network(value)):
        return False
    return _is_described(value)


def _is_described(value: object) -> bool:
    try:
        canonical(value, root("params"))
    except DescriptionError:
        return False
    return True


def _is_code(value: object) -> bool:
    return isinstance(value, FunctionType | type | functools.partial)


def holds_data(value: object) -> bool:
    """Tell whether a value is data by its type, or a list or mapping of nothing but those."""
    return made_of(value, lambda one: not isinstance(one, type) and kind_of(one) is not None)


def _parts(read: Read) -> Iterator[tuple[str, object]]:
    """Yield the global that is read, or by name what it holds where it is made of parts."""
    value = _unwrapped(read.value)
    if isinstance(value, argparse.Namespace | SimpleNamespace) or _is_record(value):
        held = attributes(value)
        names = [name for name in read.attributes[:1] if name in held] or list(held)
        yield from ((name, held[name]) for name in names)
    elif isinstance(value, ModuleType):
        held = vars(value) if is_module_of_project(value) else {}
        names = [name for name in read.attributes[:1] if name in held]
        yield from ((name, held[name]) for name in names if holds_data(held[name]))
    elif _is_code(value) or is_of_project(type(value)):
        held = {} if isinstance(value, Enum) else _held(value)
        for name, one in held.items():
            if holds_data(one) or _is_model(one):
                yield name, one
        of_values = isinstance(value, (Enum, Mapping, AbstractSet, list, tuple, *PLAIN))
        if of_values or _is_model(value) or (_is_code(value) and not read.told):
            yield "", value
        elif not read.told:
            yield from ((name, one) for name, one in held.items() if not _is_model(one))
    else:
        yield "", value


def _is_told(read: Read) -> bool:
    """Tell whether the source says what is read; it does not of the fields of a record."""
    return read.told and not (read.attributes and _is_record(read.value))


def _is_record(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _held(value: Any) -> dict[str, object]:
    """Return the values that a class, an object, a function or a partial call holds by name."""
    if isinstance(value, functools.partial):
        given = {f"args[{number}]": one for number, one in enumerate(value.args)}
        return given | value.keywords | _held(_unwrapped(value.func))
    if isinstance(value, FunctionType):
        return _of_function(value)
    if not isinstance(value, type):
        return attributes(value) if is_of_project(type(value)) else {}
    return dict(vars(value)) if is_of_project(value) else {}


def _of_function(function: FunctionType) -> dict[str, object]:
    if not is_of_project(function):
        return {}
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    held = {name: cell.cell_contents for name, cell in cells if cell != CellType()}
    return held | defaults_of(function)


def _unwrapped(value: Any) -> Any:
    return inspect.unwrap(value) if callable(value) and hasattr(value, "__wrapped__") else value


_NOTHING = object()


def _plain(value: Any, above: tuple[int, ...] = ()) -> object:
    """Return a value that is made of single values and data, less its parts that are not.

    Paths are left out: they say where something lies on this machine. So is what contains itself.
    """
    if id(value) in above:
        return _NOTHING
    above = (*above, id(value))
    if isinstance(value, Mapping):
        kept = {key: _plain(one, above) for key, one in value.items() if isinstance(key, PLAIN)}
        less = {key: one for key, one in kept.items() if one is not _NOTHING}
        if len(less) == len(value) and all(one is value[key] for key, one in less.items()):
            return value
        return less or (_NOTHING if value else value)
    if isinstance(value, list | tuple | set | frozenset):
        parts = [one for each in value if (one := _plain(each, above)) is not _NOTHING]
        if len(parts) == len(value) and all(map(operator.is_, parts, value)):
            return value
        return (frozenset(parts) if isinstance(value, AbstractSet) else parts) or _NOTHING
    if isinstance(value, PurePath) or (isinstance(value, str) and PurePath(value).is_absolute()):
        return _NOTHING
    return value if value is None or _is_single(value) or kind_of(value) else _NOTHING


def _is_single(value: object) -> bool:
    if isinstance(value, Enum | re.Pattern):
        return True
    return describe_scalar(value, root("params")) is not None


def _holds_some_data(value: object, above: tuple[int, ...] = ()) -> bool:
    if id(value) in above:
        return False
    above = (*above, id(value))
    if isinstance(value, Mapping):
        return any(_holds_some_data(one, above) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_holds_some_data(one, above) for one in value)
    return kind_of(value) is not None
