"""The pages that list entries: home, months."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gitlab_journal.site import words
from gitlab_journal.site.drawings import stack
from gitlab_journal.site.links import page_address, root_of
from gitlab_journal.site.states import KINDS, of_verdict, state
from gitlab_journal.site.subjects import moment, month_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gitlab_journal.catalogue import Damage, Row

View = dict[str, Any]
NEWEST = 30
PAGE = 300
QUESTIONS = 12


def begun(row: Row) -> datetime | None:
    """Return when a row's entry was begun, in UTC."""
    return moment(entry_id=row.id, date=row.date)


def months(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each month by the address of its page, newest first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(month_of(begun(row))["href"], []).append(row)
    return found


def home_view(rows: Sequence[Row], *, cover: str, damages: Sequence[Damage], commit: str) -> View:
    """Return all that the template of the home page asks for; `cover` is HTML."""
    by_month = months(rows)
    most = max((len(held) for held in by_month.values()), default=0)
    listed = [_month(href, held, most) for href, held in by_month.items()]
    questions = open_questions(rows)
    count = len(damages)
    return {
        "root": "",
        "here": "home",
        "month": month_of(begun(rows[0])) if rows else None,
        "cover": cover,
        "summary": _summary(rows),
        **tally(rows, name="Share of verdicts"),
        "damages": [{"where": f"{d.path}:{d.line}", "reason": d.reason} for d in damages],
        "damages_title": f"{words.count(count, 'page')} could not be read",
        "days": days(rows[:NEWEST]),
        "more": listed[:3] if len(rows) > NEWEST else [],
        "questions": [_question(row) for row in questions[:QUESTIONS]],
        "questions_left": _left(len(questions) - QUESTIONS),
        "months": listed,
        "commit": words.short_commit(commit),
    }


def month_view(
    rows: Sequence[Row], href: str, number: int, neighbours: Mapping[str, View | None]
) -> View:
    """Return what the template of a month asks for, for the page of this number, from 1."""
    name = month_of(begun(rows[0]))["name"]
    return {
        "root": root_of(href),
        "here": "month",
        "month": {"name": name, "href": href},
        "name": name,
        "kicker": words.count(len(rows), "entry", "entries"),
        **tally(rows, name=f"Share of verdicts in {name}"),
        "days": days(rows[(number - 1) * PAGE : number * PAGE]),
        "page_number": number,
        "pages": [
            {"number": other, "href": page_name(other), "current": other == number}
            for other in range(1, page_count(rows) + 1)
        ],
        **neighbours,
    }


def page_count(rows: Sequence[Row]) -> int:
    """Return how many pages of 300 entries a month takes."""
    return -(-len(rows) // PAGE)


def page_name(number: int) -> str:
    """Return the file name of a month's page."""
    return "index.html" if number == 1 else f"page-{number}.html"


def tally(rows: Sequence[Row], *, name: str) -> View:
    """Return how many entries became what, and the bar that shows it."""
    kinds = [_state(row).kind for row in rows]
    numbers = [(kind, kinds.count(kind)) for kind in KINDS]
    shown = [(kind, number) for kind, number in numbers if number]
    said = ", ".join(f"{number:,} {kind}" for kind, number in shown)
    return {
        "counts": [{"state": _of_kind(kind), "number": f"{number:,}"} for kind, number in shown],
        "bar": stack(shown, name=f"{name}: {said}") if shown else "",
    }


def _of_kind(kind: str) -> Any:
    return state(status="failed", verdict=None) if kind == "failed" else of_verdict(kind)


def _state(row: Row) -> Any:
    return state(status=row.status, verdict=row.verdict)


def _summary(rows: Sequence[Row]) -> str:
    authors = len({row.author for row in rows if row.author})
    dated = [found for row in rows if (found := begun(row))]
    since = f" since {words.month(min(dated))}" if dated else ""
    by = f', <strong class="num">{authors}</strong> authors' if authors > 1 else ""
    noun = "entry" if len(rows) == 1 else "entries"
    return f'<strong class="num">{len(rows):,}</strong> {noun}{by}{since}'


def days(rows: Sequence[Row]) -> list[View]:
    """Return rows as lists by day, in their order."""
    groups = []
    for date, held in groupby(rows, key=lambda row: (found := begun(row)) and found.date()):
        name = words.day(date) if date else "Undated"
        iso = date.isoformat() if date else ""
        groups.append({"name": name, "date": iso, "entries": [_item(row) for row in held]})
    return groups


def _item(row: Row) -> View:
    became, at = _state(row), begun(row)
    facts = (row.model, row.dataset, row.author, words.clock(at) if at else None)
    claims = ", ".join(words.claim(claim) for claim in row.prediction)
    value = words.number(row.score) if row.score is not None else ""
    if became.kind in ("failed", "open", "invalid"):
        value = became.word.lower()
    return {
        "title": row.title,
        "href": page_address(row.path),
        "state": became,
        "value": value,
        "predicted": bool(claims),
        "about": claims or row.metric or "",
        "facts": [fact for fact in facts if fact],
    }


def open_questions(rows: Sequence[Row]) -> list[Row]:
    """Return the entries that wait for an answer, newest first.

    Planned and running ones, and those whose verdict is open or invalid; not one that was stopped
    for its duplicate, nor one whose very experiment was done later.
    """
    answered: set[tuple[str | None, str | None]] = set()
    waiting = []
    for row in rows:
        experiment = (row.config_hash or row.params_hash, row.data_hash)
        if row.status == "done" and row.verdict not in ("open", "invalid"):
            answered.add(experiment)
        elif row.status in ("planned", "running") or (
            row.verdict in ("open", "invalid")
            and row.status != "stopped"
            and (experiment[0] is None or experiment not in answered)
        ):
            waiting.append(row)
    return waiting


def _question(row: Row) -> View:
    at = begun(row)
    why = ", ".join(words.claim(claim) for claim in row.prediction)
    if row.status in ("planned", "running"):
        since = words.instant(at)["words"] if at else ""
        why = f"{row.status} since {since}" if row.status == "running" and since else row.status
    else:
        said = row.status if row.status != "done" else row.verdict
        why = f"{said}: {why}" if why else said or ""
    return {"title": row.title, "href": page_address(row.path), "state": _state(row), "why": why}


def _left(number: int) -> str:
    return f"and {number:,} more" if number > 0 else ""


def _month(href: str, held: Sequence[Row], most: int) -> View:
    kinds = [_state(row).kind for row in held]
    parts = [(kind, kinds.count(kind)) for kind in KINDS]
    return {
        "name": month_of(begun(held[0]))["name"],
        "href": href,
        "number": f"{len(held):,}",
        "bar": stack(parts, name="", total=most),
    }
