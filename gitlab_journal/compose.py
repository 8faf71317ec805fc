"""What a run's two commits say: the page before, the page after, their messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.entry import Entry, draft
from gitlab_journal.page.layout import EXPLORATORY
from gitlab_journal.page.prose import fenced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from gitlab_journal.evidence import Judgement
    from gitlab_journal.fingerprint import Fingerprint

FORMAT = 1
INLINE_DIFF_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One claim as committed: its words and its bound, resolved to a number."""

    claim: str
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is said before the run."""

    id: str
    date: datetime
    author: str
    title: str
    hypothesis: str
    predictions: Sequence[Prediction]
    tags: Sequence[str]
    parents: Sequence[str]
    silence: Mapping[str, str]
    procedure: str
    params: Mapping[str, object]
    defaults: Mapping[str, object]
    data: Mapping[str, Mapping[str, object]]
    dataset: str | None
    model: str | None
    fingerprint: Fingerprint
    code: str | None
    tree: str | None
    code_words: str
    diff: str
    functions: Mapping[str, str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended and what came out of it."""

    status: str
    duration: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    replicates: Mapping[str, object] = field(default_factory=dict)
    headline: str | None = None
    judgement: Judgement | None = None
    model: str | None = None
    notes: Sequence[str] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    traceback: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def hypothesis_page(plan: Plan) -> Entry:
    """Return the page of a run that is about to start."""
    claims = [prediction.claim for prediction in plan.predictions]
    front = {
        "id": plan.id,
        "verdict": "open" if claims else None,
        "prediction": claims[0] if len(claims) == 1 else claims or None,
        "model": plan.model,
        "dataset": plan.dataset,
        "author": plan.author,
        "date": plan.date,
        "status": "running",
        "tags": list(plan.tags) or None,
        "parents": list(plan.parents) or None,
        **plan.fingerprint.as_dict(),
        "code": plan.code,
        "tree": plan.tree,
        "format": FORMAT,
    }
    return draft(
        front=front,
        title=plan.title,
        hypothesis=plan.hypothesis,
        claims=[{"claim": row.claim, "bound": row.bound} for row in plan.predictions],
        procedure=plan.procedure,
        params=plan.params,
        defaults=plan.defaults,
        data=plan.data,
        silence=plan.silence,
        code=plan.code_words,
        diff=plan.diff,
        functions=plan.functions,
        environment=plan.environment,
    )


def verdict_page(entry: Entry, ending: Ending) -> Entry:
    """Return the page with what came out; every other byte of it stays."""
    judgement = ending.judgement
    entry = entry.set(
        status=ending.status,
        verdict=judgement.verdict if judgement else entry.verdict,
        metric=ending.headline,
        score=ending.metrics.get(ending.headline) if ending.headline else None,
        duration=None if ending.duration is None else round(ending.duration, 3),
        model=entry.model or ending.model,
    )
    if judgement:
        entry = entry.append("Results", judgement.sentence)
    if ending.metrics:
        replicates = {"replicates": ending.replicates} if ending.replicates else {}
        entry = entry.set_block("metrics", {**ending.metrics, **replicates})
    for paragraph in _paragraphs(entry, ending):
        entry = entry.append("Results", paragraph)
    if ending.environment and ending.environment != entry.environment:
        entry = entry.set_block("environment", dict(ending.environment))
    return entry


def _paragraphs(entry: Entry, ending: Ending) -> list[str]:
    paragraphs = [f"![{_label(name)}]({entry.id}/{file})" for name, file in ending.figures.items()]
    links = [f"[{_label(file)}]({entry.id}/{file})" for file in ending.files]
    if links:
        paragraphs.append(f"Files: {', '.join(links)}.")
    paragraphs.extend(ending.notes)
    if ending.traceback:
        paragraphs.append(fenced(ending.traceback, "text traceback"))
    return paragraphs


def _label(name: str) -> str:
    return name.replace("[", "(").replace("]", ")").replace("\n", " ")


def commit_message(entry: Entry, *, subject: str = "", body: str = "") -> str:
    """Return the message of a commit of `entry`: subject, body, the six trailers in fixed order.

    Without `subject` it says what the entry's status means: `hypothesis: ...`, `refuted: ...`.
    """
    words = _ending_word(entry) if entry.status != "running" else _beginning_word(entry)
    trailers = {
        "Entry": entry.id,
        "Status": entry.status,
        "Verdict": entry.verdict,
        "Params": entry.params_hash,
        "Data": entry.data_hash,
        "Code": entry.code_hash,
    }
    lines = [f"{name}: {value or '-'}" for name, value in trailers.items()]
    return (
        "\n\n".join(
            part for part in (subject or f"{words}: {entry.title}", body, "\n".join(lines)) if part
        )
        + "\n"
    )


def _beginning_word(entry: Entry) -> str:
    return "hypothesis" if entry.claims or entry.prose("Hypothesis") != EXPLORATORY else "run"


def _ending_word(entry: Entry) -> str:
    if entry.status == "done" and entry.verdict:
        return entry.verdict
    return entry.status or "entry"
