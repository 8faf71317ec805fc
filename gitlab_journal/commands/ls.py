"""List entries."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from gitlab_journal.commands.opening import journal_option, open_journal
from gitlab_journal.commands.speech import VERDICTS, painted, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.catalogue import Catalogue, Query, Row
    from gitlab_journal.commands.gathering import Line

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
    type=click.Choice(
        [word for word in VERDICTS if word != "planned"] + ["planned", "done"], case_sensitive=False
    ),
    help="Only entries with this verdict or status, as in --verdict refuted.",
)
@click.option("--status", metavar="WORD", help="Only this status, as in --status failed.")
@click.option("--tag", metavar="TAG", help="Only entries with this tag, as in --tag baseline.")
@click.option("--model", metavar="CLASS", help="Only this class of model, as in --model SVC.")
@click.option("--dataset", metavar="NAME", help="Only this data set, as in --dataset digits.")
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
    desk = open_journal(journal)
    lines = _sorted(_lines(desk.catalogue, _query(**asked), each=each), sort, reverse=reverse)
    if as_json:
        import json

        from gitlab_journal.commands.gathering import as_dict

        listed = [as_dict(line, desk.repository.root) for line in lines]
        click.echo(json.dumps(listed, indent=1, ensure_ascii=False))
    else:
        _note_unknown(lines, _names(columns), sort)
        _print_table(lines[: limit or None], _names(columns))
        if 0 < limit < len(lines):
            say(f"{len(lines) - limit} more of {len(lines)} not shown; all of them: -n 0")
    damages = desk.catalogue.damaged()
    for damage in damages:
        say(f"{damage.path}:{damage.line}: {damage.reason}", style="error")
    if damages:
        say(f"{len(damages)} damaged page{'s' if len(damages) > 1 else ''} not listed")
    return 1 if damages else 0


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
    from gitlab_journal.commands.question import parse_condition, parse_since, split_verdict

    verdict, status = split_verdict(verdict, status)
    return Query(
        text=text,
        verdict=verdict,
        status=status,
        conditions=tuple(parse_condition(condition) for condition in conditions),
        since=parse_since(since, datetime.now(UTC)) if since else None,
        **fields,
    )


def _lines(catalogue: Catalogue, query: Query, *, each: bool) -> list[Line]:
    """Return what meets the query; a mean is always that of all replicates, matching or not."""
    from gitlab_journal.catalogue import Query
    from gitlab_journal.commands.gathering import gather, single

    found = catalogue.search(query)
    if each:
        return [single(row) for row in found]
    if query == Query():
        return gather(found)
    matching = {row.id for row in found}
    return [
        line
        for line in gather(catalogue.rows())
        if matching.intersection(line.ids) and _mean_meets(line.row, query)
    ]


def _mean_meets(row: Row, query: Query) -> bool:
    """Return whether mean metrics meet what is asked of them, as some replicate does."""
    from gitlab_journal.catalogue.query import holds

    return all(
        holds(condition, row, {}) for condition in query.conditions if condition.name in row.metrics
    )


def _sorted(lines: list[Line], sort: str | None, *, reverse: bool) -> list[Line]:
    from gitlab_journal.catalogue.query import ordered

    if sort:
        by_path = {line.row.path: line for line in lines}
        lines = [by_path[row.path] for row in ordered([line.row for line in lines], (sort,))]
    return lines[::-1] if reverse else lines


def _names(columns: str | None) -> list[str]:
    from gitlab_journal.commands.columns import DEFAULT

    if columns is None:
        return list(DEFAULT)
    return [name.strip() for name in columns.split(",") if name.strip()] or list(DEFAULT)


def _note_unknown(lines: Sequence[Line], names: Sequence[str], sort: str | None) -> None:
    from gitlab_journal.commands.columns import holds_value, known_names

    for name in (*names, *([sort.removeprefix("-")] if sort else [])):
        if lines and not holds_value(lines, name):
            from difflib import get_close_matches

            close = get_close_matches(name, known_names(lines), n=1)
            say(f"no entry here has {name!r}" + (f"; did you mean {close[0]!r}?" if close else ""))


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
        _, colour = VERDICTS.get(line.verdict.split()[0], ("", None))
        marked = [
            painted(text, colour, stream=sys.stdout) if name == "verdict" else text
            for name, text in zip(names, cells, strict=True)
        ]
        shown.append(GAP.join(marked).rstrip())
    click.echo("\n".join(shown), color=True)
