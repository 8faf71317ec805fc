"""The history of an entry as lines, or as JSON."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from gitlab_journal.commands.speech import painted
from gitlab_journal.history.telling import SIGNATURES, tell
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from gitlab_journal.history.history import Event
    from gitlab_journal.history.telling import Telling

WIDTH = 80
_LATER = 60  # seconds between what happened and its commit that are worth a word


def print_story(events: Sequence[Event]) -> None:
    """Print the history of an entry for reading, oldest first."""
    last = next((event.entry for event in reversed(events) if event.entry), None)
    if last is not None:
        click.echo(one_line(f"{last.id}  {last.title}"))
    click.echo("All times are UTC; the newest commit is below.\n")
    for event, told in _told(events):
        click.echo(_head(event))
        colour = None if told.declared else "yellow"
        for line in _wrapped(told.did, "  "):
            click.echo(painted(line, colour, stream=sys.stdout), color=True)
        for detail in told.details:
            for line in _wrapped(detail, "    "):
                click.echo(line)


def story_rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return the history of an entry as what JSON holds, oldest first."""
    from gitlab_journal.page.portable import portable

    return [
        {
            "commit": event.commit.id,
            "date": event.commit.date.isoformat(),
            "committed": event.commit.committed.isoformat(),
            "author": event.commit.author,
            "email": event.commit.email,
            "path": event.path,
            "did": told.did,
            "declared": told.declared,
            "amends": event.stated.get("Amends"),
            "reason": event.stated.get("Reason"),
            "edits": [
                {"what": edit.what, "before": portable(edit.before), "after": portable(edit.after)}
                for edit in event.edits
            ],
            "files": list(event.files),
            "signature": event.signature,
            "pushes": [{"remote": push.remote, "at": push.at.isoformat()} for push in event.pushes],
        }
        for event, told in _told(events)
    ]


def _told(events: Sequence[Event]) -> Iterator[tuple[Event, Telling]]:
    since: datetime | None = None
    for event in events:
        yield event, tell(event, since=since)
        if event.before is None and event.entry is not None and event.entry.prediction:
            since = event.commit.date


def _head(event: Event) -> str:
    """Return who made a commit and when; whether it was signed, pushed, made later."""
    commit = event.commit
    facts = [f"{commit.date:%Y-%m-%d %H:%M:%S}", commit.author, commit.id[:8]]
    if (commit.committed - commit.date).total_seconds() > _LATER:
        facts.append(f"committed {commit.committed:%Y-%m-%d %H:%M:%S}")
    facts.append(SIGNATURES.get(event.signature, f"signature {event.signature}"))
    facts += [f"pushed to {push.remote} {push.at:%Y-%m-%d %H:%M:%S}" for push in event.pushes]
    return "\n".join(_wrapped("  ".join(fact for fact in facts if fact), "", hanging="    "))


def _wrapped(text: str, indent: str, *, hanging: str | None = None) -> list[str]:
    further = f"{indent}  " if hanging is None else hanging
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=further,
        break_on_hyphens=False,
    )
