"""The journal brought together with another clone of it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.row import is_page
from gitlab_journal.clones.join import Joined, join, join_trees
from gitlab_journal.errors import StoreError
from gitlab_journal.store.changes import changes
from gitlab_journal.store.git import git
from gitlab_journal.store.lock import locked
from gitlab_journal.store.remotes.pushes import Push, record_push
from gitlab_journal.store.remotes.remote import (
    FasterError,
    Remote,
    fetch,
    find_remote,
    follow,
    push,
    remember,
    seen,
    settle,
)

if TYPE_CHECKING:
    from gitlab_journal.store.repository import Repository

_TRIES = 12  # somebody faster each time: the last pauses take seconds
_SHORTEST, _LONGEST = 0.05, 5.0
_PATIENCE = 600.0  # seconds for another sync of this journal
_SHORT = 8


@dataclass(slots=True)
class Synced:
    """What a sync did: the pages that came and went, what was joined, what to know about it."""

    remote: Remote
    came: set[str] = field(default_factory=set)
    went: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pushed: bool = False


def sync(
    repository: Repository,
    given: str | None = None,
    *,
    unrelated: bool = False,
    unattended: bool = False,
) -> Synced:
    """Fetch from the remote, join its history with ours, push both; returns what came and went.

    `given` names the remote or is its address, by default the upstream's. `unrelated` joins a
    journal that was begun apart as well; `unattended` refuses what a person should see. Tries
    again when somebody was faster. Writes objects, the folder, the branch, git's configuration
    at first use, the record of pushes. Raises StoreError with what was done and what was not.
    """
    if repository.tip() is None:
        raise StoreError(f"branch {repository.branch} of the journal has no commit to sync")
    with locked(repository.state / "sync.lock", patience=_PATIENCE):
        repository.flush()
        remote = settle(repository, find_remote(repository, given))
        done = Synced(remote)
        for turn in range(_TRIES):
            try:
                _once(repository, done, unrelated=unrelated, unattended=unattended)
            except FasterError:
                pause = min(_SHORTEST * 2**turn, _LONGEST)
                time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            else:
                follow(repository, remote)
                return done
    raise StoreError(
        f"somebody else pushed to {remote.shown} each of {_TRIES} times before us; what came is "
        "joined here, nothing was pushed.\n  again: glj sync"
    )


def _once(repository: Repository, done: Synced, *, unrelated: bool, unattended: bool) -> None:
    before = seen(repository, done.remote)
    theirs = fetch(repository, done.remote)
    if theirs is not None:
        _record(repository, done.remote, theirs)
        _tell_rewritten(repository, done, before, theirs, unattended=unattended)
        _join(repository, done, theirs, unrelated=unrelated, unattended=unattended)
        repository.flush()
    tip = repository.tip()
    assert tip is not None  # noqa: S101 - looked at before
    if tip == theirs:
        return
    push(repository, done.remote, tip)
    done.pushed = True
    done.went |= _pages(repository, theirs, tip)
    _record(repository, done.remote, tip)


def _join(
    repository: Repository, done: Synced, theirs: str, *, unrelated: bool, unattended: bool
) -> None:
    """Join their commit with our tip, to wait for a flush."""
    tip = repository.tip() or ""
    if _holds(repository, tip, theirs):
        return
    joined = _joined(repository, done, tip, theirs, unrelated=unrelated)
    with repository.locked():
        if repository.tip() != tip:  # a run committed meanwhile, and waits now
            tip = repository.tip() or ""
            joined = _joined(repository, done, tip, theirs, unrelated=unrelated)
        if joined is None:
            new = theirs
            repository.follow(theirs, on=tip)
        elif joined.aside and unattended:
            raise StoreError(
                f"{done.remote.shown} and this journal changed the same lines; look at it: glj sync"
            )
        else:
            new = repository.commit_tree(
                joined.tree,
                parents=(tip, theirs),
                message=_message(done.remote, joined),
                author=repository.author(),
                date=datetime.now(UTC).astimezone(),
            )
            done.notes += joined.notes
            done.warnings += joined.aside
    done.came |= _pages(repository, tip, new)


def _joined(
    repository: Repository, done: Synced, tip: str, theirs: str, *, unrelated: bool
) -> Joined | None:
    """Return the tree of both commits; None where theirs was made on our tip."""
    if _holds(repository, theirs, tip):
        return None
    joined = join(repository, tip, theirs)
    if joined is not None:
        return joined
    if unrelated:
        return join_trees(repository, None, tip, theirs)
    if (repository.git_dir / "shallow").exists():
        raise StoreError(
            f"this clone of the journal is shallow: its history ends before that of "
            f"{done.remote.shown}. Nothing was joined or pushed.\n"
            f"  fetch the rest: git -C {repository.root} fetch --unshallow"
        )
    raise StoreError(
        f"the journal at {done.remote.shown} and this one were begun apart: they have no commit "
        "in common. Nothing was joined or pushed.\n"
        "  is it the wrong address? git remote set-url origin ADDRESS\n"
        "  join both journals into one: glj sync --unrelated"
    )


def _message(remote: Remote, joined: Joined) -> str:
    about = "\n".join([*joined.notes, *joined.aside])
    return f"join: {remote.name}/{remote.branch}\n\n{about}".strip() + "\n"


def _tell_rewritten(
    repository: Repository, done: Synced, before: str | None, theirs: str, *, unattended: bool
) -> None:
    """Say where the remote's history was replaced since it was last looked at."""
    if before is None or _holds(repository, theirs, before):
        return
    said = (
        f"the history of {done.remote.shown} was rewritten: its earlier commit "
        f"{before[:_SHORT]} is gone from there"
    )
    if unattended:
        remember(repository, done.remote, before)
        raise StoreError(f"{said}; look at it, then join both histories: glj sync")
    done.warnings.append(f"{said}; both histories are joined, nothing of either is lost")


def _holds(repository: Repository, commit: str, other: str) -> bool:
    """Return whether `commit` is `other` or was made on it."""
    if commit == other:
        return True
    said = git("merge-base", commit, other, cwd=repository.root, check=False)
    return said.decode().strip() == other


def _pages(repository: Repository, old: str | None, new: str) -> set[str]:
    objects = repository.objects
    before = objects.tree_of(old) if old else None
    found = changes(objects, before, objects.tree_of(new))
    return {change.path for change in found if change.blob and is_page(change.path)}


def _record(repository: Repository, remote: Remote, commit: str) -> None:
    record_push(repository.state, Push(remote.shown, commit, datetime.now(UTC)))
