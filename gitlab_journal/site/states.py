"""What became of an entry, as one word with its glyph."""

from __future__ import annotations

from dataclasses import dataclass

VERDICTS = ("supported", "refuted", "inconclusive", "open", "invalid")
# The order of the tally; `kind` is the class that gives the colour.
KINDS = ("supported", "refuted", "inconclusive", "open", "invalid", "failed", "exploratory")
_STATUSES = {"planned": "open", "running": "open", "interrupted": "stopped", "stopped": "stopped"}


@dataclass(frozen=True, slots=True)
class State:
    """A word, the glyph that stands beside it, the kind that gives the colour."""

    kind: str
    glyph: str
    word: str


UNKNOWN = State("open", "open", "Unknown")


def state(*, status: str | None, verdict: str | None) -> State:
    """Return what became of an entry: its verdict where it is done, else its status."""
    if status == "failed":
        return State("failed", "failed", "Failed")
    if status in _STATUSES:
        return State("open", _STATUSES[status], status.capitalize())
    return of_verdict(verdict)


def of_verdict(verdict: str | None) -> State:
    """Return the state that a verdict names, exploratory where it names none."""
    kind = verdict if verdict in VERDICTS else "exploratory"
    return State(kind, kind, kind.capitalize())
