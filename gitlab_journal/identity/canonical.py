"""The canonical tree of any value that can be described stably."""

from __future__ import annotations

from collections import UserList, deque
from collections.abc import Mapping, ValuesView
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import TYPE_CHECKING

from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.hints import instead_of, reads_once
from gitlab_journal.identity.models.boosters import describe_booster
from gitlab_journal.identity.models.estimators import describe_estimator
from gitlab_journal.identity.models.networks import describe_network
from gitlab_journal.identity.models.torch_parts import describe_torch
from gitlab_journal.identity.place import Place
from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.tables.kinds import describe_collection
from gitlab_journal.identity.tables.tensors import describe_tensor
from gitlab_journal.identity.values.callables import describe_callable, describe_class
from gitlab_journal.identity.values.columns import describe_column_type
from gitlab_journal.identity.values.compiled import describe_inside
from gitlab_journal.identity.values.distributions import describe_distribution
from gitlab_journal.identity.values.generators import describe_generator
from gitlab_journal.identity.values.objects import describe_member, describe_object
from gitlab_journal.identity.values.scalars import PLAIN, describe_scalar
from gitlab_journal.identity.values.standard import describe_standard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitlab_journal.errors import DescriptionError
    from gitlab_journal.identity.digests import Tree


def canonical(value: object, place: Place) -> Tree:
    """Return the canonical tree of a value; raises DescriptionError with the path to what has none.

    Each kind of value has a function that returns its tree, or None for what is of another kind.
    """
    if value is None:
        return None
    for describe in KINDS:
        tree = describe(value, place)
        if tree is not None:
            return tree
    raise _refusal(value, place)


def root(step: str, *, left_out: Iterable[str] = (), with_state: bool = False) -> Place:
    """Return the place that paths start from, such as `params`."""
    return Place(
        describe_with=canonical, step=step, left_out=frozenset(left_out), with_state=with_state
    )


def describe_container(value: object, place: Place) -> Tree:
    """Return the tree of a list, tuple, mapping or set, None where the value is no such.

    Attributes count that a class of the project adds to one of Python's.
    """
    tree = _items(value, place)
    held = getattr(value, "__dict__", None)
    if (
        tree is None
        or not held
        or held is value
        or not isinstance(value, list | dict | set | tuple)
    ):
        return tree
    if not is_of_project(type(value)):
        return tree
    kind = describe_class(type(value), place)
    return {**kind, "$items": tree, "$fields": place.describe_entries(dict(held))}


def _items(value: object, place: Place) -> Tree:
    if isinstance(value, list | tuple | deque | UserList | ValuesView):
        return [
            item if type(item) in PLAIN else place.describe(item, f"[{i}]")
            for i, item in enumerate(value)
        ]
    if isinstance(value, Mapping):
        return _mapping(value, place)
    if isinstance(value, AbstractSet):
        return {"$set": sorted((place.describe(item, "{...}") for item in value), key=encode)}
    return None


def _mapping(value: Mapping[object, object], place: Place) -> Tree:
    if all(_is_plain_name(name) for name in value):
        return place.describe_entries({str(name): item for name, item in value.items()})
    pairs: list[Tree] = [
        [place.describe(name), place.describe_entry(name, item)]
        for name, item in value.items()
        if not (isinstance(name, str) and place.leaves_out(name))
    ]
    return {"$map": sorted(pairs, key=encode)}


def _is_plain_name(name: object) -> bool:
    return isinstance(name, str) and not isinstance(name, Enum) and name[:1] not in ("$", "#")


def _refusal(value: object, place: Place) -> DescriptionError:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    if reads_once(value):
        return place.refusal(
            f"a {kind} can be read only once; pass a list, an array or a pathlib.Path, "
            "or name it in ignore"
        )
    return place.refusal(
        f"a {kind} has no stable description; {instead_of(value)}, or name it in ignore"
    )


# In this order: a member may be a number, a table or a map of Keras's policies a mapping, an
# estimator callable.
KINDS = (
    describe_member,
    describe_scalar,
    describe_collection,
    describe_tensor,
    describe_network,
    describe_container,
    describe_standard,
    describe_column_type,
    describe_torch,
    describe_booster,
    describe_distribution,
    describe_callable,
    describe_estimator,
    describe_generator,
    describe_inside,
    describe_object,
)
