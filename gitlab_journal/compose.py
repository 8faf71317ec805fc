"""What the commits of a run say: the page with its results, the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gitlab_journal.page.blocks import REPLICATES, RETURNED
from gitlab_journal.page.layout import EXPLORATORY
from gitlab_journal.page.prose import fenced
from gitlab_journal.sizes import size_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.entry import Entry
    from gitlab_journal.evidence import Judgement


_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended and what came out of it."""

    status: str
    duration: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    replicates: Mapping[str, object] = field(default_factory=dict)
    returned: str | Sequence[str] | None = None
    headline: str | None = None
    judgement: Judgement | None = None
    model: str | None = None
    notes: Sequence[str] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[str] = ()
    attachments: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    traceback: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


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
        entry = _with_metrics(entry, ending)
    entry = entry.append("Results", *_paragraphs(entry, ending))
    if ending.attachments:
        entry = entry.set_block("attachments", dict(ending.attachments))
    if ending.environment and ending.environment != entry.environment:
        entry = entry.set_block("environment", dict(ending.environment))
    return entry


def _with_metrics(entry: Entry, ending: Ending) -> Entry:
    block: dict[str, object] = dict(ending.metrics)
    if ending.replicates:
        block[REPLICATES] = ending.replicates
    if ending.returned is None:
        return entry.set_block("metrics", block)
    written = entry.set_block("metrics", {**block, RETURNED: ending.returned})
    if repr(written.metrics) == repr(dict(ending.metrics)):
        return written
    # A number or name that no page can hold: what was returned cannot be given back.
    return entry.set_block("metrics", block)


def _paragraphs(entry: Entry, ending: Ending) -> list[str]:
    paragraphs = [
        f"![{_label(name)}]({entry.id}/{quote(file)})" for name, file in ending.figures.items()
    ]
    links = [f"[{_label(file)}]({entry.id}/{quote(file)})" for file in ending.files]
    if links:
        paragraphs.append(f"Files: {', '.join(links)}.")
    if ending.attachments:
        paragraphs.append(references_words(ending.attachments))
    paragraphs.extend(ending.notes)
    if ending.traceback:
        paragraphs.append(fenced(ending.traceback, "text traceback"))
    return paragraphs


def references_words(references: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the sentence that names what was too large to be copied."""
    named = [f"`{name}` ({size_words(row['size'])})" for name, row in references.items()]
    shown = ", ".join(named[:_NAMED])
    if len(named) > _NAMED:
        shown += f" and {len(named) - _NAMED} more"
    return f"Too large to be copied, known by size, digest and place: {shown}."


def _label(name: str) -> str:
    return name.replace("[", "(").replace("]", ")").replace("\n", " ")


def commit_message(
    entry: Entry, *, subject: str = "", body: str = "", amends: Sequence[str] = (), reason: str = ""
) -> str:
    """Return the message of a commit of `entry`: subject, body, the six trailers in fixed order.

    Without `subject` it says what the entry's status means: `hypothesis: ...`, `refuted: ...`.
    What an amendment `amends` and its `reason` follow as trailers of their own.
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
    if amends:
        trailers |= {"Amends": _line(", ".join(amends)), "Reason": _line(reason)}
    lines = [f"{name}: {value or '-'}" for name, value in trailers.items()]
    return (
        "\n\n".join(
            part for part in (subject or f"{words}: {entry.title}", body, "\n".join(lines)) if part
        )
        + "\n"
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _beginning_word(entry: Entry) -> str:
    return "hypothesis" if entry.claims or entry.prose("Hypothesis") != EXPLORATORY else "run"


def _ending_word(entry: Entry) -> str:
    if entry.status == "done" and entry.verdict:
        return entry.verdict
    return entry.status or "entry"
