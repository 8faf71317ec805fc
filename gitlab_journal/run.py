"""The open run, as the user's function sees it."""

from __future__ import annotations

import contextvars
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from gitlab_journal.attachments import Attachments, Limits
from gitlab_journal.guard import guarded, warn_beside
from gitlab_journal.points import Points, numbers_of
from gitlab_journal.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Run:
    """One open run: what is said of it while the training goes on.

    Nothing said here raises, except `data` where the journal was told to raise on duplicates:
    what cannot be recorded is a warning.
    """

    def __init__(
        self,
        identifier: str,
        folder: Path,
        *,
        on_data: Callable[[Mapping[str, object]], None],
        project: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.id: str | None = identifier
        self.folder = folder
        self.points = Points(folder)
        self.attachments = Attachments(folder, project=project, limits=limits or Limits())
        self.metrics: dict[str, float] = {}
        self.notes: list[str] = []
        self.figures: dict[str, str] = {}
        self.model: str | None = None
        self.fits = 0
        self.started = time.monotonic()
        self._on_data = on_data

    def data(self, **arrays: object) -> None:
        """Add data that the run meets to its fingerprint, as in `run.data(X_train=X, y_train=y)`.

        The look-up for earlier runs is repeated at that moment. Raises DuplicateExperimentError
        where the journal was told to raise.
        """
        self._on_data(arrays)

    def log(self, step: float | None = None, **values: object) -> None:
        """Add a point to the run's curves, numbered from 0 without `step`. Writes it at once."""
        if step is not None:
            values["step"] = step
        numbers, others = numbers_of(values)
        number = numbers.pop("step", None)
        for name in others:
            warn_beside(f"log({name}=...) is no number: {type(values[name]).__name__}; left out")
        guarded(
            lambda: self.points.append(numbers, step=number), otherwise="the point is not recorded"
        )

    def metric(self, name: str, value: object) -> None:
        """Record one metric of the run, beside those that the function returns."""
        numbers, others = numbers_of({str(name): value})
        if others:
            warn_beside(f"metric {name!r} is no number: {type(value).__name__}; left out")
        self.metrics.update(numbers)

    def note(self, text: str) -> None:
        """Add a paragraph of Markdown to the entry's Results."""
        self.notes.append(str(text))

    def figure(self, name: str, figure: Any) -> None:
        """Attach a figure (matplotlib's, plotly's, or SVG text) and show it in the Results.

        Writes `<name>.svg` into the run's folder; one over the limits of `attach` is not shown.
        """

        def save() -> None:
            drawn = self.folder / f"drawing-{uuid4().hex}.svg"
            if isinstance(figure, str):
                drawn.write_text(figure, encoding="utf-8")
            elif hasattr(figure, "savefig"):
                figure.savefig(drawn, format="svg", bbox_inches="tight")
            elif hasattr(figure, "write_image"):
                figure.write_image(drawn)
            else:
                warn_beside(
                    f"figure {name!r}: {type(figure).__name__} has neither savefig nor write_image"
                )
                return
            shown = self.attachments.add_drawn(drawn, f"{_file_name(name)}.svg")
            if shown is not None:
                self.figures[redact(str(name))[0]] = shown

        guarded(save, otherwise="the attachment is not recorded")

    def attach(self, path: str | Path) -> None:
        """Keep a copy of a file, as it is now, with the entry. Writes it into the run's folder.

        One that is larger than journal.md allows (`largest_attachment`, 10 MB unless it says) is
        not copied: the page holds its size, digest and path.
        """
        guarded(
            lambda: self.attachments.add(Path(path)), otherwise="the attachment is not recorded"
        )


class NoRun:
    """What `current_run()` gives outside a run: takes everything, keeps nothing."""

    id: str | None = None

    def data(self, **arrays: object) -> None:
        """Do nothing."""

    def log(self, step: float | None = None, **values: object) -> None:
        """Do nothing."""

    def metric(self, name: str, value: object) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""

    def figure(self, name: str, figure: Any) -> None:
        """Do nothing."""

    def attach(self, path: str | Path) -> None:
        """Do nothing."""


_innermost: contextvars.ContextVar[Run | None] = contextvars.ContextVar("run", default=None)
_open: list[Run] = []


def current_run() -> Run | NoRun:
    """Return the innermost open run; outside one, a stand-in that does nothing.

    In a thread without a run of its own it is the process's open run if there is exactly one.
    """
    run = _innermost.get()
    if run is not None and run in _open:
        return run
    runs = list(_open)  # another thread may close one meanwhile
    return runs[0] if len(runs) == 1 else NoRun()


def enter(run: Run) -> Run | None:
    """Make `run` the current one; returns the one before, for `leave`."""
    before = _innermost.get()
    _open.append(run)
    _innermost.set(run)
    return before


def leave(run: Run, before: Run | None) -> None:
    """Close `run`: what was current before is current again."""
    _open.remove(run)
    _innermost.set(before)  # no token: a generator may be closed in another context


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in str(name))
    return kept.strip("-.") or "figure"
