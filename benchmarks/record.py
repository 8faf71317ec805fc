"""What it costs to record one run: CPU of both commits, children included, beside its peers.

python benchmarks/record.py [NUMBER OF ENTRIES ...]
"""

from __future__ import annotations

import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import git

from gitlab_journal.store import branch
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = (100, 10_000)
ROUNDS = 30
SLOW_ROUNDS = 5  # of GitPython, which takes seconds in a large journal
ADA = Author("Ada Example", "ada@example.org")
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY = 200  # entries
PARAMS = "".join(f"parameter_{number}: 0.{number}25\n" for number in range(10))
METRICS = "".join(f"metric_{number}: 0.9{number}7\n" for number in range(5))
HISTORY = "epoch,loss,val_loss\n" + "".join(f"{n},0.{n}123456,0.{n}654321\n" for n in range(20))


def main() -> None:
    """Measure every size and print one table."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as name:
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
    make_journal(origin, size)
    ours = Ours(copy(origin, "ours"))
    git_twice = copy(origin, "git")
    repo = git.Repo(copy(origin, "gitpython"))
    slow_rounds = ROUNDS if size < SIZES[-1] else SLOW_ROUNDS
    found: dict[str, list[float]] = {
        "git add; git commit, twice": [],
        "GitPython index.add, index.commit, twice": [],
        "gitlab_journal, objects and working files": [],
        "gitlab_journal, git's index and the branch": [],
    }
    by_git_row, by_gitpython_row, objects_row, moves_row = found.values()
    for number in range(ROUNDS + 1):
        by_git_row.append(timed(lambda n=number: by_git(git_twice, n)))
        if number <= slow_rounds:
            by_gitpython_row.append(timed(lambda n=number: by_gitpython(repo, n)))
        whole = timed(lambda n=number: ours.record(n))
        objects_row.append(whole - ours.moves[-1])
        moves_row.append(ours.moves[-1])
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
    """The journal's own commits, with the CPU of git's index and the branch kept apart."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository.open(folder)
        self.moves: list[float] = []
        self._moving = 0.0
        for name in ("_write_index", "_move"):
            setattr(branch, name, self._apart(getattr(branch, name)))

    def record(self, number: int) -> None:
        """Commit a hypothesis, then its verdict."""
        self._moving = 0.0
        for files, message in commits(number):
            self.repository.commit(files, message=message, author=ADA, date=BEGIN)
        self.moves.append(self._moving)

    def _apart(self, step: Callable[..., None]) -> Callable[..., None]:
        def counted(*arguments: object) -> None:
            before = cpu()
            step(*arguments)
            self._moving += cpu() - before

        return counted


def by_git(folder: Path, number: int) -> None:
    """Commit a hypothesis, then its verdict, as a person with a script would."""
    for files, message in commits(number):
        write(folder, files)
        subprocess.run(["git", "add", *files], cwd=folder, check=True)
        subprocess.run(["git", "commit", "-q", "-m", message], cwd=folder, check=True)


def by_gitpython(repo: git.Repo, number: int) -> None:
    """Commit a hypothesis, then its verdict, through GitPython's index."""
    for files, message in commits(number):
        write(Path(repo.working_dir), files)
        repo.index.add(list(files))
        repo.index.commit(message)


def commits(number: int) -> Iterator[tuple[dict[str, bytes], str]]:
    """Yield the files and the message of a run's two commits."""
    entry = f"20270101-120000-{number:06}"
    path = f"entries/2027/01/01/{entry}-a-wider-layer.md"
    trailers = f"Entry: {entry}\nStatus: running\nVerdict: -\nParams: -\nData: -\nCode: -"
    yield {path: page(entry, "")}, f"Plan {entry}\n\n{trailers}"
    files = {
        path: page(entry, f"\n```yaml metrics\n{METRICS}```\n"),
        f"entries/2027/01/01/{entry}/history.csv": HISTORY.replace("0.1", f"0.{number}").encode(),
    }
    yield files, f"Judge {entry}\n\n{trailers}"


def page(entry: str, results: str) -> bytes:
    """Return an entry's page."""
    return (
        f"---\nid: {entry}\nmodel: keras.Sequential\ndataset: digits\nauthor: Ada Example\n"
        f"date: 2026-03-01T12:00:00Z\nstatus: running\nformat: 1\n---\n\n# A wider layer\n\n"
        f"## Hypothesis\n\n{'A wider layer lowers the loss. ' * 8}\n\n## Procedure\n\n"
        f"```yaml params\n{PARAMS}```\n\n## Results\n{results}\n## Inference\n"
    ).encode()


def make_journal(folder: Path, size: int) -> None:
    """Make a journal of `size` entries, packed, as one that was cloned."""
    repository = Repository.create(
        folder, {"journal.md": b"---\nformat: 1\n---\n"}, message="Begin"
    )
    lines = [
        f"commit refs/heads/main\ncommitter A <a@b> 1 +0000\ndata 1\n.\nfrom {repository.head()}"
    ]
    for number in range(size):
        day = BEGIN - timedelta(days=1 + number // A_DAY)
        entry = f"{day:%Y%m%d}-120000-{number:06}"
        text = page(entry, "").decode()
        path = f"entries/{day:%Y/%m/%d}/{entry}-a-wider-layer.md"
        lines.append(f"M 644 inline {path}\ndata {len(text)}\n{text}")
    run(folder, "fast-import", "--quiet", input="\n".join(lines).encode() + b"\n")
    run(folder, "reset", "-q", "--hard")


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


def run(folder: Path, *arguments: str, input: bytes = b"") -> None:  # noqa: A002 - subprocess's word
    """Run git."""
    subprocess.run(["git", *arguments], cwd=folder, input=input, check=True)


def versions() -> str:
    """Return what the table was measured with."""
    said = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    return (
        f"Python {platform.python_version()}, {said.strip()}, GitPython {git.__version__}, "
        f"{platform.system()} {platform.machine()}"
    )


if __name__ == "__main__":
    main()
