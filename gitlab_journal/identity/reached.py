"""The data that a function reads from globals."""

from __future__ import annotations

import dis
import inspect
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.kinds import kind_of
from gitlab_journal.identity.source import is_of_project
from gitlab_journal.identity.source.project import is_project_file, project_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def data_reached(
    function: Callable[..., object], arguments: Mapping[str, object]
) -> dict[str, object]:
    """Return the arrays, frames and other data by type that a function reads from globals, by name.

    So do the functions, classes and modules of the project that it reads. What is among the
    `arguments` of the call is left out; a name that they or two modules share carries its module's.
    """
    known = {id(value) for value in arguments.values()}
    found: dict[str, object] = {}
    for module, name, value in _walk(function, set()):
        if kind_of(value) is not None and id(value) not in known:
            known.add(id(value))
            taken = name in found or name in arguments
            found[f"{module}.{name}" if taken else name] = value
    return found


def _walk(definition: object, seen: set[int]) -> Iterator[tuple[str, str, Any]]:
    """Yield each global that the definition and its project read: its module, its name, it."""
    if id(definition) in seen:
        return
    seen.add(id(definition))
    for function in _functions(definition):
        for module, name, value in _read(function):
            yield module, name, value
            if callable(value) and is_of_project(value):
                yield from _walk(value, seen)


def _functions(definition: Any) -> Iterator[FunctionType]:
    members = vars(definition).values() if isinstance(definition, type) else [definition]
    for member in members:
        plain = getattr(member, "fget", None) or getattr(member, "__func__", member)
        function = inspect.unwrap(plain) if callable(plain) else None
        if isinstance(function, FunctionType):
            yield function


def _read(function: FunctionType) -> Iterator[tuple[str, str, Any]]:
    for *modules, name in _names(function.__code__):
        namespace: Mapping[str, Any] = function.__globals__
        for step in modules:
            module = namespace.get(step)
            ours = isinstance(module, ModuleType) and _is_ours(module)
            namespace = vars(module) if ours else {}
        if name in namespace:
            yield str(namespace.get("__name__")), name, namespace[name]


def _is_ours(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return bool(file) and is_project_file(str(file), project_root(str(file)))


@cache
def _names(code: CodeType) -> tuple[tuple[str, ...], ...]:
    """Return the globals that a code reads, each by itself and with the attributes read of it."""
    paths: dict[tuple[str, ...], None] = {}
    path: tuple[str, ...] = ()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            path = (step.argval,)
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and path:
            path = (*path, step.argval)
        elif step.opname != "CACHE":
            path = ()
        if path:
            paths[path] = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            paths.update(dict.fromkeys(_names(constant)))
    return tuple(paths)
