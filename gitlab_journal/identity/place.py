"""Where a value stands while it is described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.errors import CircleError, DescriptionError
from gitlab_journal.identity.digests import last_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.circles import Numbered
    from gitlab_journal.identity.digests import Tree

DEEPEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One step on the path from the parameters down to a value.

    `describe_with` gives the canonical tree of any value at a place; `left_out` are the last names
    of what plays no part; `with_state` asks for what an estimator or network has learnt, too.
    `in_object` says that this stands in an object's attributes, `numbered` are the objects met so
    far where they hold each other in a circle.
    """

    describe_with: Callable[[object, Place], Tree]
    step: str
    parent: Place | None = None
    left_out: frozenset[str] = frozenset()
    with_state: bool = False
    in_object: bool = False
    numbered: Numbered | None = None
    identity: int = 0
    depth: int = 0

    @property
    def path(self) -> str:
        """Return the path for a reader, as in `params.layers[2]`."""
        steps: list[str] = []
        place: Place | None = self
        while place is not None:
            steps.append(place.step)
            place = place.parent
        return "".join(reversed(steps))

    def describe(self, value: object, step: str = "") -> Tree:
        """Return the tree of `value`, a part of what stands here; raises DescriptionError."""
        return self.describe_with(value, self.inside(value, step))

    def describe_entry(self, name: object, value: object) -> Tree:
        """Return the tree of the part called `name`; raises DescriptionError."""
        return self.describe(value, named_step(name))

    def describe_entries(self, entries: dict[str, object]) -> dict[str, Tree]:
        """Return the trees of named parts, less those left out; raises DescriptionError."""
        for name in entries:
            if name[:1] in ("$", "#"):
                raise self.refusal(f"the name {name!r} begins like a tag; choose another")
        return {
            name: self.describe_entry(name, value)
            for name, value in entries.items()
            if not self.leaves_out(name)
        }

    def inside(self, value: object, step: str) -> Place:
        """Return the place of a part; raises DescriptionError for one that contains itself."""
        # Spelt out, since `replace` takes five times as long and a list may be long.
        place = Place(
            describe_with=self.describe_with,
            step=step,
            parent=self,
            left_out=self.left_out,
            with_state=self.with_state,
            in_object=self.in_object,
            numbered=self.numbered,
            identity=id(value),
            depth=self.depth + 1,
        )
        if place.depth > DEEPEST:
            raise CircleError(self.path, f"nested more than {DEEPEST} levels deep")
        above: Place | None = self
        while above is not None:
            if above.identity == place.identity:
                raise CircleError(place.path, f"a {type(value).__name__} that contains itself")
            above = above.parent
        return place

    def leaves_out(self, name: str) -> bool:
        """Tell whether the part called `name` plays no part."""
        return last_name(name) in self.left_out

    def refusal(self, reason: str) -> DescriptionError:
        """Return the error that says what about the value here cannot be described."""
        return DescriptionError(self.path, reason)


def named_step(name: object) -> str:
    """Return the step to a part by name: `.layers`, or `['a b']` where it is no identifier."""
    if isinstance(name, str) and name.isidentifier():
        return f".{name}"
    return f"[{name!r}]"
