"""A declared change of an entry, with what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.amending.amendable import changed, refuse_keys, removed
from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.evidence import judge
from gitlab_journal.history.edits import NOTE, PREDICTION, edits, notes_of, worked_out
from gitlab_journal.metrics import headline
from gitlab_journal.outcome import mean
from gitlab_journal.prediction import parse_claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from gitlab_journal.cover import Cover
    from gitlab_journal.entry import Entry
    from gitlab_journal.evidence import Judgement
    from gitlab_journal.history.edits import Edit
    from gitlab_journal.prediction import Claim

SECTIONS = ("Hypothesis", "Procedure", "Results", "Inference")
_HOMES = {PREDICTION: "Hypothesis", "params": "Procedure", "defaults": "Procedure"}
_JUDGED_BY = ("metrics", "metric", PREDICTION, "status", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is to change: values by key, keys to remove, sections by name, and why."""

    values: Mapping[str, object] = field(default_factory=dict)
    unset: Sequence[str] = ()
    sections: Mapping[str, str] = field(default_factory=dict)
    reason: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The page that an amendment makes, and what it changes."""

    entry: Entry
    edits: tuple[Edit, ...]
    judgement: Judgement | None


def amend(
    entry: Entry,
    amendment: Amendment,
    *,
    cover: Cover,
    bound: Callable[[Claim], float],
    author: str,
    date: datetime,
) -> Amended:
    """Return the entry as amended: the verdict judged anew where it may differ, a note on the page.

    `bound` works out what a claim compares with. Raises ArgumentError for what may not be changed
    or changes nothing, PredictionError for a claim. Writes nothing.
    """
    refuse_keys("the reason", amendment.reason, prose=True)
    after = entry
    for key, value in amendment.values.items():
        after = changed(after, key, value, cover=cover)
    for key in amendment.unset:
        after = removed(after, key, cover=cover)
    for name, text in amendment.sections.items():
        after = _with_section(after, name, text)
    if after.text == entry.text:
        raise ArgumentError(f"{entry.id} says that already; nothing is amended")
    after, judgement = _judged(entry, after, bound)
    found = edits(entry, after)
    who = f"{date:%Y-%m-%d} by {author}"
    return Amended(_noted(after, found, judgement, who, amendment.reason), found, judgement)


def _with_section(entry: Entry, name: str, text: str) -> Entry:
    section = next((one for one in SECTIONS if one.casefold() == name.casefold()), None)
    if section is None:
        raise ArgumentError(f"no section {name!r} can be amended; expected {', '.join(SECTIONS)}")
    refuse_keys(f"the text of {section}", text, prose=True)
    try:
        written = "\n\n".join([text.strip("\n"), *notes_of(entry.prose(section))])
        return entry.fill(section, written)
    except PageError as error:
        raise ArgumentError(f"the page would not read with this: {error.reason}") from error


def _judged(
    before: Entry, after: Entry, bound: Callable[[Claim], float]
) -> tuple[Entry, Judgement | None]:
    """Return the entry with score and verdict as they follow from its metrics and claims."""
    found = {edit.what for edit in edits(before, after)}
    if not any(what.partition(".")[0] in _JUDGED_BY for what in found):
        return after, None
    after = _with_means(before, after)
    rows = [
        {**row, "bound": row["bound"] if "bound" in row else bound(parse_claim(row["claim"]))}
        for row in after.claims or [{"claim": claim} for claim in after.prediction]
    ]
    claims = [(parse_claim(row["claim"]), float(row["bound"])) for row in rows]
    if after.claims:
        after = after.set_block(PREDICTION, rows)
    metric = after.metric
    if PREDICTION in found or (metric is not None and metric not in after.metrics):
        metric = headline(after.metrics, [claim for claim, _ in claims])
    if metric in after.metrics or after.metric != metric or "metric" in found:
        after = after.set(metric=metric, score=after.metrics.get(metric or ""))
    if after.status in ("planned", "running", None):
        return after, None
    judgement = judge(claims, status=after.status or "", metrics=after.metrics)
    _refuse_other_verdict(before, after, judgement)
    kept = None if PREDICTION in found else after.verdict
    verdict = judgement.verdict if judgement else kept
    return after.set(verdict=verdict), judgement


def _with_means(before: Entry, after: Entry) -> Entry:
    """Return the entry with the means of the replicates that changed as its metrics."""
    means = {
        name: mean(values)
        for name, values in after.replicates.items()
        if name in after.metrics and values and values != before.replicates.get(name)
    }
    return after.set_values("metrics", means) if means else after


def _refuse_other_verdict(before: Entry, after: Entry, judgement: Judgement | None) -> None:
    if after.verdict in {before.verdict, judgement.verdict if judgement else None}:
        return
    said = judgement.sentence if judgement else "there is no prediction to judge"
    raise ArgumentError(
        f"the verdict cannot become {after.verdict}: it follows from prediction and metrics.\n"
        f"  {said}\n  amend those, and it is judged anew"
    )


def _noted(
    entry: Entry, found: Sequence[Edit], judgement: Judgement | None, who: str, reason: str
) -> Entry:
    """Return the entry with a note in each section that holds something that was amended."""
    homes: dict[str, list[Edit]] = {"Results": []} if judgement else {}
    for edit in found:
        homes.setdefault(_home(edit), []).append(edit)
    reason = " ".join(reason.split())
    reason = reason if reason.endswith((".", "!", "?")) else f"{reason}."
    for section, here in homes.items():
        told = ", ".join(edit.was for edit in here if not worked_out(edit, found))
        note = f"{NOTE}{who}: {reason}"
        if told:
            note = f"{note} Changed: {told}."
        if section == "Results" and judgement:
            note = f"{note} Judged anew: {judgement.sentence}"
        entry = entry.append(section, note)
    return entry


def _home(edit: Edit) -> str:
    """Return the section where a reader of what was amended looks."""
    if edit.what in SECTIONS:
        return edit.what
    return _HOMES.get(edit.what.partition(".")[0], "Results")
