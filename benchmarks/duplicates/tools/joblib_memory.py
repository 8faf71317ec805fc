"""joblib.Memory: a cache of what a function returned.

Whether the function ran is read from the line that Memory prints before it calls a function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from duplicates.answer import Answer, answer_of, failure
from duplicates.project import Project, Tracker

if TYPE_CHECKING:
    from pathlib import Path

    from duplicates.scenario import Scenario

NAME, PACKAGES = "joblib.Memory", ("joblib",)
# Its documentation has a user name the arguments that do not change the result.
WITHOUT_EFFECT = ("n_jobs", "verbose")


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; a function that is not called the second time was found to be the same."""
    source = scenario.first.files["training.py"]
    ignore = [name for name in WITHOUT_EFFECT if f"{name}=" in source]
    project = Project(
        root=root,
        python=python,
        tracker=Tracker(
            importing='from joblib import Memory\n\nmemory = Memory("cache", verbose=1)\n',
            decorator=f"@memory.cache(ignore={ignore})\n" if ignore else "@memory.cache\n",
        ),
        variables={"KERAS_BACKEND": "jax"},
    )
    project.lay(scenario.first)
    project.commit()
    first = project.start(scenario.first)
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = project.start(scenario.second)
    if second.returncode:
        return failure(second)
    return answer_of(same="[Memory] Calling" not in second.stdout)
