"""The names of data sets as the code around a call tells them."""

from __future__ import annotations

import inspect
import sys
from functools import cache
from pathlib import PurePath
from types import FunctionType
from typing import TYPE_CHECKING

from gitlab_journal.identity.origin.bindings import argument
from gitlab_journal.identity.origin.callers import callers, place_of, scopes_of_globals
from gitlab_journal.identity.origin.loaders import name_of_path
from gitlab_journal.identity.origin.scope import without_globals
from gitlab_journal.identity.origin.trail import Trail, follow, follow_name

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gitlab_journal.identity.origin.scope import Scope

_MOST = 3  # names of one value
# What the code alone tells of an argument, by the calls that led to it: a loop asks many times.
_told: dict[tuple[object, ...], tuple[str, ...]] = {}
_FEW = 8  # values in a list that are asked about one by one


def guess_names(
    arguments: Mapping[str, object],
    *,
    function: Callable[..., object] | None = None,
    reached: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """Return the names that the user's code gives to data, by argument, as far as it tells.

    `arguments` are those of the call of `function` that the user's code makes at this moment,
    `reached` is what the function reads from globals, or without a function what the lines around
    the call read. Reads source; never fails for what it says.
    """
    frames = callers()
    plain = inspect.unwrap(function) if function else None
    parameters = tuple(inspect.signature(plain).parameters) if plain else ()
    place = place_of(frames) if frames else None
    of_function = plain if isinstance(plain, FunctionType) else None
    scopes = cache(lambda: list(scopes_of_globals(frames, of_function)))
    line = frames[0].f_lineno if frames else 0
    found = {}
    for name, value in {**(reached or {}), **arguments}.items():
        try:
            names = _of_itself(value)
            if not names and place and place[0] and name in arguments:
                names = _of_argument(name, parameters, place[0], place[1])
            names = names or _of_globals(value, scopes())
            if not names and place and function is None and name not in arguments:
                names = follow_name(name, place[1], Trail(), use=(line, 0))
        except RecursionError:  # an expression a thousand levels deep
            continue
        if 0 < len(names) <= _MOST:
            found[name] = ", ".join(names)
    return found


def _of_itself(value: object) -> tuple[str, ...]:
    """Return the name of a path, or of the file that a memory map shows."""
    numpy = sys.modules.get("numpy")
    mapped = numpy is not None and isinstance(value, numpy.memmap)
    path = getattr(value, "filename", None) if mapped else value
    name = name_of_path(str(path)) if isinstance(path, PurePath) or (mapped and path) else None
    if name or not isinstance(value, list | tuple) or len(value) > _FEW:
        return (name,) if name else ()
    return tuple(dict.fromkeys(name for one in value for name in _of_itself(one)))


def _of_argument(
    name: str, parameters: Sequence[str], call: ast.Call, scope: Scope
) -> tuple[str, ...]:
    """Return the names behind an argument: as the code alone tells, else with what globals hold."""
    given = argument(call, tuple(parameters), name)
    if given is None:
        return ()
    key = (name, scope.until, call, *_calls(scope))
    if key not in _told:
        _told[key] = follow(given[0], without_globals(scope), Trail(), given[1])
    return _told[key] or follow(given[0], scope, Trail(), given[1])


def _calls(scope: Scope) -> Iterator[ast.Call]:
    """Yield the calls that a scope runs for, the innermost first."""
    while scope.called:
        call, scope = scope.called
        yield call


def _of_globals(value: object, scopes: Sequence[Scope]) -> tuple[str, ...]:
    """Return the names behind the global variables that hold this very object."""
    for scope in scopes:
        for variable, held in list(scope.globals.items()):
            if held is value and not variable.startswith("_"):
                names = follow_name(variable, scope, Trail(), use=scope.until)
                if names:
                    return names
    if isinstance(value, list | tuple) and len(value) <= _FEW:
        return tuple(dict.fromkeys(name for one in value for name in _of_globals(one, scopes)))
    return ()
