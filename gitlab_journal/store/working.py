"""Bring the working files of a journal up to a commit without touching a person's edits."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.guard import warn_beside
from gitlab_journal.store.files import sync_file, sync_folder
from gitlab_journal.store.git import git
from gitlab_journal.store.objects import EXECUTABLE, LINK, SUBMODULE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.store.objects import Item
    from gitlab_journal.store.repository import Repository

    Changed = tuple[str, Item | None, Item | None]

_RACES = 20  # times that a person may save a file while we write it; then theirs stays there
_AT_ONCE = 500  # files whose contents are in memory
_LOOKED_AT = 1000  # commits among which a file of ours is looked for


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return `ours` and `theirs`, both made from `base`, in one text; None on a conflict."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    with tempfile.TemporaryDirectory(prefix="gitlab-journal-") as name:
        folder = Path(name)
        for label, content in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / label).write_bytes(content)
        try:
            return git("merge-file", "-p", "ours", "base", "theirs", cwd=folder)
        except StoreError:  # a conflict, or no text
            return None


def bring_files(repository: Repository, changed: Sequence[Changed], *, since: str) -> list[str]:
    """Write what changed (path, as the branch has it, as it shall be) into the working folder.

    A file that a person edited is merged; where that fails it stays, with a JournalWarning.
    Returns the paths of those. `since` is our newest commit: a file as one of the commits that
    wait had it was put there by a flush that did not end. Raises StoreError, OSError.
    """
    edited: list[str] = []
    rest = iter(changed)
    while batch := list(islice(rest, _AT_ONCE)):
        for _ in range(_RACES):
            found, batch = _bring(repository, batch, since=since)
            edited += found
            if not batch:
                break
    return edited


def _bring(
    repository: Repository, batch: Sequence[Changed], *, since: str
) -> tuple[list[str], list[Changed]]:
    """Return the paths that a person edited, and what they saved anew while we wrote."""
    contents = _contents(repository, batch)
    edited: list[str] = []
    wanted: dict[Path, tuple[bytes, bytes, bytes | None]] = {}
    for path, was, now in batch:
        file = repository.root / path
        _refuse_link_above(repository.root, file)
        if now is not None and now.mode == SUBMODULE:
            file.mkdir(parents=True, exist_ok=True)
            continue
        base, ours = (contents.get(item.object) if item else None for item in (was, now))
        theirs = _read(file)
        if theirs not in (None, base, ours) and not _is_ours(repository, since, path, theirs):
            edited.append(path)
            same_kind = now is None or file.is_symlink() == (now.mode == LINK)
            ours = merge(base or b"", ours, theirs) if ours is not None and same_kind else None
            if ours is None:
                warn_of_conflict(path, f"yours stays in the folder; compare: git diff -- {path}")
                continue
        if ours is None:
            _remove(repository.root, file)
        elif ours != theirs and now is not None:
            wanted[file] = ours, now.mode, theirs
    saved = _write(wanted, repository.state)
    return edited, [item for item in batch if repository.root / item[0] in saved]


def _contents(repository: Repository, batch: Sequence[Changed]) -> dict[str, bytes]:
    items = [item for _, *ends in batch for item in ends]
    return repository.blobs(item.object for item in items if item and item.mode != SUBMODULE)


def _refuse_link_above(root: Path, file: Path) -> None:
    """Raise StoreError where a folder on the way is a symbolic link, which leads elsewhere."""
    for folder in file.parents:
        if folder == root:
            return
        if folder.is_symlink():
            raise StoreError(f"{folder} is a symbolic link; nothing is written through it")


def _read(file: Path) -> bytes | None:
    try:
        return os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _is_ours(repository: Repository, commit: str, path: str, content: bytes) -> bool:
    """Return whether a commit that waits has just this content at `path`."""
    stored = b"blob %d\0%s" % (len(content), content)
    digest = hashlib.sha1(stored, usedforsecurity=False).hexdigest()
    objects, base = repository.objects, repository.pending_base()
    for _ in range(_LOOKED_AT):
        item = objects.find(objects.tree_of(commit), path)
        if item is not None and item.object == digest:
            return True
        parents = objects.parents_of(commit)
        if not parents or parents[0] == base:
            return False
        commit = parents[0]
    return False


def _write(wanted: Mapping[Path, tuple[bytes, bytes, bytes | None]], scratch: Path) -> set[Path]:
    """Write files by renames; all are handed to the disk before the first is waited for.

    Returns those that are no longer as they were read, and so are left.
    """
    ready: dict[Path, Path] = {}
    saved: set[Path] = set()
    try:
        for file, (content, mode, _) in wanted.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            new = ready[file] = scratch / f"file-{secrets.token_hex(8)}"
            if mode == LINK:
                new.symlink_to(os.fsdecode(content))
                continue
            new.write_bytes(content)
            if mode == EXECUTABLE:
                new.chmod(new.stat().st_mode | 0o111)
        for new in ready.values():
            if not new.is_symlink():
                sync_file(new)
        for file, new in ready.items():
            if _read(file) == wanted[file][2]:
                new.replace(file)
            else:
                saved.add(file)
    finally:
        for new in ready.values():
            new.unlink(missing_ok=True)
    for folder in {file.parent for file in ready}:
        sync_folder(folder)
    return saved


def _remove(root: Path, file: Path) -> None:
    """Remove a file, then the folders that are empty without it."""
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == root:
            return
        if folder.is_dir():  # else gone: removed by a person, or by a flush that did not end
            if any(folder.iterdir()):
                return
            folder.rmdir()


def warn_of_conflict(path: str, where: str) -> None:
    """Warn that a person and the journal wrote the same lines; `where` says what became of them."""
    warn_beside(
        f"{path} was edited by hand in lines that the journal writes as well: the journal's "
        f"version is committed, {where}"
    )
