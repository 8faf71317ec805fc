"""Show one entry."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, cast

import click

from gitlab_journal.commands.opening import complete_id, journal_option, open_journal
from gitlab_journal.commands.speech import MARKS, coloured, print_json, say, verdict_mark
from gitlab_journal.errors import EntryNotFoundError
from gitlab_journal.store.small import holds
from gitlab_journal.terminal import harmless, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markdown_it.token import Token
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import CodeBlock, Markdown

    from gitlab_journal.catalogue import Row
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry

WIDTH = 80
WHOLE_ID = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}")


@click.command(
    "show",
    short_help="Show one entry: its page, --json, or --history.",
    epilog="""\b
Examples:
  glj show k7m2
  glj show 20260301-18
  glj show k7m2 --json | jq .metrics
  glj show k7m2 --history
  glj show k7m2 | less""",
)
@click.argument("id", metavar="ID", shell_complete=complete_id)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: glj show k7m2 --json.")
@click.option(
    "--history",
    is_flag=True,
    help="Print what became of it, oldest first: glj show k7m2 --history.",
)
@journal_option
def command(id: str, *, as_json: bool, history: bool, journal: Path | None) -> None:  # noqa: A002  # a run's word
    """Show one entry: its page as it is on a pipe, set for reading on a terminal.

    On a terminal nothing in the page can steer it; on a pipe every byte is the page's own.

    ID is any unique beginning of the id, or its last characters; --history takes the whole id of
    an entry that was deleted as well.
    """
    if history:
        show_history(journal, id, as_json=as_json)
    else:
        show_entry(journal, id, as_json=as_json)


def show_history(journal: Path | None, word: str, *, as_json: bool) -> None:
    """Print what became of an entry, commit by commit; raises EntryNotFoundError, StoreError."""
    from gitlab_journal.commands.story import print_story, story_rows
    from gitlab_journal.history.history import history

    events = history(open_journal(journal), word)
    if as_json:
        print_json(story_rows(events))
    else:
        print_story(events)


def show_entry(journal: Path | None, word: str, *, as_json: bool) -> None:
    """Print the entry that `word` names; raises EntryNotFoundError, PageError. Writes nothing."""
    desk = open_journal(journal)
    row = _row(desk, word)
    entry = desk.entry(row)
    if as_json:
        print_json(entry.as_dict())
    elif sys.stdout.isatty():
        _print_readable(entry)
    else:
        sys.stdout.buffer.write(entry.render().encode())
    page = desk.repository.root / row.path
    if page.is_file() and not holds(page, entry.render().encode()):
        say(f"shown as committed; {page} has edits that are not", style="warning")


def _row(desk: Desk, word: str) -> Row:
    """Return the row of an entry; the error says where to look for one that was deleted."""
    try:
        return desk.catalogue.resolve(word)
    except EntryNotFoundError as error:
        if WHOLE_ID.fullmatch(word):
            more = f"\n  where it was deleted: glj show {word} --history"
            raise EntryNotFoundError(f"{error}{more}") from error
        raise


def _print_readable(entry: Entry) -> None:
    """Print the front matter as a few lines, then the page's Markdown."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.text import Text

    from gitlab_journal.phrases import verdict_words

    console = Console(no_color=not coloured(sys.stdout), highlight=False)
    console.width = min(WIDTH, console.width)
    word = verdict_words(entry.status, entry.verdict)
    _, colour = MARKS.get(word, ("", None))
    console.print(Text(f"{verdict_mark(word)}  {entry.id}", style=colour or ""))
    console.print(Text(_facts(entry), style="bright_black"))
    body = harmless("\n".join(entry.text[entry.page.body :].splitlines()))
    markdown = Markdown(body, hyperlinks=False, code_theme="ansi_dark")
    _quieten(markdown.parsed)
    markdown.elements = {**Markdown.elements, "fence": _named_block()}  # type: ignore[misc]  # of this page alone
    console.print(markdown)


def _quieten(tokens: Sequence[Token]) -> None:
    """Make harmless what Markdown has decoded: `&#8238;` in a text, `%1b` in an address."""
    for token in tokens:
        token.content, token.info = harmless(token.content), harmless(token.info)
        _quieten(token.children or ())


def _named_block() -> type[CodeBlock]:
    """Return rich's block of code with its name above, as in `yaml params`."""
    from rich.markdown import CodeBlock
    from rich.text import Text

    class NamedBlock(CodeBlock):
        name = ""

        @classmethod
        def create(cls, markdown: Markdown, token: Token) -> CodeBlock:
            block: Any = super().create(markdown, token)
            block.name = token.info.partition(" ")[2].strip()
            return cast("CodeBlock", block)

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            if self.name:
                yield Text(self.name, style="bold")
            yield from super().__rich_console__(console, options)

    return NamedBlock


def _facts(entry: Entry) -> str:
    from gitlab_journal.phrases import duration_words, number_words

    result = f"{entry.metric} = {number_words(entry.score)}" if entry.metric else ""
    facts = [
        result,
        entry.model,
        entry.dataset,
        entry.author,
        f"{entry.date:%Y-%m-%d %H:%M} UTC" if entry.date else "",
        duration_words(entry.duration) if entry.duration is not None else "",
        " ".join(f"#{tag}" for tag in entry.tags),
    ]
    return one_line(" · ".join(fact for fact in facts if fact))
