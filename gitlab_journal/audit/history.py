"""Whether the history still holds what it held before."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.errors import StoreError
from gitlab_journal.store import refs
from gitlab_journal.store.files import write_file
from gitlab_journal.store.git import attempt, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.audit.ancestry import Ancestry
    from gitlab_journal.store.remotes.pushes import Push
    from gitlab_journal.store.repository import Repository

VERIFIED = "refs/gitlab-journal/verified"
"""The newest commit that was found in order, in this clone; no branch, so it is not pushed."""

REWRITTEN = ("history-rewritten", "pushed-lost")
"""The codes of findings about commits that are gone."""

_ACCEPTED = "accepted-losses"
_SHOWN = 5  # lines of git's that one sentence holds


def verified(repository: Repository) -> str | None:
    """Return the commit that was verified last in this clone, None where none was."""
    return refs.tip(repository.root, repository.common_dir, VERIFIED)


def mark_verified(repository: Repository, commit: str) -> None:
    """Remember that the history up to `commit` was found in order. Writes one ref.

    Where the clone may only be read nothing is remembered. Raises StoreError.
    """
    if os.access(repository.common_dir, os.W_OK):
        git("update-ref", VERIFIED, commit, cwd=repository.root)


def is_shallow(repository: Repository) -> bool:
    """Return whether the clone holds only the end of the history."""
    return (repository.common_dir / "shallow").is_file()


def rewritten(
    repository: Repository, ancestry: Ancestry, pushes: Sequence[Push]
) -> Iterator[Finding]:
    """Yield commits that were verified, or held by a remote, and that the history lost since."""
    given_up, commit = accepted(repository), verified(repository)
    if commit is not None and commit not in ancestry and commit not in given_up:
        yield Finding(
            code="history-rewritten",
            sentence=f"{commit[:12]} was verified here and is no longer part of the history.",
            commit=commit,
        )
    lost = [one for one in pushes if one.commit not in ancestry and one.commit not in given_up]
    for push in {(one.remote, one.commit): one for one in lost}.values():
        if _is_behind(repository, push.commit):
            continue
        yield Finding(
            code="pushed-lost",
            sentence=f"{push.commit[:12]} was at {push.remote} on {push.at:%Y-%m-%d %H:%M} UTC "
            "and is not part of the history here.",
            commit=push.commit,
        )


@dataclass(frozen=True, slots=True)
class Remote:
    """A branch of a remote as this clone saw it last."""

    name: str
    commit: str


def remotes(repository: Repository) -> list[Remote]:
    """Return the remote-tracking branches."""
    said = git(
        *("for-each-ref", "--format=%(refname) %(objectname) %(symref)", "refs/remotes"),
        cwd=repository.root,
    )
    found = (line.split(" ") for line in said.decode(errors="replace").splitlines())
    return [
        Remote(name.removeprefix("refs/remotes/"), commit)
        for name, commit, *rest in found
        if not rest[0]
    ]


def behind(repository: Repository, ancestry: Ancestry) -> Iterator[Finding]:
    """Yield the remotes' branches of our name that hold commits which are not here yet."""
    try:
        branch = repository.branch
    except StoreError:  # no branch is checked out
        return
    for remote in remotes(repository):
        if remote.name.partition("/")[2] == branch and remote.commit not in ancestry:
            yield Finding(
                code="behind",
                sentence=f"{remote.name} holds commits that are not here yet: glj sync.",
                commit=remote.commit,
            )


def broken_objects(repository: Repository, tip: str) -> Iterator[Finding]:
    """Yield what git's own check of the objects that the history needs complains of."""
    done = attempt(
        # what a rebase left in the reflogs need not be whole
        *("fsck", "--connectivity-only", "--no-dangling", "--no-reflogs", "--no-progress", tip),
        cwd=repository.root,
    )
    if done.returncode == 0:
        return
    said = [*done.stdout.decode(errors="replace").splitlines()]
    said += done.stderr.decode(errors="replace").splitlines()
    for line in said[:_SHOWN]:
        yield Finding(code="objects-broken", sentence=f"git fsck: {line}")
    if len(said) > _SHOWN:
        yield Finding(code="objects-broken", sentence=f"git fsck: {len(said) - _SHOWN} lines more")


def _is_behind(repository: Repository, commit: str) -> bool:
    """Return whether a commit only waits to be joined: a remote still holds it."""
    said = git(
        *("for-each-ref", "--format=%(objectname)", "--contains", commit, "refs/remotes"),
        cwd=repository.root,
        check=False,
    )
    return bool(said.strip())


def accept_lost(repository: Repository, commits: Sequence[str]) -> None:
    """Remember that the history may lack `commits`, and forget what was verified. Writes both."""
    lines = sorted(accepted(repository).union(commits))
    write_file(repository.state / _ACCEPTED, "".join(f"{one}\n" for one in lines).encode())
    git("update-ref", "-d", VERIFIED, cwd=repository.root)


def accepted(repository: Repository) -> frozenset[str]:
    """Return the commits that the history may lack, as somebody said on this machine."""
    try:
        return frozenset((repository.state / _ACCEPTED).read_text().split())
    except FileNotFoundError:
        return frozenset()
