"""The places in the user's code that a call comes from."""

from __future__ import annotations

import linecache
import sys
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.origin.bindings import (
    Position,
    Span,
    calls_of_module,
    functions_around,
    names_of_function,
    names_of_module,
)
from gitlab_journal.identity.origin.scope import Scope
from gitlab_journal.identity.source.modules import Module, module_at, parsed
from gitlab_journal.identity.source.project import is_project_file, project_root

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping, Sequence
    from types import CodeType, FrameType, FunctionType

Place = tuple["ast.Call | None", Scope]

_OURS = __name__.partition(".")[0]
_DEEPEST = 100  # frames
_NOWHERE: Span = (None, None, None, None)
# By the identity of codes: to hash one costs as much as to go through its instructions.
_spans: dict[tuple[int, int], tuple[CodeType, Span]] = {}


def callers() -> list[FrameType]:
    """Return the frames of the user's code, the innermost first: none of ours or a library's."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the one way to the caller
    found: list[FrameType] = []
    while frame is not None and len(found) < _DEEPEST:
        if not _is_ours(frame) and _is_users(frame.f_code.co_filename):
            found.append(frame)
        frame = frame.f_back
    return found


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).partition(".")[0] == _OURS


@lru_cache(maxsize=1024)
def _is_users(file: str) -> bool:
    """Tell whether a file is of a project, or the text of a cell and none."""
    return _is_project(file) if _exists(file) else not file.startswith("<frozen")


@lru_cache(maxsize=1024)
def _exists(file: str) -> bool:
    return Path(file).is_file()


@lru_cache(maxsize=1024)
def _is_project(file: str) -> bool:
    return is_project_file(file, project_root(file))


def place_of(frames: Sequence[FrameType], number: int = 0) -> Place | None:
    """Return the call that a frame waits for, with its scope; None where it cannot be read.

    Where it waits for something else, as at the beginning of a `with`, there is no call.
    """
    frame = frames[number]
    modules = _modules(frame.f_code, frame.f_globals)
    if not modules:
        return None
    found = calls_of_module(modules[0]).get(_span(frame))
    call, around = found or (None, functions_around(modules[0], frame.f_lineno))
    scope = _scope(modules, frame.f_globals, until=_until(frames, frame.f_globals))
    layers = (*map(names_of_function, reversed(around)), *scope.layers)
    outer = _caller(frames, number, around[-1].name) if around else None
    called = place_of(frames, outer) if outer is not None else None
    known = (called[0], called[1]) if called and called[0] else None
    return call, replace(scope, layers=layers, called=known)


def _span(frame: FrameType) -> Span:
    """Return where the instruction stands that a frame is at."""
    code, at = frame.f_code, frame.f_lasti // 2
    known = _spans.get((id(code), at))
    if known is None or known[0] is not code:
        found = next(islice(code.co_positions(), at, None), _NOWHERE)
        known = _spans[id(code), at] = code, found
    return known[1]


def _caller(frames: Sequence[FrameType], number: int, function: str) -> int | None:
    """Return the number of the frame that called the function which a frame runs or is inside."""
    while frames[number].f_code.co_name != function:  # inside a comprehension
        number += 1
        if number == len(frames) or not frames[number - 1].f_code.co_name.startswith("<"):
            return None
    above = frames[number].f_back
    while above is not None and _is_ours(above):
        above = above.f_back
    outer = number + 1
    return outer if outer < len(frames) and frames[outer] is above else None


def scopes_of_globals(
    frames: Sequence[FrameType], function: FunctionType | None
) -> Iterator[Scope]:
    """Yield the scopes of the modules whose globals the user's code sees at a call.

    Those of the frames come first, then the function's own and the project's modules in it.
    """
    seen: set[int] = set()
    codes = [(frame.f_globals, frame.f_code) for frame in frames]
    if function is not None:
        codes.append((function.__globals__, function.__code__))
    for namespace, code in codes:
        modules = () if id(namespace) in seen else _modules(code, namespace)
        seen.add(id(namespace))
        if modules:
            yield _scope(modules, namespace, until=_until(frames, namespace))
    for value in list(function.__globals__.values()) if function is not None else ():
        if isinstance(value, ModuleType) and id(vars(value)) not in seen:
            file = getattr(value, "__file__", None)
            module = _of_file(str(file), vars(value)) if file and _is_project(str(file)) else None
            if module:
                yield _scope((module,), vars(value), until=None)


def _scope(
    modules: tuple[Module, ...], namespace: Mapping[str, Any], *, until: Position | None
) -> Scope:
    layers = tuple(names_of_module(module) for module in modules)
    return Scope(layers, modules, _root(modules[0].path), namespace, until)


def _until(frames: Sequence[FrameType], namespace: Mapping[str, Any]) -> Position | None:
    """Return the line up to which a module has run, None where it is done."""
    for frame in frames:
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>":
            return frame.f_lineno, 0
    return None


def _modules(code: CodeType, namespace: Mapping[str, Any]) -> tuple[Module, ...]:
    """Return the module of a code; in a notebook its cell, then the others, newest first."""
    file = namespace.get("__file__")
    path = code.co_filename
    if isinstance(file, str) and Path(file).name == Path(path).name:
        path = file
    if _exists(path):
        module = _of_file(path, namespace, code)
        return (module,) if module else ()
    text = "".join(linecache.getlines(path, dict(namespace)))
    inputs = namespace.get("In")
    earlier = [str(one) for one in inputs] if isinstance(inputs, list) else []
    texts = dict.fromkeys([text, *reversed(earlier)])
    return tuple(cell for one in texts if one and (cell := _cell(one)))


def _of_file(
    path: str, namespace: Mapping[str, Any], code: CodeType | None = None
) -> Module | None:
    spec = namespace.get("__spec__")
    name = str(getattr(spec, "name", None) or namespace.get("__name__"))
    return module_at(path, name, spec=spec, code=code) if path.endswith(".py") else None


@lru_cache(maxsize=512)
def _cell(text: str) -> Module | None:
    try:
        return parsed(text, path="<notebook>", name="__main__")
    except (SyntaxError, ValueError):
        return None


@lru_cache(maxsize=256)
def _root(path: str) -> Path:
    return project_root(path if Path(path).is_file() else ".")
