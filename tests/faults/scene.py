"""A project with a journal that a program is run at, and what must hold there afterwards."""

from __future__ import annotations

import io
import itertools
import json
import random
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from programs import source

from gitlab_journal.entry import Entry

HERE = Path(__file__).parent


class Nursery:
    """The warm process of nursery.py; `run` returns how the child of a job ended."""

    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self._process = subprocess.Popen(
            [sys.executable, HERE / "nursery.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: dict[str, object]) -> dict[str, float]:
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Scene:
    """One project beside one journal, below `folder`; what is said of both lies `outside`."""

    folder: Path
    outside: Path
    nursery: Nursery
    program: str = "calls"
    environment: dict[str, str] = field(default_factory=dict)
    named: str = "digits-journal"
    _count: itertools.count = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.change(self.program)

    def change(self, program: str) -> None:
        """Put another program into the project."""
        self.program = program
        (self.project / f"{program}.py").write_text(source(program))

    @property
    def project(self) -> Path:
        return self.folder / "digits"

    @property
    def journal(self) -> Path:
        return self.folder / self.named

    @property
    def said(self) -> list[list[str]]:
        path = self.outside / "said"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def numbers(self, word: str) -> set[int]:
        """Return the numbers of the calls that said a word."""
        return {int(line[1]) for line in self.said if line[0] == word}

    def job(self, program: str, *arguments: str, **extra: object) -> dict[str, object]:
        self.last = self.outside / f"{next(self._count)}"
        return {
            "program": program,
            "arguments": [str(word) for word in arguments],
            "folder": str(self.project),
            "root": str(self.journal),
            "out": f"{self.last}.out",
            "err": f"{self.last}.err",
            "count": f"{self.last}.count",
            "environment": {
                "TOLD_JOURNAL": str(self.journal),
                "TOLD_FILE": str(self.outside / "said"),
                **self.environment,
            },
            **extra,
        }

    def run(self, **extra: object) -> float:
        """Run the program to its end, whatever that is; returns how it ended."""
        path = self.project / f"{self.program}.py"
        return self.nursery.run(self.job(str(path), **extra))["status"]

    def glj(self, *arguments: str, **extra: object) -> tuple[float, str]:
        """Run a command; returns its exit code with what it printed."""
        job = self.job("glj", *arguments, "--journal", str(self.journal), **extra)
        status = self.nursery.run(job)["status"]
        return status, self.out

    @property
    def out(self) -> str:
        return Path(f"{self.last}.out").read_text()

    @property
    def err(self) -> str:
        return Path(f"{self.last}.err").read_text()

    @property
    def moments(self) -> list[str]:
        return Path(f"{self.last}.count").read_text().splitlines()

    def git(self, *arguments: str, check: bool = True) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.journal, capture_output=True, text=True, check=check
        ).stdout

    def pages_ever(self) -> set[str]:
        """Return the paths of all pages in any commit that a reference reaches."""
        commits = self.git("log", "--all", "--format=%H").split()
        listed = [self.git("ls-tree", "-r", "--name-only", each, "entries") for each in commits]
        return {name for names in listed for name in names.splitlines() if name.endswith(".md")}

    def entries_ever(self) -> list[Entry]:
        """Return the entries as each commit has them that a reference reaches."""
        commits = self.git("log", "--all", "--format=%H").split()
        return [entry for commit in commits for entry in self.entries(commit).values()]

    def entries(self, commit: str = "HEAD") -> dict[str, Entry]:
        """Return the entries of a commit by path."""
        return {
            name: Entry.parse(content, path=self.journal / name)
            for name, content in self.files(commit).items()
            if name.endswith(".md")
        }

    def files(self, commit: str = "HEAD") -> dict[str, str]:
        """Return what a commit holds below entries/."""
        packed = subprocess.run(
            ["git", "archive", commit, "entries"],
            cwd=self.journal,
            capture_output=True,
            check=False,
        ).stdout
        if not packed:
            return {}
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            return {
                item.name: archive.extractfile(item).read().decode()
                for item in archive.getmembers()
                if item.isfile()
            }


def copy_scene(
    template: Path, folder: Path, nursery: Nursery, program: str, *, outside: Path | None = None
) -> Scene:
    """Copy a scene that nothing ran at yet, and put the program there."""
    shutil.copytree(template, folder, symlinks=True)
    return Scene(folder, outside or folder, nursery, program)


def chance_of(seed: object) -> random.Random:
    """Return numbers that look random and are the same in each run of the tests."""
    return random.Random(str(seed))  # noqa: S311  # no secret


def locks(journal: Path) -> list[str]:
    """Return the lock files that stand in the way of any git command."""
    found = (journal / ".git").rglob("*.lock")
    ours = ("pending.lock", "sync.lock")  # which stand in no other git's way
    return sorted(str(path.relative_to(journal)) for path in found if path.name not in ours)


def left_running(scene: Scene) -> list[str]:
    """Return the runs whose state is still kept; what a crash left half-made is none."""
    runs = scene.journal / ".git" / "gitlab-journal" / "runs"
    found = runs.iterdir() if runs.exists() else []
    return sorted(path.name for path in found if not path.name.startswith(".new-"))
