"""When each entry was committed: the hypothesis before the run, the verdict after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from gitlab_journal.store.repository import Repository

_BEFORE = frozenset({"planned", "running"})
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
    """The two commits of an entry, as far as there are any."""

    hypothesis: Stamp | None = None
    verdict: Stamp | None = None


def read_commits(repository: Repository, head: str) -> dict[str, Commits]:
    """Return the commits of every entry by id, read by one git process; writes nothing.

    The first that states an entry before its run is its hypothesis, the first after it its
    verdict; a commit may state many entries, as groups of trailers.
    """
    asked = "".join(
        f"{_FIELD}%(trailers:key={name},valueonly,separator=%x1d)" for name in ("Entry", "Status")
    )
    said = git(
        *("log", "--reverse", "--topo-order", f"--format=%H{_FIELD}%at{asked}{_RECORD}", head),
        cwd=repository.root,
    ).decode(errors="replace")
    found: dict[str, Commits] = {}
    for record in said.split(_RECORD)[:-1]:
        commit, seconds, ids, statuses = record.strip("\n").split(_FIELD)
        if not ids:
            continue
        stamp = Stamp(commit, int(seconds))
        for name, status in zip(ids.split(_VALUE), statuses.split(_VALUE), strict=False):
            found[name] = _joined(found.get(name, Commits()), stamp, status)
    return found


def _joined(commits: Commits, stamp: Stamp, status: str) -> Commits:
    if status in _BEFORE:
        return commits if commits.hypothesis else Commits(stamp, commits.verdict)
    return commits if commits.verdict else Commits(commits.hypothesis, stamp)
