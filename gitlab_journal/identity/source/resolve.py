"""What a name refers to: a definition of the project, a whole module of it, a library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.identity.source.modules import Module, is_folder_of_project, project_module
from gitlab_journal.identity.source.scope import Import, Use

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """What a use refers to: a name of a module, a whole module, or a library by its `label`."""

    module: Module | None
    name: str | None = None
    label: str = ""


def resolve(use: Use, module: Module, *, root: Path) -> list[Found]:
    """Return what `use` in `module` refers to: nothing for a builtin, several after a `try`."""
    if use.origin:
        return _imported(use.origin, use.chain[1:], module, root, frozenset())
    return _named(use.chain, module, root, frozenset())


def _named(
    chain: tuple[str, ...], module: Module, root: Path, seen: frozenset[tuple[str, str]]
) -> list[Found]:
    name = chain[0]
    if (module.path, name) in seen:
        return []
    seen |= {(module.path, name)}
    found = [Found(module, name)] if name in module.bindings else []
    for origin in module.imports.get(name, ()):
        found += _imported(origin, chain[1:], module, root, seen)
    if not found:
        for star in module.stars:
            found += _imported(Import(star.module, name, star.level), chain[1:], module, root, seen)
    return found


def _imported(
    origin: Import,
    rest: tuple[str, ...],
    module: Module,
    root: Path,
    seen: frozenset[tuple[str, str]],
) -> list[Found]:
    base = _absolute(origin, module)
    if origin.name is not None:
        rest = (origin.name, *rest)
    if base.startswith("."):  # a script in no package: Python refuses this too
        return [Found(None, label=base)]
    target = project_module(base, importer=module, root=root)
    if target is None:
        if rest and is_folder_of_project(base, importer=module, root=root):
            inside = project_module(f"{base}.{rest[0]}", importer=module, root=root)
            if inside or is_folder_of_project(f"{base}.{rest[0]}", importer=module, root=root):
                return _imported(Import(f"{base}.{rest[0]}"), rest[1:], module, root, seen)
        return [Found(None, label=f"{base}.{origin.name}" if origin.name else base)]
    if not rest:
        return [Found(target)]
    found = _named(rest, target, root, seen)
    if not found and project_module(f"{base}.{rest[0]}", importer=module, root=root):
        return _imported(Import(f"{base}.{rest[0]}"), rest[1:], module, root, seen)
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
