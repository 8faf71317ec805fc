"""The bound of a claim, looked up in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.errors import PredictionError
from gitlab_journal.evidence import recorded_name
from gitlab_journal.prediction import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.catalogue import Catalogue, Row
    from gitlab_journal.prediction import Claim


def bound_of(claim: Claim, *, catalogue: Catalogue, parents: Sequence[Row]) -> float:
    """Return the number that a claim compares with, from done entries where it speaks of them.

    Raises PredictionError where there is no such entry or metric, EntryNotFoundError.
    """

    def look_up(reference: str, metric: str) -> float:
        row = (
            _parent(claim, parents)
            if reference == "parent"
            else catalogue.resolve(reference.removeprefix("entry:"))
        )
        return _value(claim, metric, row, reference)

    return resolve(claim, look_up)


def _parent(claim: Claim, parents: Sequence[Row]) -> Row:
    if len(parents) == 1:
        return parents[0]
    reason = (
        f"the claim speaks of one parent, but there are {len(parents)}: write entry:ID"
        if parents
        else 'the claim speaks of a parent, but there is none: pass parents=["ID"]'
    )
    raise _error(claim, "parent", reason)


def _value(claim: Claim, metric: str, row: Row, reference: str) -> float:
    if row.status != "done":
        reason = f"{reference} is {row.id}, whose status is {row.status}; expected a done entry"
        raise _error(claim, reference, reason)
    name = recorded_name(metric, row.metrics)
    if name not in row.metrics:
        known = ", ".join(row.metrics) or "none"
        reason = f"{reference} is {row.id}, which has no metric {metric!r}; it has {known}"
        raise _error(claim, reference, reason)
    return float(row.metrics[name])


def _error(claim: Claim, reference: str, reason: str) -> PredictionError:
    behind = max(claim.text.find(claim.operator), 0)  # the metric may have the word in its name
    position = max(claim.text.find(reference, behind), 0)
    return PredictionError(reason, claim=claim.text, position=position)
