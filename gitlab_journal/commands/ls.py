"""List entries."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from gitlab_journal.commands.opening import journal_option, name_damages, open_journal
from gitlab_journal.commands.question import (
    STATUSES,
    VERDICTS,
    parse_condition,
    parse_since,
    split_verdict,
)
from gitlab_journal.commands.speech import MARKS, painted, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.catalogue import Catalogue, Query, Row
    from gitlab_journal.commands.gathering import Line
    from gitlab_journal.desk import Desk

ROWS = 30


@click.command(
    "ls",
    short_help="List entries, newest first.",
    epilog="""\b
Examples:
  glj ls
  glj ls "batch normalisation" --verdict refuted
  glj ls --where "C>=1" --where "kernel=rbf" --sort -accuracy
  glj ls --columns id,date,C,gamma,accuracy,title -n 0
  glj ls --each --json | jq '.[].metrics'""",
)
@click.argument("text", default="")
@click.option(
    "--verdict",
    metavar="WORD",
    type=click.Choice((*VERDICTS, *STATUSES), case_sensitive=False),
    help=f"Only entries with this verdict, as in --verdict refuted: {', '.join(VERDICTS)}; "
    "or with this status.",
)
@click.option(
    "--status",
    metavar="WORD",
    type=click.Choice(STATUSES, case_sensitive=False),
    help=f"Only entries with this status, as in --status failed: {', '.join(STATUSES)}.",
)
@click.option("--tag", metavar="TAG", help="Only entries with this tag, as in --tag baseline.")
@click.option("--model", metavar="CLASS", help="Only this class of model, as in --model SVC.")
@click.option(
    "--dataset",
    metavar="NAME",
    help="Only this data set in all its versions, as in --dataset digits; one of them: "
    '--dataset "digits (2)".',
)
@click.option("--author", metavar="NAME", help="Only this author, or part of it: --author ada.")
@click.option(
    "--where",
    "conditions",
    metavar="CONDITION",
    multiple=True,
    help='Only where a param or metric meets this, as in --where "C>=1". Repeat for more; '
    "= != < <= > >= are understood.",
)
@click.option(
    "--since",
    metavar="DATE",
    help="Only entries since a date (UTC) or for a span, as in --since 2026-03-01 or --since 7d.",
)
@click.option(
    "--sort",
    metavar="KEY",
    help="Sort by a column, metric or param, smallest first; -KEY for largest first, as in "
    "--sort -accuracy. Without it: newest first.",
)
@click.option("--reverse", is_flag=True, help="Turn the order round: glj ls --reverse.")
@click.option(
    "--columns",
    metavar="NAMES",
    help="Show these columns, metrics and params among them, as in --columns id,C,accuracy.",
)
@click.option("--each", is_flag=True, help="Show each replicate by itself: glj ls --each.")
@click.option(
    "-n",
    "--rows",
    "limit",
    metavar="NUMBER",
    type=click.IntRange(min=0),
    default=ROWS,
    show_default=True,
    help="Show at most so many rows, as in -n 100; 0 for all of them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all rows as JSON: glj ls --json.")
@journal_option
@click.pass_context
def command(context: click.Context, /, journal: Path | None, **asked: Any) -> None:
    """List entries, newest first; TEXT looks in titles and prose.

    Replicates, equal but for their seed, are one row with the mean of their metrics and n, their
    number. A damaged page is named, the others are listed, and the exit code is 1.
    """
    context.exit(list_entries(journal, **asked))


def list_entries(
    journal: Path | None,
    *,
    limit: int,
    columns: str | None,
    each: bool,
    as_json: bool,
    sort: str | None,
    reverse: bool,
    **asked: Any,
) -> int:
    """Print the entries that meet what is asked; returns the exit code.

    Raises ArgumentError, JournalNotFoundError. Writes nothing but the catalogue.
    """
    from gitlab_journal.commands.gathering import line_of

    query = _query(**asked)
    desk = open_journal(journal)
    every = as_json or sort or reverse or query.conditions or not limit
    groups = _groups(desk.catalogue, query, each=each, enough=None if every else limit + 1)
    if sort:
        groups = _sorted(groups, sort)
    if reverse:
        groups.reverse()
    shown = groups if as_json else groups[: limit or None]
    lines = [line_of(group) for group in shown]
    if as_json:
        _print_json(lines, desk.repository.root)
    else:
        names = _names(columns)
        lines = _with_defaults(desk, lines, names)
        rows = [*(line.row for line in lines), *(group[0] for group in groups)]
        _note_unknown(rows, [*names, *([sort.removeprefix("-")] if sort else [])])
        _print_table(lines, names)
        if len(lines) < len(groups):
            say(f"only the first {limit} are shown; all of them: -n 0")
    return name_damages(desk.catalogue)


def _query(
    *,
    text: str,
    verdict: str | None,
    status: str | None,
    conditions: Sequence[str],
    since: str | None,
    **fields: Any,
) -> Query:
    from datetime import UTC, datetime

    from gitlab_journal.catalogue import Query

    verdict, status = split_verdict(verdict, status)
    return Query(
        text=text,
        verdict=verdict,
        status=status,
        conditions=tuple(parse_condition(condition) for condition in conditions),
        since=parse_since(since, datetime.now(UTC)) if since else None,
        **fields,
    )


def _groups(
    catalogue: Catalogue, query: Query, *, each: bool, enough: int | None
) -> list[list[Row]]:
    """Return what meets the query, replicates together: all of them, matching or not.

    Stops at `enough` groups, where it is given, and reads no more than it takes to find them.
    """
    from dataclasses import replace

    from gitlab_journal.catalogue import Query
    from gitlab_journal.commands.gathering import complete, gather

    size = enough
    while True:
        found = catalogue.search(replace(query, limit=size))
        groups = [[row] for row in found] if each else gather(found)
        if size is None or enough is None or len(found) < size or len(groups) >= enough:
            break
        size *= 4
    if each or (size is None and query == Query()):
        return groups  # of all rows there are
    whole = complete(catalogue, groups[:enough])
    return [group for group in whole if _mean_meets(group, query)]


def _mean_meets(group: list[Row], query: Query) -> bool:
    """Return whether the mean metrics meet what is asked of them, as some replicate does."""
    from gitlab_journal.catalogue.query import holds
    from gitlab_journal.commands.gathering import line_of

    row = line_of(group).row if len(group) > 1 and query.conditions else group[0]
    return all(
        holds(condition, row, {}) for condition in query.conditions if condition.name in row.metrics
    )


def _sorted(groups: list[list[Row]], sort: str) -> list[list[Row]]:
    from gitlab_journal.catalogue.query import ordered
    from gitlab_journal.commands.gathering import line_of

    by_path = {group[0].path: group for group in groups}
    return [by_path[row.path] for row in ordered([line_of(group).row for group in groups], (sort,))]


def _names(columns: str | None) -> list[str]:
    from gitlab_journal.commands.columns import DEFAULT

    if columns is None:
        return list(DEFAULT)
    return [name.strip() for name in columns.split(",") if name.strip()] or list(DEFAULT)


def _with_defaults(desk: Desk, lines: list[Line], names: Sequence[str]) -> list[Line]:
    """Return the lines, with the defaults left alone among their params where a column asks.

    Reads the pages of those lines: the catalogue's rows hold what was set.
    """
    from dataclasses import replace

    from gitlab_journal.commands.columns import holds_value
    from gitlab_journal.entry import Entry

    lacking = {
        line.row.blob: line
        for line in lines
        if not all(holds_value([line.row], name) for name in names)
    }
    pages = desk.repository.blobs(lacking)
    rows = {
        blob: replace(
            line.row, params={**line.row.params, "defaults": Entry.read(pages[blob]).defaults}
        )
        for blob, line in lacking.items()
    }
    return [replace(line, row=rows.get(line.row.blob, line.row)) for line in lines]


def _note_unknown(rows: Sequence[Row], names: Sequence[str]) -> None:
    from gitlab_journal.commands.columns import holds_value, known_names

    for name in names:
        if rows and not holds_value(rows, name):
            from difflib import get_close_matches

            close = get_close_matches(name, known_names(rows), n=1)
            say(f"no entry here has {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""))


def _print_json(lines: Sequence[Line], root: Path) -> None:
    from gitlab_journal.commands.gathering import as_dict

    print_json([as_dict(line, root) for line in lines])


def _print_table(lines: Sequence[Line], names: Sequence[str]) -> None:
    import shutil

    from gitlab_journal.commands.columns import GAP, table

    if not lines:
        say("no entries")
        return
    # a pipe gets every title whole: what is cut cannot be found
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    header, *rows = table(lines, names, width=width)
    shown = [painted(GAP.join(header).rstrip(), "bright_black", stream=sys.stdout)]
    for line, cells in zip(lines, rows, strict=True):
        _, colour = MARKS.get(line.verdict.split()[0], ("", None))
        marked = [
            painted(text, colour, stream=sys.stdout) if name == "verdict" else text
            for name, text in zip(names, cells, strict=True)
        ]
        shown.append(GAP.join(marked).rstrip())
    click.echo("\n".join(shown), color=True)
