"""How a command opens the journal it works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitlab_journal.errors import JournalError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from gitlab_journal.desk import Desk

journal_option = click.option(
    "--journal",
    "journal",
    metavar="PATH",
    type=click.Path(file_okay=False, path_type=Path),
    help="The journal's folder, as in --journal ../digits-journal. Else $GITLAB_JOURNAL, "
    "pyproject.toml, a journal.md here or above, or <project>-journal beside the project.",
)


def open_journal(folder: Path | None) -> Desk:
    """Open a journal, finish what dead runs left there, bring the catalogue up to date.

    `folder` None looks where a decorated function would. Raises JournalNotFoundError, StoreError.
    """
    from gitlab_journal.desk import open_desk
    from gitlab_journal.identity.project import project_root
    from gitlab_journal.locate import locate_journal
    from gitlab_journal.recovery import recover

    desk = open_desk(locate_journal(folder, project=project_root(Path.cwd())))
    recover(desk)
    desk.catalogue.refresh()
    return desk


def complete_id(
    context: click.Context,
    parameter: click.Parameter,  # noqa: ARG001  # click's signature
    incomplete: str,
) -> list[CompletionItem]:
    """Return the ids that the shell offers, with their titles, the newest first."""
    from click.shell_completion import CompletionItem

    try:
        rows = open_journal(context.params.get("journal")).catalogue.rows()
    except JournalError:
        return []
    found = (
        (word, row)
        for row in sorted(rows, key=lambda row: row.id, reverse=True)
        for word in (row.id, row.id[-4:])
        if incomplete and word.startswith(incomplete)
    )
    return [CompletionItem(word, help=row.title) for word, row in found][:50]
