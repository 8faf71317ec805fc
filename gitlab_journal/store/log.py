"""The commits of a history, read by one git process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from gitlab_journal.store.changes import path_text
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FIELDS = ("%H", "%P", "%an", "%ae", "%at", "%ct", "%B")
_GONE = b"0" * 40
# What a repository's configuration, replaced objects or grafts would show otherwise.
_AS_STORED = (
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "log.showRoot=true", "-c", "log.showSignature=false"),
)
_EACH_CHANGE = ("-z", "--raw", "--no-abbrev", "--no-renames", "--no-relative", "-c")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: who made it and when, what it says, which files it touched.

    `date` is the author's, `committed` the committer's, both in UTC. `touched` holds each file's
    status letter (A added, M changed, D gone, T another kind of file) with its path; in the same
    order, `blobs` the content that each has now, `before` those that it had in each parent, None
    where it is not there. A merge touches what differs from all of its parents.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: datetime
    committed: datetime
    message: str
    touched: tuple[tuple[str, str], ...] = ()
    blobs: tuple[str | None, ...] = ()
    before: tuple[tuple[str | None, ...], ...] = ()


def log(root: Path, *revisions: str, paths: Sequence[str] = ()) -> list[Commit]:
    """Return the commits that `revisions` reach, oldest first: a parent before its children.

    `paths` keeps those that touched one of these files or folders. Replaced objects and grafts
    play no part. Raises StoreError for a revision that is not there. Writes nothing.
    """
    said = git(
        *_AS_STORED,
        *("log", "--reverse", "--topo-order", "--encoding=UTF-8", *_EACH_CHANGE),
        f"--format=tformat:%x00{'%x00'.join(_FIELDS)}%x00",
        *(["--full-history"] if paths else []),
        *(*revisions, "--", *paths),
        cwd=root,
        env={"GIT_GRAFT_FILE": "/dev/null"},
    )
    return [commit for commit in _commits(said) if commit.touched or not paths]


def _commits(said: bytes) -> Iterator[Commit]:
    """Yield what git printed; neither a message nor a path can hold a NUL."""
    words = iter(said.split(b"\0"))
    commit: Commit | None = None
    changes: list[tuple[Sequence[bytes], str]] = []
    for word in words:
        about = word.split()  # the newline before the first change falls away
        if word.lstrip(b"\n").startswith(b":"):
            changes.append((about, path_text(next(words))))
        elif about:
            if commit:
                yield _with_changes(commit, changes)
            changes = []
            commit = _commit([word, *islice(words, len(_FIELDS) - 1)])
    if commit:
        yield _with_changes(commit, changes)


def _with_changes(commit: Commit, changes: Sequence[tuple[Sequence[bytes], str]]) -> Commit:
    """Return the commit with its changes: modes, then objects, then a status, each by parent."""
    blobs = [[_blob(word) for word in about[len(about) // 2 : -1]] for about, _ in changes]
    return replace(
        commit,
        touched=tuple((_letter(about), path) for about, path in changes),
        blobs=tuple(found[-1] for found in blobs),
        before=tuple(tuple(found[:-1]) for found in blobs),
    )


def _commit(fields: Sequence[bytes]) -> Commit:
    digest, parents, author, email, date, committed, message = (
        field.decode(errors="replace") for field in fields
    )
    return Commit(
        id=digest,
        parents=tuple(parents.split()),
        author=author,
        email=email,
        date=_moment(date),
        committed=_moment(committed),
        message=message,
    )


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):  # a date that no calendar has
        return datetime.fromtimestamp(0, UTC)


def _letter(about: Sequence[bytes]) -> str:
    """Return the status of a file; a merge has one for each parent, and all of them count."""
    letters = set(about[-1].decode())
    return letters.pop() if len(letters) == 1 else "M"


def _blob(digest: bytes) -> str | None:
    return None if digest == _GONE else digest.decode()
