"""See it work: real experiments, recorded and rendered."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.speech import say
from gitlab_journal.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FOLDER = "gitlab-journal-demo"
PROJECT = "digits"
SCRIPT = "digits.py"
STDOUT, STDERR = 1, 2


@click.command(
    "demo",
    short_help="See it work: real experiments, recorded and rendered.",
    epilog="""\b
Examples:
  glj demo
  glj demo /tmp/try-it""",
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.pass_context
def command(context: click.Context, folder: Path | None) -> None:
    """Run real experiments on handwritten digits into a journal, and render it.

    FOLDER, by default ./gitlab-journal-demo, gets a small project and its journal. Takes about a
    minute; without Keras it leaves the networks out. The last line names the page to open.
    """
    context.exit(run_demo(Path.cwd() / FOLDER if folder is None else folder.expanduser()))


def run_demo(folder: Path) -> int:
    """Go through all steps in `folder`, in the user's sight; returns the exit code.

    Raises ArgumentError where the folder holds anything.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArgumentError(f"{folder} is there already; the demo needs a new or an empty folder")
    project, journal = folder / PROJECT, folder / f"{PROJECT}-journal"
    say(f"A small project with its first commit: {project}")
    _make_project(project)
    # a demo inside somebody's repository stays out of it
    (folder / ".gitignore").write_text("*\n")
    steps: list[Callable[[], int]] = [
        lambda: _glj(project, "init"),
        lambda: _write_cover(journal),
        lambda: _run(project, [sys.executable, "-u", SCRIPT], shown=f"python {SCRIPT}"),
        lambda: _glj(project, "infer", *_inference(journal)),
        lambda: _glj(project, "ls"),
        lambda: _run(journal, ["git", "log", "--oneline", "-8"]),
        lambda: _glj(project, "render", output=STDOUT),
    ]
    for step in steps:
        if code := step():
            say(f"the demo stops here: exit code {code}", style="error")
            return 1
    say("\nOpen that page in a browser: a double click will do.")
    return 0


def _make_project(project: Path) -> None:
    """Write the experiments into a git repository of their own, committed."""
    from gitlab_journal.store.author import author_of
    from gitlab_journal.store.git import git

    project.mkdir(parents=True)
    (project / SCRIPT).write_bytes(_template(SCRIPT).read_bytes())
    git("init", "-q", "-b", "main", cwd=project)
    git("add", SCRIPT, cwd=project)
    author = author_of(project)
    git(
        *("-c", f"user.name={author.name}", "-c", f"user.email={author.email}"),
        *("commit", "-q", "-m", "Compare models on handwritten digits"),
        cwd=project,
    )


def _write_cover(journal: Path) -> int:
    """Say what the journal is about, as its owner would in an editor, then commit it."""
    from datetime import UTC, datetime

    from gitlab_journal.desk import open_desk
    from gitlab_journal.store.place import COVER

    say(f"\n{journal.name} $ $EDITOR {COVER} && git commit -am 'Say what it is about'")
    open_desk(journal).commit(
        {COVER: _template(COVER).read_bytes()},
        message="Say what it is about",
        date=datetime.now(UTC),
    )
    return 0


def _template(name: str) -> Path:
    """Return the path of a file of the demo, as it is shipped."""
    from gitlab_journal.site.templates import shipped_templates

    return shipped_templates() / "demo" / name


def _inference(journal: Path) -> tuple[str, str]:
    """Return the id of the linear model's entry and what its result means."""
    from gitlab_journal.catalogue import Query
    from gitlab_journal.commands.opening import open_journal

    desk = open_journal(journal)
    entry = desk.entry(desk.catalogue.search(Query(tag="linear"))[0])
    text = (
        f"The linear model reads {entry.score:.1%} of the unseen digits, the support vector "
        f"machine {float(entry.claims[0]['bound']):.1%}."
    )
    if entry.verdict == "refuted":
        text += (
            " Overfitting is not what limits it: straight boundaries between the classes are."
            " Next: the same linear model on products of neighbouring pixels."
        )
    return entry.id[-6:], text


def _glj(project: Path, *words: str, output: int = STDERR) -> int:
    """Run a command of ours in a process of its own, as the user would."""
    return _run(
        project,
        [sys.executable, "-m", "gitlab_journal", *words],
        shown=shlex.join(["glj", *words]),
        output=output,
    )


def _run(folder: Path, command: Sequence[str], *, shown: str = "", output: int = STDERR) -> int:
    """Run a command as the user would type it in `folder`; returns its exit code."""
    import subprocess

    say(f"\n{folder.name} $ {shown or shlex.join(command)}")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GITLAB_JOURNAL")
    }
    # no configuration above the folder leads elsewhere
    environment["GITLAB_JOURNAL"] = str(folder.with_name(f"{PROJECT}-journal"))
    # TensorFlow talks about itself on stderr; nobody is there to leave a pager
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "GIT_PAGER": "cat"}
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=output, check=False
    ).returncode
