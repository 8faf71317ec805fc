"""Commits of ours that wait to be joined to the branch."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store import moving
from gitlab_journal.store.files import write_file
from gitlab_journal.store.signing import signed
from gitlab_journal.store.working import merge, warn_of_conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.store.repository import Repository
    from gitlab_journal.store.words import Words

_REMEMBERED = 100  # commits among which one of a dead process is looked for
BASE = "pending-base"  # file of the branch's commit that the first waiting one was made on


def commit_files(
    repository: Repository, files: Mapping[str, bytes], words: Words, *, bases: Mapping[str, bytes]
) -> str:
    """Commit `files` on top of the tip and return the commit, which waits for a flush.

    `bases` says which content a file was made from: what was committed to it since is merged.
    A commit that was made already, files and words, is not made again but returned.
    Writes objects and one ref; the caller holds the journal's lock. Raises StoreError, OSError.
    """
    objects, tip = repository.objects, repository.tip()
    before = objects.tree_of(tip) if tip else None
    files = {
        path: _with_committed(repository, before, path, content, bases.get(path))
        for path, content in files.items()
    }
    blobs = {path: objects.add("blob", content) for path, content in files.items()}
    tree = objects.grow(before, blobs)
    earlier = _earlier(repository, tip, words) if tree == before else None
    return earlier or commit_tree(repository, tree, [tip] if tip else [], words)


def commit_tree(repository: Repository, tree: str, parents: Sequence[str], words: Words) -> str:
    """Commit a tree and return the commit, which waits for a flush.

    The first parent is the tip; the caller holds the journal's lock.
    """
    objects = repository.objects
    commit = objects.add("commit", signed(repository, words.commit(tree, parents)))
    objects.flush()
    follow(repository, commit, on=parents[0] if parents else None)
    return commit


def follow(repository: Repository, commit: str, *, on: str | None) -> None:
    """Let `commit`, made on the tip `on`, wait for a flush; the caller holds the journal's lock.

    A person may have moved the branch since `on` was read: so that is kept, not the branch.
    Raises StoreError where other commits wait that are not in it.
    """
    pending = repository.pending()
    if pending is None:
        write_file(repository.state / BASE, (on or "").encode())
    elif pending != on:
        raise StoreError(f"a commit on {on} would lose those that wait; the newest is {pending}")
    moving.write(repository, repository.pending_ref, commit)


def _with_committed(
    repository: Repository, tree: str | None, path: str, ours: bytes, base: bytes | None
) -> bytes:
    """Return `ours` with what was committed to its page since it was made from `base`."""
    item = repository.objects.find(tree, path) if tree and base is not None else None
    if item is None or base is None:
        return ours
    merged = merge(base, ours, repository.objects.read(item.object)[1])
    if merged is None:
        warn_of_conflict(path, "the version committed before stays in its history")
        return ours
    return merged


def _earlier(repository: Repository, commit: str | None, words: Words) -> str | None:
    """Return the commit near the tip that says just this, left by a process that died."""
    near, seen = deque([commit] if commit else []), set[str]()
    while near and len(seen) < _REMEMBERED:
        digest = near.popleft()
        if digest in seen:
            continue
        seen.add(digest)
        if words.are_in(repository.objects.commit(digest)):
            return digest
        near += repository.objects.parents_of(digest)
    return None
