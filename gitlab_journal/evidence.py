"""What the results say about the claims that were made before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

from gitlab_journal.prediction import holds, references

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from gitlab_journal.prediction import Claim

_ENDED = {
    "planned": "not run yet",
    "running": "still running",
    "failed": "the run failed",
    "interrupted": "the run was interrupted",
    "stopped": "the run was stopped",
}
# Digits that a reader takes in; more only where fewer would hide a difference.
_FEW_DIGITS = 4
_DIGITS_AS_TYPED = 6
_ALL_DIGITS = 17
_LONGEST_WHOLE = 15


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the sentences that give its reason, one for each claim."""

    verdict: str
    sentence: str


def judge(
    claims: Sequence[tuple[Claim, float]], *, status: str, metrics: Mapping[str, float]
) -> Judgement | None:
    """Return the verdict on claims with their resolved bounds; None where nothing was claimed.

    The first that applies: open (not done), invalid (a metric missing or not finite), refuted (one
    claim is enough), supported. A metric is compared plainly; of replicates it is the mean.
    """
    if not claims:
        return None
    if status != "done":
        reason = _ENDED.get(status, f"the run is {status}")
        return Judgement(
            "open", " ".join(f"{_predicted(*claim)}: open, {reason}." for claim in claims)
        )
    judged = [_judge_one(claim, bound, metrics) for claim, bound in claims]
    verdicts = {one.verdict for one in judged}
    worst = next(verdict for verdict in ("invalid", "refuted", "supported") if verdict in verdicts)
    return Judgement(worst, " ".join(one.sentence for one in judged))


def _judge_one(claim: Claim, bound: float, metrics: Mapping[str, float]) -> Judgement:
    predicted = _predicted(claim, bound)
    name = recorded_name(claim.metric, metrics)
    if name not in metrics:
        known = f"there are {', '.join(metrics)}" if metrics else "there are none"
        return Judgement(
            "invalid", f"{predicted}: invalid, no metric {claim.metric} was recorded; {known}."
        )
    value = metrics[name]
    if not _is_finite(value):
        return Judgement(
            "invalid", f"{predicted}, observed {value}: invalid, expected a finite number."
        )
    if not _is_finite(bound):
        return Judgement("invalid", f"{predicted}: invalid, expected a finite bound.")
    verdict = "supported" if holds(value, claim.operator, bound) else "refuted"
    shown, shown_bound = told_apart(value, bound)
    return Judgement(verdict, f"{_words(claim, shown_bound)}, observed {shown}: {verdict}.")


def recorded_name(metric: str, metrics: Container[str]) -> str:
    """Return the name that a claimed metric was recorded by.

    The `test_score` that scikit-learn's cross_validate returns is recorded as `score`.
    """
    short = metric.removeprefix("test_")
    return short if metric not in metrics and short in metrics else metric


def _predicted(claim: Claim, bound: float) -> str:
    return _words(claim, told_apart(bound, bound)[1])


def _words(claim: Claim, bound: str) -> str:
    """Return the claim with its bound; where that had to be worked out, with what it came from."""
    said = claim.text.partition(claim.operator)[2].strip()
    worked_out = f"{said} = {bound}" if references(claim) else bound
    return f"Predicted {claim.metric} {claim.operator} {worked_out}"


def _is_finite(value: object) -> bool:
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number beyond every double
        return False


def told_apart(value: float, bound: float) -> tuple[str, str]:
    """Return a value and a bound in as few digits as tell them apart, four at least.

    A bound of up to six digits is shown as it was typed.
    """
    exact = (digits for digits in range(1, _DIGITS_AS_TYPED + 1) if _round(bound, digits) == bound)
    for digits in range(max(_FEW_DIGITS, next(exact, 0)), _ALL_DIGITS):
        if value == bound or _round(value, digits) != _round(bound, digits):
            return _shown(value, digits), _shown(bound, digits)
    return repr(value), repr(bound)


def _round(value: float, digits: int) -> float:
    return float(_shown(value, digits))


def _shown(value: float, digits: int) -> str:
    """Return a number in so many digits, a whole number of up to fifteen in all of its own."""
    if math.isfinite(value) and 10 ** (digits - 1) <= abs(value) < 10**_LONGEST_WHOLE:
        return f"{value:.0f}"
    return f"{value:.{digits}g}"
