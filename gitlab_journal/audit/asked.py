"""Since when journal.md asks for something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.cover import Cover
from gitlab_journal.errors import PageError
from gitlab_journal.store.place import COVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.repository import Repository


def made_while(repository: Repository, commits: Sequence[Commit], key: str) -> set[str]:
    """Return those of `commits`, oldest first, that were made while journal.md set `key` to true.

    A commit that sets it is not among them. Writes nothing.
    """
    covers = {
        blob
        for commit in commits
        for (_, path), blob in zip(commit.touched, commit.blobs, strict=True)
        if path == COVER and blob
    }
    asks = {blob: _asks(data, key) for blob, data in repository.blobs(sorted(covers)).items()}
    found, asked = set(), False
    for commit in commits:
        if asked:
            found.add(commit.id)
        for (_, path), blob in zip(commit.touched, commit.blobs, strict=True):
            if path == COVER and blob:
                asked = asks[blob]
    return found


def _asks(cover: bytes, key: str) -> bool:
    try:
        return Cover.parse(cover.decode(errors="replace")).settings.get(key) is True
    except PageError:
        return False
