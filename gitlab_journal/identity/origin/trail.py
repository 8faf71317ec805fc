"""The way from an expression back to the loader that its value comes from."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
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
    Meaning,
    Scope,
    from_module,
    given_for,
    inside,
    meaning,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitlab_journal.identity.origin.bindings import Binding

    Names = tuple[str, ...]
    Way = tuple[int, ...]

_LOADS = ("load", "fetch", "read")
_STEPS = 300
_CALLS = 3  # functions of the project, one inside the other
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


@dataclass(slots=True)
class Trail:
    """What was passed on the way: the steps left, the bindings seen, how deep in functions."""

    steps: int = _STEPS
    seen: set[tuple[int, Way]] = field(default_factory=set)
    depth: int = 0


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
        return _follow_attribute(node, scope, trail)
    cases = _cases(node)
    if cases is not None:
        return _agreed(follow(one, scope, trail, way) for one in cases)
    return _together(follow(one, scope, trail) for one in _behind(node))


def _cases(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions one of which gives the value, None where it is no choice."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return node.values if isinstance(node, ast.BoolOp | ast.Dict) else None


def _behind(node: ast.expr) -> list[ast.expr]:
    """Return the expressions that the value of one is made from."""
    if isinstance(node, ast.Subscript | ast.Starred | ast.Await | ast.NamedExpr):
        return [node.value]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Compare):
        return [node.left]
    if isinstance(node, COMPREHENSIONS):
        return [node.generators[0].iter]
    return []


def _has_star(nodes: Iterable[ast.expr]) -> bool:
    return any(isinstance(one, ast.Starred) for one in nodes)


def _together(found: Iterable[Names]) -> Names:
    """Return all names, each once."""
    return tuple(dict.fromkeys(name for names in found for name in names))


def _agreed(found: Iterable[Names]) -> Names:
    """Return what all cases say that say anything; nothing where they differ."""
    said = {names for names in found if names}
    return said.pop() if len(said) == 1 else ()


def follow_name(
    name: str, scope: Scope, trail: Trail, way: Way = (), use: tuple[int, int] | None = None
) -> Names:
    """Return the names of the data sets behind a variable, as `follow`."""
    found = meaning(name, scope, use)
    if found is None:
        return ()
    if found.parameter:
        return _follow_parameter(found, trail, way)
    return _agreed(_follow_binding(one, found.scope, trail, way) for one in found.bindings)


def _follow_binding(binding: Binding, scope: Scope, trail: Trail, way: Way) -> Names:
    key = (id(binding), way)
    if key in trail.seen:
        return ()
    trail.seen.add(key)
    found = follow(binding.value, scope, trail, (*binding.way, *way))
    trail.seen.discard(key)
    return found


def _follow_parameter(found: Meaning, trail: Trail, way: Way) -> Names:
    given = given_for(found.parameter or "", found.scope)
    return follow(given[0], given[2], trail, (*given[1], *way)) if given else ()


def _follow_attribute(node: ast.Attribute, scope: Scope, trail: Trail) -> Names:
    if node.attr in _TOLD:
        return ()
    found = _callee(node, scope)
    if found and found.bindings:  # a global of another module
        return _agreed(_follow_binding(one, found.scope, trail, ()) for one in found.bindings)
    return follow(node.value, scope, trail)


def _follow_call(node: ast.Call, scope: Scope, trail: Trail, way: Way) -> Names:
    found = _callee(node.func, scope)
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    given: list[ast.expr] = [*node.args, *(word.value for word in node.keywords)]
    if found and found.function:
        return _follow_function(node, found, scope, trail, way)
    if found and found.dotted:
        said = name_of_call(found.dotted, *_texts(node, scope))
        if said is not None:
            return (said,)
        if found.dotted[-1] == "train_test_split" and way and not _has_star(node.args):
            given = node.args[way[0] // 2 : way[0] // 2 + 1]
    elif isinstance(node.func, ast.Attribute):
        return _follow_method(node, node.func, given, scope, trail)
    elif name in _COUNTS:
        return ()
    names = _together(follow(one, scope, trail) for one in given)
    if names or (found and found.dotted):
        return names
    own = name_of_function(name) if found is None and name.startswith(_LOADS) else None
    return (own,) if own else _of_texts(node, scope)


def _follow_method(
    node: ast.Call, method: ast.Attribute, given: Sequence[ast.expr], scope: Scope, trail: Trail
) -> Names:
    receiver = [method.value]
    order = (given, receiver) if method.attr in _APPLIED else (receiver, given)
    for nodes in order:
        found = _together(follow(one, scope, trail) for one in nodes)
        if found:
            return found
    own = name_of_function(method.attr) if method.attr.startswith(_LOADS) else None
    return _of_texts(node, scope) or ((own,) if own else ())


def _follow_function(node: ast.Call, found: Meaning, scope: Scope, trail: Trail, way: Way) -> Names:
    """Return what a function of the project returns, else what its own name says."""
    function = found.function
    names: Names = ()
    if function is None:
        return ()
    if trail.depth < _CALLS:
        inner = inside(found.scope, function, node, scope)
        trail.depth += 1
        names = _agreed(follow(one, inner, trail, way) for one in inner.layers[0].returns)
        trail.depth -= 1
    if names and not all(map(is_vague, names)):
        return names
    own = name_of_function(function.name)
    return (own,) if own else names or _of_texts(node, scope)


def _callee(node: ast.expr, scope: Scope) -> Meaning | None:
    """Return what a dotted name stands for, None where it belongs to a value."""
    names: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return None
    found = meaning(inner.id, scope, (inner.lineno, inner.col_offset))
    if found is None or not names:
        return found
    for name in reversed(names):
        if found is None or not found.dotted:
            break
        found = from_module(".".join(found.dotted), name, found.scope)
    return None if found and found.function and found.function.name != names[0] else found


def _texts(node: ast.Call, scope: Scope) -> tuple[list[str | None], dict[str, str]]:
    keywords = {word.arg: text_of(word.value, scope) for word in node.keywords if word.arg}
    told = {name: text for name, text in keywords.items() if text is not None}
    return [text_of(one, scope) for one in node.args], told


def _of_texts(node: ast.Call, scope: Scope) -> Names:
    """Return the name of the file that a call is told, if any."""
    texts, keywords = _texts(node, scope)
    files = (text for text in (*texts, *keywords.values()) if text and is_file(text))
    return tuple(name for text in files if (name := name_of_path(text)))[:1]
