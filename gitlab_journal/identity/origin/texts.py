"""The texts in the user's code: names of data sets, paths of files."""

from __future__ import annotations

import ast
from pathlib import PurePath
from typing import TYPE_CHECKING

from gitlab_journal.identity.origin.bindings import argument
from gitlab_journal.identity.origin.loaders import UNKNOWN
from gitlab_journal.identity.origin.scope import held_by

if TYPE_CHECKING:
    from gitlab_journal.identity.origin.scope import Scope

_PATHS = {"Path", "PurePath", "PosixPath", "join", "joinpath", "str", "fspath", "abspath"}
_SAME = {"resolve", "absolute", "expanduser", "as_posix", "strip"}
_DEEPEST = 50  # expressions inside each other


def given_for(name: str, scope: Scope) -> tuple[ast.expr, tuple[int, ...], Scope] | None:
    """Return the expression behind a parameter of the innermost function, with its own scope."""
    parameters = scope.layers[0].parameters
    found = argument(scope.called[0], list(parameters), name) if scope.called else None
    if found and scope.called:
        return *found, scope.called[1]
    default = parameters.get(name)
    return (default, (), scope) if default else None


def text_of(node: ast.expr, scope: Scope, deep: int = 0) -> str | None:
    """Return the text or path that an expression stands for, as far as it can be read.

    What is unknown in the middle of it is `UNKNOWN`.
    """
    held = held_by(node, scope) if deep < _DEEPEST else None
    if isinstance(held, str | PurePath | int):
        return None if isinstance(held, bool) else str(held)
    if isinstance(node, ast.Name) and deep < _DEEPEST:
        return _text_of_name(node, scope, deep + 1)
    parts: list[ast.expr] = []
    between = "/"
    if isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
        between = ""
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
        parts = [node.left, node.right]
        between = "/" if isinstance(node.op, ast.Div) else ""
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name in _SAME and isinstance(node.func, ast.Attribute):
            return text_of(node.func.value, scope, deep + 1)
        parts = node.args if name in _PATHS else []
    texts = [text_of(part, scope, deep + 1) for part in parts]
    return between.join(text or UNKNOWN for text in texts) if any(texts) else None


def _text_of_name(node: ast.Name, scope: Scope, deep: int) -> str | None:
    use = node.lineno, node.col_offset
    depth = scope.binding_layer(node.id, use)
    if depth is None:
        return None
    there = scope.outwards(depth)
    bindings = there.layers[0].seen(node.id, None if depth else use)
    if not bindings:
        given = given_for(node.id, there)
        return text_of(given[0], given[2], deep) if given and not given[1] else None
    values = {None if one.way else text_of(one.value, there, deep) for one in bindings}
    return values.pop() if len(values) == 1 else None
