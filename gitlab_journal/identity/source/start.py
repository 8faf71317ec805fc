"""Where a function or class stands in the source."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.cells import cell_of, notebook
from gitlab_journal.identity.source.modules import Module, Statement, module_at
from gitlab_journal.identity.source.project import file_of, globals_under
from gitlab_journal.identity.source.reach import qualified_name
from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS, children

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import CodeType


@dataclass(frozen=True, slots=True)
class Start:
    """Where a definition stands: its statement, and the way down to it from there."""

    home: Module
    statement: Statement
    path: tuple[ast.AST, ...]


def start_of(definition: Any) -> Start | None:
    """Find the node of a function or class in its module or in its cell."""
    namespace = globals_under(definition)
    code = None if isinstance(definition, type) else definition.__code__
    file = file_of(definition)
    if file is None:
        part = cell_of(definition, namespace)
        home = part and notebook(namespace, cell=part)
    elif file.endswith(".py"):
        spec = namespace.get("__spec__")
        part = home = module_at(file, import_name(namespace), spec=spec, code=code)
    else:
        return None
    if part is None or home is None:
        return None
    named = definition.__qualname__.split(".")[0]
    for statement in (*part.statements, *part.main):
        if code is None and named not in statement.bound.names:
            continue
        if code is not None and (statement.node.end_lineno or 0) < code.co_firstlineno:
            continue
        paths = _paths(statement.node)
        path = _class(paths, definition) if code is None else _function(paths, code)
        if path or code is not None:
            return Start(home, statement, path) if path else None
    return None


def nodes_of(start: Start) -> list[ast.AST]:
    """Return the definition, and the statements beside it that change what its name holds."""
    node = start.path[-1]
    beside: list[ast.AST] = []
    if len(start.path) == 1 and isinstance(node, DEFINITIONS):
        beside = [
            one.node
            for one in start.home.bindings.get(node.name, ())
            if one is not start.statement
            and not (isinstance(one.node, DEFINITIONS) and one.node.name == node.name)
        ]
    return [node, *beside]


def _class(paths: Iterable[tuple[ast.AST, ...]], definition: type) -> tuple[ast.AST, ...]:
    for path in paths:
        if qualified_name(path) == definition.__qualname__:
            return path
    return ()


def _function(paths: Iterable[tuple[ast.AST, ...]], code: CodeType) -> tuple[ast.AST, ...]:
    """Return the way to the function or lambda that `code` was compiled from."""
    first = code.co_firstlineno
    found: list[tuple[ast.AST, ...]] = []
    for path in paths:
        node = path[-1]
        if isinstance(node, ast.Lambda):
            if code.co_name == "<lambda>" and node.lineno == first and _spans(node, code):
                found.append(path)
        elif isinstance(node, FUNCTIONS) and node.name == code.co_name and node.lineno >= first:
            found.append(path)
    if code.co_name == "<lambda>":
        return max(found, key=len, default=())
    # `co_firstlineno` is the line of the first decorator, so the nearest below it is the one.
    return min(found, key=lambda path: getattr(path[-1], "lineno", 0), default=())


def _spans(node: ast.Lambda, code: CodeType) -> bool:
    """Tell whether all instructions of `code` come from the body of this lambda."""
    body = node.body
    begin, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
    for line, end_line, column, end_column in code.co_positions():
        if None in {line, end_line, column, end_column} or column == end_column:
            continue
        if (line, column) < begin or (end_line, end_column) > end:
            return False
    return True


def _paths(node: ast.AST) -> Iterator[tuple[ast.AST, ...]]:
    """Yield the definitions and lambdas in `node`, each with those around it, innermost last."""
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(node, ())]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, (*DEFINITIONS, ast.Lambda)):
            around = (*around, node)
            yield around
        waiting += ((child, around) for child in children(node))


def import_name(namespace: Mapping[str, Any]) -> str:
    """Return the name by which others import a module, also where it runs as a script."""
    spec = namespace.get("__spec__")
    name = getattr(spec, "name", None) or namespace.get("__name__")
    # IPython's `%run` leaves no name.
    return str(name or Path(str(namespace.get("__file__"))).stem)
