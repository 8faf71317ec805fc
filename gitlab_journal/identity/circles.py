"""Objects that may hold each other in a circle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gitlab_journal.errors import CircleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

    Describe = Callable[[object, Place], Tree]


@dataclass(slots=True)
class Numbered:
    """Objects by number, in the order in which they were met, each with what describes it.

    They are kept while they are described, so that no other takes the address of one.
    """

    numbers: dict[int, int] = field(default_factory=dict)
    met: list[tuple[object, Describe]] = field(default_factory=list)

    def reference(self, value: object, describe: Describe) -> Tree:
        """Return the tree that stands for an object: its number, a new one at first sight."""
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.met)
            self.met.append((value, describe))
        return {"$node": self.numbers[id(value)]}


def describe_held(value: object, place: Place, describe: Describe) -> Tree:
    """Return the tree that `describe` makes of an object by its attributes.

    Where the attributes lead back to an object above, as a child's to its parent, or ever deeper,
    the outermost is described as a graph: all the objects within by number. Raises
    DescriptionError.
    """
    if place.numbered is not None:
        return place.numbered.reference(value, describe)
    if place.in_object:
        return describe(value, place)
    try:
        return describe(value, replace(place, in_object=True))
    except CircleError:
        return _graph(value, place, describe)


def _graph(value: object, place: Place, describe: Describe) -> Tree:
    numbered = Numbered()
    numbered.reference(value, describe)
    # Each stands here as if alone: a chain of them may be longer than the deepest nesting.
    here = replace(place, identity=0, numbered=numbered)
    trees = [describe_one(one, here) for one, describe_one in numbered.met]
    return {"$nodes": trees, "#shown": f"{type(value).__name__} of {len(trees)} objects"}
