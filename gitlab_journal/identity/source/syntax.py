"""A walk of Python's syntax tree whose bytes are the same under every version of Python.

`ast.dump`, `ast.unparse` and `tokenize` all change between releases. This walk writes the type of
each node and those of its fields that hold something, sorted by name, so that a field which a later
Python adds (and leaves empty) changes nothing.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

_SILENT_FIELDS = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_BLOCKS = ("body", "orelse", "finalbody")
# What is said about an experiment, in `experiment(...)`, `.options(...)` and `.run(...)`. Its
# parameters are recorded as such.
_SAID = frozenset(
    {
        *("data", "entry", "hypothesis", "ignore", "journal", "keep", "on_duplicate", "params"),
        *("parents", "predict", "probes", "replicate", "silence", "tags", "title"),
    }
)


def children(node: ast.AST) -> list[ast.AST]:
    """Return what `ast.iter_child_nodes` yields, less what holds nothing, in half the time."""
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST) and one._fields]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


def encode(node: ast.AST) -> bytes:
    """Return the bytes of `node` and all below it, without positions or formatting.

    Docstrings and annotations are still there unless `prune` has taken them out. Without recursion:
    a sum of a thousand terms is a tree a thousand levels deep.
    """
    pieces: list[str] = []
    waiting: list[object] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, _Piece):
            pieces.append(item)
        elif isinstance(item, ast.AST):
            waiting.append(_CLOSE)
            for field, value in reversed(list(_fields(item))):
                waiting += (value, _Piece(f" {field}="))
            waiting.append(_Piece(f"({type(item).__name__}"))
        elif isinstance(item, list):
            waiting.append(_END)
            waiting += reversed(item)
            waiting.append(_BEGIN)
        else:
            pieces.append(atom(item))
    return "".join(pieces).encode("utf-8", "surrogatepass")


class _Piece(str):
    """Text that goes out as it stands."""

    __slots__ = ()


_CLOSE, _BEGIN, _END = _Piece(")"), _Piece("["), _Piece("]")


def atom(value: object) -> str:
    """Return one constant by type and value; `repr` of text depends on the Unicode version."""
    if isinstance(value, str):
        return f"str:{len(value)}:{value}"
    if isinstance(value, bytes):
        return f"bytes:{value.hex()}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"int:{value:x}"  # `repr` refuses integers of more than 4300 digits
    return f"{type(value).__name__}:{value!r}"


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield the fields of `node` that hold something, sorted by name."""
    if isinstance(node, ast.JoinedStr):
        yield "values", _joined(node.values)
        return
    constant = isinstance(node, ast.Constant | ast.MatchSingleton)
    for field in _sorted(node._fields):
        value = getattr(node, field, None)
        if constant or not (value is None or value == [] or _is_empty_format(value)):
            yield field, value


@cache
def _sorted(fields: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(fields) - _SILENT_FIELDS))


def _is_empty_format(value: object) -> bool:
    """Tell whether `value` is the format of `f"{x:}"`, which is written in several ways."""
    return isinstance(value, ast.JoinedStr) and not value.values


def _joined(values: list[ast.expr]) -> list[object]:
    """Return the parts of an f-string with neighbouring texts joined, empty ones left out."""
    parts: list[object] = []
    for value in values:
        if not isinstance(value, ast.Constant):
            parts.append(value)
        elif parts and isinstance(parts[-1], str):
            parts[-1] += str(value.value)
        elif value.value:
            parts.append(str(value.value))
    return parts


def prune(node: ast.AST, *, is_ours: Callable[[ast.expr], bool]) -> None:
    """Take out of `node` what does not count as code; changes the tree in place.

    That is: docstrings and other statements that do nothing, annotations of functions and of
    variables outside classes, decorators for which `is_ours` is true, and what calls of ours say
    about the experiment (its hypothesis, its tags).
    """
    waiting: list[tuple[ast.AST, bool]] = [(node, False)]
    while waiting:
        node, in_class = waiting.pop()
        if isinstance(node, DEFINITIONS):
            node.decorator_list = [one for one in node.decorator_list if not is_ours(one)]
        if isinstance(node, FUNCTIONS):
            node.returns = None
            if hasattr(node, "type_params"):
                node.type_params = []
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.Call) and _says(node) and is_ours(node.func):
            node.keywords = [word for word in node.keywords if word.arg not in _SAID]
        in_class = isinstance(node, ast.ClassDef) or (
            in_class and not isinstance(node, (*FUNCTIONS, ast.Lambda))
        )
        _prune_blocks(node, in_class=in_class)
        waiting += ((child, in_class) for child in children(node))


def _prune_blocks(node: ast.AST, *, in_class: bool) -> None:
    for block in _BLOCKS:
        statements = getattr(node, block, None)
        if isinstance(statements, list):
            setattr(node, block, meaningful(statements, in_class=in_class))


def meaningful(statements: list[ast.stmt], *, in_class: bool = False) -> list[ast.stmt]:
    """Return the statements that do something, outside of a class without their annotations."""
    kept = [one for one in statements if not _does_nothing(one)]
    return kept if in_class else [_without_annotation(one) for one in kept]


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _without_annotation(statement: ast.stmt) -> ast.stmt:
    """Return `x: int = 5` as `x = 5`; in a class the annotation may make a field, so it stays."""
    if not isinstance(statement, ast.AnnAssign) or statement.value is None:
        return statement
    plain = ast.Assign(targets=[statement.target], value=statement.value)
    return ast.copy_location(plain, statement)


def _says(call: ast.Call) -> bool:
    """Tell whether `call` looks like one that says what an experiment is about."""
    function = call.func
    name = getattr(function, "attr", None) or getattr(function, "id", None)
    return name in {"experiment", "options", "run", "Journal"}
