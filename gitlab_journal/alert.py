"""The duplicate alert: what was run before, said before training."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.earlier import KINDS
from gitlab_journal.phrases import ago, duration_words, number_words, verdict_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.earlier import Earlier
    from gitlab_journal.entry import Entry
    from gitlab_journal.fingerprint import Fingerprint


def announce(
    earlier: Sequence[Earlier],
    *,
    fingerprint: Fingerprint,
    functions: Mapping[str, str],
) -> None:
    """Say on stderr what was run before."""
    duplicates = [item.entry for item in earlier if item.kind == "duplicate"]
    if duplicates:
        _panel(duplicates, fingerprint)
    for kind in KINDS[1:]:
        same = [item.entry for item in earlier if item.kind == kind]
        if same:
            _say(_lines(kind, same, functions))


def refusal(entry: Entry) -> str:
    """Return why a run is refused that `entry` has done already."""
    return (
        f"this experiment is done already: {entry.id}, {entry.title!r}, {_result(entry)}; "
        'to train all the same, pass on_duplicate="run"'
    )


def _panel(duplicates: Sequence[Entry], fingerprint: Fingerprint) -> None:
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.text import Text

    entry = duplicates[0]
    took = f", took {duration_words(entry.duration)}" if entry.duration is not None else ""
    lines = [
        Text(entry.title, style="bold"),
        Text(f"{_when(entry)} by {entry.author or 'unknown'}{took}"),
        Text(_result(entry)),
    ]
    if len(duplicates) > 1:
        lines.append(Text(f"and {len(duplicates) - 1} more: {_ids(duplicates[1:])}"))
    lines += [Text(""), Text(_sameness(fingerprint)), Text(_ADVICE, style="dim")]
    console = Console(stderr=True, width=min(80, Console(stderr=True).width))
    console.print(
        Panel(
            Group(*lines),
            title=f"You have run this before: {short(entry)}",
            title_align="left",
            border_style="bold yellow",
        )
    )
    # Outside the frame, unbroken, so that it can be clicked and copied.
    console.print(f"  {_page(entry)}", style="dim", soft_wrap=True)


_ADVICE = 'Training goes on now. on_duplicate="raise" stops it instead, "run" says nothing.'


def _sameness(fingerprint: Fingerprint) -> str:
    parts = {
        "parameters": fingerprint.params_hash,
        "data": fingerprint.data_hash,
        "weights": fingerprint.state_hash,
        "code": fingerprint.code_hash,
    }
    same = f"Same {', '.join(name for name, digest in parts.items() if digest is not None)}"
    unseen = "" if fingerprint.data_hash is not None else "; data not seen"
    unread = "" if fingerprint.code_hash is not None else "; code not read"
    seeded = "" if fingerprint.seeded else ", unseeded: may differ by chance"
    return f"{same}{unseen}{unread}{seeded}."


def _lines(kind: str, entries: Sequence[Entry], functions: Mapping[str, str]) -> list[str]:
    entry = entries[0]
    more = [f"and {len(entries) - 1} more: {_ids(entries[1:])}"] if len(entries) > 1 else []
    reasons = {
        "replicate": "same but for the seed or the first weights",
        "variant": _changed(entry, functions),
        "other weights": "same but for the weights it starts from",
        "failed before": last_line(entry),
        "running now": "the same, not finished yet",
    }
    return [
        f"{_OPENINGS[kind]} {short(entry)}: {reasons[kind]}",
        entry.title,
        f"{_when(entry)}, {_result(entry)}",
        *more,
    ]


_OPENINGS = {
    "replicate": "Replicate of",
    "variant": "Variant of",
    "other weights": "Other weights than",
    "failed before": "Failed before,",
    "running now": "Running now,",
}


def _changed(entry: Entry, functions: Mapping[str, str]) -> str:
    names = sorted(
        name
        for name in entry.functions.keys() | functions.keys()
        if entry.functions.get(name) != functions.get(name)
    )
    return f"the code of {', '.join(names)} changed" if names else "the code changed"


def last_line(entry: Entry) -> str:
    """Return the last line of the traceback of a failed entry: its error."""
    lines = (entry.traceback or "").rstrip().splitlines()
    return lines[-1] if lines else "no traceback kept"


def short(entry: Entry) -> str:
    """Return what people call an entry: the last four characters of its id."""
    return entry.id[-4:]


def _page(entry: Entry) -> str:
    """Return the shorter path to the page, from here or from the root."""
    return min((os.path.relpath(entry.path), str(entry.path)), key=len) if entry.path else entry.id


def _ids(entries: Sequence[Entry]) -> str:
    shown = ", ".join(short(entry) for entry in entries[:5])
    return shown + (", ..." if len(entries) > 5 else "")  # noqa: PLR2004


def _when(entry: Entry) -> str:
    if entry.date is None:
        return "undated"
    return f"{ago(datetime.now(UTC) - entry.date)} ({entry.date:%Y-%m-%d %H:%M} UTC)"


def _result(entry: Entry) -> str:
    score = (
        f"{entry.metric} {number_words(entry.score)}" if entry.score is not None else "no metric"
    )
    predicted = f", predicted {'; '.join(entry.prediction)}" if entry.prediction else ""
    return f"{score}{predicted}: {verdict_words(entry.status, entry.verdict)}"


def _say(lines: Sequence[str]) -> None:
    sys.stderr.write("\n  ".join(lines) + "\n")
