"""What a name in some place of the user's code stands for."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import resolve_name
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.origin.bindings import (
    Binding,
    Function,
    Names,
    Position,
    argument,
    names_of_function,
    names_of_module,
)
from gitlab_journal.identity.origin.loaders import UNKNOWN
from gitlab_journal.identity.source.modules import project_module

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.identity.source.modules import Module

_IMPORTS = 5  # modules that hand a name on


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A place of the code: the names seen from it, innermost first.

    The last of the layers are `modules`: several where they are cells of a notebook. `globals` are
    what the module's names hold, where it runs, and `until` is how far it has run, None for to its
    end. `called` is the call that the innermost function runs for.
    """

    layers: tuple[Names, ...]
    modules: tuple[Module, ...]
    root: Path
    globals: Mapping[str, Any] = field(default_factory=dict)
    until: Position | None = None
    called: tuple[ast.Call, Scope] | None = None

    @property
    def functions(self) -> int:
        """Return how many of the layers are functions."""
        return len(self.layers) - len(self.modules)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: where it was bound, with the scope to read that in."""

    scope: Scope
    bindings: tuple[Binding, ...] = ()
    function: Function | None = None
    dotted: tuple[str, ...] = ()
    module: Module | None = None
    parameter: str | None = None


def scope_of_module(module: Module, *, root: Path) -> Scope:
    """Return the scope of a module that is only read."""
    return Scope((names_of_module(module),), (module,), root)


def inside(scope: Scope, function: Function, call: ast.Call, caller: Scope) -> Scope:
    """Return the scope inside a function of `scope` that `call` calls."""
    layers = (names_of_function(function), *scope.layers)
    return replace(scope, layers=layers, called=(call, caller))


def without_globals(scope: Scope) -> Scope:
    """Return a scope and those that called it with nothing known but the code."""
    called = scope.called and (scope.called[0], without_globals(scope.called[1]))
    return replace(scope, globals={}, called=called)


def given_for(name: str, scope: Scope) -> tuple[ast.expr, tuple[int, ...], Scope] | None:
    """Return the expression behind a parameter of the innermost function, with its own scope."""
    names = scope.layers[0]
    found = argument(scope.called[0], names.parameters, name) if scope.called else None
    if found and scope.called:
        return *found, scope.called[1]
    default = names.defaults.get(name)
    return (default, (), scope) if default else None


def meaning(name: str, scope: Scope, use: Position | None) -> Meaning | None:
    """Return what a name stands for where it is used; None where that cannot be read."""
    functions = scope.functions
    for depth, names in enumerate(scope.layers):
        if not names.binds(name):
            continue
        around = scope if depth == 0 else _outwards(scope, depth)
        at = use if depth == 0 else scope.until if depth == functions else None
        if name in names.bindings:
            reaching = names.reaching(name, at)
            later = depth >= functions and at and reaching and reaching[0].since > at
            if later and any(other.binds(name) for other in scope.layers[depth + 1 :]):
                continue  # an earlier cell's
            return Meaning(around, bindings=tuple(reaching))
        if name in names.parameters:
            return Meaning(around, parameter=name)
        if name in names.functions:
            return Meaning(around, function=names.functions[name])
        return _imported(names.imports[name], name, around)
    return None


def _outwards(scope: Scope, depth: int) -> Scope:
    """Return the scope without its innermost layers."""
    return replace(
        scope,
        layers=scope.layers[depth:],
        modules=scope.modules[max(depth - scope.functions, 0) :],
        called=None,
    )


def _imported(node: ast.Import | ast.ImportFrom, name: str, scope: Scope) -> Meaning | None:
    importer = scope.modules[0]
    if isinstance(node, ast.Import):
        for alias in node.names:
            if name in (alias.asname, alias.name.partition(".")[0]):
                dotted = alias.name if alias.asname else name
                found = project_module(dotted, importer=importer, root=scope.root)
                return Meaning(scope, dotted=tuple(dotted.split(".")), module=found)
        return None
    for alias in node.names:
        if name == (alias.asname or alias.name):
            above = _absolute(node, importer)
            return from_module(above, alias.name, scope) if above else None
    return None


def _absolute(node: ast.ImportFrom, importer: Module) -> str | None:
    try:
        return resolve_name("." * node.level + (node.module or ""), importer.package)
    except ImportError:
        return None


def from_module(above: str, name: str, scope: Scope, *, left: int = _IMPORTS) -> Meaning | None:
    """Return what `from above import name` stands for."""
    importer = scope.modules[0]
    module = project_module(above, importer=importer, root=scope.root)
    if module is None:
        deeper = project_module(f"{above}.{name}", importer=importer, root=scope.root)
        return Meaning(scope, dotted=(*above.split("."), name), module=deeper)
    inner = scope_of_module(module, root=scope.root)
    if left and inner.layers[0].binds(name):
        return meaning(name, inner, None)
    deeper = project_module(f"{above}.{name}", importer=module, root=scope.root)
    return Meaning(inner, dotted=(*above.split("."), name), module=deeper)


def text_of(node: ast.expr, scope: Scope) -> str | None:
    """Return the text or path that an expression stands for, as far as it can be read.

    What is unknown in the middle of it is `UNKNOWN`.
    """
    held = held_by(node, scope)
    if isinstance(held, str | PurePath):
        return str(held)
    if isinstance(held, int) and not isinstance(held, bool):
        return str(held)
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
        return "".join(text_of(part, scope) or UNKNOWN for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        right = text_of(node.right, scope)
        between = "/" if isinstance(node.op, ast.Div) else ""
        return right and f"{text_of(node.left, scope) or '?'}{between}{right}"
    if isinstance(node, ast.Call):
        return _text_of_call(node, scope)
    if isinstance(node, ast.Name):
        return _text_of_name(node, scope)
    return None


_PATHS = {"Path", "PurePath", "PosixPath", "join", "joinpath", "str", "fspath", "abspath"}
_SAME = {"resolve", "absolute", "expanduser", "as_posix", "strip"}


def _text_of_call(node: ast.Call, scope: Scope) -> str | None:
    name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
    if name in _SAME and isinstance(node.func, ast.Attribute):
        return text_of(node.func.value, scope)
    if name not in _PATHS or not node.args:
        return None
    return "/".join(text_of(one, scope) or UNKNOWN for one in node.args)


def _text_of_name(node: ast.Name, scope: Scope) -> str | None:
    found = meaning(node.id, scope, (node.lineno, node.col_offset))
    if found is None:
        return None
    if found.parameter:
        given = given_for(found.parameter, found.scope)
        return text_of(given[0], given[2]) if given and not given[1] else None
    values = {
        text_of(binding.value, found.scope)
        for binding in found.bindings
        if not binding.way and not _mentions(binding.value, node.id)
    }
    return values.pop() if len(values) == 1 else None


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def held_by(node: ast.expr, scope: Scope) -> object:
    """Return the value that an expression has where its code runs now; None where unknown.

    Looks names, attributes and constant keys up, and runs nothing.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        local = any(names.binds(node.id) for names in scope.layers[: scope.functions])
        return None if local else scope.globals.get(node.id)
    if isinstance(node, ast.Attribute):
        return _attribute(held_by(node.value, scope), node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        held, key = held_by(node.value, scope), node.slice.value
        if type(held) is dict:
            return held.get(key)
        if type(held) in (list, tuple) and type(key) is int and -len(held) <= key < len(held):  # type: ignore[arg-type]  # told by its type
            return held[key]  # type: ignore[index]
    return None


def _attribute(held: object, name: str) -> object:
    try:
        known = object.__getattribute__(held, "__dict__")  # a lazy module stays unloaded
    except AttributeError:
        return None
    return known.get(name) if isinstance(known, Mapping) else None
