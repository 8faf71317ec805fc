"""What a commit did to an entry, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.history.edits import LAYOUT, TITLE, worked_out
from gitlab_journal.phrases import cut, duration_words, number_words, verdict_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gitlab_journal.entry import Entry
    from gitlab_journal.history.edits import Edit
    from gitlab_journal.history.history import Event

HAND = "edited by hand"
UNDECLARED = "(undeclared)"
_FREE = frozenset({"Inference", "tags", TITLE, LAYOUT})  # which anybody may write at any time
_BY_RUN = frozenset(
    "verdict metric score status duration model dataset traceback environment Results".split()  # noqa: SIM905 -- one line of words
    + "params_hash config_hash data_hash state_hash code_hash data metrics findings".split()  # noqa: SIM905
    + ["attachments", "Code"]
)
_ENDED = ("done", "failed", "interrupted", "stopped")
_CLAIM = 60


@dataclass(frozen=True, slots=True)
class Telling:
    """What was done, in a line; what differs, a line each; whether the commit declared that."""

    did: str
    details: tuple[str, ...] = ()
    declared: bool = True


def tell(event: Event, *, since: datetime | None = None) -> Telling:
    """Return a commit of an entry in words; `since` is when its hypothesis was committed."""
    if event.damage is not None:
        return Telling(f"left a page that does not read: {event.damage}", declared=False)
    if event.entry is None:
        return _gone(event)
    if event.before is None:
        return _new(event, event.entry)
    if len(event.commit.parents) > 1:
        return _joined(event)
    if event.stated.get("Amends"):
        return _amended(event)
    if event.stated:
        return _stated(event, event.before, event.entry, since)
    return _by_hand(event)


def _joined(event: Event) -> Telling:
    did = "joined two versions of the page"
    if all(edit.what in _FREE for edit in event.edits):
        return Telling(did, _lines(event.edits))
    did = f"{did}; and changed {UNDECLARED}"
    return Telling(did, _lines(event.edits), declared=False)


def _amended(event: Event) -> Telling:
    """Return an amendment; what it changed besides what it declares is not declared."""
    did = f"amended: {event.stated.get('Reason', '')}"
    names = event.stated["Amends"].split(", ")
    others = {edit.what for edit in event.edits} - {*names, *_FREE}
    if not others:
        return Telling(did, _lines(event.edits))
    return Telling(f"{did}; and changed {UNDECLARED}", _lines(event.edits), declared=False)


def _gone(event: Event) -> Telling:
    if event.stated.get("Amends"):
        return Telling(f"deleted: {event.stated.get('Reason', '')}")
    if event.path is None and event.before is None:
        return Telling(f"changed files beside the page {UNDECLARED}", event.files, declared=False)
    return Telling(f"deleted by hand {UNDECLARED}", declared=False)


def _new(event: Event, entry: Entry) -> Telling:
    if not event.stated:
        return Telling(f"added by hand: {verdict_words(entry.status, entry.verdict)}")
    if entry.status not in ("planned", "running"):
        return Telling(f"recorded the entry: {_result(entry)}")
    if entry.prediction:
        claims = "; ".join(cut(claim, _CLAIM) for claim in entry.prediction)
        return Telling(f"committed the hypothesis: {claims}")
    return Telling("committed the run, without a prediction")


def _stated(event: Event, before: Entry, entry: Entry, since: datetime | None) -> Telling:
    """Return what one of our own commits did that amends nothing."""
    if before.status in ("planned", "running") and entry.status in _ENDED:
        expected = _BY_RUN
        span = (event.commit.date - since).total_seconds() if since else 0.0
        later = f", {duration_words(span)} after the hypothesis" if span >= 1 else ""
        did = f"{_result(entry)}{later}"
    elif before.status == "planned" and entry.status == "running":
        expected, did = _BY_RUN | {"author", "date", "code", "tree"}, "began the run"
    elif any(edit.what == "Inference" for edit in event.edits):
        expected, did = _FREE, "wrote the inference"
    else:
        expected, did = frozenset(), "changed the page"
    others = [edit for edit in event.edits if edit.what.partition(".")[0] not in expected]
    if not others:
        return Telling(did)
    return Telling(f"{did}; and changed {UNDECLARED}", _lines(others), declared=False)


def _by_hand(event: Event) -> Telling:
    place = f"moved the page to {event.path}" if event.moved else ""
    if not event.edits:
        files = () if event.moved else event.files
        did = f"changed files beside the page {UNDECLARED}" if files else place
        return Telling(did or "mended the page", files, declared=not files)
    declared = all(edit.what in _FREE for edit in event.edits)
    did = HAND if declared else f"{HAND} {UNDECLARED}"
    return Telling(f"{did}; {place}" if place else did, _lines(event.edits), declared=declared)


def _result(entry: Entry) -> str:
    """Return how a run ended: `supported, val_loss = 0.28`."""
    word = verdict_words(entry.status, entry.verdict)
    return f"{word}, {entry.metric} = {number_words(entry.score)}" if entry.metric else word


def _lines(found: Sequence[Edit]) -> tuple[str, ...]:
    return tuple(edit.words for edit in found if not worked_out(edit, found))


SIGNATURES = {
    "N": "",
    "G": "signed",
    "U": "signed by a key that nobody vouches for",
    "B": "BAD SIGNATURE",
    "E": "signed, but that cannot be checked here",
    "X": "signed, the signature expired",
    "Y": "signed by a key that expired",
    "R": "signed by a key that was revoked",
}
