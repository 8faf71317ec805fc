"""What one version of a page says otherwise than another, by keys and sections."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import PredictionError
from gitlab_journal.page.blocks import BLOCKS
from gitlab_journal.page.contents import IN_FRONT
from gitlab_journal.page.front import KEYS
from gitlab_journal.page.writer import flow
from gitlab_journal.phrases import cut, cut_apart, value_words
from gitlab_journal.prediction import parse_claim, references, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitlab_journal.entry import Entry

NOTE = "Amended "
"""How a paragraph begins that says on the page what was amended."""

TITLE, PREDICTION, LAYOUT = "title", "prediction", "layout"
_VALUE = 32  # characters of a value that stands in a line
_NOTED = re.compile(rf"{NOTE}\d{{4}}-\d\d-\d\d\b")
_PARAGRAPHS = re.compile(r"(?:\r?\n[ \t]*){2,}")
_PARAMS = ("params", "defaults")
_WORKED_OUT = ("score", "params_hash", "config_hash", "metrics.returned")


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that differs: a key of the front matter or of a block, the prose of a section.

    `what` is `title`, `status`, `metrics.accuracy`, `prediction`, `Inference`, `diff`, or `layout`
    where nothing but spacing and comments differs; a value that is absent is None.
    """

    what: str
    before: Any
    after: Any

    @property
    def words(self) -> str:
        """Return the edit in a few words: `metrics.accuracy 0.97 -> 0.98`."""
        if self.what == LAYOUT:
            return "spacing, order or comments"
        if self.what[:1].isupper() or self.what in _LONG:
            return f"{self.what} {_grown(self.before, self.after)}"
        if self.before is None:
            return f"{self.what} {_shown(self.after)} (new)"
        if self.after is None:
            return f"{self.what} removed (was {_shown(self.before)})"
        was, now = cut_apart(_text(self.before), _text(self.after), 2 * _VALUE)
        return f"{self.what} {was} -> {now}"

    @property
    def was(self) -> str:
        """Return what stood there before, for those who see what stands there now."""
        if self.what[:1].isupper():
            return f"the text of {self.what}"
        if self.before is None:
            return f"{self.what} (new)"
        gone = "removed, " if self.after is None else ""
        return f"{self.what} ({gone}was {_shown(self.before)})"


_LONG = ("diff", "traceback")


def edits(before: Entry, after: Entry) -> tuple[Edit, ...]:
    """Return what `after` says otherwise than `before`, in the order of the page.

    A note that says on the page what was amended is no edit of its section.
    """
    pairs = chain(_front(before, after), _blocks(before, after), _texts(before, after))
    found = tuple(Edit(*pair) for pair in pairs if not _same(*pair[1:]))
    if not found and without_notes(before.text) != without_notes(after.text):
        return (Edit(LAYOUT, None, None),)
    return found


def worked_out(edit: Edit, others: Sequence[Edit]) -> bool:
    """Return whether an edit only follows from another: the score from its metric, the hashes."""
    kinds = {other.what.partition(".")[0] for other in others if other != edit}
    needed = "params" if edit.what.endswith("_hash") else "metrics"
    return edit.what in _WORKED_OUT and needed in kinds


def notes_of(prose: str) -> list[str]:
    """Return the paragraphs of a section that say what was amended."""
    return [part for part in _PARAGRAPHS.split(prose) if _NOTED.match(part)]


def without_notes(prose: str) -> str:
    """Return a section without the paragraphs that say what was amended."""
    kept = [part for part in _PARAGRAPHS.split(prose) if not _NOTED.match(part)]
    return "\n\n".join(kept).strip()


def _front(before: Entry, after: Entry) -> Iterator[tuple[str, Any, Any]]:
    yield TITLE, before.title, after.title
    unknown = [key for key in {**before.front, **after.front} if key not in (*KEYS, *IN_FRONT)]
    for key in (*KEYS, *unknown):
        if key == PREDICTION:
            yield key, _claims(before), _claims(after)
        else:
            yield key, before.front.get(key), after.front.get(key)


def _claims(entry: Entry) -> Any:
    """Return the claims, each with its bound where that had to be worked out."""
    rows = [_claim(row) for row in entry.claims]
    stated = list(entry.prediction)
    if stated in ([row["claim"] for row in entry.claims], []):
        stated = rows or stated
    elif rows:
        stated += rows  # front matter and block contradict each other
    return None if not stated else stated[0] if len(stated) == 1 else stated


def _claim(row: Mapping[str, Any]) -> str:
    claim: str = row["claim"]
    if row.keys() - {"claim", "bound"}:
        return flow(row)
    with suppress(PredictionError):
        parsed = parse_claim(claim)
        if not references(parsed) and resolve(parsed, lambda *_: 0.0) == row.get("bound"):
            return claim
    return f"{claim} ({value_words(row['bound'])})" if "bound" in row else claim


def _blocks(before: Entry, after: Entry) -> Iterator[tuple[str, Any, Any]]:
    for name in BLOCKS:
        if name == PREDICTION:
            continue
        was, now = (_VIEWS.get(name, attrgetter(name))(entry) for entry in (before, after))
        if name in _PARAMS:
            was, now = _set_or_left(name, before, after)
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _keys(name, was, now)
        else:
            yield name, was or None, now or None


def _set_or_left(name: str, before: Entry, after: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of a block, as params those that were set before or are set now."""
    set_once = {**before.params, **after.params}
    was, now = ({**entry.defaults, **entry.params} for entry in (before, after))
    wanted = set_once if name == "params" else (was.keys() | now.keys()) - set_once.keys()
    return (
        {key: value for key, value in was.items() if key in wanted},
        {key: value for key, value in now.items() if key in wanted},
    )


def _metrics(entry: Entry) -> dict[str, Any]:
    more = {"replicates": entry.replicates or None, "returned": entry.returned}
    return {**entry.metrics, **{name: value for name, value in more.items() if value is not None}}


_VIEWS = {"metrics": _metrics}


def _keys(
    name: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    for key in {**was, **now}:
        yield f"{name}.{key}", _said(was, key), _said(now, key)


def _said(values: Mapping[str, Any], key: str) -> Any:
    """Return a value, a null as the word: None stands for what is absent."""
    return "null" if key in values and values[key] is None else values.get(key)


def _texts(before: Entry, after: Entry) -> Iterator[tuple[str, Any, Any]]:
    names = [section.name for entry in (before, after) for section in entry.page.sections]
    for name in {one.casefold(): one for one in reversed(names)}.values():
        was, now = (without_notes(entry.prose(name)) or None for entry in (before, after))
        yield name[:1].upper() + name[1:], was, now
    yield "diff", before.diff, after.diff
    yield "traceback", before.traceback, after.traceback


def _same(one: Any, other: Any) -> bool:
    if one is other or one is None or other is None:
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return flow(one) == flow(other)


def _shown(value: Any) -> str:
    return cut(_text(value), _VALUE)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else value_words(value)


def _grown(before: str | None, after: str | None) -> str:
    if before is None:
        return "written"
    if after is None:
        return "removed"
    return "continued" if after.startswith(before) else "rewritten"
