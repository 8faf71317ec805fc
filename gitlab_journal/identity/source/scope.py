"""Which names a piece of code binds, which it takes from outside.

A use is a dotted chain as written, `("helpers", "clean")` for `helpers.clean(x)`. Where the name is
bound by an import inside the code, the use carries that import.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS, children

if TYPE_CHECKING:
    from collections.abc import Iterator

# The `T` of `class Box[T]`, since Python 3.12, is no name of the scope around it.
_TYPE_PARAMETER: type[ast.AST] = getattr(ast, "type_param", ast.Module)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_IMPORTING = ("import_module", "__import__")


@dataclass(frozen=True, slots=True)
class Import:
    """What a name stands for: `module`, or `name` of it, `level` dots above."""

    module: str
    name: str | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """A chain of names as the code writes it; `origin` is the import inside that binds it."""

    chain: tuple[str, ...]
    origin: Import | None = None


@dataclass(slots=True)
class Bound:
    """The names that a scope binds, those of them that are imports, and what it declares."""

    names: set[str] = field(default_factory=set)
    imports: dict[str, list[Import]] = field(default_factory=dict)
    stars: list[Import] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)  # declared global or nonlocal
    is_class: bool = False


def bound_by(statements: list[ast.stmt]) -> Bound:
    """Return what `statements` bind in their own scope; does not enter scopes inside."""
    bound = Bound()
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _TYPE_PARAMETER):
            continue
        _bind(node, bound)
        if isinstance(node, DEFINITIONS):
            waiting += node.decorator_list
        elif isinstance(node, _COMPREHENSIONS):
            # Only `:=` reaches out of a comprehension.
            walrus = (one for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
            bound.names.update(one.target.id for one in walrus)
        elif not isinstance(node, ast.Lambda):
            waiting += children(node)
    return bound


def _bind(node: ast.AST, bound: Bound) -> None:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            bound.names.add(node.id)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for name, origin in _imported(node):
            if name == "*":
                bound.stars.append(origin)
            else:
                bound.imports.setdefault(name, []).append(origin)
    elif isinstance(node, ast.Global | ast.Nonlocal):
        bound.elsewhere.update(node.names)
    elif isinstance(node, DEFINITIONS):
        bound.names.add(node.name)
    else:
        # `except E as name`, and the captures of `match`, hold their name as text.
        held = getattr(node, "rest", None) or getattr(node, "name", None)
        if isinstance(held, str) and not isinstance(node, ast.alias):
            bound.names.add(held)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Import]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, Import(node.module or "", alias.name, node.level)
        elif alias.asname:
            yield alias.asname, Import(alias.name)
        else:
            first = alias.name.partition(".")[0]
            yield first, Import(first)


def uses(node: ast.AST) -> frozenset[Use]:
    """Return the chains of names that `node` takes from outside, builtins among them.

    Names that a scope inside binds are left out, unless an import binds them.
    """
    found: set[Use] = set()
    waiting: list[tuple[ast.AST, tuple[Bound, ...]]] = [(node, ())]
    while waiting:
        node, scopes = waiting.pop()
        if isinstance(node, ast.Attribute | ast.Name):
            chain, base = _chain(node)
            if isinstance(base, ast.Name):
                found.update(_resolve(chain, scopes, store=not isinstance(base.ctx, ast.Load)))
            else:
                waiting.append((base, scopes))
        elif isinstance(node, DEFINITIONS):
            waiting += ((one, scopes) for one in _evaluated_outside(node))
            inner = (*_functions_only(scopes), scope_of(node))
            waiting += ((one, inner) for one in node.body)
        elif isinstance(node, ast.Lambda):
            defaults = (*node.args.defaults, *node.args.kw_defaults)
            waiting += ((one, scopes) for one in defaults if one)
            waiting.append((node.body, (*_functions_only(scopes), scope_of(node))))
        elif isinstance(node, _COMPREHENSIONS):
            waiting += ((one, (*scopes, scope_of(node))) for one in children(node))
        else:
            found.update(_imported_by_call(node))
            waiting += ((one, scopes) for one in children(node))
    return frozenset(found)


def _imported_by_call(node: ast.AST) -> Iterator[Use]:
    """Yield the module of `importlib.import_module("helpers")`, of `__import__("helpers")`."""
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return
    called, name = _chain(node.func)[0], node.args[0]
    if called and called[-1] in _IMPORTING and isinstance(name, ast.Constant):
        module = name.value
        if isinstance(module, str) and not module.startswith("."):
            yield Use((module.rpartition(".")[2],), Import(module))


def _chain(node: ast.expr) -> tuple[tuple[str, ...], ast.expr]:
    """Return the names of `a.b.c` with the node at its beginning."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.append(node.id)
    return tuple(reversed(names)), node


def _resolve(chain: tuple[str, ...], scopes: tuple[Bound, ...], *, store: bool) -> Iterator[Use]:
    name = chain[0]
    for scope in reversed(scopes):
        if name in scope.elsewhere:
            continue
        for origin in scope.imports.get(name, ()):
            yield Use(chain, origin)
        if name in scope.imports:
            return
        if name in scope.names:
            if scope.is_class and not store:
                continue  # `size = size` in a class reads the outer one first
            return
    if not store or scopes:
        yield Use(chain)


def _functions_only(scopes: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """Leave out the class around a method: its names are not seen from inside the method."""
    return tuple(scope for scope in scopes if not scope.is_class)


def _evaluated_outside(node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, DEFINITIONS):
        yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from node.bases
        yield from node.keywords
    elif isinstance(node, FUNCTIONS):
        yield from node.args.defaults
        yield from (one for one in node.args.kw_defaults if one)


def scope_of(node: ast.AST) -> Bound:
    """Return what the scope that `node` opens binds: a function, class, lambda, comprehension."""
    if isinstance(node, _COMPREHENSIONS):
        targets = [ast.walk(generator.target) for generator in node.generators]
        names = (one.id for target in targets for one in target if isinstance(one, ast.Name))
        return Bound(names=set(names))
    bound = bound_by(node.body if isinstance(node, DEFINITIONS) else [])
    bound.is_class = isinstance(node, ast.ClassDef)
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        if isinstance(node, ast.Lambda):
            bound = bound_by([ast.Expr(node.body)])
        bound.names.update(one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg))
    bound.names -= bound.elsewhere
    return bound
