"""Render the journal for the browser."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from gitlab_journal.commands.opening import journal_option, name_damages, open_journal
from gitlab_journal.commands.speech import print_path, say

FOLDER = "site"


@click.command(
    "render",
    short_help="Render the journal as pages that open by double click.",
    epilog="""\b
Examples:
  glj render
  glj render --output ~/public/digits
  xdg-open "$(glj render)"     (macOS: open)""",
)
@click.option(
    "--output",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the pages go, as in --output ~/public/digits. Else site/ in the journal.",
)
@journal_option
@click.pass_context
def command(context: click.Context, output: Path | None, journal: Path | None) -> None:
    """Render the journal as pages that open by double click, and print the first one's path.

    Only what changed is written again. A damaged page is named and left out, and the exit code
    is 1.
    """
    gc.disable()  # a tenth of the time; 10,000 entries take 125 MB with it and without
    try:
        code = render_journal(journal, output)
    finally:
        gc.enable()
    context.exit(code)


def render_journal(journal: Path | None, output: Path | None) -> int:
    """Write the site, print its first page's path, return the exit code.

    Raises StoreError, ArgumentError.
    """
    from gitlab_journal.site.render import render

    desk = open_journal(journal)
    folder = (output.expanduser() if output else desk.repository.root / FOLDER).absolute()
    report = render(desk.repository, desk.catalogue, folder)
    say(f"{report.pages} pages: {report.written} files written, {report.removed} removed")
    print_path(folder / "index.html")
    return name_damages(desk.catalogue)
