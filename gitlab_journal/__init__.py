"""git + lab journal: a plain-text lab notebook for machine learning, kept in git."""

import sys

if sys.platform == "win32":  # pragma: no cover
    raise ImportError("gitlab_journal runs on Linux and macOS; on Windows, use it inside WSL")

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
