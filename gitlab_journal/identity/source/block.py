"""The values that the lines of a `with` block read by name."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.cells import running_cell
from gitlab_journal.identity.source.modules import module_at
from gitlab_journal.identity.source.reads import Read
from gitlab_journal.identity.source.scope import bound_by, uses
from gitlab_journal.identity.source.start import import_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

    from gitlab_journal.identity.source.modules import Module

_REPEATED = (ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith)


def reads_of_block(frame: FrameType) -> list[Read]:
    """Return what the body of the `with` statement reads at whose head `frame` stands.

    As it is bound now, in the function around the block or in the module; what the block binds
    before is left out. Empty where there is no such statement, or no source.
    """
    module = _module(frame)
    if module is None:
        return []
    held = {**frame.f_globals, **frame.f_locals}
    home = str(frame.f_globals.get("__name__"))
    # Nothing that the source alone tells is asked for here.
    return [
        Read(home, chain[0], held[chain[0]], chain[1:], told=True)
        for chain in _chains_at(frame.f_lineno, module)
        if chain[0] in held
    ]


def _module(frame: FrameType) -> Module | None:
    namespace = frame.f_globals
    file = namespace.get("__file__")
    if not isinstance(file, str):
        return running_cell(namespace)
    return module_at(file, import_name(namespace), spec=namespace.get("__spec__"))


@lru_cache(maxsize=64)  # each run of a loop asks again; a notebook is a new module at each cell
def _chains_at(line: int, module: Module) -> tuple[tuple[str, ...], ...]:
    """Return what the body of the block at a line takes from outside, nothing without a block."""
    block = _block_at(line, module)
    return tuple(dict.fromkeys(_taken(block.body, set()))) if block else ()


def _block_at(line: int, module: Module) -> ast.With | None:
    """Return the innermost `with` whose head holds the line."""
    found = None
    for statement in (*module.statements, *module.main):
        if not statement.node.lineno <= line <= (statement.node.end_lineno or 0):
            continue
        for node in ast.walk(statement.node):
            if isinstance(node, ast.With) and any(
                one.context_expr.lineno <= line <= (one.context_expr.end_lineno or 0)
                for one in node.items
            ):
                found = node
    return found


def _taken(statements: Iterable[ast.stmt], bound: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield the chains that statements take from outside; add the names they bind to `bound`."""
    for node in statements:
        if isinstance(node, ast.If):
            yield from _of(node.test, bound)
            branches = [set(bound), set(bound)]
            yield from _taken(node.body, branches[0])
            yield from _taken(node.orelse, branches[1])
            bound |= branches[0] & branches[1]
        elif isinstance(node, _REPEATED):
            heads = (getattr(node, name, None) for name in ("iter", "test"))
            for head in (*heads, *(one.context_expr for one in getattr(node, "items", ()))):
                yield from _of(head, bound) if head else ()
            targets = [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
            bound |= bound_by([ast.Expr(one) for one in targets]).names
            bound |= {
                one.id
                for item in getattr(node, "items", ())
                for one in ast.walk(item)
                if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
            }
            for name in ("body", "handlers", "orelse", "finalbody"):
                for part in getattr(node, name, ()):
                    inner = part.body if isinstance(part, ast.ExceptHandler) else [part]
                    yield from _taken(inner, bound)
        else:
            yield from _of(node, bound)
            if isinstance(node, ast.AugAssign):
                yield from _of(ast.Expr(_loaded(node.target)), bound)
            own = bound_by([node])
            bound |= own.names | own.imports.keys()


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def _of(node: ast.AST, bound: set[str]) -> Iterator[tuple[str, ...]]:
    chains = sorted(use.chain for use in uses(node) if use.origin is None)
    yield from (chain for chain in chains if chain[0] not in bound)
