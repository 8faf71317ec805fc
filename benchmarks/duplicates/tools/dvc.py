"""DVC: `dvc repro`, which skips a stage whose command, declared files and params are the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from duplicates.answer import UNDECLARED, Answer, answer_of, failure
from duplicates.project import Project, Tracker
from duplicates.scenario import UNABLE

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from duplicates.scenario import Scenario, Step

NAME, PACKAGES = "DVC", ("dvc",)


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; a skipped stage was found to be the same."""
    if scenario.about == "data":
        return Answer(UNABLE, "knows data as files")
    project = Project(
        root=root,
        python=python,
        tracker=Tracker(),
        variables={"KERAS_BACKEND": "jax", "DVC_NO_ANALYTICS": "1"},
    )
    command = python.with_name("dvc")
    project.lay(scenario.first)
    project.commit()
    project.run(command, "init", "--quiet")
    first = _run(project, scenario, scenario.first)
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = _run(project, scenario, scenario.second)
    if second.returncode:
        return failure(second)
    same = "Running stage" not in second.stdout + second.stderr
    return answer_of(same=same, note=UNDECLARED if _is_undeclared(scenario) else "")


def _is_undeclared(scenario: Scenario) -> bool:
    """Tell whether a module changes that nobody told DVC of."""
    before, after = scenario.first.files, scenario.second.files
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return bool(changed) and not changed & {*scenario.declared, *_data_in(scenario, changed)}


def _data_in(scenario: Scenario, names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(scenario.data_files)}


def _run(project: Project, scenario: Scenario, step: Step) -> subprocess.CompletedProcess[str]:
    """Declare the stage and reproduce it.

    Parameters stand in params.yaml in the order given, in the command in a fixed order.
    """
    names = sorted(step.arguments)
    declared = [name for name in scenario.declared if name in step.files]
    stage = {
        "cmd": " ".join(["python", step.script, *(f"--{name} ${{{name}}}" for name in names)]),
        "deps": [*declared, *scenario.data_files],
        **({"params": names} if names else {}),
    }
    # JSON is YAML.
    (project.folder / "dvc.yaml").write_text(json.dumps({"stages": {"train": stage}}))
    if names:
        (project.folder / "params.yaml").write_text(json.dumps(dict(step.arguments)))
    return project.run(project.python.with_name("dvc"), "repro")
