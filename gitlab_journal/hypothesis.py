"""The hypothesis of a run, committed before it."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.alert import announce, find_earlier
from gitlab_journal.compose import (
    INLINE_DIFF_LINES,
    Plan,
    Prediction,
    commit_message,
    hypothesis_page,
)
from gitlab_journal.describe import add_data
from gitlab_journal.entry import Entry, attachments_path, new_id, page_path
from gitlab_journal.environment import describe_environment
from gitlab_journal.errors import DuplicateExperimentError, PredictionError, StoreError
from gitlab_journal.options import fill_template
from gitlab_journal.prediction import resolve
from gitlab_journal.recording import Recording
from gitlab_journal.recovery import recover
from gitlab_journal.run import Run
from gitlab_journal.store.repository import is_ignored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.catalogue import Row
    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk
    from gitlab_journal.options import Options
    from gitlab_journal.prediction import Claim


def begin(desk: Desk, described: Described, options: Options) -> Recording:
    """Look for earlier runs, then commit the hypothesis; returns the recording, to be concluded.

    Raises DuplicateExperimentError where the options ask for it, PredictionError for a claim that
    cannot be resolved, StoreError where git refuses. Writes the marker, the page, its commit.
    """
    _refuse_inside(desk, described)
    recover(desk)
    on_duplicate = options.on_duplicate or desk.cover.on_duplicate
    announce(
        find_earlier(desk, described.fingerprint, name=described.name),
        on_duplicate=on_duplicate,
        fingerprint=described.fingerprint,
        functions=described.functions,
    )
    author = desk.repository.author()
    plan, files = _plan(desk, described, options, author.name)
    entry = hypothesis_page(plan)
    path = page_path(plan.id, plan.title)
    entry = Entry.parse(entry.text, desk.repository.root / path)
    marker = desk.runs.open_run(plan.id, {"path": str(path), "author": [author.name, author.email]})
    try:
        beside = attachments_path(path, plan.id)
        desk.commit(
            {str(path): entry.render().encode()}
            | {str(beside / name): content for name, content in files.items()},
            message=commit_message(entry, body="\n".join(options.predict)),
            author=author,
            date=plan.date,
            entry=entry,
        )
    except BaseException:
        desk.runs.forget(plan.id)
        raise
    recording = Recording(
        desk=desk,
        options=options,
        described=described,
        entry=entry,
        path=path,
        marker=marker,
        author=author,
        run=Run(plan.id, marker.folder, on_data=lambda arrays: _meet_data(recording, arrays)),
    )
    return recording


def _refuse_inside(desk: Desk, described: Described) -> None:
    root = desk.repository.root.resolve()
    project = described.capture.root.resolve() if described.capture else None
    if project and root.is_relative_to(project) and not is_ignored(root, project):
        raise StoreError(
            f"the journal {root} lies inside the repository {project}; "
            f"expected a folder beside it: move it, or `glj init` another"
        )


def _meet_data(recording: Recording, arrays: Mapping[str, object]) -> None:
    desk = recording.desk
    described = add_data(recording.described, arrays, cover=desk.cover, files=desk.files)
    recording.described = described
    recording.met_data = True
    on_duplicate = recording.options.on_duplicate or desk.cover.on_duplicate
    earlier = [
        item
        for item in find_earlier(desk, described.fingerprint, name=described.name)
        if item.entry.id != recording.entry.id
    ]
    try:
        announce(
            earlier,
            on_duplicate=on_duplicate,
            fingerprint=described.fingerprint,
            functions=described.functions,
        )
    except DuplicateExperimentError as error:
        recording.duplicate = error.entries[0].id
        raise


def _plan(
    desk: Desk, described: Described, options: Options, author: str
) -> tuple[Plan, dict[str, bytes]]:
    now = datetime.now(UTC)
    parents = [desk.catalogue.resolve(word) for word in options.parents]
    identifier = new_id(now, os.urandom(4))
    code_words, diff, files = _code_section(described, identifier)
    hypothesis = fill_template(options.hypothesis or "", described.arguments)
    capture = described.capture
    plan = Plan(
        id=identifier,
        date=now.replace(microsecond=0),
        author=author,
        title=_title(options, described, hypothesis),
        hypothesis=hypothesis,
        predictions=[_prediction(desk, claim, parents) for claim in options.claims],
        tags=options.tags,
        parents=[row.id for row in parents],
        silence=options.silence or {},
        procedure="\n\n".join(described.notes),
        params=described.params,
        defaults=described.defaults,
        data=described.rows,
        dataset=described.dataset,
        model=described.model,
        fingerprint=described.fingerprint,
        code=capture.commit if capture else None,
        tree=capture.tree if capture else None,
        code_words=code_words,
        diff=diff,
        functions=described.functions,
        environment=describe_environment(),
    )
    return plan, files


def _title(options: Options, described: Described, hypothesis: str) -> str:
    if options.title:
        title = fill_template(options.title, described.arguments)
    elif hypothesis:
        title = re.split(r"\. |\n\n", hypothesis)[0].rstrip(".")
    else:
        scalars = {
            name: value
            for name, value in described.params.items()
            if isinstance(value, str | int | float)
        }
        settings = ", ".join(f"{name} = {value}" for name, value in list(scalars.items())[:3])
        title = f"{described.name}: {settings}" if settings else described.name
    return " ".join(title.split()) or described.name


def _prediction(desk: Desk, claim: Claim, parents: Sequence[Row]) -> Prediction:
    def look_up(reference: str, metric: str) -> float:
        if reference == "parent":
            return _parent_value(claim, metric, parents)
        row = desk.catalogue.resolve(reference.removeprefix("entry:"))
        return _value(claim, metric, row, reference)

    return Prediction(claim=claim.text, bound=resolve(claim, look_up))


def _parent_value(claim: Claim, metric: str, parents: Sequence[Row]) -> float:
    position = claim.text.index("parent")
    if not parents:
        raise PredictionError(
            'the claim speaks of a parent, but there is none: pass parents=["ID"]',
            claim=claim.text,
            position=position,
        )
    if len(parents) > 1:
        raise PredictionError(
            f"the claim speaks of one parent, but there are {len(parents)}: write entry:ID",
            claim=claim.text,
            position=position,
        )
    return _value(claim, metric, parents[0], "parent")


def _value(claim: Claim, metric: str, row: Row, reference: str) -> float:
    position = max(claim.text.find(reference), 0)
    if row.status != "done":
        raise PredictionError(
            f"{reference} is {row.id}, whose status is {row.status}; expected a done entry",
            claim=claim.text,
            position=position,
        )
    if metric not in row.metrics:
        known = ", ".join(row.metrics) or "none"
        raise PredictionError(
            f"{reference} is {row.id}, which has no metric {metric!r}; it has {known}",
            claim=claim.text,
            position=position,
        )
    return float(row.metrics[metric])


def _code_section(described: Described, identifier: str) -> tuple[str, str, dict[str, bytes]]:
    """Return what the Code section says, the diff it shows, the files it refers to."""
    capture = described.capture
    ran = f"`{described.name}`" + (f" of `{described.file}`" if described.file else "")
    if capture is None:
        return f"{ran}, in no git repository: known by its hash only.", "", {}
    notes = " ".join(capture.notes)
    start = f"{ran}, commit `{capture.commit[4:11]}`" if capture.commit else f"{ran}, no commit yet"
    if not capture.diff:
        return f"{start}, working tree unchanged. {notes}".strip(), "", {}
    text = _readable(capture.diff)
    if text is not None and text.count("\n") <= INLINE_DIFF_LINES:
        return f"{start} with these changes. {notes}".strip(), text, {}
    link = f"[code.diff]({identifier}/code.diff)"
    return f"{start} with the changes in {link}. {notes}".strip(), "", {"code.diff": capture.diff}


def _readable(diff: bytes) -> str | None:
    try:
        text = diff.decode()
    except UnicodeDecodeError:
        return None
    return None if "\r" in text or "\0" in text else text
