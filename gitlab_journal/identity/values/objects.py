"""Instances described by class and fields."""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.circles import describe_held
from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Bases from here add rules and methods to a class, nothing to its instances.
_RULES = frozenset(
    {
        *("abc", "typing", "collections.abc", "typing_extensions"),
        *("sklearn.base", "torch.utils.data.dataset"),
    }
)


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
    """Return class and fields of a record or an object of the project, else None."""
    if fields_of(value) is None:
        return None
    return describe_held(value, place, _by_fields)


def fields_of(value: object) -> dict[str, object] | None:
    """Return the fields of a record or the attributes of an object of the project, else None.

    Records are dataclasses, classes of attrs, models of pydantic, namespaces; what is set on one
    beside its fields counts, too. A class counts as one of the project where no base of it comes
    from a library: such a base may hold what no attribute shows.
    """
    if isinstance(value, type):
        return None
    if isinstance(value, types.SimpleNamespace) or _is_namespace(value):
        return dict(vars(value))
    names = _field_names(value)
    if names is not None:
        return {name: getattr(value, name) for name in names if hasattr(value, name)} | _own(value)
    if _is_pydantic(value):
        return _pydantic(value)
    if is_of_project(type(value)) and all(map(_is_plain, type(value).__mro__[1:-1])):
        return attributes(value)
    return None


def attributes(value: object) -> dict[str, object]:
    """Return the attributes that an instance itself holds, in `vars()` or in slots."""
    slots: dict[str, object] = {}
    for base in type(value).__mro__:
        names = base.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                slots[name] = getattr(value, name)
    return slots | _own(value)


def _own(value: object) -> dict[str, object]:
    """Return what stands in `vars()` less what was computed from the rest and kept."""
    return {
        name: item
        for name, item in getattr(value, "__dict__", {}).items()
        if not isinstance(getattr(type(value), name, None), functools.cached_property)
    }


def _is_plain(kind: type) -> bool:
    return kind.__module__ in _RULES or is_of_project(kind)


def _is_namespace(value: object) -> bool:
    return (type(value).__module__, type(value).__name__) == ("argparse", "Namespace")


def _field_names(value: object) -> list[str] | None:
    """Return the names of the fields of a dataclass or of an instance of attrs, else None."""
    if dataclasses.is_dataclass(value):
        return [field.name for field in dataclasses.fields(value)]
    of_attrs = getattr(type(value), "__attrs_attrs__", None)
    return None if of_attrs is None else [attribute.name for attribute in of_attrs]


def _is_pydantic(value: object) -> bool:
    return hasattr(type(value), "__pydantic_fields__") and hasattr(value, "__pydantic_extra__")


def _pydantic(value: Any) -> dict[str, object]:
    """Return a model's fields, what it was given beside them, its private attributes.

    Which fields were set plays no part: a default made explicit changes nothing.
    """
    extra = value.__pydantic_extra__ or {}
    return _own(value) | extra | (value.__pydantic_private__ or {})


def _by_fields(value: object, place: Place) -> Tree:
    return {
        **describe_class(type(value), place),
        "$fields": place.describe_entries(fields_of(value) or {}),
    }
