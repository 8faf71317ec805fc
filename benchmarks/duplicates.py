"""Whether the second of two runs is the same experiment: what each tool says, and what is true.

python benchmarks/duplicates.py [--only TOOL] [--scenario WORD] [--no-keras] [--notes]
                                [--environments FOLDER]

Prints two Markdown tables. Each tool but ours gets a virtual environment, made with pip at the
first call and kept. Each run is a process of its own, in which words hash by another seed than in
the one before. With --notes, what the tools said goes to stderr.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from duplicates.environments import Environment, environment
from duplicates.scenarios import SCENARIOS
from duplicates.tables import details, summary
from duplicates.tools import dvc, exptrack, guild, joblib_memory, mlflow, ours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from duplicates.answer import Answer
    from duplicates.scenario import Scenario

TOOLS: dict[str, ModuleType] = {
    "ours": ours,
    "exptrack": exptrack,
    "guild": guild,
    "dvc": dvc,
    "joblib": joblib_memory,
    "mlflow": mlflow,
}
PROCESSES = 2


def main() -> int:
    """Ask the tools and print both tables; returns 1 where our own answer is wrong."""
    options = _options()
    scenarios = [
        scenario
        for scenario in SCENARIOS
        if options.scenario in scenario.name and (options.keras or not scenario.keras)
    ]
    versions, answers = {}, {}
    for name in options.only or TOOLS:
        tool = TOOLS[name]
        found = _environment(name, options.environments, keras=options.keras)
        versions[tool.NAME] = found.version or f"not installable: {found.reason}"
        if found.python:
            answers[tool.NAME] = ask_all(tool, scenarios, found.python, notes=options.notes)
    print(summary(scenarios, versions, answers), end="\n\n")
    print(details(scenarios, answers))
    wrong = wrong_relations(scenarios, answers.get(ours.NAME, ()))
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


def ask_all(
    tool: ModuleType, scenarios: Sequence[Scenario], python: Path, *, notes: bool = False
) -> list[Answer]:
    """Return a tool's answers, in the order of the scenarios."""
    answers = []
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as pool:
        roots = [Path(folder) / str(number) for number in range(len(scenarios))]
        asked = pool.map(tool.ask, scenarios, roots, [python] * len(scenarios))
        for scenario, answer in zip(scenarios, asked, strict=True):
            answers.append(answer)
            if notes:
                print(
                    f"{tool.NAME}: {scenario.name}: {answer.word}: {answer.note}", file=sys.stderr
                )
    return answers


def wrong_relations(scenarios: Sequence[Scenario], answers: Sequence[Answer]) -> list[str]:
    """Return a line for each scenario whose relation gitlab_journal called by another word."""
    return [
        f"{scenario.name}: expected {scenario.expected_relation or 'no relation'!r}, "
        f"found {answer.note or 'no relation'!r}"
        for scenario, answer in zip(scenarios, answers, strict=False)
        if scenario.counted and answer.note != (scenario.expected_relation or "")
    ]


def _environment(name: str, folder: Path, *, keras: bool) -> Environment:
    if name == "ours":
        return Environment(Path(sys.executable), version("gitlab-journal"))
    return environment(folder / name, *TOOLS[name].PACKAGES, keras=keras)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=tuple(TOOLS))
    parser.add_argument("--scenario", default="", help="part of the names of those to run")
    parser.add_argument("--no-keras", dest="keras", action="store_false")
    parser.add_argument("--notes", action="store_true", help="say on stderr what the tools said")
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path("~/.cache/gitlab-journal/benchmarks").expanduser(),
        help="where the environments of the other tools are kept",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
