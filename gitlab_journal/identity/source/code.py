"""The code of an experiment: a digest of each definition that it reaches by name.

Only the source decides, as it was when it was first looked at in this process: formatting,
comments, docstrings, annotations of functions, `__main__` blocks, what is said about the experiment
and the name of its own module do not count. Nothing is imported or run.
"""

from __future__ import annotations

import ast
import functools
import inspect
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.cells import cell_of, notebook, running_cell
from gitlab_journal.identity.source.libraries import minor, versions_of
from gitlab_journal.identity.source.modules import Module, Statement, module_at
from gitlab_journal.identity.source.project import (
    file_of,
    globals_under,
    project_root,
)
from gitlab_journal.identity.source.reach import Reach, digest, prune_once, qualified_name
from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import CodeType


# Threads of one process share the parsed modules.
_reading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Code:
    """What an experiment runs: `functions` maps qualified names to digests.

    Names of the experiment's own module are bare (`train`, `Net.fit`), others carry their module's
    (`helpers.clean`). `libraries` maps the distributions that they use to their versions as
    `major.minor`. `code_hash` is of all that, `definitions_hash` leaves out the libraries.
    """

    code_hash: str
    functions: dict[str, str]
    libraries: dict[str, str]
    definitions_hash: str


def code_of(function: Callable[..., object]) -> Code | None:
    """Return the code that a function, method, class or lambda of a project reaches.

    None when its source cannot be read: a builtin, an extension, something typed at a prompt. Reads
    the files reached at their first use in this process, writes nothing.
    """
    definition = _undecorated(function)
    with _reading:
        start = _start(definition)
        if start is None:
            return None
        reach = Reach(start.home, project_root(file_of(definition) or "."))
        prune_once(start.home, start.statement, root=reach.root)
        key = qualified_name(start.path)
        reach.begin(key, _nodes(start), within=start.path[:-1])
        return _code(reach, first=key)


def code_of_module(namespace: Mapping[str, Any]) -> Code | None:
    """Return the code of a whole module, given its globals: what `with journal.run(...)` runs.

    All definitions and statements of the module and what they reach. A `__main__` block counts
    where it runs. In a notebook it is the cell that runs, with what that cell reaches. None when
    the source cannot be read.
    """
    file = namespace.get("__file__")
    with _reading:
        if isinstance(file, str):
            part = home = module_at(file, _import_name(namespace), spec=namespace.get("__spec__"))
        else:
            part = running_cell(namespace)
            home = part and notebook(namespace, cell=part)
        if home is None or part is None:
            return None
        statements = list(part.statements)
        if namespace.get("__name__") == "__main__":
            statements += part.main
        reach = Reach(home, project_root(file if isinstance(file, str) else "."))
        reach.begin("<module>", list(_loose(statements, reach)))
        return _code(reach, first="<module>")


def _loose(statements: Iterable[Statement], reach: Reach) -> Iterator[ast.AST]:
    """Yield the statements that bind no name; ask for the rows of the names that others bind."""
    for statement in statements:
        prune_once(reach.home, statement, root=reach.root)
        names = sorted(statement.bound.names & reach.home.bindings.keys())
        for name in names:
            reach.visit(reach.home, name)
        if not names and not isinstance(statement.node, ast.Import | ast.ImportFrom):
            yield statement.node


def _code(reach: Reach, *, first: str) -> Code:
    reach.follow()
    functions = dict(sorted(reach.rows.items()))
    lines = [first, *(f"{name} {row}" for name, row in functions.items())]
    definitions_hash = code_hash = digest("\n".join(lines).encode())
    libraries = {name: minor(one) for name, one in versions_of(reach.libraries).items()}
    if libraries:
        lines = [definitions_hash, *(f"{name} {version}" for name, version in libraries.items())]
        code_hash = digest("\n".join(lines).encode())
    return Code(code_hash, functions, libraries, definitions_hash)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a definition stands: its statement, and the way down to it from there."""

    home: Module
    statement: Statement
    path: tuple[ast.AST, ...]


def _start(definition: Any) -> _Start | None:
    """Find the node of a function or class in its module or in its cell."""
    namespace = globals_under(definition)
    code = None if isinstance(definition, type) else definition.__code__
    file = file_of(definition)
    if file is None:
        part = cell_of(definition, namespace)
        home = part and notebook(namespace, cell=part)
    elif file.endswith(".py"):
        spec = namespace.get("__spec__")
        part = home = module_at(file, _import_name(namespace), spec=spec, code=code)
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
            return _Start(home, statement, path) if path else None
    return None


def _nodes(start: _Start) -> list[ast.AST]:
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
        waiting += ((child, around) for child in ast.iter_child_nodes(node))


def _undecorated(function: Any) -> Any:
    """Return the function or class that the user wrote."""
    while not isinstance(function, type) and not hasattr(function, "__code__"):
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            function = type(function)
    return function if isinstance(function, type) else inspect.unwrap(function)


def _import_name(namespace: Mapping[str, Any]) -> str:
    """Return the name by which others import a module, also where it runs as a script."""
    spec = namespace.get("__spec__")
    return str(getattr(spec, "name", None) or namespace.get("__name__"))
