"""The one place where a failure of the journal becomes a warning."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gitlab_journal.errors import JournalWarning
from gitlab_journal.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


# A warning names the user's line; contextlib closes a run, functools caches a value: not theirs.
_NOT_THEIRS = (f"{Path(__file__).parent}{os.sep}", contextlib.__file__, functools.__file__)


def warn(message: str) -> None:
    """Warn the user, at the user's own line, of something met before the training."""
    warnings.warn(f"gitlab_journal: {harmless(message)}", JournalWarning, stacklevel=_depth())


def warn_beside(message: str) -> None:
    """Warn the user of something that went wrong beside the training. Raises nothing.

    Where warnings are made errors (`python -W error`) it is said on stderr instead.
    """
    try:
        warnings.warn(f"gitlab_journal: {harmless(message)}", JournalWarning, stacklevel=_depth())
    except JournalWarning as warning:
        sys.stderr.write(f"JournalWarning: {warning}\n")


def _depth() -> int:
    """Return the `stacklevel` of the innermost line that is the user's, seen from the caller."""
    frame, depth = sys._getframe(1), 1  # noqa: SLF001  # `skip_file_prefixes` came with Python 3.12
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_NOT_THEIRS):
        frame, depth = frame.f_back, depth + 1
    return depth


def guarded(action: Callable[[], Result], *, otherwise: str) -> Result | None:
    """Return what `action` returns; where it raises, warn with `otherwise` and return None.

    A training that could start never fails through its journal.
    """
    try:
        return action()
    except Exception as error:  # noqa: BLE001  # the guard of invariant 3: nothing crosses the user's function
        warn_beside(f"{otherwise}: {type(error).__name__}: {error}")
        return None
