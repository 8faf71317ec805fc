"""Which files belong to the user's project."""

from __future__ import annotations

import inspect
import os
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_OURSELVES = str(Path(__file__).resolve().parent.parent)


def project_root(path_or_function: str | Path | Callable[..., object]) -> Path:
    """Return the root of the project that a file, a folder or a function belongs to.

    That is the root of its git repository; without git, the folder of the file, or for a module in
    a package the folder that holds the package. Notebooks and the interactive prompt belong to
    where the process works. Runs no git, writes nothing.
    """
    if isinstance(path_or_function, str | Path):
        path: str | None = str(path_or_function)
    else:
        path = file_of(path_or_function)
    folder = Path(path or ".").resolve()
    return _root(folder.parent if path and not folder.is_dir() else folder)


@cache
def _root(folder: Path) -> Path:
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def file_of(definition: object) -> str | None:
    """Return the file in which a function or class stands; None in a notebook or at a prompt."""
    if isinstance(definition, type):
        module = sys.modules.get(definition.__module__)
        path = getattr(module, "__file__", None)
    else:
        function = inspect.unwrap(getattr(definition, "__func__", definition))  # type: ignore[arg-type]
        code = getattr(function, "__code__", None)
        if code is None:
            return None
        path = code.co_filename
        of_module = getattr(function, "__globals__", {}).get("__file__")
        if of_module and os.path.basename(of_module) == os.path.basename(path):  # noqa: PTH119 - this runs at each call
            path = of_module  # a script's own `co_filename` may be relative
    return path if path and os.path.isfile(path) else None  # noqa: PTH113 - this runs at each call


def is_of_project(function_or_class: object) -> bool:
    """Tell whether a function or class was written in a project, in no installed library.

    One without Python source (a builtin, an extension's) is of no project; one of a notebook or the
    prompt is.
    """
    path = file_of(function_or_class)
    if path is not None:
        return is_project_file(path, project_root(path))
    return getattr(function_or_class, "__module__", None) == "__main__"


@cache
def is_project_file(path: str, root: Path) -> bool:
    """Tell whether the file lies under `root`, in no library and no environment inside it."""
    file = Path(path).resolve()
    if not file.is_relative_to(root) or _INSTALLED.intersection(file.parts):
        return False
    return not any(file.is_relative_to(folder) for folder in _libraries(root))


@cache
def _libraries(root: Path) -> tuple[Path, ...]:
    """Return the folders of installed Python code.

    A project may lie under the prefix itself (`/usr/local/app` in a container): then only the
    library folders count.
    """
    prefixes = [Path(one).resolve() for one in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [Path(sysconfig.get_path(kind)).resolve() for kind in kinds]
    inside = [prefix for prefix in prefixes if not root.is_relative_to(prefix)]
    return (Path(_OURSELVES), *inside, *folders)
