"""Every error of the journal, by name.

JournalError
├── PageError                 a page or journal.md is damaged (path, line, reason)
├── PredictionError           a claim does not parse or cannot be resolved (points at the character)
├── DescriptionError          a value has no stable description (the path to it)
│   └── CircleError           a value contains itself, or nests too deep to tell
├── ArgumentError             experiment(), run() or a command was called wrongly
│   └── NotYetError           named in the interface, brought by a later release
├── DuplicateExperimentError  the same experiment is done already (its entries)
├── EntryNotFoundError        no entry has this id, or several do
├── JournalNotFoundError      there is no journal here
└── StoreError                git refused: locked, detached, damaged, full
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.terminal import harmless, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class JournalError(Exception):
    """The root of all errors that the journal raises itself.

    As text it steers no terminal, whatever the page or path that it names.
    """

    def __str__(self) -> str:
        return harmless(super().__str__())


class JournalWarning(UserWarning):
    """Something went wrong beside a training, which goes on."""


class PageError(JournalError):
    """A page is damaged: `path` and `line` (from 1) say where, `reason` what."""

    def __init__(self, reason: str, *, path: Path | None = None, line: int = 1) -> None:
        super().__init__(f"{one_line(str(path or '<page>'))}:{line}: {reason}")
        self.reason = reason
        self.path = path
        self.line = line


class PredictionError(JournalError):
    """A claim does not parse or cannot be resolved; `position` counts characters from 0."""

    def __init__(self, reason: str, *, claim: str, position: int = 0) -> None:
        super().__init__(f"{reason}\n  {claim}\n  {' ' * position}^")
        self.reason = reason
        self.claim = claim
        self.position = position


class DescriptionError(JournalError):
    """A value cannot be described stably; `where` is the path to it, as in `params.layers[2]`."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class CircleError(DescriptionError):
    """A value contains itself, or nests too deep to tell."""


class ArgumentError(JournalError):
    """A function of the interface was called wrongly."""


class NotYetError(ArgumentError):
    """The interface names this, and a later release brings it."""


class DuplicateExperimentError(JournalError):
    """The experiment is done already; `entries` are the earlier ones, newest first.

    Each is an `Entry`, which this lowest module does not know.
    """

    def __init__(self, message: str, entries: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.entries = list(entries)


class EntryNotFoundError(JournalError):
    """No entry has this id, or several do."""


class JournalNotFoundError(JournalError):
    """There is no journal where one was looked for."""


class StoreError(JournalError):
    """Git refused a read or a write of the journal."""
