"""The installed libraries that code reaches, by version: their own code is never read."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Their names are known without a search. A distribution for one kind of machine (`xgboost-cpu`,
# `tensorflow-cpu`) is the same library.
_NAMES = {
    name: {"sklearn": "scikit-learn"}.get(name, name)
    for name in (
        *("numpy", "scipy", "pandas", "polars", "pyarrow", "sklearn", "keras", "tensorflow"),
        *("torch", "jax", "xgboost", "lightgbm", "catboost"),
    )
}
_RELEASE = re.compile(r"v?(?:\d+!)?(\d+(?:\.\d+)?)")


def versions_of(labels: Iterable[str]) -> dict[str, str]:
    """Return the whole versions of the libraries that dotted names lie in, by distribution.

    The standard library, this package and what has no version are left out. Imports nothing.
    """
    found = {_library(*f"{label}.".split(".")[:2]) for label in labels}
    return dict(sorted(one for one in found if one))


@cache  # a millisecond each, and what is loaded stays what it is
def whole_version(distribution: str, *, otherwise: str) -> str:
    """Return the whole version of a distribution, `otherwise` where none is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:  # a folder along `sys.path`
        return otherwise


def minor(version: str) -> str:
    """Return `1.9` for `1.9.1rc1+local`, the text itself where it begins with no number."""
    release = _RELEASE.match(version)
    return release.group(1) if release else version


@cache
def _library(top: str, inside: str) -> tuple[str, str] | None:
    """Return distribution and version of a top-level package; `inside` tells namespaces apart."""
    if not top or top in sys.stdlib_module_names or top == "gitlab_journal":
        return None
    loaded = sys.modules.get(top)
    version = vars(loaded).get("__version__") if loaded else None
    if loaded is None and importlib.util.find_spec(top) is None:
        return None
    name = _NAMES.get(top)
    if name is None or not isinstance(version, str):
        name, installed = _distribution(top, inside)
        version = version if isinstance(version, str) else installed
    return (_NAMES.get(top, name), version) if version else None


def _distribution(top: str, inside: str) -> tuple[str, str | None]:
    """Return the name and version of the distribution that installed a package."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution(top)
    except PackageNotFoundError:
        names = _by_package().get(top, [])
        if len(names) > 1:  # a namespace that several distributions share
            names = [name for name in names if _holds(name, f"{top}/{inside}")]
        if not names:
            return top, None
        found = distribution(names[0])
    about = found.metadata
    if "Name" not in about or "Version" not in about:  # what is left of a removed distribution
        return top, None
    return re.sub(r"[-_.]+", "-", about["Name"]).lower(), about["Version"]


@cache
def _by_package() -> dict[str, list[str]]:
    """Return which distributions installed each package: slow, so once in a process at most."""
    from importlib.metadata import packages_distributions

    return {top: sorted(set(names)) for top, names in packages_distributions().items()}


def _holds(name: str, start: str) -> bool:
    from importlib.metadata import files

    wanted = (f"{start}/", f"{start}.")
    return any(str(path).startswith(wanted) for path in files(name) or ())
