"""Estimators and splitters of scikit-learn and its kin by class and parameters."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import encode
from gitlab_journal.identity.models.learnt import estimator_state
from gitlab_journal.identity.models.protocol import is_estimator, parameters_of, requests_of
from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

_MISSING = inspect.Parameter.empty


def describe_estimator(value: Any, place: Place) -> Tree:
    """Return the tree of an estimator or a splitter, else None."""
    if is_estimator(value):
        return _estimator(value, place)
    if hasattr(type(value), "get_n_splits"):
        return _splitter(value, place)
    return None


def _estimator(value: Any, place: Place) -> Tree:
    kind = type(value)
    given = parameters_of(value, place)
    if "memory" in given and not is_of_project(kind):
        given = {**given, "memory": None}  # where scikit-learn looks up what it fitted before
    parameters = {
        name: _count(kind, name, tree) for name, tree in place.describe_entries(given).items()
    }
    tree: dict[str, Tree] = {
        **describe_class(kind, place),
        "$params": parameters,
        "#defaults": _left_at_default(kind, parameters, place),
    }
    requests = requests_of(value)
    if requests:
        tree["$requests"] = place.describe(requests)
    if place.with_state:
        tree["$state"] = estimator_state(value, place)
    return tree


def _left_at_default(kind: type, parameters: dict[str, Tree], place: Place) -> list[Tree]:
    """Return the names of the parameters that equal the constructor's default."""
    try:
        signature = inspect.signature(kind).parameters
    except ValueError:  # written in another language
        return []
    return [
        name
        for name, tree in parameters.items()
        if name in signature
        and signature[name].default is not _MISSING
        and encode(tree)
        == encode(_count(kind, name, place.describe_entry(name, signature[name].default)))
    ]


def _count(kind: type, name: str, tree: Tree) -> Tree:
    """Return a whole number apart from the float where scikit-learn takes them otherwise.

    `max_features=1` is one feature, `max_features=1.0` all of them.
    """
    if type(tree) is not int or tree not in (0, 1):  # no other is a share
        return tree
    allowed = getattr(kind, "_parameter_constraints", {}).get(name)
    intervals = [one for one in allowed or () if hasattr(one, "is_satisfied_by")]
    as_count, as_share = (
        [one for one in intervals if one.is_satisfied_by(number)] for number in (tree, float(tree))
    )
    if as_count and as_share and as_count != as_share:
        return {"$count": tree, "#shown": tree}
    return tree


def _splitter(value: Any, place: Place) -> Tree:
    """Return class and attributes of a splitter: each of them decides which rows a model sees."""
    whole = replace(place, left_out=frozenset())
    shown = ", ".join(f"{name}={item!r}" for name, item in vars(value).items())
    name = type(value).__name__
    return {
        "$splitter": describe_class(type(value), place),
        "$fields": whole.describe_entries(vars(value)),
        "#shown": f"{name}({shown})" if len(shown) < 100 and " at 0x" not in shown else name,  # noqa: PLR2004
    }
