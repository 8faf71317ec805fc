"""Move a ref of the journal in git's own way."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store import refs
from gitlab_journal.store.files import sync_file, sync_folder
from gitlab_journal.store.git import git
from gitlab_journal.store.gitlock import PATIENCE, drafted, git_locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitlab_journal.store.repository import Repository
    from gitlab_journal.store.words import Words

_NO_COMMIT = "0" * 40


class MovedError(Exception):
    """The branch is no longer where a commit was built on it."""


def write(repository: Repository, reference: str, commit: str) -> None:
    """Point a ref of ours to a commit, durably; the caller holds the journal's lock."""
    if refs.keeps_reftable(repository.common_dir):
        git("update-ref", reference, commit, cwd=repository.root)
        return
    file = repository.common_dir / reference
    with _locked(repository, file, commit, patience=PATIENCE) as lock:
        lock.replace(file)
    sync_folder(file.parent)


def delete(repository: Repository, reference: str) -> None:
    """Remove a ref of ours; the caller holds the journal's lock."""
    file = repository.common_dir / reference
    packed = refs.packed(repository.common_dir, reference)
    if refs.keeps_reftable(repository.common_dir) or packed:
        git("update-ref", "-d", reference, cwd=repository.root)
    else:
        file.unlink(missing_ok=True)


def move(
    repository: Repository,
    reference: str,
    ends: tuple[str | None, str],
    words: Words,
    *,
    patience: float,
) -> None:
    """Move a branch from one commit to another, with a line in its reflog.

    Raises MovedError where it is elsewhere by now, StoreError where git's lock never goes.
    """
    old, new = ends
    about = f"commit{'' if old else ' (initial)'}: {words.subject()}"
    file = repository.common_dir / reference
    if refs.keeps_reftable(repository.common_dir) or file.is_symlink() or _is_symbolic(file):
        _move_by_git(repository, reference, ends, about, words)
        return
    with _locked(repository, file, new, patience=patience) as lock:
        if refs.tip(repository.root, repository.common_dir, reference) != old:
            raise MovedError
        line = f"{old or _NO_COMMIT} {new} {words.stamped()}\t{about}\n".encode(errors="replace")
        for log in (repository.common_dir / "logs" / reference, repository.git_dir / "logs/HEAD"):
            _append(log, line)
        lock.replace(file)
    sync_folder(file.parent)


@contextmanager
def _locked(repository: Repository, file: Path, commit: str, *, patience: float) -> Iterator[Path]:
    with drafted(file, state=repository.state) as draft:
        draft.write_text(f"{commit}\n")
        sync_file(draft)
        with git_locked(file, draft, patience=patience) as lock:
            yield lock


def _move_by_git(
    repository: Repository, reference: str, ends: tuple[str | None, str], about: str, words: Words
) -> None:
    old, new = ends
    # the reflog's line; without an identity git would refuse some configurations
    by = {"GIT_COMMITTER_NAME": words.author.name, "GIT_COMMITTER_EMAIL": words.author.email}
    try:
        git(
            *("update-ref", "--create-reflog", "-m", about, reference, new, old or _NO_COMMIT),
            cwd=repository.root,
            env=by,
        )
    except StoreError as error:
        if repository.head() != old:
            raise MovedError from error
        raise


def _is_symbolic(file: Path) -> bool:
    try:
        return file.read_bytes()[:5] == b"ref: "
    except (FileNotFoundError, IsADirectoryError):
        return False


def _append(log: Path, line: bytes) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
