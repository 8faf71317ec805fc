"""Classes, functions, methods, partials, modules."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.names import public_name, resolves
from gitlab_journal.identity.source.project import is_of_project, is_project_file, project_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


_CACHED = type(functools.lru_cache(len))
# As `str.upper` and `str.__len__`.
_OF_A_CLASS = (types.MethodDescriptorType, types.WrapperDescriptorType)


def describe_callable(value: object, place: Place) -> Tree:
    """Return the tree of a class, function, method, partial or module, None where it is no such."""
    if isinstance(value, type):
        return describe_class(value, place)
    if isinstance(value, types.ModuleType):
        return {"$module": value.__name__}
    if isinstance(value, functools.partial):
        return _partial(value, place)
    if isinstance(value, types.FunctionType):
        return _function(value, place)
    if isinstance(value, types.MethodType):
        function = _function(value.__func__, place) if _is_python(value.__func__) else None
        return {
            "$method": function or value.__func__.__qualname__,
            "$self": place.describe(value.__self__, ".__self__"),
            "#shown": value.__func__.__qualname__,
        }
    if isinstance(value, types.BuiltinMethodType) and not _is_global(value):
        return {"$method": value.__name__, "$self": place.describe(value.__self__, ".__self__")}
    if callable(value):
        return _found_by_name(value, place)
    return None


def describe_class(value: type, place: Place) -> dict[str, Tree]:
    """Return the tree of a class: its public name; for one of the project, its code too.

    Raises DescriptionError for a class inside a function whose source cannot be read.
    """
    if not is_of_project(value):
        return {"$class": public_name(value)}
    return _of_project(value, "$class", place)


def _is_python(function: object) -> bool:
    return isinstance(function, types.FunctionType)


def _is_global(value: types.BuiltinMethodType) -> bool:
    return value.__self__ is None or isinstance(value.__self__, types.ModuleType)


def _found_by_name(value: Any, place: Place) -> Tree:
    """Return the name of a callable found where it says: a builtin, a ufunc, a cached function."""
    if hasattr(value, "__wrapped__") and is_of_project(value):
        under = inspect.unwrap(value)
        return _function(under, place) if _is_python(under) else None
    if isinstance(value, _CACHED) and not resolves(value):
        return place.describe(value.__wrapped__, ".__wrapped__")
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ufunc):
        return _ufunc(value)
    if numpy is not None and isinstance(value, numpy.vectorize):
        return {"$vectorized": place.describe_entries(_vectorized(value))}
    if isinstance(value, _OF_A_CLASS):
        return {"$function": f"{public_name(value.__objclass__)}.{value.__name__}"}
    if isinstance(value, types.BuiltinFunctionType) or resolves(value):
        return {"$function": public_name(value)}
    return None


def _ufunc(value: Any) -> Tree:
    """Return the name of a ufunc of numpy's or scipy's; None for one made from a function."""
    for home in ("numpy", "scipy.special"):
        name: str = value.__name__
        if getattr(sys.modules.get(home), name, None) is value:
            return {"$function": f"{home}.{name}"}
    return None


def _vectorized(value: Any) -> dict[str, object]:
    names = ("pyfunc", "otypes", "signature", "excluded")
    return {name: getattr(value, name) for name in names}


def _partial(value: functools.partial[object], place: Place) -> Tree:
    return {
        "$partial": place.describe(value.func, ".func"),
        "$arguments": [place.describe(item, f"[{i}]") for i, item in enumerate(value.args)],
        "$keywords": dict(place.describe_entries(value.keywords)),
    }


def _function(value: Any, place: Place) -> Tree:
    local = "<" in value.__qualname__
    if not local and not is_of_project(value):
        return {"$function": public_name(value)}
    tree = _of_project(value, "$function", place)
    if local or _is_wrapper_of_project(value):
        tree |= _captured(value, place)
    return tree


def _is_wrapper_of_project(function: Any) -> bool:
    """Tell whether a decorator of the project's made the function: what it was given counts."""
    path = function.__code__.co_filename
    return hasattr(function, "__wrapped__") and is_project_file(path, project_root(path))


def _of_project(value: Callable[..., object], tag: str, place: Place) -> dict[str, Tree]:
    """Return name and code: the code says where it lies, so that the name needs no module.

    A function defined in a script is so the same as when it is imported.
    """
    from gitlab_journal.identity.source import code_of

    code = code_of(value)
    own_name = value.__qualname__.rsplit("<locals>.", 1)[-1]
    if code is not None:
        return {tag: own_name, "$code": code.definitions_hash}
    if "<" in value.__qualname__:
        raise place.refusal(
            f"{own_name} stands inside a function and its source cannot be read; "
            "define it at the top of a module"
        )
    return {tag: f"{value.__module__}.{value.__qualname__}"}


def _captured(value: types.FunctionType, place: Place) -> dict[str, Tree]:
    """Return the values that a local function holds: what it closes over, its defaults."""
    held: dict[str, object] = {}
    for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
        try:
            held[name] = cell.cell_contents
        except ValueError:  # a name that is not bound yet
            continue
    names = value.__code__.co_varnames[: value.__code__.co_argcount]
    defaults = value.__defaults__ or ()
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    given |= value.__kwdefaults__ or {}
    captured = {
        "$closure": {name: item for name, item in held.items() if item is not value},
        "$defaults": given,
    }
    return {tag: place.describe_entries(entries) for tag, entries in captured.items() if entries}
