"""Make a journal."""

from __future__ import annotations

from pathlib import Path

import click

from gitlab_journal.commands.opening import project_folder
from gitlab_journal.commands.speech import print_path, say

TALK = """\
Made a journal in {folder}: {cover} (settings and cover text), .gitattributes, .gitignore.

Put @experiment above a function that trains, and call it:

  from gitlab_journal import experiment

  @experiment(hypothesis="A wider layer lowers the loss.", predict="val_loss < 0.30")
  def train(X, y, *, width=64, seed=0):
      return {{"val_loss": fit(X, y, width, seed)}}

  train(X, y, width=128)

Then `glj ls` lists what was found, `glj render` makes pages for the browser.{elsewhere}"""


@click.command(
    "init",
    short_help="Make a journal, a git repository of its own.",
    epilog="""\b
Examples:
  glj init                     (beside this project: ../<project>-journal)
  glj init ~/journals/digits""",
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
def command(path: Path | None) -> None:
    """Make a journal, a git repository of its own, in PATH.

    Without PATH it lies beside the project, where its experiments find it by themselves.
    """
    create_journal(path)


def create_journal(path: Path | None) -> None:
    """Make a journal and print its folder.

    Raises StoreError for a folder inside a repository, one with files, or a journal.
    """
    from gitlab_journal.desk import create_desk
    from gitlab_journal.store.place import COVER

    usual = _usual_place()
    folder = path.expanduser().resolve() if path else usual.absolute()
    create_desk(folder, title=_title(folder))
    elsewhere = (
        ""
        if folder.resolve() == usual.resolve()
        else f"\n\nExperiments find it by: export GITLAB_JOURNAL={folder}"
    )
    say(TALK.format(folder=folder, cover=COVER, elsewhere=elsewhere))
    print_path(folder)


def _usual_place() -> Path:
    """Return the folder where the experiments of this project look for their journal."""
    from gitlab_journal.errors import JournalNotFoundError
    from gitlab_journal.locate import locate_journal, sibling_of, switched_off

    project = project_folder()
    if switched_off():
        return sibling_of(project)
    try:
        return locate_journal(project=project)
    except JournalNotFoundError:
        return sibling_of(project)


def _title(folder: Path) -> str:
    """Return a title for the cover, made of the folder's name: `Digits journal`."""
    words = folder.name.replace("-", " ").replace("_", " ").split()
    if not words or words[-1].lower() != "journal":
        words.append("journal")
    return " ".join(words).capitalize() if folder.name.islower() else " ".join(words)
