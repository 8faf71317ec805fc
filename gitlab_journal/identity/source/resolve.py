"""What a name refers to: a definition of the project, a whole module of it, a library."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.modules import Module, is_folder_of_project, project_module
from gitlab_journal.identity.source.scope import Import, Use

if TYPE_CHECKING:
    import ast
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """What a use refers to: a name of a module, a whole module, or a library by its `label`."""

    module: Module | None
    name: str | None = None
    label: str = ""


@dataclass(slots=True, eq=False)
class Imports:
    """Which modules imports lead to in the project at `root`, each looked for once.

    `from_outside` keeps what follows from that: whether nodes take values from outside the source.
    """

    root: Path
    from_outside: dict[tuple[Module, ast.AST], bool] = field(default_factory=dict)
    _modules: dict[tuple[str, Module], Module | None] = field(default_factory=dict)
    _folders: dict[tuple[str, Module], bool] = field(default_factory=dict)

    def module(self, name: str, *, importer: Module) -> Module | None:
        """Return the module of the project that is imported as `name`; None for a library's."""
        key = name, importer
        if key not in self._modules:
            self._modules[key] = project_module(name, importer=importer, root=self.root)
        return self._modules[key]

    def is_folder(self, name: str, *, importer: Module) -> bool:
        """Tell whether `name` may be a package without `__init__.py`."""
        key = name, importer
        if key not in self._folders:
            self._folders[key] = is_folder_of_project(name, importer=importer, root=self.root)
        return self._folders[key]

    def still_hold(self) -> bool:
        """Tell whether all that was looked for is found again, no module of it loaded anew."""
        return all(
            project_module(name, importer=importer, root=self.root) is module
            for (name, importer), module in self._modules.items()
        ) and all(
            is_folder_of_project(name, importer=importer, root=self.root) is is_folder
            for (name, importer), is_folder in self._folders.items()
        )


def resolve(use: Use, module: Module, *, imports: Imports) -> list[Found]:
    """Return what `use` in `module` refers to: nothing for a builtin, several after a `try`."""
    if use.origin:
        return _imported(use.origin, use.chain[1:], module, imports, frozenset())
    return _named(use.chain, module, imports, frozenset())


def _named(
    chain: tuple[str, ...], module: Module, imports: Imports, seen: frozenset[tuple[str, str]]
) -> list[Found]:
    name = chain[0]
    if (module.path, name) in seen:
        return []
    seen |= {(module.path, name)}
    found = [Found(module, name)] if name in module.bindings else []
    for origin in module.imports.get(name, ()):
        found += _imported(origin, chain[1:], module, imports, seen)
    if not found:
        for star in module.stars:
            found += _imported(
                Import(star.module, name, star.level), chain[1:], module, imports, seen
            )
    return found


def _imported(
    origin: Import,
    rest: tuple[str, ...],
    module: Module,
    imports: Imports,
    seen: frozenset[tuple[str, str]],
) -> list[Found]:
    base = _absolute(origin, module)
    if origin.name is not None:
        rest = (origin.name, *rest)
    if base.startswith("."):  # a script in no package: Python refuses this too
        return [Found(None, label=base)]
    target = imports.module(base, importer=module)
    if target is None:
        if rest and imports.is_folder(base, importer=module):
            inside = imports.module(f"{base}.{rest[0]}", importer=module)
            if inside or imports.is_folder(f"{base}.{rest[0]}", importer=module):
                return _imported(Import(f"{base}.{rest[0]}"), rest[1:], module, imports, seen)
        return [Found(None, label=f"{base}.{origin.name}" if origin.name else base)]
    if not rest:
        return [Found(target)]
    found = _named(rest, target, imports, seen)
    if not found and imports.module(f"{base}.{rest[0]}", importer=module):
        return _imported(Import(f"{base}.{rest[0]}"), rest[1:], module, imports, seen)
    if not found and "__getattr__" in target.bindings:
        return [Found(target, "__getattr__")]
    return found


def _absolute(origin: Import, module: Module) -> str:
    if not origin.level:
        return origin.module
    package = module.package.split(".")
    package = package[: len(package) - origin.level + 1]
    if not any(package):
        return "." * origin.level + origin.module
    return ".".join(filter(None, [*package, origin.module]))
