"""What is left of a run whose process was killed: what each tool says, and what is true.

python benchmarks/killed.py [--only TOOL] [--kills N] [--environments FOLDER]

Prints a Markdown table. Each kill is SIGKILL to a process and all that it started, somewhere in
three recorded runs of a fifth of a second each, from a start in an empty folder. Then a command of
the tool follows, and what the tool shows is compared with what the program had been told. Each tool
but ours gets a virtual environment, made with pip at the first call and kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from duplicates.environments import Environment, environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = Path(__file__).parent / "killed"
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is installed, begun in a folder, and asked; `{bin}` is its environment's.

    `program` and `next` are shell commands; a tool without commands has no `next`.
    """

    name: str
    packages: tuple[str, ...]
    program: str
    look: str
    next: str = "true"
    begin: str = "true"
    variables: Mapping[str, str] = field(default_factory=dict)


TOOLS = {
    "ours": Tool(
        "gitlab_journal",
        (),
        "{bin}/python with_ours.py",
        "look_ours.py",
        "{bin}/glj ls",
        "{bin}/glj init ../journal",
        {"GITLAB_JOURNAL": "{folder}/../journal"},
    ),
    "sacred": Tool("Sacred, files", ("sacred",), "{bin}/python with_sacred.py", "look_sacred.py"),
    "mlflow": Tool(
        "MLflow, files",
        ("mlflow-skinny",),
        "{bin}/python with_mlflow.py",
        "look_mlflow.py",
        "{bin}/mlflow runs list --experiment-id 0",
        variables={"MLFLOW_TRACKING_URI": "mlruns", "MLFLOW_ALLOW_FILE_STORE": "true"},
    ),
    "mlflow-store": Tool(
        "MLflow, SQLite",
        ("mlflow-skinny", "sqlalchemy", "alembic"),
        "{bin}/python with_mlflow.py",
        "look_mlflow.py",
        "{bin}/mlflow runs list --experiment-id 0",
        "cp ../../store.db mlflow.db || {bin}/mlflow db upgrade sqlite:///mlflow.db "
        "&& cp mlflow.db ../../store.db",
        {"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db"},
    ),
    "exptrack": Tool(
        "exptrack",
        ("exptrack",),
        "{bin}/python with_exptrack.py",
        "look_exptrack.py",
        "{bin}/exptrack ls && {bin}/exptrack stale",
        "{bin}/exptrack init",
    ),
    "guild": Tool(
        "Guild AI",
        ("guildai", "setuptools<81"),
        "{bin}/python -c 'from saying import say; say(\"start\")'; for C in 1 2 3; do "
        "{bin}/guild run with_guild.py C=$C --yes && echo returned $C >> $SAID; done",
        "look_guild.py",
        "{bin}/guild runs",
        "mkdir home",
        {"GUILD_HOME": "{folder}/home"},
    ),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one kill left: whether each is so."""

    hit: bool = False
    running: bool = False
    lost_result: bool = False
    lost_points: bool | None = None
    damaged: bool = False
    note: str = ""


def main() -> int:
    """Kill, look, print the table; returns 1 where ours lost something."""
    options = _options()
    print("| tool | version | kills | still running | result lost | points lost | damaged |")
    print("|---|---|---|---|---|---|---|")
    code = 0
    for key in options.only or TOOLS:
        tool = TOOLS[key]
        found = (
            Environment(Path(sys.executable), version("gitlab-journal"))
            if key == "ours"
            else environment(options.environments / key, *tool.packages, keras=False, projects=())
        )
        if not found.python:
            print(f"| {tool.name} | not installable: {found.reason} | | | | | |")
            continue
        outcomes = kill_often(tool, found.python.parent, options.kills)
        print(_row(tool, found.version, outcomes), flush=True)
        notes = {outcome.note for outcome in outcomes if outcome.note}
        print(*sorted(notes)[:5], sep="\n", file=sys.stderr)
        if key == "ours":
            code = int(any(each.running or each.lost_result or each.damaged for each in outcomes))
    return code


def kill_often(tool: Tool, programs: Path, kills: int) -> list[Outcome]:
    """Return the outcomes of the kills that hit, spread evenly over a program's three runs."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(PROCESSES) as pool:
        root = Path(folder)
        _begin(tool, programs, root / "first" / "project")
        begun, _ = _run(tool, programs, root / "first" / "project", delay=None)
        seconds = (root / "first" / "project" / "said").stat().st_mtime - begun
        chance = random.Random(0)  # noqa: S311  # no secret
        delays = [seconds * (kill + chance.random()) / kills for kill in range(kills)]
        folders = [root / str(kill) / "project" for kill in range(kills)]
        outcomes = pool.map(
            lambda where, delay: _kill(tool, programs, where, delay), folders, delays
        )
        return [outcome for outcome in outcomes if outcome.hit]


def _kill(tool: Tool, programs: Path, folder: Path, delay: float) -> Outcome:
    _begin(tool, programs, folder)
    if not _run(tool, programs, folder, delay=delay)[1]:
        return Outcome()
    said = [line.split() for line in (folder / "said").read_text().splitlines()]
    following = _shell(tool, programs, folder, tool.next)
    looked = _shell(tool, programs, folder, f"{{bin}}/python {tool.look}")
    shutil.rmtree(folder.parent)
    if following.returncode or looked.returncode or not looked.stdout.startswith("["):
        return Outcome(hit=True, damaged=True, note=(following.stderr + looked.stderr)[-300:])
    return _compare(said, json.loads(looked.stdout.splitlines()[-1]))


def _compare(said: Sequence[Sequence[str]], shown: Sequence[Sequence[object]]) -> Outcome:
    """Return what is wrong in what a tool shows, beside what its program was told."""
    running = any(str(status).lower() in ("running", "pending") for _, status, _, _ in shown)
    results = {int(words[1]) for words in said if words[0] == "returned"}
    logged: dict[int, int] = {}
    for words in said:
        if words[0] == "logged":
            logged[int(words[1])] = int(words[2]) + 1
    kept = {number for number, _, result, _ in shown if result is not None}
    points = {
        number: max(count for at, _, _, count in shown if at == number)
        for number, _, _, count in shown
        if isinstance(count, int)
    }
    lost = None
    if points or not shown:
        lost = any(points.get(number, 0) < count for number, count in logged.items())
    return Outcome(hit=True, running=running, lost_result=not results <= kept, lost_points=lost)


def _begin(tool: Tool, programs: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for program in PROGRAMS.glob("*.py"):
        shutil.copy(program, folder)
    begun = _shell(tool, programs, folder, tool.begin)
    if begun.returncode:
        raise SystemExit(f"{tool.name} cannot begin: {begun.stderr}")


def _run(tool: Tool, programs: Path, folder: Path, *, delay: float | None) -> tuple[float, bool]:
    """Run the program, killed `delay` seconds after its start; returns when that was, and if."""
    said = folder / "said"
    process = subprocess.Popen(
        ["sh", "-c", _filled(tool.program, programs, folder)],
        cwd=folder,
        env=_environment(tool, programs, folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not said.exists() and process.poll() is None:
        time.sleep(0.002)
    begun, hit = time.time(), False
    if delay is not None:
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            hit = True
    process.wait()
    return begun, hit


def _shell(
    tool: Tool, programs: Path, folder: Path, command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", _filled(command, programs, folder)],
        cwd=folder,
        env=_environment(tool, programs, folder) | {"SAID": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(tool: Tool, programs: Path, folder: Path) -> dict[str, str]:
    own = {name: _filled(value, programs, folder) for name, value in tool.variables.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    return kept | own | {"SAID": str(folder / "said")}


def _filled(text: str, programs: Path, folder: Path) -> str:
    return text.replace("{bin}", str(programs)).replace("{folder}", str(folder))


def _row(tool: Tool, installed: str, outcomes: Sequence[Outcome]) -> str:
    def count(name: str) -> str:
        told = [getattr(outcome, name) for outcome in outcomes]
        return "not asked" if any(each is None for each in told) else str(sum(map(bool, told)))

    columns = ("running", "lost_result", "lost_points", "damaged")
    counts = " | ".join(count(name) for name in columns)
    return f"| {tool.name} | {installed} | {len(outcomes)} | {counts} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", action="append", choices=tuple(TOOLS))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path("~/.cache/gitlab-journal/benchmarks").expanduser(),
        help="where the environments of the other tools are kept",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
