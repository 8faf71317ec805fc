"""How a command opens the journal it works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.speech import say
from gitlab_journal.errors import JournalError
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from gitlab_journal.catalogue import Catalogue
    from gitlab_journal.desk import Desk

journal_option = click.option(
    "--journal",
    "journal",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The journal's folder, as in --journal ../digits-journal. Else $GITLAB_JOURNAL, "
    "pyproject.toml, a journal.md here or above, or <project>-journal beside the project.",
)


def open_journal(folder: Path | None, *, tell: bool = True) -> Desk:
    """Open a journal, finish what dead runs left there, bring folder and catalogue up to date.

    With `tell` a push that failed in the background is said, once. `folder` None looks where a
    decorated function would. Raises JournalNotFoundError, StoreError.
    """
    from gitlab_journal.desk import open_desk
    from gitlab_journal.locate import locate_journal

    desk = open_desk(locate_journal(folder, project=project_folder()))
    if _some_run_is_open(desk):
        from gitlab_journal.recovery import recover

        recover(desk)
    desk.flush()
    desk.catalogue.refresh()
    if tell:
        _tell_failed_push(desk)
    return desk


def _tell_failed_push(desk: Desk) -> None:
    from gitlab_journal.clones.push_ahead import failed_push

    reason = failed_push(desk.repository.state)
    if reason:
        say(reason, style="warning")


def project_folder() -> Path:
    """Return the root of the git repository that the user is in, else the current folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def _some_run_is_open(desk: Desk) -> bool:
    """Return whether a run is open or was left behind; else a list need not load what judges."""
    folder = desk.runs.folder
    return folder.is_dir() and any(folder.iterdir())


def complete_id(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001  # click's signature
    incomplete: str,
) -> list[CompletionItem]:
    """Return the ids that the shell offers, with their titles, the newest first."""
    from click.shell_completion import CompletionItem

    named = context.params.get("journal") or context.find_root().params.get("journal")
    try:
        rows = open_journal(named and Path(named), tell=False).catalogue.rows()
    except JournalError:
        return []
    found = (
        (word, row)
        for row in sorted(rows, key=lambda row: row.id, reverse=True)
        for word in (row.id, row.id[-4:])
        if incomplete and word.startswith(incomplete)
    )
    return [CompletionItem(word, help=one_line(row.title)) for word, row in found][:50]


def name_damages(catalogue: Catalogue) -> int:
    """Name each page that does not read on stderr; returns the exit code."""
    damages = catalogue.damaged()
    for damage in damages:
        say(f"{one_line(damage.path)}:{damage.line}: {damage.reason}", style="error")
    if damages:
        say(f"{len(damages)} damaged page{'s' if len(damages) > 1 else ''} left out")
    return 1 if damages else 0
