"""A project on disk, laid out for one run after another."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from duplicates.scenario import Step

IMPORT, DECORATOR = "from tracker import tracked\n", "@tracked\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """What a tool has a user write into the sources: an import, a decorator; or nothing."""

    importing: str = ""
    decorator: str = ""

    def write_into(self, text: str) -> str:
        """Return a source with the tool's own lines for the neutral ones."""
        return text.replace(IMPORT, self.importing).replace(DECORATOR, self.decorator)


@dataclass(slots=True, kw_only=True)
class Project:
    """A project in a folder of its own, beside it what lies outside of the project."""

    root: Path
    python: Path
    tracker: Tracker
    variables: Mapping[str, str]
    seed: int = 0
    step: Step | None = None

    def __post_init__(self) -> None:
        for folder in (self.folder, self.root / "outside", self.root / "home"):
            folder.mkdir(parents=True)
        (self.root / "home" / ".gitconfig").write_text(
            "[user]\n\tname = Ada Example\n\temail = ada@example.org\n"
        )

    @property
    def folder(self) -> Path:
        """Return where the project lies now."""
        moved = self.root / "moved" / "project"
        return moved if moved.exists() else self.root / "project"

    def lay(self, step: Step) -> None:
        """Write the files of a step, leaving those alone that did not change."""
        if step.moved:
            (self.root / "moved").mkdir()
            self.folder.rename(self.root / "moved" / "project")
        for name in self._tracked_files() - set(step.files):
            (self.folder / name).unlink()
        for name, text in step.files.items():
            keep_time = name in step.kept_time
            _write(self.folder / name, self.tracker.write_into(text), keep_time=keep_time)
        for name in step.touched:
            os.utime(self.folder / name)
        outside = self.root / "outside"
        for path in sorted(outside.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for name, text in step.outside.items():
            _write(outside / name, text)
        (self.folder / ".laid").write_text("\n".join(step.files))
        self.seed, self.step = self.seed + 1, step

    def commit(self) -> None:
        """Make the project a git repository with one commit."""
        self.run("git", "init", "--quiet")
        ignored = ["__pycache__", "cache", ".laid", ".exptrack", "outputs"]
        (self.folder / ".gitignore").write_text("\n".join(ignored) + "\n")
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "Begin")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the project, in a process whose words hash differently each time."""
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env={
                **kept,
                "PATH": f"{self.python.parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.root / "home"),
                "PYTHONPATH": str(self.root / "outside"),
                "PYTHONHASHSEED": str(self.seed),
                # Two edits of one size within one second leave stale bytecode behind.
                "PYTHONDONTWRITEBYTECODE": "1",
                "NO_COLOR": "1",
                "TF_CPP_MIN_LOG_LEVEL": "3",
                **self.variables,
                **(self.step.variables if self.step else {}),
            },
        )

    def start(self, step: Step) -> subprocess.CompletedProcess[str]:
        """Run the script of a step with its arguments."""
        return self.run(self.python, step.script, *given(step))

    def _tracked_files(self) -> set[str]:
        laid = self.folder / ".laid"
        return set(laid.read_text().splitlines()) if laid.exists() else set()


def given(step: Step) -> Sequence[str]:
    """Return the arguments of a step as words of a command line."""
    return [word for name, value in step.arguments.items() for word in (f"--{name}", str(value))]


def _write(path: Path, text: str, *, keep_time: bool = False) -> None:
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if not keep_time:
        path.write_text(text)
        return
    before, beside = path.stat(), path.with_name(f"{path.name}.new")
    beside.write_text(text)
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.replace(path)
