"""The catalogue of one journal."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from gitlab_journal.catalogue.alike import Alike, alike
from gitlab_journal.catalogue.database import (
    connect,
    in_memory,
    is_damage,
    is_unwritable,
    remove,
)
from gitlab_journal.catalogue.query import NEWEST_FIRST, Query, holds, ordered, where
from gitlab_journal.catalogue.row import COLUMNS, Damage, Row, is_page, restored, stored
from gitlab_journal.catalogue.writing import Batch, empty, head_of, put, spooled, writing
from gitlab_journal.entry import Entry
from gitlab_journal.errors import ArgumentError, EntryNotFoundError, PageError, StoreError
from gitlab_journal.store.inflate import LARGEST_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from gitlab_journal.store.changes import Change
    from gitlab_journal.store.repository import Repository

    T = TypeVar("T")

HASHES = ("params_hash", "config_hash", "data_hash", "state_hash", "code_hash")
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM pages"  # noqa: S608 - names of ours
_NO_GRIDS = "(grid IS NULL OR grid != id)"
_NEWEST = "ORDER BY date DESC, id DESC"
_CANDIDATES = 10  # named in an error
_TRIES = 5
_BATCH = 1000  # pages that are in memory at once


class Catalogue:
    """The rows of all pages, brought up to the branch by `refresh`; safe among threads."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._close: Callable[[], object] = lambda: None
        self._using = threading.RLock()

    def refresh(self) -> None:
        """Bring the catalogue up to the journal's branch; returns at once where it is.

        Reads the pages that changed, writes the catalogue. Raises StoreError.
        """
        for _ in range(_TRIES):
            if self._run(self._bring_up):
                return

    def advance(self, new: str, pages: Mapping[str, tuple[str, Entry]]) -> None:
        """Take over a commit of our own, `pages` (path to blob and entry), without reading it.

        Does nothing where the catalogue is not at the commit that `new` was made on: then the
        next `refresh` reads it. Writes the catalogue.
        """
        parents = self._repository.objects.parents_of(new)
        rows = [stored(path, *page) for path, page in pages.items() if is_page(path)]

        batch = Batch([row["path"] for row in rows], rows, [])

        def write(database: sqlite3.Connection) -> None:
            if [head_of(database)] != parents:  # nor is another process waited for
                return
            with writing(database):
                if [head_of(database)] == parents:
                    put(database, [batch], new)

        self._run(write)

    def rows(self, *ids: str) -> list[Row]:
        """Return the rows of these ids, or of all, newest first, without the grids' own pages."""
        if not ids:
            return self._select(f"WHERE {_NO_GRIDS} {_NEWEST}")
        marks = ", ".join("?" * len(ids))
        return self._select(f"WHERE id IN ({marks}) AND {_NO_GRIDS} {_NEWEST}", ids)

    def find(self, **hashes: str | None) -> list[Row]:
        """Return the rows with these digests, newest first; None matches only an absent one.

        Takes any of params_hash, config_hash, data_hash, state_hash, code_hash.
        """
        for name in hashes:
            if name not in HASHES:
                raise ArgumentError(f"{name!r} is no digest; expected one of {', '.join(HASHES)}")
        conditions = " AND ".join([*(f"{name} IS ?" for name in hashes), _NO_GRIDS])
        return self._select(f"WHERE {conditions} {_NEWEST}", tuple(hashes.values()))

    def alike(self, *, config_hash: str | None, data_hash: str | None) -> list[Alike]:
        """Return the runs with this configuration on these data, newest first; reads no page."""
        return self._run(
            lambda database: alike(database, config_hash=config_hash, data_hash=data_hash)
        )

    def search(self, query: Query) -> list[Row]:
        """Return the rows that meet a query, newest first unless it says how to sort."""
        condition, values = where(query)
        keys = query.sort
        if not query.conditions:
            in_order = not keys or keys == NEWEST_FIRST
            limit = f"LIMIT {int(query.limit)}" if in_order and query.limit is not None else ""
            rows = self._select(f"WHERE {condition} {_NEWEST} {limit}", values)
        else:
            rows = self._select_meeting(query, f"WHERE {condition} {_NEWEST}", values)
        return ordered(rows, keys)[: query.limit]

    def resolve(self, word: str) -> Row:
        """Return the one row whose id begins or ends with `word`, a grid's page included.

        Raises EntryNotFoundError naming the candidates, PageError for a page that is damaged.
        """
        wanted = word.strip().lower()
        rows = self._select("WHERE id = ?", (wanted,)) or self._select(
            f"WHERE ? != '' AND (substr(id, 1, ?) = ? OR substr(id, ?) = ?) {_NEWEST}",
            (wanted, len(wanted), wanted, -len(wanted), wanted),
        )
        if len(rows) == 1:
            return rows[0]
        if not rows:
            for damage in self.damaged():
                if wanted and f"{wanted}-" in damage.path:
                    raise damage.as_error()
            raise EntryNotFoundError(f"no entry has the id {word!r}; see them all: glj ls")
        named = "\n".join(f"  {row.id}  {row.title}" for row in rows[:_CANDIDATES])
        more = f"\n  and {len(rows) - _CANDIDATES} more" if len(rows) > _CANDIDATES else ""
        raise EntryNotFoundError(f"{len(rows)} entries have the id {word!r}:\n{named}{more}")

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what a question reads in the database, as those of the named data do."""
        return self._run(question)

    def damaged(self) -> list[Damage]:
        """Return the pages that do not read, by path, relative to the journal."""
        return self._run(
            lambda database: [
                Damage(*values)
                for values in database.execute(
                    "SELECT path, line, reason FROM damaged ORDER BY path"
                )
            ]
        )

    def _select(self, rest: str, values: Sequence[object] = ()) -> list[Row]:
        return self._run(
            lambda database: [
                restored(found) for found in database.execute(f"{_SELECT} {rest}", values)
            ]
        )

    def _select_meeting(self, query: Query, rest: str, values: Sequence[object]) -> list[Row]:
        columns = ", ".join((*COLUMNS, "defaults"))
        found = self._run(
            lambda database: database.execute(
                f"SELECT {columns} FROM pages {rest}",  # noqa: S608 - names of ours
                values,
            ).fetchall()
        )
        pairs = ((restored(line[:-1]), json.loads(line[-1])) for line in found)
        return [
            row
            for row, defaults in pairs
            if all(holds(condition, row, defaults) for condition in query.conditions)
        ]

    def _bring_up(self, database: sqlite3.Connection) -> bool:
        """Read what changed up to the branch; False where another process was faster.

        Pages are read before the catalogue is held against others, a batch of them at a time.
        """
        before, head = head_of(database), self._repository.tip()
        if head is None or before == head:
            return True
        base, changes = self._changes(before, head)
        pages = [change for change in changes if is_page(change.path)]
        with spooled() as spool:
            for start in range(0, len(pages), _BATCH):
                for batch in self._batches(pages[start : start + _BATCH]):
                    spool.add(batch)
            with writing(database):
                if head_of(database) != before:
                    return False
                if base is None:
                    empty(database)
                put(database, spool, head)
        return True

    def _changes(self, before: str | None, head: str) -> tuple[str | None, list[Change]]:
        if before is not None:
            with suppress(StoreError):  # history was rewritten and the old commit is gone
                return before, self._repository.changed(before, head)
        return None, self._repository.changed(None, head)

    def _batches(self, pages: Sequence[Change]) -> Iterator[Batch]:
        """Yield what pages say, in parts that memory takes; one too large for it is not read."""
        sizes = self._repository.sizes(change.blob for change in pages if change.blob)
        part: list[Change] = []
        whole = 0
        for change in pages:
            size = sizes.get(change.blob or "", 0)
            if size > LARGEST_PAGE:
                reason = f"the page holds {size:,} bytes, expected at most {LARGEST_PAGE:,}"
                yield Batch([change.path], [], [_damage(change, reason)])
                continue
            if part and whole + size > LARGEST_PAGE:
                yield self._read(part)
                part, whole = [], 0
            part.append(change)
            whole += size
        yield self._read(part)

    def _read(self, pages: Sequence[Change]) -> Batch:
        rows, damages = [], []
        entry: Entry | None = None
        texts = self._repository.blobs(change.blob for change in pages if change.blob)
        for change in pages:
            if change.blob is None:
                continue
            try:
                entry = Entry.read(texts[change.blob], Path(change.path), like=entry)
                rows.append(stored(change.path, change.blob, entry))
            except PageError as error:
                damages.append(_damage(change, error.reason, error.line))
        return Batch([change.path for change in pages], rows, damages)

    def _run(self, action: Callable[[sqlite3.Connection], T], *, mend: bool = True) -> T:
        with self._using:
            try:
                return action(self._database())
            except sqlite3.DatabaseError as error:
                if not mend or not self._mend(error):
                    raise self._failure(error) from error
            return self._run(action, mend=False)

    def _mend(self, error: sqlite3.Error) -> bool:
        """Make a damaged catalogue anew, or leave one that cannot be written; False for neither."""
        if is_unwritable(error):
            try:
                self._keep(in_memory(self._database()))
            except sqlite3.Error:  # nor can it be read
                return False
            return True
        if is_damage(error):
            self._close()
            self._connection = None
            remove(self._repository)
            return self._run(self._bring_up, mend=False)
        return False

    def _database(self) -> sqlite3.Connection:
        if self._connection is None or self._process != os.getpid():  # not across a fork
            return self._keep(connect(self._repository))
        return self._connection

    def _keep(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """Use this connection from now on and close the one before, unless a parent has it."""
        self._close()
        self._connection, self._process = connection, os.getpid()
        self._close = finalize(self, _close, connection, self._process)
        return connection

    def _failure(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"the catalogue in {self._repository.state} fails: {error}.\n"
            "  nothing but time is lost when you delete catalogue.sqlite there"
        )


def _damage(change: Change, reason: str, line: int = 1) -> Damage:
    return Damage(change.path.encode(errors="replace").decode(), line, reason)


def _close(connection: sqlite3.Connection, process: int) -> None:
    if process == os.getpid():
        connection.close()
