"""One page as a row of the catalogue."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.catalogue.named import named_rows
from gitlab_journal.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.entry import Entry

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}")
_FUNCTION = re.compile(r"`([^`\n]+)`")
_LISTS = ("prediction", "tags", "parents")
_MAPPINGS = ("params", "metrics")
_encoded = json.JSONEncoder(default=str).encode
_decoded = json.JSONDecoder().raw_decode  # without looking for space around: half the cost
_LARGEST = 2**63  # that SQLite takes for a number
_SECTIONS = ("Hypothesis", "Procedure", "Results", "Inference")


@dataclass(frozen=True, slots=True)
class Row:
    """A page: where it lies, its front matter, params, metrics; `text` is its prose."""

    path: str
    blob: str
    id: str
    title: str
    verdict: str | None
    metric: str | None
    score: float | None
    prediction: tuple[str, ...]
    model: str | None
    dataset: str | None
    grid: str | None
    author: str | None
    date: datetime | None
    status: str | None
    duration: float | None
    tags: tuple[str, ...]
    parents: tuple[str, ...]
    params_hash: str | None
    config_hash: str | None
    data_hash: str | None
    state_hash: str | None
    code_hash: str | None
    code: str | None
    tree: str | None
    format: int | None
    params: dict[str, Any]
    metrics: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Damage:
    """A page that does not read: which, where, and why."""

    path: str
    line: int
    reason: str

    def as_error(self) -> PageError:
        """Return the error that reading the page raises."""
        return PageError(self.reason, path=Path(self.path), line=self.line)


COLUMNS = tuple(field.name for field in fields(Row))
# What is asked for without the page, but is no part of a row.
STORED = (*COLUMNS, "defaults", "function", "fresh")
_OF_ENTRY = tuple(name for name in COLUMNS if name not in ("path", "blob", "text"))
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_LIST_PLACES = tuple(_PLACES[name] for name in _LISTS)
_MAPPING_PLACES = tuple(_PLACES[name] for name in _MAPPINGS)
_DATE_PLACE = _PLACES["date"]


def is_page(path: str) -> bool:
    """Return whether a path in the journal is a page: Markdown under entries/, no attachment.

    Attachments lie in a folder named by an id, where only files named by one are pages.
    """
    *folders, name = path.split("/")
    if folders[:1] != ["entries"] or not name.endswith(".md"):
        return False
    return _ID.match(name) is not None or not any(map(_ID.fullmatch, folders))


def stored(path: str, blob: str, entry: Entry) -> dict[str, Any]:
    """Return what the catalogue keeps of a page, by column, as SQLite takes it.

    `named` are the rows of its named data.
    """
    # here, since a list of what is known already need not load what tells identities
    from gitlab_journal.identity.state import all_fresh

    values: dict[str, Any] = {name: getattr(entry, name) for name in _OF_ENTRY}
    values |= {"path": path, "blob": blob, "text": _prose(entry)}
    values |= {name: float(values[name]) for name in ("score", "duration") if values[name]}
    values |= {name: _encoded(values[name]) for name in (*_LISTS, *_MAPPINGS)}
    values["date"] = stamp(entry.date) if entry.date else None
    values |= {name: _plain(text) for name, text in values.items() if isinstance(text, str)}
    if values["format"] is not None and values["format"] >= _LARGEST:
        raise PageError(f"format is {values['format']}, expected a small number")
    values["function"] = _plain(function_named(entry) or "") or None
    values["fresh"] = all_fresh(entry.data.values())
    named = list(named_rows(values["path"], entry))
    return values | {"defaults": _encoded(entry.defaults), "named": named}


def restored(values: Sequence[Any]) -> Row:
    """Return the row that SQLite's values in the order of COLUMNS stand for."""
    row = list(values)
    for place in _LIST_PLACES:
        row[place] = tuple(_decoded(row[place])[0]) if row[place] != "[]" else ()
    for place in _MAPPING_PLACES:
        row[place] = _decoded(row[place])[0]
    if row[_DATE_PLACE]:
        row[_DATE_PLACE] = datetime.fromisoformat(row[_DATE_PLACE])
    return Row(*row)


def function_named(entry: Entry) -> str | None:
    """Return which function the page says that ran, None where it says nothing."""
    said = _FUNCTION.match(entry.prose("Code"))
    return said[1] if said else None


def stamp(date: datetime) -> str:
    """Return a moment as text whose order is that of time."""
    return date.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(text: str) -> str:
    # an escape in YAML may stand for half a character, which SQLite does not take
    return text if text.isascii() else text.encode(errors="replace").decode()


def _prose(entry: Entry) -> str:
    return "\n\n".join(text for name in _SECTIONS if (text := entry.prose(name).strip()))
