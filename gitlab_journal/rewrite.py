"""One page changed by a person's command, each change on top of the one before."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gitlab_journal.store.lock import locked

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
    """Commit a page that was made from `before`; raises StoreError.

    What a person committed to it since is joined, what is edited in the folder stays an edit.
    """
    desk.commit(
        {row.path: after.render().encode()},
        message=message,
        date=date,
        bases={row.path: before.render().encode()},
    )
