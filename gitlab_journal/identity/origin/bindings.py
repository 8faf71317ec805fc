"""Where the names of a function or module get their values, by the syntax tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.syntax import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CASES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.ExceptHandler, ast.match_case)
Position = tuple[int, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Binding:
    """A value that a name gets: the expression, the way into what it unpacks, from where on.

    The variable of a comprehension ends `until`; what is not `sure` may not have run.
    """

    value: ast.expr
    way: tuple[int, ...]
    since: Position
    until: Position | None
    sure: bool


@dataclass(slots=True, eq=False)
class Names:
    """What the names of one function or module stand for."""

    parameters: dict[str, ast.expr | None] = field(default_factory=dict)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)

    def seen(self, name: str, use: Position | None) -> list[Binding]:
        """Return the bindings that a use of the name may see: none behind one that is sure.

        Without a position, all of the code has run.
        """
        found = []
        for binding in reversed(self.bindings.get(name, ())):
            if use is None and binding.until:
                continue
            if use and not binding.since <= use <= (binding.until or use):
                continue
            found.append(binding)
            if binding.sure:
                break
        return found


@lru_cache(maxsize=1024)
def names_of(node: ast.Module | Function) -> Names:
    """Return the names inside a function, or at the top level of a module."""
    names = Names()
    if not isinstance(node, ast.Module):
        names.parameters = _parameters(node.args)
    waiting: list[tuple[ast.AST, bool]] = [(statement, True) for statement in node.body]
    while waiting:
        one, sure = waiting.pop()
        for target, value, since, until in _assigned(one):
            for name, way in _targets(target):
                binding = Binding(value, way, since, until, sure)
                names.bindings.setdefault(name, []).append(binding)
        if isinstance(one, ast.Import | ast.ImportFrom):
            names.imports.update(_imported(one))
        elif isinstance(one, ast.Return) and one.value:
            names.returns.append(one.value)
        if not isinstance(one, (*DEFINITIONS, ast.Lambda)):
            sure = sure and not isinstance(one, _CASES)
            waiting += ((child, sure) for child in ast.iter_child_nodes(one))
    for bindings in names.bindings.values():
        bindings.sort(key=lambda binding: binding.since)
    return names


def argument(
    call: ast.Call, parameters: Sequence[str], name: str
) -> tuple[ast.expr, tuple[int, ...]] | None:
    """Return the expression that a call gives to a parameter, and the way into what it unpacks."""
    for word in call.keywords:
        if word.arg == name:
            return word.value, ()
    if isinstance(call.func, ast.Attribute) and parameters[:1] in (["self"], ["cls"]):
        parameters = parameters[1:]
    if name in parameters:
        number = parameters.index(name)
        for position, given in enumerate(call.args[: number + 1]):
            if isinstance(given, ast.Starred):
                return given.value, (number - position,)
            if position == number:
                return given, ()
    return next(((word.value, ()) for word in call.keywords if word.arg is None), None)


def end_of(node: ast.stmt | ast.expr) -> Position:
    """Return where a node ends."""
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _parameters(given: ast.arguments) -> dict[str, ast.expr | None]:
    """Return the default of each parameter, None where it has none."""
    positional = [*given.posonlyargs, *given.args]
    without = [None] * (len(positional) - len(given.defaults))
    defaults = [*without, *given.defaults, *given.kw_defaults]
    names = [one.arg for one in (*positional, *given.kwonlyargs)]
    return dict(zip(names, defaults, strict=True))


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield each name that an import binds, with the dotted name that it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}".lstrip(".")
        else:
            top = alias.name.partition(".")[0]
            yield alias.asname or top, alias.name if alias.asname else top


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, Position, Position | None]]:
    """Yield each target of an assignment, the value, where it begins and ceases to hold."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value, end_of(node), None) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        yield node.target, node.value, end_of(node), None
    elif isinstance(node, ast.withitem) and node.optional_vars:
        yield node.optional_vars, node.context_expr, end_of(node.context_expr), None
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield node.target, _any_of(node.iter), end_of(node.iter), None
    elif isinstance(node, COMPREHENSIONS):
        start = node.lineno, node.col_offset
        for one in node.generators:
            yield one.target, _any_of(one.iter), start, end_of(node)


def _any_of(values: ast.expr) -> ast.expr:
    """Return an expression that stands for each of the values in turn."""
    if isinstance(values, ast.Tuple | ast.List):
        return ast.BoolOp(ast.Or(), values.elts)
    return ast.Subscript(values, ast.Constant(0))


def _targets(target: ast.expr, way: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each name that a target binds, with its way into the value."""
    if isinstance(target, ast.Name):
        yield target.id, way
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, way[:-1])
    elif isinstance(target, ast.Tuple | ast.List):
        for number, one in enumerate(target.elts):
            yield from _targets(one, (*way, number))
