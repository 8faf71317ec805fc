"""git + lab journal: a plain-text lab notebook for machine learning, kept in git."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if sys.platform == "win32":  # pragma: no cover
    raise ImportError("gitlab_journal runs on Linux and macOS; on Windows, use it inside WSL")

if TYPE_CHECKING:
    from gitlab_journal.decorator import experiment
    from gitlab_journal.entry import Entry
    from gitlab_journal.errors import (
        DescriptionError,
        DuplicateExperimentError,
        JournalError,
        JournalNotFoundError,
        JournalWarning,
        PredictionError,
    )
    from gitlab_journal.journal import Journal
    from gitlab_journal.run import current_run

__version__ = "0.1.0"
__all__ = [
    "DescriptionError",
    "DuplicateExperimentError",
    "Entry",
    "Journal",
    "JournalError",
    "JournalNotFoundError",
    "JournalWarning",
    "PredictionError",
    "current_run",
    "experiment",
]

_HOMES = {"Entry": "entry", "Journal": "journal", "current_run": "run", "experiment": "decorator"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: `glj --help` needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"gitlab_journal.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
