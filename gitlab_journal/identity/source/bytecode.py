"""Functions whose source nobody kept, by what Python compiled them to.

That holds under one minor version of Python alone, which is therefore part of each name and digest.
Docstrings, line numbers and the order of constants do not count.
"""

from __future__ import annotations

import dis
import inspect
import sys
from dataclasses import dataclass, field
from functools import cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.project import (
    file_of,
    is_module_of_project,
    is_of_project,
    is_project_file,
    project_root,
)
from gitlab_journal.identity.source.reads import Read
from gitlab_journal.identity.source.syntax import atom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_SILENT = frozenset({"CACHE", "EXTENDED_ARG", "NOP", "RESUME"})
_PLAIN = (bool, int, float, complex, str, bytes)


@dataclass(slots=True)
class Compiled:
    """What functions without source reach: `rows` by name, in the order of reading.

    `elsewhere` are functions and classes that do have a source, `libraries` dotted names of those
    of libraries. `values` are the other globals that are read.
    """

    rows: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: list[Any] = field(default_factory=list)
    libraries: set[str] = field(default_factory=set)
    values: list[Read] = field(default_factory=list)


def compiled(definitions: Sequence[Any], *, has_source: Callable[[Any], bool]) -> Compiled | None:
    """Return what functions and classes without source are, with all that they reach by name.

    None where the first is not Python's, as a builtin is not.
    """
    found = Compiled()
    seen: set[int] = set()
    waiting = [one for one in reversed(definitions) if _is_followed(one)]
    if not waiting:
        return None
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if not _is_compiled(one) or has_source(one):
            found.elsewhere.append(one)
            continue
        key = f"{one.__qualname__} (compiled by Python {PYTHON})"
        while key in found.rows:
            key += "'"
        reached: list[Any] = []
        if isinstance(one, type):
            found.rows[key] = [*_class(one, reached)]
        else:
            held = () if one in definitions else _held(one)
            found.rows[key] = [*_code(one.__code__), *held, *_links(one, found, reached)]
        waiting += reversed(reached)
    return found


def _is_followed(value: object) -> bool:
    return isinstance(value, FunctionType | type) and (_is_compiled(value) or is_of_project(value))


def _is_compiled(value: Any) -> bool:
    """Tell whether a function or class is Python's and of no file: typed, executed, or gone."""
    if file_of(value) is not None or not isinstance(value, FunctionType | type):
        return False
    if isinstance(value, type):
        return is_of_project(value)
    path = value.__globals__.get("__file__")
    return not path or is_project_file(path, project_root(path))  # libraries generate functions


def _links(function: FunctionType, found: Compiled, reached: list[Any]) -> Iterator[str]:
    """Yield what the globals are that a function reads; add those to be followed to `reached`."""
    code = function.__code__
    written = _written(code)
    for chain in globals_read(code):
        namespace: Mapping[str, Any] = function.__globals__
        for step in chain[:-1]:
            module = namespace.get(step)
            namespace = vars(module) if is_module_of_project(module) else {}
        if chain[-1] not in namespace:
            continue
        value = namespace[chain[-1]]
        followed = _inside(value)
        if _is_followed(followed):
            reached.append(followed)
            yield f"{'.'.join(chain)}={followed.__qualname__}"
        elif isinstance(value, ModuleType | FunctionType | type | BuiltinFunctionType):
            label = getattr(value, "__qualname__", "")
            home = value.__name__ if isinstance(value, ModuleType) else value.__module__
            found.libraries.add(f"{home}.{label}".rstrip("."))
        elif chain[-1] not in written:
            plain = isinstance(value, _PLAIN) or value is None
            found.values.append(Read(str(namespace.get("__name__")), chain[-1], value, told=plain))
            reached += [type(value)] if _is_followed(type(value)) else []
            if plain:
                yield f"{'.'.join(chain)}={constant(value)}"
    reached += _beside(function)


def _beside(function: FunctionType) -> list[Any]:
    """Return the functions and classes that belong to one: held, wrapped, around a method."""
    owner, _, rest = function.__qualname__.partition(".")
    beside = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    beside.append(getattr(function, "__wrapped__", None))
    beside.append(function.__globals__.get(owner) if rest and "<" not in rest else None)
    return [one for one in beside if _is_followed(one)]


def _written(code: CodeType) -> frozenset[str]:
    """Return the globals that a code binds itself."""
    steps = dis.get_instructions(code)
    inner = (_written(one) for one in code.co_consts if isinstance(one, CodeType))
    return frozenset(one.argval for one in steps if one.opname == "STORE_GLOBAL").union(*inner)


def _inside(value: Any) -> Any:
    """Return what a library's wrapper holds, as a cache does; a wrapper of the project stays."""
    while hasattr(value, "__wrapped__") and not _is_compiled(value):
        value = value.__wrapped__
    return value


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # asks whether it has a value yet
    except ValueError:
        return False
    return True


def _class(kind: type, reached: list[Any]) -> Iterator[str]:
    """Yield the lines of a class; add its methods and bases to `reached`."""
    for base in kind.__bases__:
        yield f"base {base.__qualname__}"
        reached += [base] if _is_followed(base) else []
    for name, member in sorted(vars(kind).items()):
        parts = (member, *(getattr(member, part, None) for part in ("fget", "fset", "__func__")))
        functions = [one for one in map(_inside, parts) if isinstance(one, FunctionType)]
        reached += functions
        if functions:
            yield f"{name}={type(member).__name__}"
        elif name[:2] != "__" and isinstance(member, (*_PLAIN, tuple, list, dict)):
            yield f"{name}={constant(member)}"


def _held(function: FunctionType) -> Iterator[str]:
    """Yield the defaults of a function, and what its closure holds, as far as they are plain."""
    yield f"defaults {constant(function.__defaults__)} {constant(function.__kwdefaults__)}"
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if _is_filled(cell):
            yield f"closure {name}={constant(cell.cell_contents)}"


def _code(code: CodeType) -> Iterator[str]:
    """Yield the instructions with what they name and load, as they were before Python ran them."""
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    flags = code.co_flags & ~(inspect.CO_NESTED | 0x4000000)  # 3.13 marks a docstring there
    yield f"{counts} {flags} {code.co_varnames} {code.co_freevars} {code.co_exceptiontable.hex()}"
    for step in dis.get_instructions(code):
        if step.opname not in _SILENT:
            yield f"{step.opname} {constant(step.argval)}"


def constant(value: object) -> str:
    """Return a constant of compiled code by type and value, anything else by type alone."""
    if isinstance(value, CodeType):
        return "(" + "; ".join(_code(value)) + ")"
    if isinstance(value, tuple | list):
        return f"{type(value).__name__}[{', '.join(map(constant, value))}]"
    if isinstance(value, frozenset | set):
        return f"set[{', '.join(sorted(map(constant, value)))}]"
    if isinstance(value, dict):
        pairs = (f"{constant(key)}: {constant(item)}" for key, item in value.items())
        return "dict[" + ", ".join(pairs) + "]"
    if value is None or value is Ellipsis or isinstance(value, _PLAIN):
        return atom(value)
    return type(value).__qualname__


@cache
def globals_read(code: CodeType) -> tuple[tuple[str, ...], ...]:
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
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            paths.update(dict.fromkeys(globals_read(inner)))
    return tuple(paths)
