"""Where the names of a function or module get their values, by the syntax tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gitlab_journal.identity.source.modules import Module

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Position = tuple[int, int]
Span = tuple[int | None, int | None, int | None, int | None]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Binding:
    """A value that a name gets: the expression, the way into what it unpacks, from where on."""

    value: ast.expr
    way: tuple[int, ...]
    since: Position


@dataclass(frozen=True, slots=True)
class Branch:
    """Lines that run only in one case; those of one `owner` exclude each other."""

    owner: int
    first: int
    last: int


@dataclass(slots=True, eq=False)
class Names:
    """What the names of one function or module stand for."""

    parameters: tuple[str, ...] = ()
    defaults: dict[str, ast.expr] = field(default_factory=dict)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    imports: dict[str, ast.Import | ast.ImportFrom] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)

    def binds(self, name: str) -> bool:
        """Tell whether this scope gives the name a meaning."""
        held = (self.bindings, self.imports, self.functions, self.parameters)
        return any(name in names for names in held)

    def reaching(self, name: str, use: Position | None) -> list[Binding]:
        """Return the bindings that a use of the name may see, the last one first.

        Without a position, or where none stands before it, all of them may be seen.
        """
        every = sorted(self.bindings.get(name, ()), key=lambda binding: binding.since, reverse=True)
        before = [binding for binding in every if use is not None and binding.since <= use]
        around = self._branches(use[0]) if use else set()
        found = []
        for binding in before or every:
            inside = self._branches(binding.since[0])
            if any(one.owner == other.owner for one in inside - around for other in around):
                continue
            found.append(binding)
            if inside <= around:
                break
        return found

    def _branches(self, line: int) -> set[Branch]:
        return {branch for branch in self.branches if branch.first <= line <= branch.last}


@lru_cache(maxsize=512)
def names_of_module(module: Module) -> Names:
    """Return the names at the top level of a module, its `__main__` block included."""
    return _names([statement.node for statement in (*module.statements, *module.main)])


@lru_cache(maxsize=1024)
def names_of_function(node: Function) -> Names:
    """Return the names inside a function."""
    names = _names(node.body)
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    names.parameters = tuple(one.arg for one in (*positional, *given.kwonlyargs))
    behind = positional[len(positional) - len(given.defaults) :]
    names.defaults = {one.arg: value for one, value in zip(behind, given.defaults, strict=True)} | {
        one.arg: value
        for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if value
    }
    return names


@lru_cache(maxsize=512)
def calls_of_module(module: Module) -> dict[Span, tuple[ast.Call, tuple[Function, ...]]]:
    """Return the calls of a module by where each begins and ends, with the functions around."""
    found: dict[Span, tuple[ast.Call, tuple[Function, ...]]] = {}
    waiting: list[tuple[ast.AST, tuple[Function, ...]]] = [
        (statement.node, ()) for statement in (*module.statements, *module.main)
    ]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, ast.Call):
            span = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
            found[span] = node, around
        elif isinstance(node, FUNCTIONS):
            around = (*around, node)
        waiting += ((child, around) for child in ast.iter_child_nodes(node))
    return found


def functions_around(module: Module, line: int) -> tuple[Function, ...]:
    """Return the functions of a module that a line lies in, the innermost last."""
    around: dict[tuple[Function, ...], None] = dict.fromkeys(
        functions for _, functions in calls_of_module(module).values()
    )
    inside = [
        functions
        for functions in around
        if functions and functions[-1].lineno <= line <= _end(functions[-1])[0]
    ]
    return max(inside, key=len, default=())


def argument(
    call: ast.Call, parameters: Sequence[str], name: str
) -> tuple[ast.expr, tuple[int, ...]] | None:
    """Return the expression that a call gives to a parameter, and the way into what it unpacks."""
    for word in call.keywords:
        if word.arg == name:
            return word.value, ()
    if isinstance(call.func, ast.Attribute) and parameters[:1] in (("self",), ("cls",)):
        parameters = parameters[1:]
    if name in parameters:
        number = parameters.index(name)
        for position, given in enumerate(call.args[: number + 1]):
            if isinstance(given, ast.Starred):
                return given.value, (number - position,)
            if position == number:
                return given, ()
    for word in call.keywords:
        if word.arg is None:
            return _item(word.value, name), ()
    return None


def _item(mapping: ast.expr, name: str) -> ast.expr:
    """Return the value that a literal mapping has for a name, else all of the mapping."""
    if isinstance(mapping, ast.Dict):
        for key, value in zip(mapping.keys, mapping.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == name:
                return value
    return mapping


def _names(statements: Iterable[ast.stmt]) -> Names:
    names = Names()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        names.branches += _branches(node)
        for target, value, since in _assigned(node):
            _bind(names, target, value, (), since)
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                names.imports.setdefault(alias.asname or alias.name.partition(".")[0], node)
        elif isinstance(node, ast.Return) and node.value:
            names.returns.append(node.value)
        if isinstance(node, FUNCTIONS):
            names.functions.setdefault(node.name, node)  # the last one comes first
        if not isinstance(node, (*DEFINITIONS, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return names


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, Position]]:
    """Yield each target of an assignment, the value, and where it begins to hold."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value, _end(node)) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        yield node.target, node.value, _end(node)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars:
                yield item.optional_vars, item.context_expr, _end(item.context_expr)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield node.target, _any_of(node.iter), _end(node.iter)
    elif isinstance(node, COMPREHENSIONS):
        start = node.lineno, node.col_offset
        yield from ((one.target, _any_of(one.iter), start) for one in node.generators)


def _any_of(values: ast.expr) -> ast.expr:
    """Return an expression that stands for each of the values in turn."""
    if isinstance(values, ast.Tuple | ast.List):
        return ast.BoolOp(ast.Or(), values.elts)
    return ast.Subscript(values, ast.Constant(0))


def _bind(
    names: Names, target: ast.expr, value: ast.expr, way: tuple[int, ...], since: Position
) -> None:
    if isinstance(target, ast.Name):
        names.bindings.setdefault(target.id, []).append(Binding(value, way, since))
    elif isinstance(target, ast.Starred):
        _bind(names, target.value, value, way[:-1], since)
    elif isinstance(target, ast.Tuple | ast.List):
        for number, one in enumerate(target.elts):
            _bind(names, one, value, (*way, number), since)


def _branches(node: ast.AST) -> Iterator[Branch]:
    blocks: list[list[ast.stmt]] = []
    if isinstance(node, ast.If):
        blocks = [node.body, node.orelse]
    elif isinstance(node, ast.Try) and node.handlers:
        blocks = [node.body, *(handler.body for handler in node.handlers)]
    elif isinstance(node, ast.Match):
        blocks = [case.body for case in node.cases]
    for block in blocks:
        if block:
            yield Branch(id(node), block[0].lineno, _end(block[-1])[0])
    if isinstance(node, COMPREHENSIONS):  # its names end with it
        yield Branch(id(node), node.lineno, _end(node)[0])


def _end(node: ast.stmt | ast.expr) -> Position:
    return node.end_lineno or node.lineno, node.end_col_offset or 0
