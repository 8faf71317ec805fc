"""Bring the journal together with another clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.opening import journal_option, open_journal, project_folder
from gitlab_journal.commands.speech import say
from gitlab_journal.errors import ArgumentError
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.clones.sync import Synced

_SHOWN = 8


@click.command(
    "sync",
    short_help="Pull, join and push the journal.",
    epilog="""\b
Examples:
  glj sync git@gitlab.com:lab/digits-journal.git      (the first time: an empty project)
  glj sync
  glj sync backup                                     (another remote of the journal)
  glj sync --before-run && python train.py            (in a batch script)

\b
To push each hypothesis before its result is known, write into journal.md:
  push_before_run: true""",
)
@click.argument("remote", required=False)
@click.option(
    "--before-run",
    is_flag=True,
    help="Begin to sync in the background and return at once: what is committed reaches the "
    "remote while a training goes on, as in glj sync --before-run && python train.py. The next "
    "command says it where that failed.",
)
@click.option(
    "--unrelated",
    is_flag=True,
    help="Join a journal that was begun apart from this one, as in glj sync --unrelated.",
)
@click.option(
    "--unattended",
    is_flag=True,
    hidden=True,
    help="Do what --before-run began; with --unattended nothing is said.",
)
@journal_option
def command(
    remote: str | None, *, before_run: bool, unrelated: bool, unattended: bool, journal: Path | None
) -> None:
    """Fetch what others recorded, join it with what is here, push both.

    REMOTE is a remote of the journal or an address, by default the one that the branch follows;
    an address becomes the remote origin where the journal has none. Entries never conflict, since
    each is a file of its own. A page, journal.md or text that both sides changed is joined; where
    another file cannot be, theirs is kept beside it under another name. Nothing is lost, nothing
    is ever pushed by force, and what you have edited or staged in the folder stays yours.
    """
    if unattended:
        push_alone(journal)
    elif before_run:
        push_before_run(journal, remote)
    else:
        sync_journal(journal, remote, unrelated=unrelated)


def sync_journal(journal: Path | None, remote: str | None, *, unrelated: bool) -> None:
    """Sync and say on stderr what came and went. Raises StoreError."""
    from gitlab_journal.clones.push_ahead import forget_failed
    from gitlab_journal.clones.sync import sync

    repository = open_journal(journal).repository
    done = sync(repository, remote, unrelated=unrelated)
    forget_failed(repository.state)
    for warning in done.warnings:
        say(warning, style="warning")
    say(summary(done))
    for note in done.notes[:_SHOWN]:
        say(f"  {one_line(note)}")
    if len(done.notes) > _SHOWN:
        say(f"  and {len(done.notes) - _SHOWN} more, in the message of: git log --merges")


def push_before_run(journal: Path | None, remote: str | None) -> None:
    """Begin a sync in the background.

    Raises ArgumentError where a remote is named, StoreError where the journal has none.
    """
    from gitlab_journal.clones.push_ahead import start_push
    from gitlab_journal.store.remotes.remote import find_remote

    if remote is not None:
        raise ArgumentError("--before-run syncs with the upstream; name no remote")
    repository = open_journal(journal).repository
    find_remote(repository, None)
    start_push(repository)


def push_alone(journal: Path | None) -> None:
    """Do the work that `push_before_run` began, without a word."""
    from gitlab_journal.clones.push_ahead import push_what_is_wanted
    from gitlab_journal.locate import locate_journal
    from gitlab_journal.store.repository import Repository

    folder = locate_journal(journal, project=project_folder())
    push_what_is_wanted(Repository.open(folder))


def summary(done: Synced) -> str:
    """Return in one line what a sync did."""
    came, went = len(done.came), len(done.went)
    if not (came or went):
        what = "no entry came or went; other files did" if done.pushed else "nothing new"
    else:
        entries = "entry" if came == 1 else "entries"
        what = f"{came:,} {entries} came, {went:,} went"
    return f"{what}: {done.remote.shown}"
