"""The audit of a whole journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gitlab_journal.audit.ancestry import Ancestry
from gitlab_journal.audit.attachments import Attachments
from gitlab_journal.audit.finding import NOTES, Finding
from gitlab_journal.audit.history import (
    behind,
    broken_objects,
    is_shallow,
    rewritten,
    verified,
)
from gitlab_journal.audit.hypotheses import Hypotheses
from gitlab_journal.audit.merges import Versions
from gitlab_journal.audit.pages import Pages, loose_files
from gitlab_journal.audit.pushed import Pushed, not_pushed, pushed_before
from gitlab_journal.audit.runs import open_runs
from gitlab_journal.audit.signatures import unsigned
from gitlab_journal.audit.stated import contradictions
from gitlab_journal.audit.steps import steps
from gitlab_journal.audit.today import Today
from gitlab_journal.audit.undeclared import Undeclared
from gitlab_journal.errors import StoreError
from gitlab_journal.store.log import log
from gitlab_journal.store.remotes.pushes import pushes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.audit.steps import Step
    from gitlab_journal.desk import Desk
    from gitlab_journal.store.log import Commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an audit looked at and what it found; `trail` holds what a repair needs."""

    tip: str | None
    since: str | None = None
    verified_before: str | None = None
    commits: int = 0
    entries: int = 0
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    pushed: tuple[Pushed, ...] = ()
    trail: Trail | None = None


@dataclass(slots=True)
class Trail:
    """What each family of findings has seen of the history so far."""

    undeclared: Undeclared
    hypotheses: Hypotheses
    attachments: Attachments
    pages: Pages
    versions: Versions
    today: Today
    stated: list[Finding] = field(default_factory=list)

    def follow(self, commit: Commit, taken: Sequence[Step]) -> None:
        """Take over what a commit did to pages and to the files beside them."""
        for step in taken:
            self.undeclared.take(step)
            self.hypotheses.take(step)
            self.pages.take(step)
            self.versions.take(step)
            self.today.take(step)
            self.stated += contradictions(step)
            if step.after is None and step.damage is None:
                self.attachments.forget(step.id)
        self.attachments.take(commit, taken)


def audit(desk: Desk, *, since: str | None = None) -> Report:
    """Return what is found in the history of a journal, or in the part of it after `since`.

    Reads all commits by one git process and every version of every page. Raises StoreError where
    git refuses, or `since` is no commit. Writes nothing.
    """
    repository = desk.repository
    tip = repository.tip()
    before = verified(repository)
    if tip is None:
        return Report(tip=None, verified_before=before)
    if is_shallow(repository):
        words = "Only the end of the history is here; fetch all: git fetch --unshallow."
        found = Finding(code="history-shallow", sentence=words)
        return Report(tip=tip, verified_before=before, findings=(found,))
    broken = list(broken_objects(repository, tip))
    try:
        return _read(desk, tip, since=since, before=before, broken=broken)
    except StoreError:
        if not broken:
            raise
        return Report(tip=tip, since=since, verified_before=before, findings=tuple(broken))


def _read(
    desk: Desk, tip: str, *, since: str | None, before: str | None, broken: Sequence[Finding]
) -> Report:
    repository = desk.repository
    history = log(repository.root, tip)
    ancestry = Ancestry(history)
    commits = _after(history, ancestry, since)
    trail = _trail(desk, tip, ancestry, since=since)
    _follow(trail, desk, commits)
    seen = pushes(repository.state)
    pushed = pushed_before(
        trail.hypotheses.stated, trail.hypotheses.ended, pushes=seen, ancestry=ancestry
    )
    found = [
        *broken,
        *rewritten(repository, ancestry, seen),
        *_of_history(trail, desk),
        *not_pushed(desk, pushed, trail.hypotheses.stated, history, seen=bool(seen)),
        *unsigned(repository, commits, history=history),
        *open_runs(desk, trail.today.running, trail.hypotheses.stated),
        *behind(repository, ancestry),
    ]
    return Report(
        tip=tip,
        since=since,
        verified_before=before,
        commits=len(commits),
        entries=trail.today.entries,
        findings=tuple(one for one in found if one.code not in NOTES),
        notes=tuple(one for one in found if one.code in NOTES),
        pushed=tuple(pushed),
        trail=trail,
    )


def _of_history(trail: Trail, desk: Desk) -> Iterator[Finding]:
    yield from trail.hypotheses.findings
    yield from trail.undeclared.findings()
    yield from trail.stated
    yield from trail.today.findings
    yield from trail.today.missing_attachments(trail.attachments)
    yield from trail.attachments.findings()
    yield from trail.pages.findings(trail.today.files)
    yield from trail.versions.findings(desk.repository, trail.today.files, trail.today.where)
    # the pages that --since left unread are known by their names
    known = {*trail.today.where, *trail.today.ids()}
    yield from loose_files(trail.today.files, known)


def _trail(desk: Desk, tip: str, ancestry: Ancestry, *, since: str | None) -> Trail:
    repository = desk.repository
    known = set(Today(repository.changed(None, since)).ids()) if since else set()
    return Trail(
        undeclared=Undeclared(),
        hypotheses=Hypotheses(ancestry, known=known),
        attachments=Attachments(),
        pages=Pages(),
        versions=Versions(),
        today=Today(repository.changed(None, tip)),
    )


def _follow(trail: Trail, desk: Desk, commits: Sequence[Commit]) -> None:
    """Walk the history commit by commit, oldest first."""
    walk = steps(desk.repository, commits)
    step = next(walk, None)
    for commit in commits:
        taken: list[Step] = []
        while step is not None and step.commit.id == commit.id:
            taken.append(step)
            step = next(walk, None)
        trail.follow(commit, taken)


def _after(history: Sequence[Commit], ancestry: Ancestry, since: str | None) -> Sequence[Commit]:
    """Return the commits that `since` does not hold."""
    if since is None:
        return history
    if since not in ancestry:
        raise StoreError(f"{since} is no commit of this history; expected one, as in --since v1")
    old = set(ancestry.before(since))
    return [commit for commit in history if commit.id not in old]
