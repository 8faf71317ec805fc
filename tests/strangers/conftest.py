"""A journal as a stranger hands it over: a whole folder, its `.git` included."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from gitlab_journal.cli import command_line
from gitlab_journal.desk import create_desk

PAGE = """---
id: {id}
metric: loss
score: {score}
status: done
date: 2026-03-01T18:43:07Z
format: 1
---

# {title}

## Hypothesis

None stated: exploratory.

## Results

```yaml metrics
loss: {score}
```
"""
IDS = ("20260301-184307-d7k7m2", "20260302-101112-b2p3x9")


def page_of(entry_id: str) -> str:
    return f"entries/2026/03/0{entry_id[7]}/{entry_id}-one.md"


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Stranger:
    """A journal of two pages in a folder that somebody else has filled, and a trap for programs."""

    root: Path
    caught: Path

    @property
    def program(self) -> str:
        """A program that leaves a file where it ran."""
        return str(self.caught.parent / "program")

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, capture_output=True, text=True, check=check
        )
        return done.stdout

    def config(self, text: str) -> None:
        with (self.root / ".git" / "config").open("a", encoding="utf-8") as file:
            file.write(text)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def commit(self) -> None:
        self.git("-c", "core.fsmonitor=false", "add", "-A")
        self.git("commit", "-qm", "A stranger's work")

    def glj(self, *arguments: str) -> Done:
        """Run a command on the journal as its reader would."""
        command, *rest = arguments
        words = [command, "--journal", str(self.root), *rest]
        ran = CliRunner().invoke(command_line, words, catch_exceptions=False)
        return Done(ran.exit_code, ran.stdout_bytes, ran.stderr_bytes)

    def what_ran(self) -> list[str]:
        return sorted(path.name for path in self.caught.iterdir())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a journal that is made once and copied for every test."""
    return tmp_path_factory.mktemp("strangers") / "theirs"


@pytest.fixture
def stranger(made: Path, tmp_path: Path) -> Stranger:
    root, caught = tmp_path / "theirs", tmp_path / "trap" / "caught"
    caught.mkdir(parents=True)
    program = caught.parent / "program"
    program.write_text(f'#!/bin/sh\n: > "{caught}/ran-$$"\nexit 1\n')
    program.chmod(0o755)
    if not made.exists():
        create_desk(made, title="Theirs")
        for place, entry_id in enumerate(IDS):
            text = PAGE.format(id=entry_id, title=f"Number {place}", score=f"0.{place + 1}")
            Stranger(made, caught).write(page_of(entry_id), text)
        Stranger(made, caught).commit()
    shutil.copytree(made, root, symlinks=True)
    return Stranger(root, caught)
