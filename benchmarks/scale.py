"""What grows with a journal: CPU and wall time at 100, 10,000 and 100,000 entries.

python benchmarks/scale.py [NUMBER OF ENTRIES ...]
python benchmarks/scale.py day
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from commands import GLJ, environment
from journals import BEGIN, EVERY, cached_journal, commits
from record import Ours, by_git, cpu, run, versions

from gitlab_journal import Journal, desk
from gitlab_journal.catalogue import Catalogue
from gitlab_journal.earlier import find_earlier
from gitlab_journal.fingerprint import HASHES, Fingerprint
from gitlab_journal.store import pace, packing
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gitlab_journal.desk import Desk

SIZES = (100, 10_000, 100_000)
ROUNDS, FEW = 30, 5
LARGEST_SITE = 10_000  # entries
DAY = 10_000  # runs
SETTLED = 60  # seconds to wait for the git that packs
NEW = 2_000_000  # entries with numbers from here on are in no journal yet
LARGE = 100  # milliseconds, from which on no decimal is shown
ADA = Author("Ada Example", "ada@example.org")

Measured = list[tuple[float, float]]


def main() -> None:
    """Measure every size and print one table; or what a day of runs leaves in git."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["HOME"] = name  # git's settings are the same for everybody
        run(Path(name), "config", "--global", "user.name", "Ada Example")
        run(Path(name), "config", "--global", "user.email", "ada@example.org")
        if sys.argv[1:] == ["day"]:
            print(a_day(cached_journal(Path(name) / "day", SIZES[1])))
        else:
            table(Path(name), [int(word) for word in sys.argv[1:]] or list(SIZES))


def table(folder: Path, sizes: Sequence[int]) -> None:
    """Print one table of what was measured in journals of these sizes."""
    columns = []
    for size in sizes:
        columns.append(dict(measure(folder / str(size), size)))
        shutil.rmtree(folder / str(size))
    print(f"Medians, CPU ms (wall ms), children included; {versions()}\n")
    print(f"| what | {' | '.join(f'{size:,} entries' for size in sizes)} |")
    print(f"|---|{'---|' * len(sizes)}")
    for what in columns[0]:
        cells = (shown(column[what]) if column.get(what) else "" for column in columns)
        print(f"| {what} | {' | '.join(cells)} |")


def shown(found: Measured | str) -> str:
    """Return a cell of the table."""
    if isinstance(found, str):
        return found
    times = (1000 * statistics.median(column) for column in zip(*found, strict=True))
    return "{} ({})".format(
        *(f"{value:,.1f}" if value < LARGE else f"{value:,.0f}" for value in times)
    )


def measure(folder: Path, size: int) -> Iterator[tuple[str, Measured | str]]:
    """Yield what was measured in a journal of so many entries."""
    progress(f"a journal of {size:,} entries")
    journal = cached_journal(folder / "journal", size)
    yield "catalogue, first", repeated(lambda: Catalogue(Repository.open(journal)).refresh(), 1)
    ours = Ours(journal)
    yield from of_records(ours, journal, few=size > SIZES[0])
    yield from of_reading(ours.desk, size)
    yield from of_commands(journal, word_of(size))
    if size <= LARGEST_SITE:
        yield from of_site(journal, folder / "site", ours.desk.repository)
    yield "size of the repository", f"{megabytes(journal):,.0f} MB"


def of_records(ours: Ours, journal: Path, *, few: bool) -> Iterator[tuple[str, Measured]]:
    """Yield what recorded runs cost, beside a script that calls git; the rounds alternate."""
    found: list[Measured] = [[], [], []]
    for number in range(ROUNDS + 1):
        ours.desk.catalogue.refresh()
        found[0].append(timed(lambda n=number: ours.record(n)))
        found[1].append(timed(ours.flush))
        if number <= (FEW if few else ROUNDS):
            found[2].append(timed(lambda n=number: by_git(journal, NEW + n)))
    names = ("a recorded run, both commits", "a flush", "`git add; git commit`, twice")
    yield from ((name, rounds[1:]) for name, rounds in zip(names, found, strict=True))


def of_reading(open_desk: Desk, size: int) -> Iterator[tuple[str, Measured]]:
    """Yield what a look-up costs that finds the entries of other seeds, and a fresh catalogue."""
    open_desk.catalogue.refresh()
    row = open_desk.catalogue.resolve(word_of(size))
    fingerprint = Fingerprint(**{name: getattr(row, name) for name in HASHES}, seeded=True)
    found = find_earlier(open_desk, fingerprint, name="train")
    looked = repeated(lambda: find_earlier(open_desk, fingerprint, name="train"))
    yield f"look-up that finds {len(found)} entries", looked
    yield "freshness of the catalogue", repeated(open_desk.catalogue.refresh)
    others = Repository.open(open_desk.repository.root)
    found = []
    for number in range(FEW):
        for date, message, files in commits(NEW + 100 + number):
            others.commit(files, message=message, author=ADA, date=date)
        found.append(timed(open_desk.catalogue.refresh))
    others.flush()
    yield "catalogue, one entry new", found


def word_of(size: int) -> str:
    """Return the beginning of the id of an entry in the middle of the journal."""
    return f"{BEGIN + size // 2 * EVERY:%Y%m%d-%H%M%S}"


def of_commands(journal: Path, word: str) -> Iterator[tuple[str, Measured]]:
    """Yield what commands cost, the start of Python included."""
    yield "`glj ls`", repeated(lambda: glj(journal, "ls"), FEW)
    yield "`glj ls --json`", repeated(lambda: glj(journal, "ls", "--json"), 1)
    yield "`glj show`", repeated(lambda: glj(journal, "show", word), FEW)


def of_site(journal: Path, site: Path, repository: Repository) -> Iterator[tuple[str, Measured]]:
    """Yield what the site costs, as a whole and after one entry more."""
    progress("the site")
    words = ("render", "--output", str(site))
    yield "`glj render`, all", repeated(lambda: glj(journal, *words), 1)
    found = []
    for number in range(FEW):
        for date, message, files in commits(NEW + 200 + number):
            repository.commit(files, message=message, author=ADA, date=date)
        repository.flush()
        found.append(timed(lambda: glj(journal, *words)))
    yield "`glj render`, one entry new", found


def glj(journal: Path, *words: str) -> None:
    """Run a command on a journal."""
    arguments = [GLJ, *words, "--journal", journal]
    subprocess.run(arguments, capture_output=True, check=True, env=environment())


def repeated(action: Callable[[], object], rounds: int = ROUNDS) -> Measured:
    """Return what each of so many rounds of an action costs."""
    return [timed(action) for _ in range(rounds)]


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU seconds of an action, children included, and its wall seconds."""
    before, begun = cpu(), time.perf_counter()
    action()
    return (cpu() - before) / 1000, time.perf_counter() - begun


def a_day(folder: Path) -> str:
    """Record runs one after the other, as fast as they go, and tell what they leave in git."""
    progress(f"{DAY:,} runs in a row")
    desk.committed = pace.committed  # flushes of their own accord again
    journal = Journal(folder)
    repository = Repository.open(folder)
    before, loose, times = megabytes(folder), [], []
    for number in range(DAY):
        with journal.run(title="A wider layer", params={"number": number}) as open_run:
            open_run.metric("score", number)
        if number % 100 == 0:
            loose.append(packing.loose_objects(repository))
            times.append((cpu(), 1000 * time.perf_counter()))
    repository.flush()
    first, last = (
        " ".join(f"{(b - a) / 1000:.1f}" for a, b in zip(*ends, strict=True))
        for ends in ((times[0], times[10]), (times[-11], times[-1]))
    )
    packing.pack_when_many(repository)
    give_up = time.monotonic() + SETTLED
    while packing.are_many(repository) and time.monotonic() < give_up:
        time.sleep(0.1)
    grown = megabytes(folder) - before
    packs = len(list((repository.objects.folder / "pack").glob("*.pack")))
    return (
        f"{DAY:,} runs in a row: loose objects at most {max(loose):,}, at the end "
        f"{packing.loose_objects(repository):,} and {packs} packs; the repository grew by "
        f"{grown:,.0f} MB; a run's CPU and wall ms among the first 1,000: {first}, the last: {last}"
    )


def megabytes(journal: Path) -> float:
    """Return what git's objects take, loose ones and packs."""
    said = subprocess.run(
        ["git", "count-objects", "-v"], cwd=journal, capture_output=True, text=True, check=True
    ).stdout
    kept = dict(line.split(": ") for line in said.splitlines())
    return (int(kept["size"]) + int(kept["size-pack"])) * 1024 / 1e6


def progress(what: str) -> None:
    """Say on stderr what takes its time."""
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
