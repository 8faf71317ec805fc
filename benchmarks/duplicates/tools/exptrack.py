"""exptrack: `exptrack run`, which says "already run" after a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from duplicates.answer import Answer, answer_of, failure
from duplicates.project import Project, Tracker, given

if TYPE_CHECKING:
    from pathlib import Path

    from duplicates.scenario import Scenario

NAME, PACKAGES = "exptrack", ("exptrack",)
SAID = r"already run: .* — (.*)"
# The other notices say that the code or the data changed, or that they were not captured.
ALL_SAME = "same params, code and data"


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; the same is what it says to have the same params, code and data."""
    project = Project(
        root=root, python=python, tracker=Tracker(), variables={"KERAS_BACKEND": "jax"}
    )
    command = python.with_name("exptrack")
    project.lay(scenario.first)
    project.run("git", "init", "--quiet")
    project.run(command, "init")
    project.commit()
    first = project.run(command, "run", scenario.first.script, *given(scenario.first))
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = project.run(command, "run", scenario.second.script, *given(scenario.second))
    if second.returncode:
        return failure(second)
    said = re.search(SAID, second.stderr)
    note = said[1] if said else ""
    return answer_of(same=note.startswith(ALL_SAME), note=note)
