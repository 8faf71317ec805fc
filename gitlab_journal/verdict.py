"""The verdict of a run, committed after it."""

from __future__ import annotations

import re
import traceback
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from gitlab_journal import chart
from gitlab_journal.attachments import put_aside, read_attachments
from gitlab_journal.compose import Ending, verdict_page
from gitlab_journal.curves import read_curves
from gitlab_journal.durable import Result, commit_result
from gitlab_journal.environment import describe_environment
from gitlab_journal.errors import DescriptionError
from gitlab_journal.evidence import judge
from gitlab_journal.guard import guarded
from gitlab_journal.identity.changed import changed
from gitlab_journal.kept import keep
from gitlab_journal.metrics import combine, extract, headline
from gitlab_journal.outcome import Outcome
from gitlab_journal.points import FILE
from gitlab_journal.prediction import parse_claim
from gitlab_journal.returned import numbers_returned, returned_key
from gitlab_journal.secrets import redact
from gitlab_journal.signals import Terminated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.identity.changed import CameIn
    from gitlab_journal.recording import Recording
    from gitlab_journal.returned import Numbers

PACKAGE = Path(__file__).parent
NOTHING = Outcome()


def conclude(
    recording: Recording, *, value: object = None, error: BaseException | None = None
) -> None:
    """Record how the run ended, then commit the verdict. Raises nothing: a failure is a warning.

    Writes the durable record first, the commit second; whichever process comes next finishes
    what fails in between.
    """
    try:
        guarded(
            lambda: _conclude(recording, value=value, error=error),
            otherwise=f"{recording.entry.id} is not committed yet; the next run or command tries "
            "again",
        )
    finally:  # what is not committed is left to whoever comes next
        recording.desk.runs.let_go(recording.entry.id)


def _conclude(recording: Recording, *, value: object, error: BaseException | None) -> None:
    keeping = recording.options.keep and error is None
    numbers = numbers_returned(value) if error is None else None
    altered = None
    if keeping or numbers is not None:
        altered = _changed(recording.described.came_in)
    returned = numbers if altered == () else None
    result = _result(recording, value=value, error=error, returned=returned)
    commit_result(
        recording.desk, recording.path, result, author=recording.author, base=recording.entry
    )
    if keeping:
        state, identifier = recording.desk.repository.state, recording.entry.id
        guarded(
            lambda: keep(state, identifier, value, changed=altered),
            otherwise="what the run returned is not kept",
        )


def _result(
    recording: Recording,
    *,
    value: object,
    error: BaseException | None,
    returned: Numbers | None,
) -> Result:
    run, described = recording.run, recording.described
    settings = directions(recording.desk)
    outcome = guarded(
        lambda: extract(value, settings=settings), otherwise="the result could not be read"
    )
    status, reason = _status(recording, error)
    entry = recording.entry
    if recording.met_data:
        entry = entry.set(dataset=described.dataset, **described.fingerprint.as_dict())
        entry = entry.set_block("data", described.rows)
    duration = monotonic() - run.started
    result = guarded(
        lambda: results(
            entry,
            run.folder,
            outcome or NOTHING,
            settings=settings,
            status=status,
            duration=duration,
            metrics=run.metrics,
            figures=run.figures,
            notes=[*reason, *run.notes],
            trace=_trace(error, described.project) if status == "failed" and error else "",
            model=run.model,
            environment=describe_environment(described.libraries),
            returned=returned,
        ),
        otherwise="the page holds the metrics alone",
    )
    metrics = {**(outcome or NOTHING).metrics, **run.metrics}
    bare = Ending(status=status, duration=duration, metrics=metrics, notes=reason)
    return result or Result(verdict_page(entry, bare), {})


def _changed(came_in: CameIn) -> tuple[str, ...] | None:
    """Return which of its parameters the run changed, None where there is no telling."""

    def look() -> tuple[str, ...] | None:
        with suppress(DescriptionError):
            return changed(came_in)
        return None

    return guarded(look, otherwise="what the run changed of its arguments is unknown")


def _status(recording: Recording, error: BaseException | None) -> tuple[str, list[str]]:
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return "done", []
    if recording.stop is not None and error is recording.stop:
        return "stopped", [f"Stopped: duplicate of {recording.stop.entries[0].id}."]
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", ["Interrupted from the keyboard."]
    terminated = _terminated(error)
    if terminated is not None:
        return "interrupted", [f"Interrupted by {terminated}."]
    return "failed", []


def _terminated(error: BaseException | None) -> Terminated | None:
    """Return the signal behind an exception: this one, or one that was raised in its place."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if isinstance(error, Terminated):
            return error
        seen.append(error)
        error = error.__cause__ or error.__context__
    return None


def _trace(error: BaseException, project: Path) -> str:
    """Return the traceback without our own frames, paths of this machine, what looks like a key."""
    whole = traceback.TracebackException.from_exception(error)
    chain = [whole]
    for part in chain:
        part.stack = traceback.StackSummary.from_list(
            [frame for frame in part.stack if not Path(frame.filename).is_relative_to(PACKAGE)]
        )
        others = (part.__cause__, part.__context__, *(part.exceptions or ()))
        chain += [other for other in others if other is not None]
    text = "".join(whole.format()).replace(f'File "{project}/', 'File "')
    text = re.sub(r'File "/[^"\n]*/(?:site|dist)-packages/', 'File "', text)
    return redact(text)[0]


def directions(desk: Desk) -> Mapping[str, str]:
    """Return which way metrics are better, as the cover says; nothing where it is damaged."""
    return guarded(lambda: desk.cover.metrics, otherwise="the settings cannot be read") or {}


def results(
    entry: Entry,
    folder: Path,
    outcome: Outcome,
    *,
    settings: Mapping[str, str],
    status: str,
    duration: float | None,
    metrics: Mapping[str, float],
    figures: Mapping[str, str],
    notes: Sequence[str],
    trace: str = "",
    model: str | None = None,
    environment: Mapping[str, str] | None = None,
    returned: Numbers | None = None,
) -> Result:
    """Return the page with its results.

    Reads the points and attachments in the run's `folder`.
    """
    tables, shown, thinned = read_curves(folder, outcome)
    drawing = _drawing(shown, title=entry.title)
    texts = {**tables, **outcome.tables, **drawing}
    files = {name: text.encode() for name, text in texts.items()}
    if thinned and (folder / FILE).exists():
        guarded(lambda: put_aside(folder, FILE), otherwise="the points left out are not kept")
    attached, references = read_attachments(folder)
    observed = dict(list(shown.items())[1:])
    outcome = combine(outcome, logged=metrics, observed=observed, settings=settings)
    claims = [(parse_claim(row["claim"]), float(row["bound"])) for row in entry.claims]
    judgement = judge(claims, status=status, metrics=outcome.metrics)
    ending = Ending(
        status=status,
        duration=duration,
        metrics=outcome.metrics,
        replicates=outcome.replicates,
        returned=None if returned is None else returned_key(returned, outcome.metrics),
        headline=headline(outcome.metrics, [claim for claim, _ in claims]),
        judgement=judgement,
        model=model or outcome.model,
        notes=[*thinned, *(redact(note)[0] for note in (*notes, *outcome.notes))],
        figures={f"Curves by {next(iter(shown))}": name for name in drawing} | dict(figures),
        files=sorted({*files, *attached} - {*drawing, *figures.values()}),
        attachments=references,
        traceback=trace,
        environment=environment or {},
    )
    sentence = judgement.sentence if judgement else ""
    return Result(verdict_page(entry, ending), {**files, **attached}, sentence)


def _drawing(columns: Mapping[str, Sequence[float | None]], *, title: str) -> dict[str, str]:
    """Return the curves as an SVG file by its name; nothing where there is no line to draw."""
    axis = next(iter(columns), "")
    if len(columns) < 2 or len(columns[axis]) < 2:  # noqa: PLR2004  # a line has two ends
        return {}
    numbers = {
        name: [float("nan") if value is None else value for value in column]
        for name, column in columns.items()
    }
    drawn = guarded(
        lambda: chart.curves(numbers, title=title), otherwise="the curves are not drawn"
    )
    return {"curves.svg": drawn} if drawn else {}
