"""Which of a run's parameters the run itself has changed, as by fitting a model that came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.scalars import PLAIN
from gitlab_journal.identity.state import describe_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitlab_journal.identity.digests import Tree


@dataclass(frozen=True, slots=True)
class CameIn:
    """The parameters of a run, alive, with their trees and rows of state from before it."""

    values: Mapping[str, object]
    trees: Mapping[str, Tree]
    states: Mapping[str, Mapping[str, Any]]
    left_out: frozenset[str]


def changed(came_in: CameIn) -> tuple[str, ...]:
    """Return the names of parameters, or the paths of models in them, that differ by now.

    Raises DescriptionError where one has no description any more.
    """
    values = {
        name: value
        for name, value in came_in.values.items()
        if name in came_in.trees and type(value) not in PLAIN
    }
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
