"""The duplicate alert: what was run before, said before training."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.differences import differences, in_short
from gitlab_journal.earlier import KINDS
from gitlab_journal.fingerprint import HASHES
from gitlab_journal.phrases import ago, duration_words, number_words, verdict_words
from gitlab_journal.terminal import harmless, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.describe import Described
    from gitlab_journal.earlier import Earlier
    from gitlab_journal.entry import Entry
    from gitlab_journal.fingerprint import Fingerprint

WIDTH = 80


def announce(
    earlier: Sequence[Earlier],
    described: Described,
    *,
    asking: bool = False,
    no_data: bool = False,
) -> None:
    """Say on stderr what was run before, and what differs from it.

    `asking` where a question about it follows; `no_data` where there are none as declared.
    """
    duplicates = [item for item in earlier if item.kind == "duplicate"]
    if duplicates:
        advice = _ASKING if asking else _ADVICE
        _panel(duplicates, described, advice=advice, no_data=no_data)
    for kind in KINDS[1:]:
        if duplicates and kind == "replicate":
            continue  # other seeds say nothing of what was run before
        same = [item for item in earlier if item.kind == kind]
        if same:
            _say(_lines(kind, same, described))


def refusal(entry: Entry) -> str:
    """Return why a run is refused that `entry` has done already."""
    return (
        f"this experiment is done already: {entry.id}, {entry.title!r}, {_result(entry)}; "
        'to train all the same, pass on_duplicate="run"'
    )


def reused(entry: Entry, *, seeded: bool) -> str:
    """Return the line that says which earlier run the result is of."""
    chance = "" if seeded else ", unseeded"
    return f"Reused {short(entry)} instead of training: {_when(entry)}, {_result(entry)}{chance}"


def not_reused(entry: Entry, reason: str) -> str:
    """Return the line that says why a run goes on that `entry` has done already."""
    return f"Not reused {short(entry)}, {reason}: {_when(entry)}, {_result(entry)}"


def _panel(
    duplicates: Sequence[Earlier], described: Described, *, advice: str, no_data: bool
) -> None:
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.text import Text

    entry = duplicates[0].entry
    took = f", took {duration_words(entry.duration)}" if entry.duration is not None else ""
    lines = [
        Text(one_line(entry.title), style="bold"),
        Text(one_line(f"{_when(entry)} by {entry.author or 'unknown'}{took}")),
        Text(one_line(_result(entry))),
    ]
    if len(duplicates) > 1:
        lines.append(Text(f"and {len(duplicates) - 1} more: {_ids(duplicates[1:])}"))
    lines += [Text(""), Text(_sameness(described.fingerprint))]
    if described.fingerprint.data_hash is None and not no_data:
        lines.append(Text(_UNSEEN, style="bold yellow"))
    lines += [
        Text(one_line(note.replace("`", "")), style="bold yellow") for note in described.unread
    ]
    lines.append(Text(advice, style="dim"))
    console = Console(stderr=True, width=min(WIDTH, Console(stderr=True).width))
    console.print(
        Panel(
            Group(*lines),
            title=Text(f"You have run this before: {short(entry)}"),
            title_align="left",
            border_style="bold yellow",
        )
    )
    # Outside the frame, unbroken, so that it can be clicked and copied.
    console.print(Text(f"  {one_line(_page(entry))}", style="dim"), soft_wrap=True)


_ADVICE = (
    'Training goes on now. on_duplicate="reuse" gives back the earlier result instead, '
    '"raise" stops, "run" says nothing.'
)
_ASKING = "Enter alone stops here, before training."


def _sameness(fingerprint: Fingerprint) -> str:
    parts = {
        "parameters": fingerprint.params_hash,
        "data": fingerprint.data_hash,
        "weights": fingerprint.state_hash,
        "code": fingerprint.code_hash,
    }
    same = f"Same {', '.join(name for name, digest in parts.items() if digest is not None)}"
    unread = "" if fingerprint.code_hash is not None else "; code not read"
    seeded = "" if fingerprint.seeded else ", unseeded: may differ by chance"
    return f"{same}{unread}{seeded}."


_UNSEEN = "Data not seen: nothing was passed or met; run.data(...) makes them count."


def _lines(kind: str, same: Sequence[Earlier], described: Described) -> list[str]:
    entry = same[0].entry
    more = [f"and {len(same) - 1} more: {_ids(same[1:])}"] if len(same) > 1 else []
    opening = f"{_OPENINGS[kind]} {short(entry)}: "
    return [
        opening + _reason(kind, entry, described, width=WIDTH - len(opening)),
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


_DIFFERING = {
    "variant": ("code", "libraries"),
    "other weights": ("weights",),
    "replicate": ("params", "weights"),
}
_OTHERWISE = {
    "variant": "the code changed",
    "other weights": "same but for the weights it starts from",
    "replicate": "same but for the seed or the first weights",
    "running now": "the same, not finished yet",
}


def _reason(kind: str, entry: Entry, described: Described, *, width: int) -> str:
    """Return in words what sets this run apart from an earlier one."""
    if kind == "failed before":
        return last_line(entry)
    parts = _DIFFERING.get(kind, ())
    found = [one for one in differences(entry, _Now.of(described)) if one.part in parts]
    if not found:
        return _OTHERWISE[kind]
    return in_short(found, width=width).removeprefix("starts from other weights: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """A call as it is compared with a page."""

    params: Mapping[str, object]
    defaults: Mapping[str, object]
    data: Mapping[str, object]
    functions: Mapping[str, str]
    environment: Mapping[str, str]
    params_hash: str | None
    config_hash: str | None
    data_hash: str | None
    state_hash: str | None
    code_hash: str | None

    @classmethod
    def of(cls, described: Described) -> _Now:
        fingerprint = described.fingerprint
        return cls(
            params=described.params,
            defaults=described.defaults,
            data=described.rows,
            functions=described.functions,
            environment=described.libraries,
            **{name: getattr(fingerprint, name) for name in HASHES},
        )


def last_line(entry: Entry) -> str:
    """Return the last line of the traceback of a failed entry: its error."""
    lines = (entry.traceback or "").rstrip().splitlines()
    return lines[-1] if lines else "no traceback kept"


def short(entry: Entry | Earlier) -> str:
    """Return what people call an entry: the last four characters of its id."""
    return entry.id[-4:]


def _page(entry: Entry) -> str:
    """Return the shorter path to the page, from here or from the root."""
    return min((os.path.relpath(entry.path), str(entry.path)), key=len) if entry.path else entry.id


def _ids(others: Sequence[Earlier]) -> str:
    shown = ", ".join(short(one) for one in others[:5])
    return shown + (", ..." if len(others) > 5 else "")  # noqa: PLR2004


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
    import textwrap

    wrapped = textwrap.TextWrapper(WIDTH, subsequent_indent="    ", break_long_words=False)
    first, *rest = map(harmless, lines)
    said = [wrapped.fill(first)]
    wrapped.initial_indent = "  "
    said += map(wrapped.fill, rest)
    sys.stderr.write("\n".join(said) + "\n")
