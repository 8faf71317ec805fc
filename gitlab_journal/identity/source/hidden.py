"""Functions that no name in the source leads to: held by registries, closures, other modules."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Mapping
from types import CellType, FunctionType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.project import file_of, is_module_of_project, is_of_project
from gitlab_journal.identity.source.start import start_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gitlab_journal.identity.source.reach import Reach
    from gitlab_journal.identity.source.reads import Read


def hidden_in(definition: Any, reads: Iterable[Read], reach: Reach) -> list[Any]:
    """Return functions and classes of the project that values hold and `reach` has not met.

    Those are what the closure of `definition` holds, and what stands in the globals it reads: a
    registry that decorators fill, a module imported by name, a function put in another's place.
    """
    cells = getattr(definition, "__closure__", None) or ()
    held = [one.cell_contents for one in cells if one != CellType()]
    # What else a closure holds is a parameter.
    routines = [one for one in held if inspect.isroutine(one) or inspect.isclass(one)]
    values = [
        *((one, ()) for one in routines),
        *((read.value, read.attributes) for read in reads if not _is_own(read)),
    ]
    found = {
        id(one): one
        for value, attributes in values
        for one in _callables(value, attributes)
        if is_of_project(one) and not _is_met(one, reach)
    }
    return sorted(found.values(), key=lambda one: (one.__module__ or "", one.__qualname__))


def _is_own(read: Read) -> bool:
    """Tell whether a global holds the function or class that its module defines by this name."""
    value = read.value
    known = (getattr(value, "__module__", None), getattr(value, "__qualname__", None))
    return isinstance(value, FunctionType | type) and (read.module, read.name) == known


def _callables(value: Any, attributes: tuple[str, ...]) -> Iterator[Any]:
    if is_module_of_project(value):
        yield from _plain(vars(value).get(attributes[0])) if attributes else ()
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _plain(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _plain(one)
    else:
        yield from _plain(value)


def _plain(value: Any) -> Iterator[Any]:
    """Yield the function or class that a value is, under wrappers and partial calls."""
    if isinstance(value, functools.partial):
        yield from _plain(value.func)
    elif callable(value):
        value = inspect.unwrap(value)
        if isinstance(value, FunctionType | type):
            yield value


def _is_met(definition: Any, reach: Reach) -> bool:
    file = file_of(definition)
    path = reach.home.path if file is None else os.path.abspath(file)  # noqa: PTH100
    name = definition.__qualname__
    if not name.startswith("<lambda>"):
        return reach.has_met(path, name) or reach.has_met(path, name.split(".")[0])
    start = start_of(definition)  # it stands in a statement that may bind several names
    return start is not None and any(
        start.statement in statements and reach.has_met(path, bound)
        for bound, statements in start.home.bindings.items()
    )
