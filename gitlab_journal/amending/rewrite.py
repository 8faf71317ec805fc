"""One page changed by a person's command, each change on top of the one before."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.entry import attachments_path
from gitlab_journal.errors import ArgumentError
from gitlab_journal.store.lock import locked
from gitlab_journal.store.small import holds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gitlab_journal.catalogue import Row
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry

LOCK = "writing"


@contextmanager
def newest(desk: Desk, word: str) -> Iterator[tuple[Row, Entry]]:
    """Give the entry that `word` names as it is now; no other command changes a page meanwhile.

    Raises EntryNotFoundError, PageError, StoreError.
    """
    with locked(desk.repository.state / LOCK):
        desk.catalogue.refresh()
        row = desk.catalogue.resolve(word)
        yield row, desk.entry(row)


def commit_page(
    desk: Desk, row: Row, before: Entry, after: Entry, *, message: str, date: datetime
) -> None:
    """Commit a page that was made from `before`, up to the folder; raises StoreError.

    What a person committed to it since is joined, what is edited in the folder stays an edit.
    """
    desk.commit(
        {row.path: after.render().encode()},
        message=message,
        date=date,
        bases={row.path: before.render().encode()},
    )
    desk.flush()


def remove_page(desk: Desk, row: Row, *, message: str, date: datetime) -> None:
    """Commit that a page is gone, with what lies beside it; history keeps both.

    Raises ArgumentError where a person has edits in the page that no commit holds, StoreError.
    """
    repository = desk.repository
    page = repository.root / row.path
    if page.is_file() and not holds(page, desk.entry(row).render().encode()):
        raise ArgumentError(f"{page} has edits that are in no commit; commit or undo them first")
    beside = attachments_path(PurePosixPath(row.path), row.id)
    if row.grid == row.id:  # the cells of a grid lie there as well
        beside /= "grid"
    gone = (row.path, str(beside))
    with repository.locked():
        tip = repository.tip() or ""
        repository.commit_tree(
            repository.objects.grow(repository.objects.tree_of(tip), dict.fromkeys(gone)),
            parents=[tip],
            message=message,
            author=repository.author(),
            date=date,
        )
    desk.flush()
