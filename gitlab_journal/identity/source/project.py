"""Which files belong to the user's project."""

from __future__ import annotations

import inspect
import os
import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_OURSELVES = str(Path(__file__).resolve().parents[2])


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


def _root(folder: Path) -> Path:
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def file_of(definition: object) -> str | None:
    """Return the file in which a function or class stands; None in a notebook or at a prompt."""
    path = getattr(code_under(definition), "co_filename", None)
    of_module = globals_under(definition).get("__file__")
    # Asked for each global at each call: `os.path` takes a fifth of the time of pathlib.
    if isinstance(of_module, str) and (
        path is None or os.path.basename(of_module) == os.path.basename(path)  # noqa: PTH119
    ):
        path = of_module  # a script's own `co_filename` may be relative
    return path if path and os.path.isfile(path) else None  # noqa: PTH113


def code_under(definition: object) -> CodeType | None:
    """Return the code of a function, or of any method written in a class."""
    function = _function_under(definition)
    return function.__code__ if function else None


def globals_under(definition: object) -> Mapping[str, Any]:
    """Return the globals in which a function or class was defined, empty for a builtin."""
    function = _function_under(definition)
    if function:
        return function.__globals__
    module = sys.modules.get(getattr(definition, "__module__", None) or "")
    return vars(module) if module and isinstance(definition, type) else {}


def _function_under(definition: object) -> FunctionType | None:
    if isinstance(definition, type):
        for name, method in vars(definition).items():
            # A generated method, as those of a dataclass, stands in no file.
            if (
                isinstance(method, FunctionType)
                and method.__code__.co_qualname == f"{definition.__qualname__}.{name}"
                and method.__globals__.get("__name__") == definition.__module__
                and method.__code__.co_filename != "<string>"
            ):
                return method
        return None
    if isinstance(definition, MethodType):
        definition = definition.__func__
    function = inspect.unwrap(definition) if callable(definition) else None
    return function if isinstance(function, FunctionType) else None


def is_of_project(function_or_class: object) -> bool:
    """Tell whether a function or class was written in a project, in no installed library.

    One without Python source (a builtin, an extension's) is of no project; one of a notebook or the
    prompt is.
    """
    path = file_of(function_or_class)
    if path is not None:
        return _is_in_a_project(os.path.abspath(path))  # noqa: PTH100 - as above
    return getattr(function_or_class, "__module__", None) == "__main__"


def is_module_of_project(value: object) -> bool:
    """Tell whether a value is a module of a project, of no installed library."""
    path = getattr(value, "__file__", None) if isinstance(value, ModuleType) else None
    return bool(path) and _is_in_a_project(os.path.abspath(str(path)))  # noqa: PTH100 - as above


@cache
def _is_in_a_project(path: str) -> bool:
    return is_project_file(path, project_root(path))


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
