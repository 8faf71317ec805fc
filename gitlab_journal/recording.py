"""One run between its two commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.errors import DuplicateExperimentError
    from gitlab_journal.gate import Reused
    from gitlab_journal.options import Options
    from gitlab_journal.run import Run
    from gitlab_journal.store.author import Author
    from gitlab_journal.store.runs.records import Marker


@dataclass(slots=True)
class Recording:
    """What is known of an open run: where it is written, how it was described, what it says.

    `described` changes where the run meets data, and `met_data` says so; `stop` is the error that
    then stopped it as a duplicate, `reused` the earlier result that stands for its own, `value`
    what the user's function returned.
    """

    desk: Desk
    options: Options
    described: Described
    entry: Entry
    path: PurePosixPath
    marker: Marker
    author: Author
    run: Run
    met_data: bool = False
    stop: DuplicateExperimentError | None = None
    reused: Reused | None = None
    value: object = None
