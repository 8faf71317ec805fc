"""Git's index, changed in a copy that takes its place."""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from gitlab_journal.store.changes import path_text
from gitlab_journal.store.files import sync_file
from gitlab_journal.store.git import git
from gitlab_journal.store.gitlock import git_locked
from gitlab_journal.store.objects import Item, path_bytes
from gitlab_journal.store.working import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gitlab_journal.store.repository import Repository

_GONE = b"0 " + b"0" * 40


@contextmanager
def changed_index(repository: Repository, *, patience: float) -> Iterator[Path]:
    """Hold git's index as git does and give a copy of it, which takes its place at the end.

    Where the block raises or the process dies, the index is as it was. Raises StoreError when
    somebody else holds it for `patience` seconds.
    """
    state, index = repository.state, repository.git_dir / "index"
    for left in state.glob("index-*"):  # by a crash
        left.unlink(missing_ok=True)
    copy = state / f"index-{secrets.token_hex(4)}"
    with git_locked(index, b"", state=state, patience=patience):
        try:
            with suppress(FileNotFoundError):
                shutil.copy2(index, copy)  # git tells by its time which files to look at again
            yield copy
            sync_file(copy)
            copy.replace(index)
        finally:
            copy.unlink(missing_ok=True)


def put_items(repository: Repository, index: Path, items: Mapping[str, Item | None]) -> None:
    """Put items into an index by path, None for what is gone."""
    gone_first = sorted(items.items(), key=lambda pair: pair[1] is not None)
    lines = (
        b"%s\t%s\0" % (b"%s %s" % (item.mode, item.object.encode()) if item else _GONE, name)
        for name, item in ((path_bytes(path), item) for path, item in gone_first)
    )
    _git(repository, index, "update-index", "-z", "--index-info", input=b"".join(lines))


def staged_with_ours(
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
