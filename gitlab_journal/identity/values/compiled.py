"""Objects that libraries keep inside others, in Python or in C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.circles import describe_held
from gitlab_journal.identity.values.callables import describe_class
from gitlab_journal.identity.values.objects import attributes

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Objects of these are plain Python, or tell a pickle all that they hold.
_TELLING = (
    *("sklearn.", "scipy.interpolate.", "scipy.optimize.", "numpy.poly"),
    *("torch.distributions.", "torch.utils.data.", "torchvision.transforms."),
)
# What makes a piecewise polynomial, a spline or a line through points, whatever computes it: in
# that the minor versions of scipy differ.
_INTERPOLATIONS = (
    ("c", "x", "axis", "extrapolate"),
    ("t", "c", "k", "axis", "extrapolate"),
    ("x", "y", "axis", "fill_value", "bounds_error", "_kind"),
)
_OF_PYTHON = 1 << 9  # Py_TPFLAGS_HEAPTYPE, which C leaves out


def describe_inside(value: object, place: Place) -> Tree:
    """Return the tree of an object of a library that hides nothing, else None."""
    kind = type(value)
    if not f"{kind.__module__}.{kind.__name__}".startswith(_TELLING):
        return None
    if kind.__module__ == "sklearn.tree._tree" and kind.__name__ == "Tree":
        return {"$class": "sklearn.tree.Tree", "$fields": place.describe(_told(value)[1])}
    if any(not base.__flags__ & _OF_PYTHON for base in kind.__mro__[:-1]):
        return describe_held(value, place, _by_pickle)
    return describe_held(value, place, _by_attributes)


def _by_attributes(value: object, place: Place) -> Tree:
    held = attributes(value)
    if type(value).__module__.startswith("scipy.interpolate."):
        for names in _INTERPOLATIONS:
            if all(hasattr(value, name) for name in names):
                held = {name: getattr(value, name) for name in names}
    return {**describe_class(type(value), place), "$fields": place.describe_entries(held)}


def _by_pickle(value: Any, place: Place) -> Tree:
    """Return class and what the object would hand a pickle: arguments and state, described."""
    if hasattr(value, "node_data") and hasattr(value, "idx_array"):  # a tree of neighbours
        return {**describe_class(type(value), place), "$fields": _neighbours(value, place)}
    arguments, state = _told(value)
    tree = {**describe_class(type(value), place), "$made_from": place.describe(arguments)}
    return tree if state is None else {**tree, "$fields": place.describe(state)}


def _neighbours(tree: Any, place: Place) -> Tree:
    """Return what a tree of neighbours holds less the counts of what it was asked."""
    state = tree.__getstate__()
    return place.describe([*state[:5], *state[11:]])


def _told(value: Any) -> tuple[Any, Any]:
    """Return the arguments and the state that rebuild an object."""
    _make, arguments, *rest = value.__reduce__()
    own = [item for item in arguments if item is not type(value)]
    return own, rest[0] if rest else None
