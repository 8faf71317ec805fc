"""Instances described by class and fields."""

from __future__ import annotations

import dataclasses
import enum
import sys
from typing import TYPE_CHECKING

from gitlab_journal.identity.callables import describe_class
from gitlab_journal.identity.source.project import is_of_project

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def describe_member(value: object, place: Place) -> Tree:
    """Return the tree of a member of an enumeration, None where the value is no such."""
    if not isinstance(value, enum.Enum):
        return None
    kind = type(value)
    return {
        **describe_class(kind, place),
        "$member": str(value.name),
        "$value": place.describe(value.value, ".value"),
        "#shown": f"{kind.__name__}.{value.name}",
    }


def describe_object(value: object, place: Place) -> Tree:
    """Return class and fields of a dataclass or an object of the project, else None.

    A class counts as one of the project where no base of it comes from a library: such a base may
    hold what no attribute shows.
    """
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    elif type(value) is not object and all(map(is_of_project, type(value).__mro__[:-1])):
        fields = attributes(value)
    else:
        return None
    return {**describe_class(type(value), place), "$fields": place.describe_entries(fields)}


def attributes(value: object) -> dict[str, object]:
    """Return the attributes that an instance itself holds, in `vars()` or in slots."""
    slots: dict[str, object] = {}
    for base in type(value).__mro__:
        names = base.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                slots[name] = getattr(value, name)
    return slots | getattr(value, "__dict__", {})


def describe_random(value: object, place: Place) -> Tree:
    """Return the tree of a random generator of numpy's by its state, else None."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "random"):
        return None
    if isinstance(value, numpy.random.RandomState):
        return {"$random": place.describe(value.get_state(legacy=False)), "#shown": "RandomState"}
    if isinstance(value, numpy.random.Generator):
        return {"$random": place.describe(value.bit_generator.state), "#shown": "Generator"}
    return None
