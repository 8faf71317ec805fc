"""Guild AI: `guild run --needed`, which skips an operation that ran with these flags."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from duplicates.answer import Answer, answer_of, failure
from duplicates.project import Project, Tracker

if TYPE_CHECKING:
    import subprocess

    from duplicates.scenario import Scenario, Step

NAME = "Guild AI"
# Guild imports pkg_resources, which setuptools has given up since.
PACKAGES = ("guildai", "setuptools<81")


def ask(scenario: Scenario, root: Path, python: Path) -> Answer:
    """Run both steps; a skipped operation was found to be the same."""
    project = Project(
        root=root,
        python=python,
        tracker=Tracker(),
        variables={"KERAS_BACKEND": "jax", "GUILD_HOME": str(root / "guild")},
    )
    (root / "guild").mkdir()
    project.lay(scenario.first)
    _declare(project, scenario)
    project.commit()
    first = _run(project, scenario.first)
    if first.returncode and scenario.about != "run":
        return failure(first)
    project.lay(scenario.second)
    second = _run(project, scenario.second)
    if second.returncode:
        return failure(second)
    return answer_of(same="Skipping" in second.stdout + second.stderr)


def _declare(project: Project, scenario: Scenario) -> None:
    """Write the operations: one for each script, whose flags are its arguments."""
    required = "".join(f"    - file: {name}\n" for name in scenario.data_files)
    scripts = {Path(step.script).stem for step in (scenario.first, scenario.second)}
    (project.folder / "guild.yml").write_text(
        "".join(
            f"{name}:\n  main: {name}\n  flags-import: all\n"
            + (f"  requires:\n{required}" if required else "")
            for name in sorted(scripts)
        )
    )


def _run(project: Project, step: Step) -> subprocess.CompletedProcess[str]:
    flags = [f"{name}={value}" for name, value in step.arguments.items()]
    command = project.python.with_name("guild")
    return project.run(command, "run", "--needed", "--yes", Path(step.script).stem, *flags)
