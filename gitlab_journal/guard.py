"""The one place where a failure of the journal becomes a warning."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

from gitlab_journal.errors import JournalWarning

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


def warn(message: str) -> None:
    """Warn the user of something that went wrong beside the training."""
    warnings.warn(f"gitlab_journal: {message}", JournalWarning, stacklevel=3)


def guarded(action: Callable[[], Result], *, otherwise: str) -> Result | None:
    """Return what `action` returns; where it raises, warn with `otherwise` and return None.

    A training that could start never fails through its journal.
    """
    try:
        return action()
    except Exception as error:  # noqa: BLE001  # the guard of invariant 3: nothing crosses the user's function
        warn(f"{otherwise}: {type(error).__name__}: {error}")
        return None
