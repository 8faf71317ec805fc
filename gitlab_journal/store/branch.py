"""Move the journal's branch to a new commit, never before git's index."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.changes import path_text
from gitlab_journal.store.git import git
from gitlab_journal.store.objects import Item
from gitlab_journal.store.working import merge, warn_of_conflict, working_files

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gitlab_journal.store.author import Author
    from gitlab_journal.store.repository import Repository

_PATIENCE = 10.0  # seconds to wait for a lock of git's
_PAUSE = 0.05
_RACES = 20  # times that a person may move the branch while we build on it
_REMEMBERED = 100  # commits among which one of a dead process is looked for
_NO_COMMIT = "0" * 40


class _MovedError(Exception):
    """The branch is no longer where the commit was built."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a commit says beside its files."""

    message: str
    author: Author
    date: datetime


def commit_files(
    repository: Repository,
    files: Mapping[str, bytes],
    words: Words,
    *,
    bases: Mapping[str, bytes] | None = None,
) -> str:
    """Commit `files` on top of the branch and return the commit.

    `bases` says which content a file was made from: what was committed to it since is merged.
    A commit that was made already, files and words, is not made again but returned.
    Writes objects, working files, git's index, then the branch; the caller holds the journal's
    lock. A branch that a person moved meanwhile is built upon. Raises StoreError.
    """
    for _ in range(_RACES):
        with suppress(_MovedError):
            return _commit_on(repository, repository.head(), files, words, bases or {})
    raise StoreError(f"the branch of {repository.root} moved {_RACES} times under one commit")


def _commit_on(
    repository: Repository,
    old: str | None,
    files: Mapping[str, bytes],
    words: Words,
    bases: Mapping[str, bytes],
) -> str:
    objects, branch = repository.objects, repository.branch
    before = objects.tree_of(old) if old else None
    replaced = {path: objects.find(before, path) if before else None for path in files}
    committed = {path: objects.read(item.object)[1] for path, item in replaced.items() if item}
    files = {
        path: _with_committed(path, content, bases.get(path), committed.get(path))
        for path, content in files.items()
    }
    blobs = {path: objects.add("blob", content) for path, content in files.items()}
    tree = objects.grow(before, blobs)
    commit = _earlier(repository, old, words) if tree == before else None
    done = commit is not None
    commit = commit or objects.add("commit", _render_commit(tree, old, words))
    with working_files(repository.root, files, committed, repository.state) as edited:
        items = {path: objects.find(tree, path) for path in files}
        items |= _staged(repository, edited, items, committed)
        objects.flush()
        _write_index(repository, items)
        if not done:
            try:
                _move(repository, branch, (old, commit), words)
            except BaseException:
                with suppress(StoreError):
                    _write_index(repository, replaced)
                raise
    return commit


def _earlier(repository: Repository, commit: str | None, words: Words) -> str | None:
    """Return the commit near the branch's end that says just this, left by a process that died."""
    for _ in range(_REMEMBERED):
        if commit is None:
            return None
        said = repository.objects.commit(commit)
        if b"\nauthor " + _author(words) + b"\n" in said and said.endswith(
            b"\n\n" + _message(words)
        ):
            return commit
        commit = next(iter(repository.objects.parents_of(commit)), None)
    return None


def _with_committed(path: str, ours: bytes, base: bytes | None, committed: bytes | None) -> bytes:
    """Return `ours` with what was committed to its page since it was made from `base`."""
    if base is None or committed is None:
        return ours
    merged = merge(base, ours, committed)
    if merged is None:
        warn_of_conflict(path, "the version committed before stays in its history")
        return ours
    return merged


def _staged(
    repository: Repository,
    edited: Collection[str],
    items: Mapping[str, Item | None],
    committed: Mapping[str, bytes],
) -> dict[str, Item | None]:
    """Return, for pages that a person edited, what they have staged with our version merged in."""
    if not edited:
        return {}
    objects = repository.objects
    result: dict[str, Item | None] = {}
    for line in git("ls-files", "-s", "-z", "--", *edited, cwd=repository.root).split(b"\0")[:-1]:
        about, _, name = line.partition(b"\t")
        path, blob = path_text(name), about.split(b" ")[1].decode()
        item, base = items.get(path), committed.get(path)
        if item is None or base is None:
            continue
        ours = objects.read(item.object)[1]
        merged = merge(base, ours, objects.read(blob)[1])
        if merged not in (None, ours):
            result[path] = Item(item.mode, objects.add("blob", merged or b""))
    return result


def _render_commit(tree: str, parent: str | None, words: Words) -> bytes:
    above = f"tree {tree}\n" + (f"parent {parent}\n" if parent else "")
    now = Words(words.message, words.author, datetime.now(UTC).astimezone())
    return b"%sauthor %s\ncommitter %s\n\n%s" % (
        *(above.encode(), _author(words), _author(now)),
        _message(words),
    )


def _author(words: Words) -> bytes:
    return f"{words.author.line()} {_stamp(words.date)}".encode()


def _message(words: Words) -> bytes:
    message = words.message.replace("\r\n", "\n").replace("\0", "").strip("\n")
    return f"{message}\n".encode(errors="replace")


def _stamp(date: datetime) -> str:
    offset = date.utcoffset()
    if offset is None:
        raise StoreError(f"the date {date} has no time zone")
    minutes = int(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{max(0, int(date.timestamp()))} {sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _write_index(repository: Repository, items: Mapping[str, Item | None]) -> None:
    lines = (
        b"%s %s\t%s\0"
        % (
            item.mode if item else b"0",
            (item.object if item else _NO_COMMIT).encode(),
            path.encode(),
        )
        for path, item in items.items()
    )
    _patient_git(repository, ("update-index", "-z", "--index-info"), input=b"".join(lines))


def _move(repository: Repository, branch: str, ends: tuple[str | None, str], words: Words) -> None:
    old, new = ends
    subject = words.message.strip().partition("\n")[0]
    entry = f"commit{'' if old else ' (initial)'}: {subject}"
    try:
        _patient_git(
            repository,
            (
                *("update-ref", "--create-reflog", "-m", entry),
                *(f"refs/heads/{branch}", new, old or _NO_COMMIT),
            ),
            # the reflog's line; without an identity git would refuse some configurations
            env={
                "GIT_COMMITTER_NAME": words.author.name,
                "GIT_COMMITTER_EMAIL": words.author.email,
            },
        )
    except StoreError as error:
        if repository.head() != old:
            raise _MovedError from error
        raise


def _patient_git(
    repository: Repository,
    arguments: Sequence[str],
    *,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
    env: Mapping[str, str] | None = None,
) -> None:
    """Run git and try again while another git holds its lock, for which git itself never waits."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            git(*arguments, cwd=repository.root, input=input, env=env)
        except StoreError as error:
            found = re.search(r"'([^'\n]+\.lock)': File exists", str(error))
            if found is None:
                raise
            if time.monotonic() > give_up:
                raise StoreError(
                    f"git's lock {found[1]} has been there for {_PATIENCE:.0f} s.\n"
                    f"  if no git command is running in the journal: rm {found[1]}"
                ) from error
            time.sleep(_PAUSE)
        else:
            return
