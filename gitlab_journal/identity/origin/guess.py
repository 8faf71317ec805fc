"""The names of data sets as the code around a call tells them."""

from __future__ import annotations

import inspect
import sys
from pathlib import PurePath
from types import FunctionType
from typing import TYPE_CHECKING

from gitlab_journal.identity.origin.bindings import argument
from gitlab_journal.identity.origin.loaders import name_of_path
from gitlab_journal.identity.origin.scope import callers, place_of, scope_of_globals
from gitlab_journal.identity.origin.trail import Trail, follow, follow_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gitlab_journal.identity.origin.scope import Scope

_MOST = 3  # names of one value
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
    parameters = list(inspect.signature(plain).parameters) if plain else []
    found = {}
    try:
        call, scope = (place_of(frames) if frames else None) or (None, None)
        scopes = [scope] if scope else []
        if isinstance(plain, FunctionType):
            of_function = scope_of_globals(plain.__code__.co_filename, plain.__globals__)
            scopes += [of_function] if of_function else []
        for name, value in {**(reached or {}), **arguments}.items():
            given = argument(call, parameters, name) if call and name in arguments else None
            names = _of_itself(value)
            if not names and given and scope:
                names = follow(given[0], scope, Trail(), given[1])
            elif not names and scope and function is None and name not in arguments:
                names = follow_name(name, scope, Trail(), use=(frames[0].f_lineno, 0))
            names = names or _of_globals(value, scopes)
            if 0 < len(names) <= _MOST:
                found[name] = ", ".join(names)
    except RecursionError:  # an expression a thousand levels deep
        return found
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


def _of_globals(value: object, scopes: Sequence[Scope]) -> tuple[str, ...]:
    """Return the names behind the global variables that hold this very object."""
    for scope in scopes:
        module = scope.outwards(scope.local)
        for variable, held in list(scope.globals.items()):
            if held is value and not variable.startswith("_"):
                names = follow_name(variable, module, Trail())
                if names:
                    return names
    return ()
