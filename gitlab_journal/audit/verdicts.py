"""Whether a page agrees with itself: its verdict with its metrics, one part with another."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.audit.steps import ended
from gitlab_journal.errors import PredictionError
from gitlab_journal.evidence import judge
from gitlab_journal.prediction import parse_claim, references, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.entry import Entry
    from gitlab_journal.prediction import Claim

Problem = tuple[str, str, str]
"""The code of a finding, the key that it is about, a sentence."""


def disagreements(entry: Entry) -> Iterator[Problem]:
    """Yield where the verdict does not follow, where one part of the page contradicts another."""
    stated = [str(row.get("claim")) for row in entry.claims]
    if stated and entry.prediction and stated != list(entry.prediction):
        yield (
            "page-contradicts",
            "prediction",
            f"The front matter predicts {_listed(entry.prediction)}, the block {_listed(stated)}.",
        )
    value = entry.metrics.get(entry.metric or "")
    if value is not None and not _equal(entry.score, value):
        sentence = f"score is {entry.score}, metrics.{entry.metric} is {value}."
        yield "page-contradicts", "score", sentence
    yield from _unfounded(entry)


def _unfounded(entry: Entry) -> Iterator[Problem]:
    if not ended(entry) or entry.grid == entry.id:
        return
    if not entry.claims and not entry.prediction:
        if entry.verdict is not None:
            sentence = f"The verdict is {entry.verdict}, but nothing was claimed."
            yield "verdict-unfounded", "verdict", sentence
        return
    claims = claims_of(entry)
    if claims is None:
        return
    judgement = judge(claims, status=entry.status or "", metrics=entry.metrics)
    if judgement and judgement.verdict != entry.verdict:
        yield (
            "verdict-unfounded",
            "verdict",
            f"The verdict is {entry.verdict or 'absent'}; it should be {judgement.verdict}. "
            + judgement.sentence,
        )


def claims_of(entry: Entry) -> list[tuple[Claim, float]] | None:
    """Return the claims with their bounds; None where the page does not tell them all."""
    with suppress(PredictionError):
        found = [(parse_claim(row["claim"]), row.get("bound")) for row in entry.claims]
        bounds = [(claim, _bound(claim) if bound is None else bound) for claim, bound in found]
        if bounds and not any(bound is None for _, bound in bounds):
            return [(claim, float(bound)) for claim, bound in bounds if bound is not None]
    return None


def _bound(claim: Claim) -> float | None:
    return None if references(claim) else resolve(claim, lambda *_: 0.0)


def _equal(one: object, other: object) -> bool:
    return repr(one) == repr(other) or one == other


def _listed(claims: object) -> str:
    return "; ".join(map(str, claims)) if isinstance(claims, list | tuple) else str(claims)
