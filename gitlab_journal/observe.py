"""Keras trainings seen from inside a run: `keras.Model.fit` tells its epochs to the open run."""

from __future__ import annotations

import contextvars
import functools
import importlib.abc
import importlib.util
import inspect
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gitlab_journal.guard import guarded
from gitlab_journal.identity.names import public_name
from gitlab_journal.points import numbers_of
from gitlab_journal.run import Run, current_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

# A fit called by a fit is part of it.
_inside: contextvars.ContextVar[bool] = contextvars.ContextVar("inside a fit", default=False)
_watching = 0
_changing = threading.Lock()
_original: Callable[..., Any] | None = None


@contextmanager
def watch_keras() -> Iterator[None]:
    """Observe `keras.Model.fit` while the context is open, also where it is imported meanwhile."""
    global _watching  # noqa: PLW0603  # one patch for all the runs of a process
    with _changing:
        _watching += 1
        if "keras" in sys.modules:
            _patch(sys.modules["keras"])
        elif _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
    try:
        yield
    finally:
        with _changing:
            _watching -= 1
            if not _watching:
                if _finder in sys.meta_path:
                    sys.meta_path.remove(_finder)
                _restore()


def _patch(keras: ModuleType) -> None:
    global _original  # noqa: PLW0603  # kept to be put back
    if _original is not None or not hasattr(keras, "Model"):
        return
    original = _original = keras.Model.fit

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        run = current_run()
        if not isinstance(run, Run) or _inside.get():
            return original(self, *args, **kwargs)
        bound = _with_callback(original, self, args, kwargs, _callback(keras, run))
        token = _inside.set(True)
        try:
            return original(*bound.args, **bound.kwargs)
        finally:
            _inside.reset(token)

    keras.Model.fit = fit


def _restore() -> None:
    global _original  # noqa: PLW0603
    if _original is not None:
        sys.modules["keras"].Model.fit = _original
        _original = None


def _with_callback(
    fit: Callable[..., Any], model: Any, args: Sequence[Any], kwargs: Mapping[str, Any], ours: Any
) -> Any:
    bound = inspect.signature(fit).bind(model, *args, **kwargs)
    theirs = bound.arguments.get("callbacks")
    if theirs is None or isinstance(theirs, list | tuple):
        bound.arguments["callbacks"] = [*(theirs or ()), ours]
    elif hasattr(theirs, "append"):  # a CallbackList
        theirs.append(ours)
    else:
        bound.arguments["callbacks"] = [theirs, ours]
    return bound


def _callback(keras: ModuleType, run: Run) -> Any:
    run.fits += 1
    series = f"fit {run.fits}"

    class Observer(keras.callbacks.Callback):  # type: ignore[misc,name-defined]  # found at run time
        def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002
            run.model = public_name(type(self.model))

        def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            numbers, _ = numbers_of(logs or {})
            guarded(
                lambda: run.points.append(numbers, series=series, step=epoch),
                otherwise="the epoch is not recorded",
            )

    return Observer()


class _KerasFinder(importlib.abc.MetaPathFinder):
    """Waits for `import keras` while a run is open, then patches what it brought."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        if name != "keras" or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            if _watching:
                _patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


_finder = _KerasFinder()
