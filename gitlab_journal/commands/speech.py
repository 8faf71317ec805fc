"""What the commands say beside their results, on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

import click

from gitlab_journal.errors import JournalWarning

if TYPE_CHECKING:
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


def harmless(text: str) -> str:
    """Return `text` without what would steer a terminal: only what prints, lines and tabs stay."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)


def say(message: str, *, style: str | None = None) -> None:
    """Write a message to stderr, `error` or `warning` before it in colour where asked for."""
    message = harmless(message)
    if style is None:
        click.echo(message, err=True)
        return
    word = painted(f"{style}:", STYLES[style], stream=sys.stderr)
    click.echo(f"{word} {message}", err=True, color=True)


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
