"""The hypothesis of a run, committed before it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from gitlab_journal.alert import refusal
from gitlab_journal.attachments import limits_of
from gitlab_journal.bounds import bound_of
from gitlab_journal.catalogue import Query
from gitlab_journal.clones.push_ahead import push_hypothesis
from gitlab_journal.code_section import code_section
from gitlab_journal.compose import commit_message
from gitlab_journal.dataset import name_data
from gitlab_journal.describe import add_data
from gitlab_journal.earlier import find_earlier
from gitlab_journal.entry import attachments_path, draft, new_id, page_path
from gitlab_journal.environment import describe_environment
from gitlab_journal.errors import DuplicateExperimentError, NotYetError, StoreError
from gitlab_journal.gate import Reused, decide
from gitlab_journal.guard import guarded, warn
from gitlab_journal.options import fill_template
from gitlab_journal.recording import Recording
from gitlab_journal.recovery import recover, withdraw
from gitlab_journal.run import Run
from gitlab_journal.secrets import redact, redact_values
from gitlab_journal.store.folders import has_entry, pages_in
from gitlab_journal.store.place import is_ignored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import PurePosixPath

    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk
    from gitlab_journal.earlier import Earlier
    from gitlab_journal.entry import Entry
    from gitlab_journal.options import Options


FORMAT = 1
PLANNED = "GITLAB_JOURNAL_ENTRY"


def begin(desk: Desk, described: Described, options: Options) -> Recording:
    """Look for earlier runs, then commit the hypothesis; returns the recording, to be concluded.

    Raises DuplicateExperimentError where the options ask for it or say "reuse", PredictionError
    for a claim that cannot be resolved, StoreError where git refuses. Writes the marker, the
    page, its commit.
    """
    options = _ready(desk, described, options)
    if options.on_duplicate == "reuse":
        options = replace(options, on_duplicate="raise")
    _look(desk, described, options)
    return _open(desk, described, options)


def begin_or_reuse(desk: Desk, described: Described, options: Options) -> Recording | Reused:
    """Do as `begin`, or return the result of an earlier run where the options say "reuse"."""
    options = _ready(desk, described, options)
    return _look(desk, described, options) or _open(desk, described, options)


def _ready(desk: Desk, described: Described, options: Options) -> Options:
    """Return the options, with the journal's own way with duplicates where they have none."""
    _refuse_inside(desk, described)
    if os.environ.get(PLANNED):
        raise NotYetError(f"{PLANNED} does not exist yet; a later release brings it")
    desk.files.save()
    recover(desk)
    return replace(options, on_duplicate=options.on_duplicate or desk.cover.on_duplicate)


def _look(desk: Desk, described: Described, options: Options) -> Reused | None:
    earlier = find_earlier(desk, described.fingerprint, name=described.name)
    decision = decide(earlier, described, options, state=desk.repository.state)
    if isinstance(decision, DuplicateExperimentError):
        raise decision
    return decision


def _open(desk: Desk, described: Described, options: Options) -> Recording:
    described = name_data(desk, described)
    for damage in desk.catalogue.damaged():
        warn(f"{damage.path}:{damage.line}: {damage.reason}; the page was not looked at")
    if described.capture is None and not desk.catalogue.search(Query(limit=1)):
        warn(
            f"{described.project} is in no git repository: the code is recorded by its hash only; "
            "`git init` there, and pages hold the changes too"
        )
    now, author = datetime.now(UTC), desk.repository.author()
    entry, path, files = _page(desk, described, options, author=author.name, now=now)
    payload = {"path": str(path), "author": [author.name, author.email]}
    marker = desk.runs.open_run(entry.id, payload)
    try:
        beside = attachments_path(path, entry.id)
        desk.commit(
            {str(path): entry.render().encode()}
            | {str(beside / name): content for name, content in files.items()},
            message=commit_message(entry, body="\n".join(options.predict)),
            author=author,
            date=now.replace(microsecond=0),
            entry=entry,
        )
        push_hypothesis(desk)
        run = Run(
            entry.id,
            marker.folder,
            on_data=lambda arrays: _meet_data(recording, arrays),
            project=described.project,
            limits=limits_of(desk.cover.settings),
        )
    except BaseException:
        withdraw(desk, entry.id, path)
        raise
    recording = Recording(desk, options, described, entry, path, marker, author, run)
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
    """Raise DuplicateExperimentError where the options ask for it; all else is a warning.

    It is raised as well where an earlier result is reused, which then stands in the recording.
    """
    earlier = guarded(lambda: _look_again(recording, arrays), otherwise="the data are not recorded")
    state = recording.desk.repository.state
    decision = guarded(
        lambda: decide(earlier or [], recording.described, recording.options, state=state),
        otherwise="what was run before cannot be told",
    )
    if isinstance(decision, Reused):
        recording.reused = decision
        decision = DuplicateExperimentError(refusal(decision.entry), [decision.entry])
    if decision is not None:
        recording.stop = decision
        raise decision


def _look_again(recording: Recording, arrays: Mapping[str, object]) -> list[Earlier]:
    desk = recording.desk
    described = add_data(recording.described, arrays, cover=desk.cover, files=desk.files)
    desk.files.save()
    # Data that the run was found by already, in a global, tell nothing new.
    known = described.fingerprint == recording.described.fingerprint
    recording.met_data = True
    recording.described = described
    earlier = [] if known else find_earlier(desk, described.fingerprint, name=described.name)
    recording.described = name_data(desk, described)
    return [item for item in earlier if item.id != recording.entry.id]


def _page(
    desk: Desk, described: Described, options: Options, *, author: str, now: datetime
) -> tuple[Entry, PurePosixPath, Mapping[str, bytes]]:
    """Return the page of a run that is about to start, its path, the files beside it."""
    parents = [desk.catalogue.resolve(word) for word in options.parents]
    claims = [
        {"claim": claim.text, "bound": bound_of(claim, catalogue=desk.catalogue, parents=parents)}
        for claim in options.claims
    ]
    hypothesis = redact(fill_template(options.hypothesis or "", described.arguments))[0]
    title = _title(options, described, hypothesis)
    identifier, path = _place(desk, title, now)
    code = code_section(desk, described, identifier=identifier, path=path)
    front = {
        "id": identifier,
        "author": author,
        "date": now.replace(microsecond=0),
        "tags": [redact(tag)[0] for tag in options.tags] or None,
        "parents": [row.id for row in parents] or None,
        **_front(described, [str(row["claim"]) for row in claims]),
    }
    page = draft(
        front=front,
        title=title,
        hypothesis=hypothesis,
        claims=claims,
        procedure="\n\n".join(described.notes),
        params=described.params,
        defaults=described.defaults,
        data=described.rows,
        silence=redact_values(options.silence or {})[0],
        code=code.text,
        diff=code.diff,
        functions=described.functions,
        environment=describe_environment(described.libraries),
        path=desk.repository.root / path,
    )
    return page, path, code.files


def _place(desk: Desk, title: str, now: datetime) -> tuple[str, PurePosixPath]:
    """Return an id that no entry has yet, and the path of its page."""
    while True:
        identifier = new_id(now, os.urandom(4))
        path = page_path(identifier, title, pages_in=partial(pages_in, desk.repository))
        if not has_entry(desk.repository, path.parent, identifier):
            return identifier, path


def _front(described: Described, claims: Sequence[str]) -> dict[str, object]:
    capture = described.capture
    return {
        "verdict": "open" if claims else None,
        "prediction": claims[0] if len(claims) == 1 else claims or None,
        "model": described.model,
        "dataset": described.dataset,
        "status": "running",
        **described.fingerprint.as_dict(),
        "code": capture.commit if capture else None,
        "tree": capture.tree if capture else None,
        "format": FORMAT,
    }


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
    return redact(" ".join(title.split()))[0] or described.name
