"""Which of a run's parameters the run itself has changed, as by fitting a model that came in."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.state import describe_state
from gitlab_journal.identity.values.scalars import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitlab_journal.identity.digests import Tree


_FIXED = frozenset({*PLAIN, type(None), types.FunctionType, type})


@dataclass(frozen=True, slots=True)
class CameIn:
    """The parameters of a run, alive, with their trees and rows of state from before it."""

    values: Mapping[str, object]
    trees: Mapping[str, Tree]
    states: Mapping[str, Mapping[str, Any]]
    left_out: frozenset[str]

    def changeable(self) -> list[str]:
        """Return the names of those that a run could change."""
        return [name for name in self.trees if type(self.values[name]) not in _FIXED]


def changed(came_in: CameIn) -> tuple[str, ...]:
    """Return the names of parameters, or the paths of models in them, that differ by now.

    Raises DescriptionError where one has no description any more.
    """
    values = {name: came_in.values[name] for name in came_in.changeable()}
    place = root("params", left_out=came_in.left_out)
    trees = {name: place.describe_entry(name, value) for name, value in values.items()}
    states = describe_state(values).rows
    models = {
        name
        for name in states.keys() | came_in.states.keys()
        if states.get(name) != came_in.states.get(name)
    }
    others = {name for name in values if encode(trees[name]) != encode(came_in.trees[name])}
    return tuple(sorted(models | others))
