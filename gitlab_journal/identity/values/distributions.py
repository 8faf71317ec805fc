"""Distributions of scipy's, frozen or free."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# A distribution made from a sample or a histogram is known by what it was made from.
_MADE_FROM = ("xk", "pk", "_histogram", "_density")
# Computed from the rest, by now or when first asked for.
_COMPUTED = frozenset({"rowpsd", "colpsd", "cov_object", "shape_info"})


def describe_distribution(value: Any, place: Place) -> Tree:
    """Return the tree of a distribution of scipy's, None where the value is no such.

    A frozen one stands by name and parameters, however they were given: `norm(0, 1)` is `norm()`.
    """
    stats = sys.modules.get("scipy.stats")
    if stats is None or isinstance(value, type):
        return None
    if isinstance(value, stats.rv_continuous | stats.rv_discrete):
        return _free(value, place)
    if isinstance(getattr(value, "dist", None), stats.rv_continuous | stats.rv_discrete):
        shapes, keywords = _parameters(value)
        return {
            **_free(value.dist, place),
            "$arguments": place.describe(shapes, ".args"),
            "$keywords": place.describe(keywords, ".kwds"),
            "#shown": _shown(value.dist.name, shapes, keywords),
        }
    kind = type(value)
    if not kind.__module__.startswith("scipy.stats.") or not hasattr(value, "__dict__"):
        return None
    return {**describe_class(kind, place), "$fields": place.describe_entries(_fields(value))}


def _fields(value: Any) -> dict[str, object]:
    """Return what a distribution of several variables or a random variable was made from."""
    held = vars(value)
    if "_original_parameters" in held:  # a random variable as of scipy 1.15
        return dict(held["_original_parameters"])
    covariance = getattr(held.get("cov_object"), "covariance", None)
    fields = {} if covariance is None else {"cov": covariance}
    return fields | {
        name: item for name, item in held.items() if name[0] != "_" and name not in _COMPUTED
    }


def _free(distribution: Any, place: Place) -> dict[str, Tree]:
    tree: dict[str, Tree] = {"$distribution": distribution.name}
    made_from = {
        name: item for name in _MADE_FROM if (item := vars(distribution).get(name)) is not None
    }
    if made_from:
        tree["$made_from"] = place.describe_entries(made_from)
    if is_of_project(type(distribution)):
        tree["$kind"] = describe_class(type(distribution), place)
        tree["$support"] = place.describe([distribution.a, distribution.b])
    return tree


def _parameters(frozen: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the shapes, and place and scale where they are no defaults."""
    shapes, loc, scale = frozen.dist._parse_args(*frozen.args, **frozen.kwds)  # noqa: SLF001 - all of
    # scipy reads the arguments by it
    given = {"loc": (loc, 0), "scale": (scale, 1)}
    keywords = {
        name: item for name, (item, default) in given.items() if not _is_number(item, default)
    }
    return list(shapes), keywords


def _is_number(item: Any, number: int) -> bool:
    return getattr(item, "ndim", 0) == 0 and not isinstance(item, list | tuple) and item == number


def _shown(name: str, shapes: list[Any], keywords: dict[str, Any]) -> str:
    parts = [*map(str, shapes), *(f"{key}={item}" for key, item in keywords.items())]
    return f"{name}({', '.join(parts)})"
