"""Say what differs between two entries."""

from __future__ import annotations

import sys
from textwrap import fill
from typing import TYPE_CHECKING

import click

from gitlab_journal.commands.opening import (
    complete_id,
    journal_option,
    open_journal,
    project_folder,
)
from gitlab_journal.commands.speech import painted, print_json
from gitlab_journal.phrases import cut
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gitlab_journal.commands.comparison import Comparison
    from gitlab_journal.cover import Cover

WIDTH = 80
SECTIONS = {
    "params": "Parameters",
    "data": "Data",
    "weights": "Weights",
    "code": "Code",
    "libraries": "Libraries",
}


@click.command(
    "diff",
    short_help="Say what differs between two entries.",
    epilog="""\b
Examples:
  glj diff p3x9 k7m2
  glj diff p3x9 k7m2 --json | jq -r '.differences[].words'""",
)
@click.argument("before", metavar="A", shell_complete=complete_id)
@click.argument("after", metavar="B", shell_complete=complete_id)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON: glj diff p3x9 k7m2 --json.")
@journal_option
def command(before: str, after: str, *, as_json: bool, journal: Path | None) -> None:
    """Say what differs between two entries: parameters, data, weights, code, results.

    A is the earlier one, B the later. Where a line in journal.md would let B find A as the same
    experiment, that line is printed.
    """
    show_differences(journal, before, after, as_json=as_json)


def show_differences(journal: Path | None, before: str, after: str, *, as_json: bool) -> None:
    """Print what differs between the entries that two words name.

    Raises EntryNotFoundError, PageError. Writes nothing.
    """
    from gitlab_journal.commands.comparison import compare

    desk = open_journal(journal)
    one, other = desk.entries([desk.catalogue.resolve(word) for word in (before, after)])
    cover = desk.cover
    comparison = compare(one, other, cover)
    if as_json:
        print_json(comparison.as_dict())
        return
    blocks = ["\n".join(block) for block in _blocks(comparison, cover)]
    click.echo("\n\n".join(block for block in blocks if block), color=True)


def _blocks(comparison: Comparison, cover: Cover) -> Iterator[Iterator[str]]:
    from gitlab_journal.commands.comparison import commits, lines

    yield _head(comparison)
    for part, heading in SECTIONS.items():
        words = [one.words for one in comparison.differences if one.part == part]
        if part == "code" and words:
            words += commits(comparison, project_folder())
        yield _section(heading, words)
    yield _section("Differs without counting", comparison.remarks)
    yield _section("Results", _results(comparison))
    for sentence, line in lines(comparison, cover):
        yield iter([fill(one_line(sentence), WIDTH), "", f"  {one_line(line)}"])


def _head(comparison: Comparison) -> Iterator[str]:
    from gitlab_journal.commands.comparison import sentence, short_names

    before, after = comparison.before, comparison.after
    names = short_names(before, after)
    yield one_line(sentence(comparison))
    yield ""
    for word, name, entry in zip(("before", "after"), names, (before, after), strict=True):
        date = f"{entry.date:%Y-%m-%d %H:%M}" if entry.date else "undated"
        yield one_line(cut(f"{word:6}  {name}  {date}  {entry.title}", WIDTH))


def _section(heading: str, words: Sequence[str]) -> Iterator[str]:
    if words:
        yield painted(heading, "bright_black", stream=sys.stdout)
        yield from (f"  {one_line(line)}" for line in words)


def _results(comparison: Comparison) -> list[str]:
    from gitlab_journal.commands.comparison import results

    rows = [("", "before", "after", "difference"), *results(comparison)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(text.ljust(size) for text, size in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
