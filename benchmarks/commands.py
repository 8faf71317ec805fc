"""What the commands cost in a large journal: CPU of the process and its children, wall time.

python benchmarks/commands.py [NUMBER OF ENTRIES]
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from journals import SIZE, add_entries, make_journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

GLJ = Path(sys.executable).with_name("glj")
ROUNDS = 5  # of what is quick
LIBRARIES = ("click", "rich", "jinja2", "markdown")


def main() -> None:
    """Measure all commands and print one table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print(f"Medians, children included; {versions()}\n")
    print(f"| command at {size:,} entries | CPU s | wall s |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for what, rounds in measure(Path(name), size):
            cpu, wall = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(f"| {what} | {cpu:.2f} | {wall:.2f} |", flush=True)


def measure(folder: Path, size: int) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield what was measured, with the CPU and wall seconds of each round."""
    journal, site = make_journal(folder / "journal", size), folder / "site"
    spare = iter(range(size, size + 100))
    ls = ("ls", "--journal", str(journal))
    render = ("render", "--journal", str(journal), "--output", str(site))

    def add_one() -> None:
        add_entries(journal, 1, begin=next(spare))

    yield "`glj --help`", repeated(("--help",))
    yield "`glj ls`, catalogue made anew", repeated(ls, before=lambda: forget(journal), rounds=1)
    yield "`glj ls`", repeated(ls)
    yield "`glj ls`, one entry new", repeated(ls, before=add_one)
    yield "`glj ls --json`", repeated((*ls, "--json"))
    yield "`glj render`, all", repeated(render, before=lambda: forget(site), rounds=1)
    yield "`glj render`, one entry new", repeated(render, before=add_one)
    yield "`glj render`, nothing new", repeated(render)


def repeated(
    arguments: Sequence[str], *, before: Callable[[], None] = lambda: None, rounds: int = ROUNDS
) -> list[tuple[float, float]]:
    """Return the CPU and wall seconds of a command, run so many times, each after `before`."""
    found = []
    for _ in range(rounds):
        before()
        cpu, wall = children(), time.perf_counter()
        subprocess.run([GLJ, *arguments], capture_output=True, check=True, env=environment())
        found.append((children() - cpu, time.perf_counter() - wall))
    return found


def children() -> float:
    """Return the CPU seconds of all children that ended, and of their children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def environment() -> dict[str, str]:
    """Return the environment of a command, without what could change its work."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("GITLAB_JOURNAL")
    }


def forget(folder: Path) -> None:
    """Remove what is derived: a site, or what a journal keeps beside its history."""
    derived = folder / ".git" / "gitlab-journal"
    shutil.rmtree(derived if (folder / ".git").exists() else folder, ignore_errors=True)


def versions() -> str:
    """Return what the table was measured with."""
    git = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    used = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Python {platform.python_version()}, {git.strip()}, {used}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    main()
