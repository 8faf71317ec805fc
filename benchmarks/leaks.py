"""Where secrets stand after a run: in what each tool stores, in what of ours our rules miss.

python benchmarks/leaks.py [--only TOOL] [--environments FOLDER]

Prints two Markdown tables. A small project holds a made-up secret in each of ten places, beside a
word of no meaning; its program runs under a tool, then once more and fails. Then all that the tool
wrote is searched, databases and packed objects included. Each tool but ours gets a virtual
environment, made with pip at the first call and kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from duplicates.environments import Environment, environment
from leaks.cases import Case, leaks, lookalikes
from leaks.hidden import Hidden, hidden, lay
from leaks.search import contents

from gitlab_journal.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAMS = Path(__file__).parent / "leaks" / "programs"
OPTIONS = "--remark {argument.word} --token {argument.secret}"
FLAGS = "remark={argument.word} token={argument.secret}"


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is installed, begun in a folder, run; `{bin}` is its environment's."""

    name: str
    packages: tuple[str, ...]
    program: str
    begin: str = "true"
    variables: Mapping[str, str] = field(default_factory=dict)


TOOLS = {
    "ours": Tool(
        "gitlab_journal",
        (),
        f"{{bin}}/python with_ours.py {OPTIONS}; {{bin}}/glj ls",
        "{bin}/glj init ../journal",
        {"GITLAB_JOURNAL": "../journal"},
    ),
    "sacred": Tool(
        "Sacred, files",
        ("sacred",),
        f"{{bin}}/python with_sacred.py --comment='{{tag.word}} {{tag.secret}}' with {FLAGS}",
    ),
    "mlflow": Tool(
        "MLflow, files",
        ("mlflow-skinny",),
        f"{{bin}}/python with_mlflow.py {OPTIONS}",
        variables={"MLFLOW_TRACKING_URI": "mlruns", "MLFLOW_ALLOW_FILE_STORE": "true"},
    ),
    "exptrack": Tool(
        "exptrack",
        ("exptrack",),
        f"{{bin}}/exptrack run with_exptrack.py {OPTIONS}",
        "{bin}/exptrack init",
    ),
    "guild": Tool(
        "Guild AI",
        ("guildai", "setuptools<81"),
        "{bin}/guild run with_guild.py --yes --label '{title.word} {title.secret}' "
        "--tag '{tag.word} {tag.secret}' "
        f"note={{parameter.word}} api_key={{parameter.secret}} {FLAGS}",
        "mkdir ../home/guild",
        {"GUILD_HOME": "../home/guild"},
    ),
    "wandb": Tool(
        "wandb, offline",
        ("wandb",),
        f"{{bin}}/python with_wandb.py {OPTIONS}",
        variables={"WANDB_MODE": "offline"},
    ),
}


def main() -> int:
    """Run each tool, search, print; returns 1 where ours holds a secret."""
    options = _options()
    cases = leaks(), lookalikes()
    places = hidden()
    print(f"| tool | version | {' | '.join(places)} |\n|{'---|' * (2 + len(places))}")
    code = 0
    for key in options.only or TOOLS:
        tool = TOOLS[key]
        found = (
            Environment(Path(sys.executable), version("gitlab-journal"))
            if key == "ours"
            else environment(options.environments / key, *tool.packages, keras=False, projects=())
        )
        if not found.python:
            print(f"| {tool.name} | not installable: {found.reason} |")
            continue
        told = left_by(tool, found.python.parent, places)
        print(f"| {tool.name} | {found.version} | {' | '.join(told.values())} |", flush=True)
        code |= key == "ours" and "**leaked**" in told.values()
    _print_cases(*cases)
    return int(code)


def left_by(tool: Tool, programs: Path, places: dict[str, Hidden]) -> dict[str, str]:
    """Return by place what a tool stores of it: leaked, taken out, not recorded."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "home").mkdir()
        project = folder / "project"
        shutil.copytree(PROGRAMS, project, ignore=lambda _, names: _of_others(tool, names))
        laid = lay(project, places)
        variables = _variables(tool, folder, places)
        _run(tool.begin, programs, project, variables, places)
        for again in ({}, {"FAILS": "yes"}):
            said = _run(tool.program, programs, project, variables | again, places)
            if places["print"].word not in said:
                raise SystemExit(f"{tool.name} did not run: {said[-1000:]}")
        return _told(folder, laid, places)


def _run(
    command: str,
    programs: Path,
    project: Path,
    variables: dict[str, str],
    places: dict[str, Hidden],
) -> str:
    filled = command.format(bin=programs, **places)
    done = subprocess.run(
        ["sh", "-c", filled],
        cwd=project,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def _variables(tool: Tool, folder: Path, places: dict[str, Hidden]) -> dict[str, str]:
    """Return the environment: nothing of the caller's, so that only what is hidden is found."""
    secret = places["environment"]
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "HIDDEN": str(folder / "hidden.json"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NOTE": secret.word,
        "SERVICE_PASSWORD": secret.secret,
        **{name: value.replace("..", str(folder)) for name, value in tool.variables.items()},
    }


def _of_others(tool: Tool, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("with_") and name not in tool.program]


def _told(folder: Path, laid: frozenset[Path], places: dict[str, Hidden]) -> dict[str, str]:
    words, secrets = set(), set()
    for path, content in contents(folder, but=laid):
        for place, each in places.items():
            if each.word.encode() in content:
                words.add(place)
            if each.secret.encode() in content:
                secrets.add(place)
                print(f"{place}: {path.relative_to(folder)}", file=sys.stderr)
    return {
        place: "**leaked**"
        if place in secrets
        else "taken out"
        if place in words
        else "not recorded"
        for place in places
    }


def _print_cases(keys: list[Case], others: list[Case]) -> None:
    missed = [
        case.name for case in keys if any(key in redact(case.text)[0] for key in case.secrets)
    ]
    alarms = [case.name for case in others if redact(case.text)[1]]
    print("\n| our rules | texts | right | wrong |\n|---|---|---|---|")
    for name, cases, wrong in (("keys", keys, missed), ("look-alikes", others, alarms)):
        listed = "; ".join(wrong) or "none"
        print(f"| {name} | {len(cases)} | {len(cases) - len(wrong)} | {listed} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=tuple(TOOLS))
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path("~/.cache/gitlab-journal/benchmarks").expanduser(),
        help="where the environments of the other tools are kept",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
