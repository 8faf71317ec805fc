"""What was predicted beside what was observed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import PredictionError
from gitlab_journal.evidence import judge, recorded_name
from gitlab_journal.prediction import parse_claim, references
from gitlab_journal.site import words
from gitlab_journal.site.drawings import Observation, evidence
from gitlab_journal.site.states import of_verdict, state
from gitlab_journal.site.tables import list_of_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.entry import Entry
    from gitlab_journal.prediction import Claim


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as committed: its words, its bound, and what it says where it still parses."""

    words: str
    bound: float | None
    claim: Claim | None

    @property
    def metric(self) -> str | None:
        """The metric that the claim is about."""
        return self.claim.metric if self.claim else None


def claims_of(entry: Entry) -> list[Row]:
    """Return the claims of an entry, from its block, else from its front matter."""
    written: Sequence[Mapping[str, Any]] = entry.claims
    rows = written or [{"claim": text} for text in entry.prediction]
    return [_row(str(row.get("claim", "")), row.get("bound")) for row in rows]


def _row(text: str, bound: object) -> Row:
    try:
        claim = parse_claim(text)
    except PredictionError:  # written by hand, or in a later release's grammar
        claim = None
    return Row(text, float(bound) if _is_finite(bound) else None, claim)  # type: ignore[arg-type]


def _is_finite(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300  # noqa: PLR2004  # what can be drawn; also refuses NaN
    )


def claim_views(entry: Entry, parent: Entry | None) -> list[dict[str, Any]]:
    """Return one view for each claim: predicted, observed, verdict, and the strip below them."""
    rows = claims_of(entry)
    return [
        _view(row, entry, parent, alone=len(rows) == 1, key=f"evidence{place}")
        for place, row in enumerate(rows)
    ]


def _view(row: Row, entry: Entry, parent: Entry | None, *, alone: bool, key: str) -> dict[str, Any]:
    metric = row.metric or (entry.metric if alone else None)
    metric = metric and recorded_name(metric, entry.metrics)
    observed = _observation(entry, metric)
    other = _observation(parent, metric) if parent else None
    return {
        "words": words.claim(row.words),
        "resolved": _resolved(row),
        "observed": _observed(entry.metrics.get(metric or ""), row.bound),
        "notes": [*_last(entry, observed), *_spread(entry, observed), *_parent_notes(other)],
        "state": state(status=entry.status, verdict=entry.verdict)
        if alone
        else _judged(row, entry),
        "sentence": _sentence(row, entry, observed),
        "evidence": _strip(row, observed, other, key),
    }


def _observation(entry: Entry, metric: str | None) -> Observation | None:
    value = entry.metrics.get(metric) if metric else None
    if not _is_finite(value):
        return None
    return Observation(float(value), list_of_numbers(entry.replicates.get(metric)))  # type: ignore[arg-type]


def _observed(value: object, bound: float | None) -> str:
    if value is None:
        return "\N{EM DASH}"
    if bound is None or not isinstance(value, int | float):
        return words.number(value)
    return words.apart(value, bound)[0]


def _resolved(row: Row) -> str:
    if row.claim is None or row.bound is None or not references(row.claim):
        return ""
    operator, bound = row.claim.operator, words.number(row.bound)
    return words.claim(f"Resolved then to {row.claim.metric} {operator} {bound}.")


def _last(entry: Entry, observed: Observation | None) -> list[str]:
    return ["The last value before the run ended."] if observed and entry.status != "done" else []


def _spread(entry: Entry, observed: Observation | None) -> list[str]:
    if observed is None or not observed.replicates:
        return []
    over = words.text(entry.replicates.get("over", "replicate"))
    return [f"Mean of {words.count(len(observed.replicates), over)}, {_range(observed)}."]


def _range(observed: Observation) -> str:
    low, high = min(observed.replicates), max(observed.replicates)
    return f"range {words.number(low)} to {words.number(high)}"


def _parent_notes(other: Observation | None) -> list[str]:
    if other is None:
        return []
    spread = f", {_range(other)}" if other.replicates else ""
    return [f"Parent {words.number(other.value)}{spread}."]


def _judged(row: Row, entry: Entry) -> Any:
    if row.claim is None or row.bound is None:
        return of_verdict("open")
    metrics = entry.metrics
    judgement = judge([(row.claim, row.bound)], status=entry.status or "", metrics=metrics)
    return of_verdict(judgement.verdict if judgement else None)


def _sentence(row: Row, entry: Entry, observed: Observation | None) -> str:
    """Return by how much the claim holds, or why nothing can be said."""
    if entry.status == "running":
        return "The run has not ended."
    if entry.status == "planned":
        return "The run has not begun."
    if entry.status != "done":
        return "No result to judge."
    if observed is None or row.claim is None or row.bound is None:
        return "No finite number to judge." if observed is None else ""
    gap = observed.value - row.bound
    operator = row.claim.operator
    if operator in ("==", "!=") or not math.isfinite(gap):
        return ""
    holds = judge([(row.claim, row.bound)], status="done", metrics=entry.metrics)
    word = "Holds" if holds and holds.verdict == "supported" else "Misses"
    return (
        f"{word} by {words.number(float(f'{abs(gap):.3g}'))}." if gap else f"{word} at the bound."
    )


def _strip(row: Row, observed: Observation | None, other: Observation | None, key: str) -> str:
    if observed is None or row.claim is None or row.bound is None:
        return ""
    operator = row.claim.operator
    return evidence(observed, operator=operator, bound=row.bound, parent=other, key=key)
