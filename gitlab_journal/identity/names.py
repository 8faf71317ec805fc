"""The names by which classes and functions are known in public."""

from __future__ import annotations

import sys
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


# What `keras.Model(inputs, outputs)` makes is of a class that nobody names.
_KNOWN_AS = {"keras.src.models.functional.Functional": "keras.Model"}


def public_name(definition: object) -> str:
    """Return the shortest public path to a class or function: `sklearn.svm.SVC`.

    That is what the library declares, else the shortest loaded module above the definition's own
    that exports it, else its own module. Imports nothing.
    """
    declared = vars(definition).get("_api_export_path") if hasattr(definition, "__dict__") else None
    if declared:
        return _shortest([declared] if isinstance(declared, str) else declared)
    module: str | None = getattr(definition, "__module__", None)
    name = str(getattr(definition, "__qualname__", None) or getattr(definition, "__name__", ""))
    if module is None:
        return name
    return _KNOWN_AS.get(f"{module}.{name}") or _exported(module, name, definition)


def resolves(definition: object) -> bool:
    """Tell whether a loaded module holds exactly this object under its qualified name."""
    name = getattr(definition, "__qualname__", None)
    found: object = sys.modules.get(getattr(definition, "__module__", None) or "")
    if found is None or not isinstance(name, str):
        return False
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is definition


def _shortest(paths: Iterable[str]) -> str:
    public = [path for path in paths if "._" not in path]
    return min(public or paths, key=lambda path: (path.count("."), len(path), path))


def _exported(module: str, name: str, definition: object) -> str:
    if module == "__main__":
        return name
    # A method lies where its class is exported.
    outer = name.partition(".")[0]
    home = sys.modules.get(module)
    exported = definition if outer == name else vars(home).get(outer) if home else None
    for above in _parents(module):
        loaded = sys.modules.get(above)
        # A look into the namespace alone: getattr could make a lazy package import half of itself.
        if (
            loaded is not None
            and exported is not None
            and vars(loaded).get(outer) is exported
            and "._" not in above
        ):
            return f"{above}.{name}"
    return f"{module}.{name}"


@cache
def _parents(module: str) -> tuple[str, ...]:
    return tuple(accumulate(module.split("."), lambda above, part: f"{above}.{part}"))
