"""The way from an expression back to the loader that its value comes from."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.identity.origin.bindings import COMPREHENSIONS
from gitlab_journal.identity.origin.loaders import (
    is_file,
    is_vague,
    name_of_call,
    name_of_function,
    name_of_path,
)
from gitlab_journal.identity.origin.scope import (
    dotted_name,
    function_held,
    held_by,
    inside,
    scope_of,
)
from gitlab_journal.identity.origin.texts import given_for, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitlab_journal.identity.origin.bindings import Position
    from gitlab_journal.identity.origin.scope import Scope

    Names = tuple[str, ...]
    Way = tuple[int, ...]

# What is said about a value, not taken from it.
_TOLD = frozenset({"shape", "size", "ndim", "dtype", "dtypes", "columns", "index", "name", "names"})
_COUNTS = frozenset({"len", "int", "float", "str", "bool", "range", "print", "isinstance"})
# Methods whose result comes from what they are given rather than from what they belong to.
_APPLIED = frozenset(
    {
        *("fit_transform", "transform", "inverse_transform", "fit_resample", "fit_predict"),
        *("predict", "predict_proba", "encode", "tokenize", "choice", "permutation"),
    }
)
# The parts of an expression that its value is made from; where one of several gives it, they agree.
_MADE_FROM = (
    ((ast.Subscript, ast.Starred, ast.Await, ast.NamedExpr), ("value",)),
    (ast.BinOp, ("left", "right")),
    (ast.UnaryOp, ("operand",)),
    (ast.Compare, ("left",)),
)


@dataclass(slots=True)
class Trail:
    """How much further the way may lead."""

    steps: int = 300
    calls: int = 3  # functions of the project, one inside the other


def follow(node: ast.expr, scope: Scope, trail: Trail, way: Way = ()) -> Names:
    """Return the names of the data sets that the value of an expression comes from.

    `way` says which part of the value is meant where it is unpacked.
    """
    trail.steps -= 1
    if trail.steps < 0:
        return ()
    if isinstance(node, ast.Tuple | ast.List):
        if way and way[0] < len(node.elts) and not _has_star(node.elts):
            return follow(node.elts[way[0]], scope, trail, way[1:])
        return _together(follow(one, scope, trail) for one in node.elts)
    if isinstance(node, ast.Name):
        return follow_name(node.id, scope, trail, way, (node.lineno, node.col_offset))
    if isinstance(node, ast.Call):
        return _follow_call(node, scope, trail, way)
    if isinstance(node, ast.Attribute):
        module = scope_of(held_by(node.value, scope))
        if module:
            return follow_name(node.attr, module, trail)
        return () if node.attr in _TOLD else follow(node.value, scope, trail)
    if isinstance(node, ast.IfExp | ast.BoolOp | ast.Dict):
        cases = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
        return _agreed(follow(one, scope, trail, way) for one in cases)
    if isinstance(node, COMPREHENSIONS):
        return follow(node.generators[0].iter, scope, trail)
    made_from = next((parts for kind, parts in _MADE_FROM if isinstance(node, kind)), ())
    return _together(follow(getattr(node, part), scope, trail) for part in made_from)


def follow_name(
    name: str, scope: Scope, trail: Trail, way: Way = (), use: Position | None = None
) -> Names:
    """Return the names of the data sets behind a variable, as `follow`."""
    depth = scope.binding_layer(name, use)
    if depth is None:
        return ()
    there = scope.outwards(depth)
    names = there.layers[0]
    bindings = names.seen(name, None if depth else use)
    if bindings:
        return _agreed(follow(one.value, there, trail, (*one.way, *way)) for one in bindings)
    if name in names.imports:
        above, _, last = names.imports[name].rpartition(".")
        module = scope_of(sys.modules.get(above))
        return follow_name(last, module, trail, way) if module else ()
    given = given_for(name, there)
    return follow(given[0], given[2], trail, (*given[1], *way)) if given else ()


def _follow_call(node: ast.Call, scope: Scope, trail: Trail, way: Way) -> Names:
    names = _of_function(node, scope, trail, way)
    if names is not None:
        return names
    given: list[ast.expr] = [*node.args, *(word.value for word in node.keywords)]
    dotted = dotted_name(node.func, scope)
    if dotted:
        said = name_of_call(dotted, *_texts(node, scope))
        if said is not None:
            return (said,)
        if dotted[-1] == "train_test_split" and way and not _has_star(node.args):
            given = node.args[way[0] // 2 : way[0] // 2 + 1]
        return _together(follow(one, scope, trail) for one in given)
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    parts = [given]
    if isinstance(node.func, ast.Attribute):
        name, value = node.func.attr, [node.func.value]
        parts = [given, value] if name in _APPLIED else [value, given]
    if name in _COUNTS:
        return ()
    for nodes in parts:
        names = _together(follow(one, scope, trail) for one in nodes)
        if names:
            return names
    variable = isinstance(node.func, ast.Name) and scope.binding_layer(name, None) is not None
    return _of_texts(node, scope) or (() if variable else _of_name(name))


def _of_function(node: ast.Call, scope: Scope, trail: Trail, way: Way) -> Names | None:
    """Return what a function of the user's returns, else what its own name says."""
    function = function_held(node.func, scope)
    inner = inside(function, node, scope) if function else None
    if function is None or inner is None:
        return None
    names: Names = ()
    if trail.calls:
        trail.calls -= 1
        names = _agreed(follow(one, inner, trail, way) for one in inner.layers[0].returns)
        trail.calls += 1
    if names and not all(map(is_vague, names)):
        return names
    return _of_name(function.__name__) or names or _of_texts(node, scope)


def _of_name(function: str) -> Names:
    own = name_of_function(function)
    return (own,) if own else ()


def _texts(node: ast.Call, scope: Scope) -> tuple[list[str | None], dict[str, str]]:
    keywords = {word.arg: text_of(word.value, scope) for word in node.keywords if word.arg}
    told = {name: text for name, text in keywords.items() if text is not None}
    return [text_of(one, scope) for one in node.args], told


def _of_texts(node: ast.Call, scope: Scope) -> Names:
    """Return the name of the file that a call is told, if any."""
    texts, keywords = _texts(node, scope)
    files = (text for text in (*texts, *keywords.values()) if text and is_file(text))
    return tuple(name for text in files if (name := name_of_path(text)))[:1]


def _has_star(nodes: Iterable[ast.expr]) -> bool:
    return any(isinstance(one, ast.Starred) for one in nodes)


def _together(found: Iterable[Names]) -> Names:
    """Return all names, each once."""
    return tuple(dict.fromkeys(name for names in found for name in names))


def _agreed(found: Iterable[Names]) -> Names:
    """Return what all cases say that say anything; nothing where they differ."""
    said = {names for names in found if names}
    return said.pop() if len(said) == 1 else ()
