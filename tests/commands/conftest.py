"""A journal with pages to list, and the command line to ask."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
from click.testing import CliRunner, Result

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def page(
    number: int,
    title: str,
    *,
    params: dict[str, object] | None = None,
    metrics: dict[str, float] | None = None,
    verdict: str | None = None,
    status: str = "done",
    seed: int | None = None,
    metric: str | None = None,
    hypothesis: str = "It helps.",
    inference: str = "",
    **front: str,
) -> tuple[str, str]:
    """The path and text of entry `number`; equal params but for `seed` are replicates."""
    date = START + timedelta(hours=number)
    identifier = f"{date:%Y%m%d-%H%M%S}-00{ALPHABET[number // 32]}{ALPHABET[number % 32]}zz"
    metrics = metrics or {}
    metric = metric or next(iter(metrics), None)
    config = f"xxh3_128:{crc32(str(params).encode()):032x}"
    keys = {
        "id": identifier,
        "verdict": verdict,
        "metric": metric,
        "score": metrics.get(metric),
        "prediction": "accuracy >= 0.9" if verdict else None,
        "model": front.pop("model", None),
        "dataset": front.pop("dataset", None),
        "author": front.pop("author", "Ada Example"),
        "date": f"{date:%Y-%m-%dT%H:%M:%SZ}",
        "status": status,
        "duration": 1.5,
        "tags": front.pop("tags", None),
        "params_hash": f"{config[:-1]}{seed}" if seed is not None else config,
        "config_hash": config,
        "format": 1,
    }
    head = "\n".join(f"{name}: {value}" for name, value in keys.items() if value is not None)
    values = {**(params or {}), **({} if seed is None else {"seed": seed})}
    sections = [
        f"---\n{head}\n---\n\n# {title}\n",
        f"## Hypothesis\n\n{hypothesis}\n",
        "## Procedure\n" + _block("params", values),
        "## Results\n" + _block("metrics", metrics),
        f"## Inference\n{inference and chr(10)}{inference}{inference and chr(10)}",
        "## Code\n",
    ]
    return f"entries/{date:%Y/%m/%d}/{identifier}-entry.md", "\n".join(sections)


def _block(name: str, values: dict[str, object]) -> str:
    if not values:
        return ""
    rows = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"\n```yaml {name}\n{rows}```\n"


@dataclass
class Notebook:
    """A journal that a test fills, and `glj` at work on it."""

    folder: Path
    glj: Callable[..., Result]

    def write(self, *pages: tuple[str, str]) -> list[str]:
        """Commit pages; returns their ids."""
        for path, text in pages:
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        self.git("add", "entries")
        self.git("commit", "-qm", "pages")
        return [Path(path).name[:22] for path, _ in pages]

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        ).stdout


def run_glj(*words: str, stdin: str | None = None) -> Result:
    """Run `glj` in this process."""
    from gitlab_journal.cli import command_line

    return CliRunner().invoke(
        command_line, list(words), input=stdin, prog_name="glj", catch_exceptions=False
    )


def run_process(
    *words: str, cwd: Path | None = None, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m gitlab_journal` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gitlab_journal", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


def run_on_terminal(*words: str, cwd: Path, columns: int = 80, **variables: str) -> str:
    """Run `python -m gitlab_journal` on a terminal; what it writes there."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(cwd)
        os.environ.update(variables)
        program = [sys.executable, "-m", "gitlab_journal", *words]
        os.execv(sys.executable, program)  # noqa: S606  # the child of a fork
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    said = b""
    with suppress(OSError):  # Linux says so when the child has gone
        while chunk := os.read(terminal, 65536):
            said += chunk
    os.waitpid(child, 0)
    os.close(terminal)
    return said.decode().replace("\r\n", "\n")


@pytest.fixture
def on_terminal() -> Callable[..., str]:
    return run_on_terminal


@pytest.fixture
def glj() -> Callable[..., Result]:
    return run_glj


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    return run_process


@pytest.fixture
def entry() -> Callable[..., tuple[str, str]]:
    return page


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """An empty journal, found by being in it."""
    from gitlab_journal.desk import create_desk

    folder = tmp_path / "digits-journal"
    create_desk(folder, title="Digits journal")
    monkeypatch.chdir(folder)
    return Notebook(folder, run_glj)


@dataclass
class Demo:
    """The one demo that all tests look at: where it ran, what it said."""

    folder: Path
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`glj demo` inside somebody's repository, on a machine where git knows nobody."""
    folder = tmp_path_factory.mktemp("demo") / "try"
    home = tmp_path_factory.mktemp("nobody")
    subprocess.run(["git", "init", "-q"], cwd=folder.parent, check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    done = subprocess.run(
        [sys.executable, "-m", "gitlab_journal", "demo", str(folder)],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"},
    )
    return Demo(folder, done.returncode, done.stdout, done.stderr)
