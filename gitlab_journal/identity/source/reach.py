"""The definitions of a project that a piece of its code reaches by name."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.resolve import Found, Imports, resolve
from gitlab_journal.identity.source.scope import Use, scope_of, uses
from gitlab_journal.identity.source.syntax import DEFINITIONS, FUNCTIONS, encode, prune

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.identity.source.modules import Module, Statement
    from gitlab_journal.identity.source.reads import Taken

_OURS = "gitlab_journal"


# The path of a module, and a name in it.
Origin = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Ran:
    """A definition that runs, with what it refers to; `is_start` where nobody asks for it."""

    module: Module
    nodes: Sequence[ast.AST]
    is_start: bool
    takes: list[tuple[Use, Found]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Reach:
    """The rows collected so far: a digest for each definition reached from `home`.

    `first` is the name of the row we start from; `ran` are the definitions, as against statements
    that ran when their module was imported; `libraries` are the dotted names that all take from
    outside of the project, `unbound` those that nothing in a module binds, with its path. `taken`
    is what `reads_of` finds, once it was asked.
    """

    home: Module
    imports: Imports
    rows: dict[str, str] = field(default_factory=dict)
    libraries: set[str] = field(default_factory=set)
    first: str = ""
    ran: dict[Origin, Ran] = field(default_factory=dict)
    unbound: set[tuple[str, str]] = field(default_factory=set)
    taken: Taken | None = None
    _seen: set[tuple[str, str | None]] = field(default_factory=set)
    _waiting: list[Found] = field(default_factory=list)

    def begin(self, key: str, nodes: Sequence[ast.AST], *, within: Sequence[ast.AST] = ()) -> None:
        """Add the row of the code we start from; `within` are the definitions around it."""
        self._seen.add((self.home.path, key))
        self.first = key
        self._add_row(key, self.home, nodes, within=within)
        if within and isinstance(within[-1], ast.ClassDef):
            self._add_class(within)

    def _add_class(self, within: Sequence[ast.AST]) -> None:
        """Add the row of the whole class around a method."""
        if all(isinstance(one, ast.ClassDef) for one in within):
            found = Found(self.home, getattr(within[0], "name", ""))
            self._waiting.append(found)
            self.ran[self.home.path, self.first].takes.append((Use((str(found.name),)), found))
        else:
            key = qualified_name(within)
            self._seen.add((self.home.path, key))
            self._add_row(key, self.home, within[-1:], within=within[:-1])

    def follow(self) -> None:
        """Add a row for all that is reached, however far; cycles end where they began."""
        while self._waiting:
            found = self._waiting.pop()
            module, name = found.module, found.name
            if module is None or (module.path, name) in self._seen:
                continue
            self._seen.add((module.path, name))
            if name is None:
                self._waiting += (Found(module, one) for one in module.bindings)
                self._waiting += self._re_exports(module)
            else:
                nodes = [one.node for one in prepared(module, name, imports=self.imports)]
                self._add_row(self._key(found), module, nodes, name=name)

    def has_met(self, path: str, name: str) -> bool:
        """Tell whether what a module calls `name` has a row."""
        return (path, name) in self._seen

    def visit(self, module: Module, name: str) -> None:
        """Ask for the row of one name of a module."""
        self._waiting.append(Found(module, name))

    def _key(self, found: Found) -> str:
        if found.module is None:
            return found.label
        name = found.name or ""
        return name if found.module is self.home else f"{found.module.name}.{name}".rstrip(".")

    def _add_row(
        self,
        key: str,
        module: Module,
        nodes: Sequence[ast.AST],
        *,
        within: Sequence[ast.AST] = (),
        name: str | None = None,
    ) -> None:
        pieces: list[bytes] = []
        links: set[str] = set()
        ran = Ran(module, nodes, is_start=name is None)
        if any(isinstance(node, (*DEFINITIONS, ast.Lambda)) for node in nodes):
            self.ran[module.path, name or key] = ran
        for node in nodes:
            encoded, taken = facts(module, node)
            pieces.append(encoded)
            for use in taken:
                links.update(self._links(use, module, within, ran))
        while key in self.rows:
            key += "'"
        self.rows[key] = digest(b"\n".join([*pieces, *(one.encode() for one in sorted(links))]))

    def _links(
        self, use: Use, module: Module, within: Sequence[ast.AST], ran: Ran
    ) -> Iterator[str]:
        """Yield what the names of `use` stand for, and ask for the rows of the project's own."""
        for seen_as in self._from_around(use, within):
            resolved = resolve(seen_as, module, imports=self.imports)
            if not resolved:
                self.unbound.add((module.path, use.chain[0]))
                ran.takes.append((use, Found(module, use.chain[0])))
            for found in resolved:
                if found.module and found.module.path == self.home.path:
                    found = Found(self.home, found.name)  # noqa: PLW2901 - a script imported again
                ran.takes.append((use, found))
                self._waiting.append(found)
                if found.module is None:
                    self._add_library(found.label)
                    yield f"{use.chain[0]}={found.label}"
                elif found.module is not module or found.name is None:
                    yield f"{'.'.join(use.chain)}={self._key(found)}"

    def _add_library(self, label: str) -> None:
        top = label.partition(".")[0]
        # A part of the project that has no Python source is no library.
        if top and self.imports.module(top, importer=self.home) is None:
            self.libraries.add(label)

    def _from_around(self, use: Use, within: Sequence[ast.AST]) -> Iterator[Use]:
        """Yield `use` as it is bound by the functions around a local function, else as it is."""
        name = use.chain[0]
        for number, around in reversed(list(enumerate(within))):
            if use.origin or not isinstance(around, FUNCTIONS):
                continue
            bound = scope_of(around)
            if name in bound.imports:
                yield from (Use(use.chain, origin) for origin in bound.imports[name])
                return
            if name in bound.names:
                self._add_local(name, within[: number + 1])
                return
        yield use

    def _add_local(self, name: str, within: Sequence[ast.AST]) -> None:
        """Add the row of a function or class that the innermost of `within` defines."""
        key = f"{qualified_name(within)}.<locals>.{name}"
        if (self.home.path, key) in self._seen:
            return
        self._seen.add((self.home.path, key))
        nodes = [
            one
            for one in ast.walk(within[-1])
            if isinstance(one, DEFINITIONS) and one.name == name and one is not within[-1]
        ]
        if nodes:
            self._add_row(key, self.home, nodes, within=within)

    def _re_exports(self, module: Module) -> Iterator[Found]:
        for name in module.imports:
            for found in resolve(Use((name,)), module, imports=self.imports):
                if found.name is not None:
                    yield found


def qualified_name(path: Sequence[ast.AST]) -> str:
    """Return the name of the innermost of nested definitions, `<locals>` for what is in it."""
    names: list[str] = []
    for node, inside in zip(path, [*path[1:], None], strict=True):
        names.append(getattr(node, "name", "<lambda>"))
        if inside and not isinstance(node, ast.ClassDef):
            names.append("<locals>")
    return ".".join(names)


def digest(data: bytes) -> str:
    """Return the digest of `data` in the form `xxh3_128:...`."""
    import xxhash

    return f"xxh3_128:{xxhash.xxh3_128_hexdigest(data)}"


def facts(module: Module, node: ast.AST) -> tuple[bytes, tuple[Use, ...]]:
    """Return the bytes of a pruned node with what it takes from outside, in a fixed order."""
    known = module.facts.get(node)
    if known is None:
        known = module.facts[node] = (encode(node), tuple(sorted(uses(node), key=str)))
    return known


def prepared(module: Module, name: str, *, imports: Imports) -> list[Statement]:
    """Return the statements that `name` is made of, each without what does not count as code."""
    statements = module.bindings[name]
    for statement in statements:
        prune_once(module, statement, imports=imports)
    return statements


def prune_once(module: Module, statement: Statement, *, imports: Imports) -> None:
    """Take out of a statement what does not count as code, unless that is done."""
    if statement not in module.pruned:
        module.pruned.add(statement)
        prune(
            statement.node,
            is_ours=partial(is_ours, module=module, within=statement.node, imports=imports),
        )


def is_ours(
    expression: ast.expr, *, module: Module, within: ast.AST, imports: Imports, depth: int = 0
) -> bool:
    """Tell whether a decorator or a called function is one of this package, or made from one."""
    base = expression
    chain: list[str] = []
    while isinstance(base, ast.Attribute | ast.Call):
        if isinstance(base, ast.Attribute):
            chain.append(base.attr)
            base = base.value
        else:
            base = base.func
    if not isinstance(base, ast.Name) or depth > 3:  # noqa: PLR2004 - enough for any aliases
        return False
    again = partial(is_ours, imports=imports, depth=depth + 1)
    local = [one for one in _values(within, base.id) if one is not expression]
    if any(again(one, module=module, within=within) for one in local):
        return True
    for found in resolve(Use((base.id, *reversed(chain))), module, imports=imports):
        if found.module is None:
            if found.label.partition(".")[0] == _OURS:
                return True
            continue
        for statement in found.module.bindings.get(found.name or "", ()):
            node, own = statement.node, partial(again, module=found.module, within=statement.node)
            if isinstance(node, FUNCTIONS):
                if chain[-1:] == ["options"] and any(map(own, node.decorator_list)):
                    return True
            elif any(map(own, _values(node, found.name or ""))):
                return True
    return False


def _values(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield what is assigned to `name` anywhere in `node`, a partial call as what it calls."""
    for one in ast.walk(node):
        targets: list[ast.expr | None] = []
        if isinstance(one, ast.Assign):
            targets, value = list(one.targets), one.value
        elif isinstance(one, ast.withitem):
            targets, value = [one.optional_vars], one.context_expr
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield value
                if isinstance(value, ast.Call):
                    yield from value.args[:1]
