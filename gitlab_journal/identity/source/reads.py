"""The values of globals that code reads while it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping, MutableSequence, MutableSet
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.told import Written, brought, is_told, written_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.identity.source.modules import Module
    from gitlab_journal.identity.source.reach import Reach
    from gitlab_journal.identity.source.scope import Use


@dataclass(frozen=True, slots=True)
class Read:
    """A global of a module, what it holds now, the attributes read of it.

    `told` says whether the source alone tells what it holds.
    """

    module: str
    name: str
    value: object
    attributes: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The globals that running definitions take, with the module of each; `written` by them."""

    origins: Mapping[tuple[str, str, tuple[str, ...]], Module]
    written: Written


def reads_of(reach: Reach, namespace: Mapping[str, Any]) -> Iterator[Read]:
    """Yield what the definitions read that run from the start of `reach` on.

    `namespace` are the globals of the module where it starts. What only statements of a module
    read, at its import, is left out, and so is what the definitions themselves write.
    """
    if reach.taken is None:
        reach.taken = _taken_by(reach)
    written = reach.taken.written
    for (path, name, attributes), module in reach.taken.origins.items():
        bound = namespace if module is reach.home else _globals(module)
        own = name.startswith("__") and name.endswith("__")  # `__name__`, `__file__`
        if own or name not in bound or written.rebound(path, name):
            continue
        value = bound[name]
        if _is_container(value) and written.changed(path, name):
            continue
        told = is_told(module, name, value, imports=reach.imports)
        yield Read(module.name, name, value, attributes, told=told)
        if not (isinstance(value, type) and issubclass(value, Enum)):
            held = brought(module, name, value, written=written, imports=reach.imports)
            yield from (Read(module.name, f"{name}.{part}", now) for part, now in held)


def _taken_by(reach: Reach) -> Taken:
    waiting = [origin for origin, ran in reach.ran.items() if ran.is_start]
    running = set(waiting)
    taken: dict[tuple[str, str, tuple[str, ...]], Module] = {}
    while waiting:
        for use, found in reach.ran[waiting.pop()].takes:
            if found.module is None:
                continue
            for name in [found.name] if found.name else found.module.bindings:
                origin = (found.module.path, name)
                taken.setdefault((*origin, _after(use, name)), found.module)
                if origin in reach.ran and origin not in running:
                    running.add(origin)
                    waiting.append(origin)
    written = written_by([reach.ran[one] for one in running], imports=reach.imports)
    return Taken(taken, written)


def _after(use: Use, name: str) -> tuple[str, ...]:
    """Return the attributes that a chain reads of the global `name`."""
    position = use.chain.index(name) if name in use.chain else 0
    return use.chain[position + 1 :]


def _globals(module: Module) -> Mapping[str, Any]:
    loaded = sys.modules.get(module.name)
    path = getattr(loaded, "__file__", None)
    if loaded is None or not path or os.path.abspath(path) != module.path:  # noqa: PTH100
        return {}
    return vars(loaded)


def _is_container(value: object) -> bool:
    return isinstance(value, MutableMapping | MutableSequence | MutableSet)
