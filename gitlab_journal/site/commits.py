"""When each entry was committed: its hypothesis before the run, its verdict, its amendments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from gitlab_journal.store.repository import Repository

_BEFORE = frozenset({"planned", "running"})
_JUDGED_BY = ("metrics", "metric", "prediction", "status", "verdict")
_RESTORED = "restore-"  # what a repair writes: the page says again what it said
_FIELDS = 6
_FIELD, _RECORD, _VALUE = "\x1f", "\x1e", "\x1d"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A commit and when it was made, in seconds since 1970."""

    commit: str
    seconds: int

    @property
    def time(self) -> datetime:
        """The moment in UTC."""
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass(frozen=True, slots=True)
class Commits:
    """The commits of an entry, as far as there are any.

    `repredicted` is the last that amended the prediction after the run, `rejudged` the last that
    amended what the verdict follows from.
    """

    hypothesis: Stamp | None = None
    verdict: Stamp | None = None
    repredicted: Stamp | None = None
    rejudged: Stamp | None = None

    @property
    def stamps(self) -> tuple[Stamp | None, ...]:
        """All of them, in the order of the fields."""
        return self.hypothesis, self.verdict, self.repredicted, self.rejudged


def read_commits(repository: Repository, head: str) -> dict[str, Commits]:
    """Return the commits of every entry by id, read by one git process; writes nothing.

    The first that states an entry before its run is its hypothesis, the first after it its
    verdict; a commit may state many entries, as groups of trailers.
    """
    asked = "".join(
        f"{_FIELD}%(trailers:key={name},valueonly,separator=%x1d)"
        for name in ("Entry", "Status", "Amends")
    )
    said = git(
        *(
            "log",
            "--reverse",
            "--topo-order",
            f"--format=%H{_FIELD}%at{_FIELD}%f{asked}{_RECORD}",
            head,
        ),
        cwd=repository.root,
    ).decode(errors="replace")
    found: dict[str, Commits] = {}
    for record in said.split(_RECORD)[:-1]:
        fields = record.strip("\n").split(_FIELD)
        if len(fields) != _FIELDS or not fields[3]:  # none of ours, or written by hand
            continue
        commit, seconds, subject, ids, statuses, amends = fields
        stamp = Stamp(commit, int(seconds))
        amended = "" if subject.startswith(_RESTORED) else amends
        for name, status in zip(ids.split(_VALUE), statuses.split(_VALUE), strict=False):
            found[name] = _joined(found.get(name, Commits()), stamp, status, amended)
    return found


def _joined(commits: Commits, stamp: Stamp, status: str, amended: str) -> Commits:
    if status in _BEFORE:
        return commits if commits.hypothesis else replace(commits, hypothesis=stamp)
    if commits.verdict is None:
        commits = replace(commits, verdict=stamp)
    names = {name.strip().partition(".")[0] for name in amended.split(",")}
    if "prediction" in names:
        commits = replace(commits, repredicted=stamp)
    return replace(commits, rejudged=stamp) if names.intersection(_JUDGED_BY) else commits
