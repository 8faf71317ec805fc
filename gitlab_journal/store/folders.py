"""What a folder of the journal holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.store.objects import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePosixPath

    from gitlab_journal.store.repository import Repository


def pages_in(repository: Repository, folder: PurePosixPath) -> int:
    """Return how many pages a folder holds in the newest commit, folders below it left out.

    Reads the folder's tree, which a commit to it reads as well.
    """
    return sum(name.endswith(b".md") for name in _names(repository, folder))


def has_entry(repository: Repository, folder: PurePosixPath, identifier: str) -> bool:
    """Return whether a folder holds a page or attachments of this id in the newest commit."""
    return any(name.startswith(identifier.encode()) for name in _names(repository, folder))


def _names(repository: Repository, folder: PurePosixPath) -> Iterable[bytes]:
    commit, objects = repository.tip(), repository.objects
    item = objects.find(objects.tree_of(commit), str(folder)) if commit else None
    return objects.tree(item.object) if item is not None and item.mode == FOLDER else ()
