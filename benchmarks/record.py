"""What it costs to record one run: CPU of both commits, children included, beside its peers.

python benchmarks/record.py [NUMBER OF ENTRIES ...]
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
from pathlib import Path
from typing import TYPE_CHECKING

import git
from journals import cached_journal, commits

from gitlab_journal import Journal, desk

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (100, 10_000)
ROUNDS = 30
SLOW_ROUNDS = 5  # of GitPython, which takes seconds in a large journal
NEW = 1_000_000  # entries with numbers from here on are in no journal yet
PARAMS = {f"parameter_{number}": number / 8 for number in range(10)}
METRICS = {f"metric_{number}": 0.9 + number / 100 for number in range(5)}
EPOCHS = 20


def main() -> None:
    """Measure every size and print one table."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as name:
        os.environ["HOME"] = name  # git's settings are the same for everybody
        run(Path(name), "config", "--global", "user.name", "Ada Example")
        run(Path(name), "config", "--global", "user.email", "ada@example.org")
        columns = [measure(Path(name), size) for size in sizes]
    print(f"CPU milliseconds for the two commits of one run, median; {versions()}\n")
    print(f"| what | {' | '.join(f'{size:,} entries' for size in sizes)} |")
    print(f"|---|{'---|' * len(sizes)}")
    for what in columns[0]:
        cells = (statistics.median(column[what]) for column in columns)
        print(f"| {what} | {' | '.join(f'{cell:,.1f}' for cell in cells)} |")


def measure(folder: Path, size: int) -> dict[str, list[float]]:
    """Return the milliseconds of each round by what was measured, in journals of `size` entries.

    The rounds of all alternate, so that what else the machine does falls on each alike.
    """
    origin = folder / f"{size}"
    cached_journal(origin, size)
    ours = Ours(copy(origin, "ours"))
    git_twice = copy(origin, "git")
    repo = git.Repo(copy(origin, "gitpython"))
    slow_rounds = ROUNDS if size < SIZES[-1] else SLOW_ROUNDS
    found: dict[str, list[float]] = {
        "git add; git commit, twice": [],
        "GitPython index.add, index.commit, twice": [],
        "a recorded run, both commits": [],
        "a flush": [],
    }
    by_git_row, by_gitpython_row, records_row, flushes_row = found.values()
    for number in range(ROUNDS + 1):
        by_git_row.append(timed(lambda n=number: by_git(git_twice, n)))
        if number <= slow_rounds:
            by_gitpython_row.append(timed(lambda n=number: by_gitpython(repo, n)))
        records_row.append(timed(lambda n=number: ours.record(n)))
        flushes_row.append(timed(ours.flush))
    return {what: values[1:] for what, values in found.items()}  # the first warms up


def timed(action: Callable[[], None]) -> float:
    """Return the CPU milliseconds of an action."""
    before = cpu()
    action()
    return cpu() - before


def cpu() -> float:
    """Return the CPU milliseconds of this process and of its children that ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return 1000 * sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, who))


class Ours:
    """Whole recorded runs; the flush, which comes now and then, by itself."""

    def __init__(self, folder: Path) -> None:
        desk.committed = lambda repository: None  # noqa: ARG005  # no flush of its own accord
        self.journal = Journal(folder)
        self.desk = self.journal._desk  # noqa: SLF001  # to flush and look up by themselves
        self.desk.catalogue.refresh()

    def record(self, number: int) -> None:
        """Record one run: ten parameters, five metrics, a curve of twenty points."""
        params = {**PARAMS, "parameter_0": number}
        with self.journal.run(title="A wider layer", predict="metric_0 > 0", params=params) as run:
            for epoch in range(EPOCHS):
                run.log(step=epoch, loss=1 / (epoch + 1), val_loss=2 / (epoch + 1))
            for name, value in METRICS.items():
                run.metric(name, value)

    def flush(self) -> None:
        """Bring the folder, git's index and the branch up to what was recorded."""
        self.desk.repository.flush()


def by_git(folder: Path, number: int) -> None:
    """Commit a hypothesis, then its verdict, as a person with a script would."""
    for _, message, files in commits(NEW + number):
        write(folder, files)
        subprocess.run(["git", "add", *files], cwd=folder, check=True)
        subprocess.run(["git", "commit", "-q", "-m", message], cwd=folder, check=True)


def by_gitpython(repo: git.Repo, number: int) -> None:
    """Commit a hypothesis, then its verdict, through GitPython's index."""
    for _, message, files in commits(NEW + number):
        write(Path(repo.working_dir), files)
        repo.index.add(list(files))
        repo.index.commit(message)


def copy(origin: Path, name: str) -> Path:
    """Return a copy of a journal, with git's index as fresh as in the original."""
    target = origin.with_name(f"{origin.name}-{name}")
    shutil.copytree(origin, target)
    run(target, "update-index", "-q", "--refresh")
    return target


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write working files."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def run(folder: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def versions() -> str:
    """Return what the table was measured with."""
    said = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    return (
        f"Python {platform.python_version()}, {said.strip()}, GitPython {git.__version__}, "
        f"{platform.system()} {platform.machine()}"
    )


if __name__ == "__main__":
    main()
