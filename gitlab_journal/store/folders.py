"""How full a folder of the journal is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.store.objects import FOLDER

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from gitlab_journal.store.repository import Repository


def pages_in(repository: Repository, folder: PurePosixPath) -> int:
    """Return how many pages a folder holds in the newest commit, folders below it left out.

    Reads the folder's tree, which a commit to it reads as well.
    """
    commit, objects = repository.head(), repository.objects
    item = objects.find(objects.tree_of(commit), str(folder)) if commit else None
    if item is None or item.mode != FOLDER:
        return 0
    return sum(name.endswith(b".md") for name in objects.tree(item.object))
