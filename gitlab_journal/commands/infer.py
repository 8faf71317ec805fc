"""Write what was learned from a run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.opening import complete_id, journal_option, open_journal
from gitlab_journal.commands.speech import print_path, say
from gitlab_journal.errors import ArgumentError

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.entry import Entry

SECTION = "Inference"
SCISSORS = "<!-- Write above this line. What follows is not kept. -->"


@click.command(
    "infer",
    short_help="Write what the result of an entry means.",
    epilog="""\b
Examples:
  glj infer k7m2 "Refuted: digit pixels share one scale, so scaling gains little."
  glj infer k7m2 - < inference.md
  glj infer k7m2            (opens your $EDITOR)""",
)
@click.argument("id", metavar="ID", shell_complete=complete_id)
@click.argument("text", required=False)
@journal_option
def command(id: str, *, text: str | None, journal: Path | None) -> None:  # noqa: A002  # a run's word
    """Write the inference of an entry: what its result means. Committed at once.

    TEXT is Markdown; - reads it from stdin, without it your editor opens. What an inference says
    already stays, and TEXT follows as a paragraph of its own.
    """
    write_inference(journal, id, text)


def write_inference(journal: Path | None, word: str, text: str | None) -> None:
    """Commit an inference to the entry that `word` names and print the page's path.

    Raises ArgumentError for an empty text, one that breaks the page, or an entry that still runs.
    """
    from datetime import UTC, datetime

    from gitlab_journal.amending.rewrite import commit_page, newest
    from gitlab_journal.compose import commit_message

    desk = open_journal(journal)
    entry = desk.entry(desk.catalogue.resolve(word))
    _refuse_early(entry)
    text = text_given(text, what="inference", shown=_shown(entry))
    with newest(desk, entry.id) as (row, entry):
        _refuse_early(entry)
        written = add_inference(entry, text)
        now = datetime.now(UTC)
        message = commit_message(written, subject=f"inference: {entry.title}")
        commit_page(desk, row, entry, written, message=message, date=now)
    say(f"inference committed: {entry.id}, {entry.title}")
    print_path(desk.repository.root / row.path)


def _refuse_early(entry: Entry) -> None:
    if entry.status in ("planned", "running"):
        raise ArgumentError(f"{entry.id} is {entry.status}; an inference follows its result")


def add_inference(entry: Entry, text: str) -> Entry:
    """Return the entry with `text` in its inference, behind what stands there.

    Raises ArgumentError where it is empty or the page would not read with it.
    """
    from gitlab_journal.amending.amendable import refuse_keys
    from gitlab_journal.errors import PageError

    text = text.replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise ArgumentError("the inference is empty; nothing is written")
    refuse_keys("the inference", text, prose=True)
    empty = not entry.prose(SECTION).strip()
    try:
        text.encode()
        return (entry.fill if empty else entry.append)(SECTION, text)
    except UnicodeEncodeError as error:
        raise ArgumentError(f"the inference is not UTF-8: {error}") from error
    except PageError as error:
        raise ArgumentError(f"the page would not read with this: {error.reason}") from error


def _shown(entry: Entry) -> str:
    """Return what the editor shows below the line: what an inference is drawn from."""
    hypothesis, results = (entry.section(name).strip() for name in ("Hypothesis", "Results"))
    return f"\n\n{SCISSORS}\n\n# {entry.title}\n\n{hypothesis}\n\n{results}\n"


def text_given(text: str | None, *, what: str, shown: str) -> str:
    """Return the text of a command line, of stdin for `-` or on a pipe, else of the editor.

    The editor begins with `shown`; what stands below its line of scissors is left out. `what`
    names the text in an ArgumentError for bytes that are none.
    """
    if text == "-" or (text is None and not sys.stdin.isatty()):
        try:
            return sys.stdin.buffer.read().decode()
        except UnicodeDecodeError as error:
            raise ArgumentError(f"the {what} on stdin is not UTF-8: {error}") from error
    if text is not None:
        return text
    edited: str | None = click.edit(shown, extension=".md")
    return (edited or "").partition(SCISSORS)[0]
