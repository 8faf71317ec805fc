"""The decorator that turns each call of a function into an entry."""

from __future__ import annotations

import functools
import inspect
import os
import pickle
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

from gitlab_journal.call import bind_call
from gitlab_journal.describe import describe_call
from gitlab_journal.desk import open_desk
from gitlab_journal.earlier import find_earlier
from gitlab_journal.errors import ArgumentError, DuplicateExperimentError
from gitlab_journal.gate import Reused
from gitlab_journal.hypothesis import begin_or_reuse
from gitlab_journal.identity.source import project_root
from gitlab_journal.journal import recorded
from gitlab_journal.locate import locate_journal, switched_off
from gitlab_journal.options import Options, make_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")


class Experiment(Generic[P, R]):
    """A function whose calls are recorded; it returns and raises what the function does."""

    def __init__(self, function: Callable[P, R], options: Options) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._options = options

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Commit the hypothesis, call the function, commit the verdict; return what it returned.

        Where the experiment is done already and told to reuse, return the earlier result.
        """
        if switched_off():
            return self._function(*args, **kwargs)
        desk, described = self._describe(args, kwargs)
        begun = begin_or_reuse(desk, described, self._options)
        if isinstance(begun, Reused):
            return cast("R", begun.value)
        try:
            with recorded(begun):
                begun.value = value = self._function(*args, **kwargs)
        except DuplicateExperimentError as error:
            if begun.reused is None or error is not begun.stop:
                raise
            return cast("R", begun.reused.value)
        return value

    def options(self, **keywords: Any) -> Experiment[P, R]:
        """Return this experiment with other options, the keywords of `experiment`, for one call.

        Raises ArgumentError, PredictionError.
        """
        return Experiment(self._function, make_options(self._options, **keywords))

    def find(self, *args: P.args, **kwargs: P.kwargs) -> list[Entry]:
        """Return the duplicates of such a call, the newest first, without running it.

        Reads the journal, bringing its catalogue up to date.
        """
        desk, described = self._describe(args, kwargs)
        earlier = find_earlier(desk, described.fingerprint, name=described.name)
        return [item.entry for item in earlier if item.kind == "duplicate"]

    def _describe(
        self, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> tuple[Desk, Described]:
        call = bind_call(self._function, args, kwargs)
        folder = locate_journal(self._options.journal, project=project_root(self._function))
        desk = _desk(folder.resolve(), os.getpid())
        described = describe_call(
            self._function, call, options=self._options, cover=desk.cover, files=desk.files
        )
        return desk, described

    @overload
    def __get__(self, instance: None, owner: type) -> Experiment[P, R]: ...
    @overload
    def __get__(
        self: Experiment[Concatenate[Any, Q], R], instance: object, owner: type | None = None
    ) -> BoundExperiment[Q, R]: ...
    def __get__(self: Any, instance: object, owner: type | None = None) -> Any:
        """Bind to an instance, as a method is bound."""
        return self if instance is None else BoundExperiment(self, instance)

    def __reduce__(self) -> str | tuple[object, ...]:
        """Pickle by reference, as a function does; one of a script or a function by value.

        joblib's workers do not run the script, so that they find nothing by its names.
        """
        name = self._function.__qualname__
        if self._function.__module__ != "__main__" and "<locals>" not in name:
            return name
        import cloudpickle

        return _unpickled, (cloudpickle.dumps(self._function), self._options)


class BoundExperiment(Generic[P, R]):
    """A recorded method, bound to its instance."""

    def __init__(self, experiment: Experiment[Concatenate[Any, P], R], instance: object) -> None:
        functools.update_wrapper(self, MethodType(inspect.unwrap(experiment), instance))
        self._experiment = experiment
        self._instance = instance

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the recorded method."""
        return self._experiment(self._instance, *args, **kwargs)

    def options(self, **keywords: Any) -> BoundExperiment[P, R]:
        """Return the method with other options, for one call."""
        return BoundExperiment(self._experiment.options(**keywords), self._instance)

    def find(self, *args: P.args, **kwargs: P.kwargs) -> list[Entry]:
        """Return the duplicates of such a call, the newest first, without running it."""
        return self._experiment.find(self._instance, *args, **kwargs)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the experiment by reference, its instance by value, as a method does."""
        return BoundExperiment, (self._experiment, self._instance)


def _unpickled(function: bytes, options: Options) -> Experiment[..., Any]:
    return Experiment(pickle.loads(function), options)  # noqa: S301  # what a pickle of ours holds


@functools.cache
def _desk(folder: Path, process: int) -> Desk:  # noqa: ARG001  # an open catalogue is not shared over a fork
    return open_desk(folder)


@overload
def experiment(function: Callable[P, R], /) -> Experiment[P, R]: ...
@overload
def experiment(
    function: None = None,
    *,
    journal: str | Path | None = None,
    title: str | None = None,
    hypothesis: str | None = None,
    predict: str | Sequence[str] = (),
    tags: Sequence[str] = (),
    parents: Sequence[str] = (),
    data: Sequence[str] | Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    replicate: Sequence[str] = (),
    on_duplicate: str | None = None,
    keep: bool = False,
    silence: Mapping[str, str] | None = None,
    probes: bool = False,
) -> Callable[[Callable[P, R]], Experiment[P, R]]: ...
def experiment(
    function: Callable[..., Any] | None = None,
    *,
    journal: str | Path | None = None,
    title: str | None = None,
    hypothesis: str | None = None,
    predict: str | Sequence[str] = (),
    tags: Sequence[str] = (),
    parents: Sequence[str] = (),
    data: Sequence[str] | Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    replicate: Sequence[str] = (),
    on_duplicate: str | None = None,
    keep: bool = False,
    silence: Mapping[str, str] | None = None,
    probes: bool = False,
) -> Any:
    """Record each call of the decorated function as an entry of the journal.

    title, hypothesis: text, with `{name}` filled in from the arguments. predict: one claim or
    several, as in "val_loss < 0.30". parents: ids of the entries this one builds on. data: names
    of the arguments that are data (else they are recognised by type). ignore, replicate: further
    parameter names that do not count, or count as seeds. on_duplicate: "warn" (default), "ask",
    "raise", "reuse" (return the earlier result) or "run" (say nothing). keep: keep what is
    returned on this machine, to be reused. silence: maps checks to reasons. probes: not yet.

    Returns the function, recorded. Raises ArgumentError for options or functions that cannot be
    recorded (async, generators), PredictionError for a claim that does not parse.
    """
    options = make_options(
        None,
        journal=journal,
        title=title,
        hypothesis=hypothesis,
        predict=predict,
        tags=tags,
        parents=parents,
        data=data,
        ignore=ignore,
        replicate=replicate,
        on_duplicate=on_duplicate,
        keep=keep,
        silence=silence,
        probes=probes,
    )
    if function is None:
        return lambda decorated: _decorate(decorated, options)
    return _decorate(function, options)


def _decorate(function: Callable[..., Any], options: Options) -> Any:
    if isinstance(function, staticmethod | classmethod):
        raise ArgumentError(
            f"@experiment stands above @{type(function).__name__}; put it below, next to `def`"
        )
    if inspect.ismethod(function):
        return Experiment(function.__func__, options).__get__(function.__self__)
    if not inspect.isfunction(inspect.unwrap(function)):
        raise ArgumentError(
            f"experiment() decorates a function, found {function!r}; wrap it in a `def`"
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise ArgumentError(f"{function.__qualname__} is async; only plain functions are recorded")
    if inspect.isgeneratorfunction(function):
        raise ArgumentError(
            f"{function.__qualname__} is a generator; only plain functions are recorded"
        )
    return Experiment(function, options)
