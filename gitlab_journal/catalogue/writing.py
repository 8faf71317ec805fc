"""What is written to the catalogue's tables, in one short transaction."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from gitlab_journal.catalogue.row import STORED, Damage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_IN_MEMORY = 8_000_000  # bytes of pages read; more wait on the disk
_TABLES = ("pages", "named", "damaged")


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages that changed: the paths of all, rows of those that read, what ails the others."""

    paths: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    damages: Sequence[Damage]


@contextmanager
def spooled() -> Iterator[Spool]:
    """Hold batches aside, on disk where they are many, until they are written all at once."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        yield Spool(file)


class Spool:
    """Batches in the order they came; memory holds one of them at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, batch: Batch) -> None:
        """Put a batch aside."""
        damages = [(damage.path, damage.line, damage.reason) for damage in batch.damages]
        said = json.dumps([_plain(batch.paths), batch.rows, damages])
        self._file.write(said.encode() + b"\n")

    def __iter__(self) -> Iterator[Batch]:
        self._file.seek(0)
        for line in self._file:
            paths, rows, damages = json.loads(line)
            yield Batch(paths, rows, [Damage(*values) for values in damages])


def head_of(database: sqlite3.Connection) -> str | None:
    """Return the commit that the catalogue stands at, None for an empty one."""
    found: str | None = database.execute("SELECT head FROM about").fetchone()[0]
    return found


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """Hold the catalogue against other writers; all of the block is written, or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # where the disk is full it has been rolled back already
            database.execute("ROLLBACK")
        raise


def empty(database: sqlite3.Connection) -> None:
    """Remove the rows of all pages."""
    for table in _TABLES:
        database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours


def put(database: sqlite3.Connection, batches: Iterable[Batch], head: str) -> None:
    """Replace the rows of the batches' pages; the catalogue then stands at `head`."""
    for batch in batches:
        gone = [(path,) for path in _plain(batch.paths)]
        for table in _TABLES:
            database.executemany(f"DELETE FROM {table} WHERE path = ?", gone)  # noqa: S608
        database.executemany(
            f"INSERT INTO pages ({', '.join(STORED)}) "  # noqa: S608 - names of ours
            f"VALUES ({', '.join(f':{name}' for name in STORED)})",
            batch.rows,
        )
        named = (one for row in batch.rows for one in row["named"])
        database.executemany("INSERT INTO named VALUES (?, ?, ?, ?, ?)", named)
        database.executemany(
            "INSERT INTO damaged VALUES (?, ?, ?)",
            [(damage.path, damage.line, damage.reason) for damage in batch.damages],
        )
    database.execute("UPDATE about SET head = ?", (head,))


def _plain(paths: Sequence[str]) -> list[str]:
    return [path.encode(errors="replace").decode() for path in paths]
