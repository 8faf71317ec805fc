"""Git's index, changed in a copy that takes its place."""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitlab_journal.store.changes import path_text
from gitlab_journal.store.files import sync_file
from gitlab_journal.store.git import git
from gitlab_journal.store.gitlock import drafted, git_locked
from gitlab_journal.store.objects import Item, path_bytes
from gitlab_journal.store.working import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gitlab_journal.store.repository import Repository

_RACES = 5  # times that a person may change the index while we do
_GONE = b"0 " + b"0" * 40


def bring_index(
    repository: Repository,
    ends: Mapping[str, tuple[Item | None, Item | None]],
    *,
    edited: Sequence[str],
    patience: float,
    held: bool = False,
) -> None:
    """Bring git's index up to `ends`: by path, what the branch has and what shall be there.

    What a person staged of the files they edited is joined with ours; a conflict that they have
    not resolved stays one. The index is changed in a copy, so that git's lock is held for the
    exchange alone, or for longer where they change it again and again; with `held` the caller
    has it. Raises StoreError when somebody else holds it for `patience` seconds.
    """
    index = repository.git_dir / "index"
    if held:
        _change_held(repository, ends, edited=edited)
        return
    for _ in range(_RACES):
        with drafted(index, state=repository.state) as draft:
            before = _look(index)
            _change(repository, draft, ends, edited=edited)
            with git_locked(index, draft, patience=patience) as lock:
                if _look(index) == before:
                    lock.replace(index)
                    return
    with index_held(repository, patience=patience):
        _change_held(repository, ends, edited=edited)


@contextmanager
def index_held(repository: Repository, *, patience: float) -> Iterator[None]:
    """Hold git's lock of the index, without which nobody adds or commits."""
    index = repository.git_dir / "index"
    with drafted(index, state=repository.state) as empty:
        empty.touch()
        with git_locked(index, empty, patience=patience):
            yield


def _change_held(
    repository: Repository,
    ends: Mapping[str, tuple[Item | None, Item | None]],
    *,
    edited: Sequence[str],
) -> None:
    draft = repository.state / f"index-{secrets.token_hex(4)}"
    try:
        _change(repository, draft, ends, edited=edited)
        draft.replace(repository.git_dir / "index")
    finally:
        draft.unlink(missing_ok=True)


def _change(
    repository: Repository,
    draft: Path,
    ends: Mapping[str, tuple[Item | None, Item | None]],
    *,
    edited: Sequence[str],
) -> None:
    """Write the index as it shall be to `draft`."""
    with suppress(FileNotFoundError):
        # git tells by its time which files to look at again
        shutil.copy2(repository.git_dir / "index", draft)
    items = {path: now for path, (_, now) in ends.items()}
    items |= _staged_with_ours(repository, draft, edited, ends)
    conflicts = _conflicts(repository, draft)
    _put(repository, draft, {path: item for path, item in items.items() if path not in conflicts})
    sync_file(draft)


def _look(index: Path) -> tuple[int, ...] | None:
    try:
        status = index.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _put(repository: Repository, index: Path, items: Mapping[str, Item | None]) -> None:
    """Put items into an index by path, None for what is gone."""
    gone_first = sorted(items.items(), key=lambda pair: pair[1] is not None)
    lines = (
        b"%s\t%s\0" % (b"%s %s" % (item.mode, item.object.encode()) if item else _GONE, name)
        for name, item in ((path_bytes(path), item) for path, item in gone_first)
    )
    _git(repository, index, "update-index", "-z", "--index-info", input=b"".join(lines))


def _conflicts(repository: Repository, index: Path) -> set[str]:
    """Return the paths that a person's merge left in conflict."""
    said = _git(repository, index, "ls-files", "-u", "-z")
    return {path_text(line.partition(b"\t")[2]) for line in said.split(b"\0")[:-1]}


def _staged_with_ours(
    repository: Repository,
    index: Path,
    paths: Sequence[str],
    ends: Mapping[str, tuple[Item | None, Item | None]],
) -> dict[str, Item]:
    """Return, for files that a person edited, what they have staged with our version merged in.

    `ends` holds each file as the branch has it and as we have it.
    """
    objects, result = repository.objects, {}
    said = _git(repository, index, "ls-files", "-s", "-z", "--", *paths) if paths else b""
    for line in said.split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        path, blob = path_text(name), about.split(b" ")[1].decode()
        before, after = ends.get(path, (None, None))
        if before is None or after is None:
            continue
        base, ours, theirs = (objects.read(one)[1] for one in (before.object, after.object, blob))
        merged = merge(base, ours, theirs)
        if merged not in (None, ours):
            result[path] = Item(after.mode, objects.add("blob", merged or b""))
    objects.flush()
    return result


def _git(
    repository: Repository,
    index: Path,
    *arguments: str,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
) -> bytes:
    env = {"GIT_INDEX_FILE": str(index)}
    return git(*arguments, cwd=repository.root, input=input, env=env)
