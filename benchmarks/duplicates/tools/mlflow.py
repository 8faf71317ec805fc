"""MLflow: equal parameters and equal digests of the data of a finished run."""

from __future__ import annotations

import re
from pathlib import Path

from duplicates.answer import Answer, answer_of, failure
from duplicates.project import Project, Tracker
from duplicates.scenario import UNABLE, Scenario

NAME, PACKAGES = "MLflow digest", ("mlflow-skinny",)
RECORDER = Path(__file__).parents[1] / "recorder"
# What it records of code is the commit, and of a model its parameters.
UNSEEN = {"code": "logs no code but the commit", "state": "logs no digest of weights"}


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; the same are params and digests equal to those of a finished run."""
    if scenario.about in UNSEEN:
        return Answer(UNABLE, UNSEEN[scenario.about])
    project = Project(
        root=root,
        python=python,
        tracker=Tracker(importing="from recorder import recorded\n", decorator="@recorded\n"),
        variables={
            "KERAS_BACKEND": "jax",
            "MLFLOW_ALLOW_FILE_STORE": "true",
            "MLFLOW_TRACKING_URI": (root / "mlruns").as_uri(),
            "PYTHONPATH": f"{root / 'outside'}:{RECORDER}",
        },
    )
    project.lay(scenario.first)
    project.commit()
    first = project.start(scenario.first)
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = project.start(scenario.second)
    said = re.search(r"^mlflow (\w+): ?(.*)$", second.stdout, re.MULTILINE)
    if said is None:
        return failure(second)
    return Answer(UNABLE, said[2]) if said[1] == UNABLE else answer_of(same=said[1] == "same")
