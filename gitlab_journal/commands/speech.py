"""What the commands say beside their results, on stderr."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

import click

from gitlab_journal.errors import JournalWarning
from gitlab_journal.terminal import harmless

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

STYLES = {"error": "red", "warning": "yellow"}
MARKS = {
    "supported": ("●", "blue"),
    "refuted": ("◆", "yellow"),
    "inconclusive": ("■", "magenta"),
    "open": ("○", "bright_black"),
    "invalid": ("⊘", "bright_black"),
    "exploratory": ("·", None),
    "planned": ("○", "bright_black"),
    "running": ("◔", "bright_black"),
    "failed": ("▲", "red"),
    "interrupted": ("△", "bright_black"),
    "stopped": ("□", "bright_black"),
}


# What a terminal may take for more than a letter, where JSON has another way to write it.
_UNUSUAL = re.compile(r"[^\n -~]")
# A later line of an error that a page or path might have brought: ours are indented.
_LATER_LINE = re.compile(r"\n(?=[^\s])")


def say(message: str, *, style: str | None = None) -> None:
    """Write a message to stderr, `error` or `warning` before it in colour where asked for."""
    message = harmless(message)
    if style is None:
        click.echo(message, err=True)
        return
    message = _LATER_LINE.sub("\n  ", message)
    word = painted(f"{style}:", STYLES[style], stream=sys.stderr)
    click.echo(f"{word} {message}", err=True, color=True)


def print_json(value: object) -> None:
    """Write a value to stdout as JSON, what does not print in it escaped."""
    import json

    text = json.dumps(value, indent=1, ensure_ascii=False)
    click.echo(_UNUSUAL.sub(_escaped, text))


def _escaped(found: re.Match[str]) -> str:
    import json

    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def print_path(path: Path) -> None:
    """Write a path to stdout: as it is for a program, harmless on a terminal."""
    click.echo(harmless(str(path)) if sys.stdout.isatty() else path)


def say_warning(  # noqa: PLR0917  # the signature of warnings.showwarning
    message: Warning | str,
    category: type[Warning],
    filename: str,  # noqa: ARG001
    lineno: int,  # noqa: ARG001
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    """Write a warning of the journal to stderr, without the place in our source."""
    if issubclass(category, JournalWarning):
        say(str(message).removeprefix("gitlab_journal: "), style="warning")


def coloured(stream: IO[str]) -> bool:
    """Return whether colours belong on `stream`: a terminal, and NO_COLOR is not set."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def painted(text: str, colour: str | None, *, stream: IO[str]) -> str:
    """Return `text` in a colour where `stream` shows colours, else as it is."""
    return click.style(text, fg=colour) if colour and coloured(stream) else text


def verdict_mark(word: str) -> str:
    """Return a verdict or status, perhaps with a share behind it, after its glyph: `◆ refuted`."""
    glyph, _ = MARKS.get(word.split(maxsplit=1)[0], ("·", None))
    return f"{glyph} {word}"
