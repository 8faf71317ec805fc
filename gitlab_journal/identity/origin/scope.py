"""What is seen from a place of the user's code that runs."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.origin.bindings import Function, Names, Position, end_of, names_of
from gitlab_journal.identity.source.project import is_project_file, project_root
from gitlab_journal.identity.source.syntax import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_OURS = __name__.partition(".")[0]
_DEEPEST = 100  # frames


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A place of the code: the names seen from it, innermost first, those of functions `local`.

    More than one layer below them are cells of a notebook. `globals` is what its module holds;
    `called` is the call that the innermost function runs for, where that is known.
    """

    layers: tuple[Names, ...]
    local: int
    globals: Mapping[str, Any]
    called: tuple[ast.Call, Scope] | None = None

    def outwards(self, depth: int) -> Scope:
        """Return the scope without its innermost layers."""
        if depth == 0:
            return self
        return Scope(self.layers[depth:], max(self.local - depth, 0), self.globals)

    def binding_layer(self, name: str, use: Position | None) -> int | None:
        """Return the number of the layer that gives a name its meaning at a position."""
        for depth, names in enumerate(self.layers):
            at = use if depth == 0 else None
            if name in names.imports or name in names.parameters or names.seen(name, at):
                return depth
        return None


def callers() -> list[FrameType]:
    """Return the frames of the user's code, the innermost first: none of ours or a library's."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the one way to the caller
    found: list[FrameType] = []
    while frame is not None and len(found) < _DEEPEST:
        ours = str(frame.f_globals.get("__name__")).partition(".")[0] == _OURS
        if not ours and is_users(frame.f_code.co_filename):
            found.append(frame)
        frame = frame.f_back
    return found


@lru_cache(maxsize=1024)
def is_users(file: str) -> bool:
    """Tell whether a file is of a project, or the text of a cell and none."""
    if Path(file).is_file():
        return is_project_file(file, project_root(file))
    return not file.startswith("<frozen")


def place_of(frames: Sequence[FrameType]) -> tuple[ast.Call | None, Scope] | None:
    """Return the call that the first frame waits for, with its scope; None without its source.

    Where it waits for something else, as at the beginning of a `with`, there is no call.
    """
    frame, *outer = frames
    tree = _tree(frame.f_code.co_filename, frame.f_globals)
    if tree is None:
        return None
    at = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
    calls, functions = _nodes(tree)
    around = [one for one in functions if one.lineno <= frame.f_lineno <= end_of(one)[0]]
    scope = _scope(tree, frame.f_globals, around[::-1])
    while outer and frame.f_code.co_name.startswith("<") and around:  # inside a comprehension
        frame, *outer = outer
    called = place_of(outer) if outer and around else None
    if called and called[0] and frame.f_code.co_name == around[-1].name:
        scope = replace(scope, called=(called[0], called[1]))
    return calls.get(at), scope


def scope_of_globals(path: str, namespace: Mapping[str, Any]) -> Scope | None:
    """Return the scope at the end of a module, None without its source."""
    tree = _tree(path, namespace)
    return _scope(tree, namespace, []) if tree else None


def inside(function: FunctionType, call: ast.Call, caller: Scope) -> Scope | None:
    """Return the scope inside a function of the user's that is called, None without its source."""
    code, namespace = function.__code__, function.__globals__
    tree = _tree(code.co_filename, namespace) if is_users(code.co_filename) else None
    for node in _nodes(tree)[1] if tree else ():
        first = min((one.lineno for one in node.decorator_list), default=node.lineno)
        if tree and (node.name, first) == (code.co_name, code.co_firstlineno):
            return replace(_scope(tree, namespace, [node]), called=(call, caller))
    return None


def _scope(tree: ast.Module, namespace: Mapping[str, Any], around: Sequence[Function]) -> Scope:
    cells = namespace.get("In")
    earlier = [_parsed(str(one)) for one in reversed(cells)] if isinstance(cells, list) else []
    modules = dict.fromkeys([tree, *(cell for cell in earlier if cell)])
    return Scope(tuple(map(names_of, (*around, *modules))), len(around), namespace)


def _tree(path: str, namespace: Mapping[str, Any]) -> ast.Module | None:
    file = namespace.get("__file__")
    if isinstance(file, str) and Path(file).name == Path(path).name:
        path = file  # a script's own may be relative
    linecache.checkcache(path)
    return _parsed("".join(linecache.getlines(path, dict(namespace))))


@lru_cache(maxsize=512)
def _parsed(text: str) -> ast.Module | None:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # a cell may `await`
    try:
        tree = compile(text, "<origin>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return tree if tree.body else None


@lru_cache(maxsize=512)
def _nodes(tree: ast.Module) -> tuple[dict[object, ast.Call], list[Function]]:
    """Return the calls of a module by where each begins and ends, and its functions, in order."""
    nodes = list(ast.walk(tree))
    calls: dict[object, ast.Call] = {
        (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset): node
        for node in nodes
        if isinstance(node, ast.Call)
    }
    return calls, [node for node in nodes if isinstance(node, FUNCTIONS)]


def dotted_name(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the dotted path of what was imported; empty where an expression is something else."""
    if isinstance(node, ast.Attribute):
        above = dotted_name(node.value, scope)
        return (*above, node.attr) if above else ()
    if isinstance(node, ast.Name):
        depth = scope.binding_layer(node.id, (node.lineno, node.col_offset))
        imports = scope.layers[depth].imports if depth is not None else {}
        return tuple(imports[node.id].split(".")) if node.id in imports else ()
    return ()


def held_by(node: ast.expr, scope: Scope) -> object:
    """Return the value that an expression has where its code runs now; None where unknown.

    Looks names, attributes and constant keys up, and runs nothing.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        depth = scope.binding_layer(node.id, (node.lineno, node.col_offset))
        if depth is None or depth >= scope.local:
            return scope.globals.get(node.id)
        dotted = scope.layers[depth].imports.get(node.id, "")
        above, _, name = dotted.rpartition(".")
        return sys.modules.get(dotted) or _attribute(sys.modules.get(above), name)
    if isinstance(node, ast.Attribute):
        return _attribute(held_by(node.value, scope), node.attr)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        held, key = held_by(node.value, scope), node.slice.value
        if type(held) is dict:
            return held.get(key)
    return None


def function_held(node: ast.expr, scope: Scope) -> FunctionType | None:
    """Return the function that an expression holds, as it was before it was decorated."""
    held = held_by(node, scope)
    plain = inspect.unwrap(held) if callable(held) and not isinstance(held, type) else None
    return plain if isinstance(plain, FunctionType) else None


def scope_of(module: object) -> Scope | None:
    """Return the scope at the end of a module of the user's; None for all else."""
    file = str(getattr(module, "__file__", "")) if isinstance(module, ModuleType) else ""
    if not (file.endswith(".py") and is_users(file)):
        return None
    return scope_of_globals(file, vars(module))


def _attribute(held: object, name: str) -> object:
    try:
        known = object.__getattribute__(held, "__dict__")  # a lazy module stays unloaded
    except AttributeError:
        return None
    return known.get(name) if isinstance(known, Mapping) else None
