"""What a tool says of the second run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from duplicates.scenario import DIFFERENT, SAME, UNABLE

if TYPE_CHECKING:
    import subprocess

UNDECLARED = "a module changed that the tool was not told of"


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's word (same, different, unable), and what it said or why it is unable."""

    word: str
    note: str = ""


def answer_of(*, same: bool, note: str = "") -> Answer:
    """Return the answer of a tool that could give one."""
    return Answer(SAME if same else DIFFERENT, note)


def failure(done: subprocess.CompletedProcess[str]) -> Answer:
    """Return that a tool is unable, with the last line of what it printed."""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return Answer(UNABLE, lines[-1].strip()[:200] if lines else f"exit code {done.returncode}")
