"""gitlab_journal, by its decorator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from duplicates.answer import Answer, answer_of, failure
from duplicates.project import Project, Tracker
from gitlab_journal.desk import create_desk

if TYPE_CHECKING:
    from pathlib import Path

    from duplicates.scenario import Scenario

NAME = "gitlab_journal"
WORDS = {
    "duplicate": r"You have run this before",
    "replicate": r"Replicate of",
    "variant": r"Variant of",
    "other weights": r"Other weights than",
    "failed before": r"Failed before",
    "running now": r"Running now",
}


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; the note is the word for the relation that was said."""
    project = Project(
        root=root,
        python=python,
        tracker=Tracker(
            importing="from gitlab_journal import experiment\n",
            decorator=f"@experiment({scenario.options})\n",
        ),
        variables={"GITLAB_JOURNAL": str(root / "journal")},
    )
    create_desk(root / "journal", title="A study")
    project.lay(scenario.first)
    project.commit()
    first = project.start(scenario.first)
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = project.start(scenario.second)
    if second.returncode:
        return failure(second)
    said = [word for word, pattern in WORDS.items() if re.search(pattern, second.stderr)]
    return answer_of(same="duplicate" in said, note=", ".join(said))
