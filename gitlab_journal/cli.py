"""The command line: its commands by purpose, with one voice for their errors."""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import click

from gitlab_journal import __version__
from gitlab_journal.commands.speech import say, say_warning
from gitlab_journal.errors import (
    ArgumentError,
    DuplicateExperimentError,
    JournalError,
    JournalNotFoundError,
)

if TYPE_CHECKING:
    from typing import NoReturn

PURPOSES = {
    "Write": ("init", "infer", "amend"),
    "Read": ("ls", "show", "diff"),
    "Publish": ("render",),
    "Keep": ("verify", "sync", "demo"),
}

JOURNAL_MAKERS = ("init", "demo")

# The first that fits: a subclass stands before its parent.
EXIT_CODES = (
    (ArgumentError, 2),
    (DuplicateExperimentError, 3),
    (JournalNotFoundError, 5),
    (JournalError, 1),
)
INTERRUPTED = 130


class CommandLine(click.Group):
    """The commands, each loaded when it is named."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of the commands, by purpose."""
        return [name for names in PURPOSES.values() for name in names]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the command of this name, None where there is none."""
        if name not in self.list_commands(context):
            return None
        command = import_module(f"gitlab_journal.commands.{name}").command
        assert isinstance(command, click.Command)  # noqa: S101  # what each module promises
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands that `--help` shows, one section for each purpose."""
        for purpose, names in PURPOSES.items():
            commands = {name: self.get_command(context, name) for name in names}
            with formatter.section(purpose):
                formatter.write_dl(
                    [
                        (name.ljust(6), command.get_short_help_str(limit=66))
                        for name, command in commands.items()
                        if command
                    ]
                )

    def invoke(self, context: click.Context) -> Any:
        """Run the command; an error of the journal becomes a message and an exit code."""
        with warnings.catch_warnings():
            warnings.showwarning = say_warning
            try:
                return super().invoke(context)
            except JournalError as error:
                say(str(error), style="error")
                context.exit(exit_code(error))
            except KeyboardInterrupt:
                say("interrupted")
                context.exit(INTERRUPTED)
            except BrokenPipeError:
                raise
            except OSError as error:
                say(f"{error.filename or 'the system refused'}: {error.strerror}", style="error")
                context.exit(1)


def exit_code(error: JournalError) -> int:
    """Return the exit code that tells a script which kind of error this is."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


@click.command(
    cls=CommandLine,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="""\b
Example, from nothing to a page in the browser:
  glj demo

\b
Completion of commands, options and ids with the tabulator, for bash (or zsh, fish):
  eval "$(_GLJ_COMPLETE=bash_source glj)"

Exit codes: 0 ok, 1 failure, 2 usage, 3 duplicate, 4 check failed, 5 not a journal,
130 interrupted. Results go to stdout, everything else to stderr.""",
)
@click.option("--journal", metavar="PATH", help="The journal's folder, as behind the command.")
@click.version_option(__version__, "-V", "--version", message="gitlab-journal %(version)s")
@click.pass_context
def command_line(context: click.Context, /, journal: str | None) -> None:
    """Keep a lab journal of machine-learning experiments in plain text and git.

    A journal is a git repository of its own; @experiment writes it, these commands read it.
    """
    name = context.invoked_subcommand or ""
    if journal is None:
        return
    if name in JOURNAL_MAKERS:
        raise ArgumentError(f"glj {name} takes no --journal; name the folder behind it: {journal}")
    context.default_map = {name: {"journal": journal}}


def main() -> NoReturn:
    """Run the command line, then end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # a glyph that the terminal's encoding lacks, a name that is not UTF-8
            stream.reconfigure(errors="backslashreplace")
    program = os.path.basename(sys.argv[0])  # noqa: PTH119  # not worth loading pathlib
    try:
        command_line.main(prog_name="glj" if program == "__main__.py" else None)
    finally:
        _flush_quietly()
    raise SystemExit(0)


def _flush_quietly() -> None:
    """Flush stdout; a reader that has gone is no reason to complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
