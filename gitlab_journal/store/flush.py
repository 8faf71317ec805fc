"""Bring working files, git's index, then the branch up to the commits that wait."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store import moving
from gitlab_journal.store.changes import items_changed
from gitlab_journal.store.git import git
from gitlab_journal.store.gitlock import wait_until_free
from gitlab_journal.store.index import bring_index, index_held
from gitlab_journal.store.objects import Item
from gitlab_journal.store.signing import signed
from gitlab_journal.store.words import Words
from gitlab_journal.store.working import bring_files, merge, warn_of_conflict

if TYPE_CHECKING:
    from gitlab_journal.store.repository import Repository

_RACES = 20  # times that a person may move the branch while we build on it; at last none may
_JOIN = "join: what was recorded while the branch moved"


def flush(repository: Repository, *, patience: float) -> bool:
    """Join the commits that wait to the branch; False where there are none.

    Where a person has moved the branch meanwhile, a merge commit joins both. What a person has
    edited or staged stays theirs. What a crash leaves half-done the next flush finishes. Writes
    working files, objects, git's index, then the branch; the caller holds the journal's lock.
    Raises StoreError, also when a lock of git's is held by somebody for `patience` seconds.
    """
    pending = repository.pending()
    if pending is None:
        return False
    for race in range(_RACES):
        held = race == _RACES - 1
        hold = index_held(repository, patience=patience) if held else nullcontext()
        with suppress(moving.MovedError), hold:
            _bring_up(repository, pending, patience=patience, held=held)
            moving.delete(repository, repository.pending_ref)
            return True
    raise StoreError(f"the branch of {repository.root} moved {_RACES} times under one flush")


def _bring_up(repository: Repository, pending: str, *, patience: float, held: bool) -> None:
    objects, branch = repository.objects, f"refs/heads/{repository.branch}"
    old = repository.head()
    new = _joined(repository, old, pending)
    if new == old:
        return
    objects.flush()
    before = objects.tree_of(old) if old else None
    changed = list(items_changed(objects, before, objects.tree_of(new)))
    index = [] if held else [repository.git_dir / "index"]
    for file in (*index, repository.common_dir / branch):
        wait_until_free(file, state=repository.state, patience=patience)
    edited = bring_files(repository, changed, since=pending)
    ends = {path: (was, now) for path, was, now in changed}
    bring_index(repository, ends, edited=edited, patience=patience, held=held)
    if branch != f"refs/heads/{repository.branch}":  # a person has switched it meanwhile
        raise moving.MovedError
    subject = objects.commit(new).partition(b"\n\n")[2].decode(errors="replace")
    words = Words(subject, repository.author(), datetime.now(UTC).astimezone())
    moving.move(repository, branch, (old, new), words, patience=patience)


def _joined(repository: Repository, old: str | None, pending: str) -> str:
    """Return the commit that holds both the branch and what waits: the newer one, or a merge."""
    base = repository.pending_base()
    if old is None or base == old:
        return pending
    said = git("merge-base", old, pending, cwd=repository.root, check=False)
    common = said.decode().strip() or None
    if common in (old, pending):
        return pending if common == old else old
    tree = _union(repository, old, pending, base=base or common, common=common)
    words = Words(_JOIN, repository.author(), datetime.now(UTC).astimezone())
    commit = signed(repository, words.commit(tree, [old, pending]))
    return repository.objects.add("commit", commit)


def _union(
    repository: Repository, old: str, pending: str, *, base: str | None, common: str | None
) -> str:
    """Return the branch's tree with all in it that we wrote since `base`.

    Where a person rebased or switched the branch, so that `base` is not in it, what both had and
    only we still have is kept too: nothing is taken for deleted that was not.
    """
    objects = repository.objects
    theirs, ours = objects.tree_of(old), objects.tree_of(pending)
    since, shared = (objects.tree_of(one) if one else None for one in (base, common))
    files: dict[str, Item | None] = {}
    if since != shared:
        files |= {
            path: now
            for path, was, now in items_changed(objects, shared, ours)
            if was is None and objects.find(theirs, path) is None
        }
    files |= {
        path: _merged(repository, path, (was, now, objects.find(theirs, path)), (base, pending))
        for path, was, now in items_changed(objects, since, ours)
    }
    return objects.grow(theirs, files)


def _merged(
    repository: Repository,
    path: str,
    versions: tuple[Item | None, Item | None, Item | None],
    ends: tuple[str | None, str],
) -> Item | None:
    """Return a file as it was in the base, is with us, and is on the branch, in one.

    `ends` are the base and the last of the commits that wait. A person may have committed what a
    flush that died had brought to the folder: then an earlier one of our versions is the base.
    """
    was, ours, theirs = versions
    if ours is None or theirs is None:
        return theirs if ours is None and theirs != was else ours
    if theirs in (was, ours) or theirs.mode != ours.mode:
        return ours
    objects = repository.objects
    known = [*([was] if was else []), *_versions(repository, path, *ends)]
    if theirs in known:
        return ours
    base = objects.read(known[0].object)[1]
    text = merge(base, objects.read(ours.object)[1], objects.read(theirs.object)[1])
    if text is None:
        warn_of_conflict(path, "the version committed before stays in its history")
        return ours
    return Item(ours.mode, objects.add("blob", text))


def _versions(repository: Repository, path: str, base: str | None, pending: str) -> list[Item]:
    """Return what the commits that wait made of a file, the oldest first."""
    objects, found = repository.objects, list[Item]()
    commit: str | None = pending
    while commit is not None and commit != base:
        item = objects.find(objects.tree_of(commit), path)
        if item is None:  # before it was made
            break
        found.append(item)
        commit = next(iter(objects.parents_of(commit)), None)
    return found[::-1]
