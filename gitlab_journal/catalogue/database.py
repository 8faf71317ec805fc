"""The catalogue's SQLite file, made anew whenever it is not as it should be."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.named import NAMED_SCHEMA
from gitlab_journal.catalogue.row import STORED
from gitlab_journal.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.store.repository import Repository

VERSION = 3
_PATIENCE = 60.0  # seconds to wait for another process that writes
_TYPES = {"score": "REAL", "duration": "REAL", "format": "INTEGER", "fresh": "INTEGER"}
_SCHEMA = (
    "CREATE TABLE about (head TEXT)",
    "INSERT INTO about VALUES (NULL)",
    "CREATE TABLE damaged (path TEXT PRIMARY KEY, line INTEGER, reason TEXT)",
    "CREATE TABLE pages ("
    + ", ".join(f"{name} {_TYPES.get(name, 'TEXT')}" for name in STORED)
    + ", PRIMARY KEY (path))",
    "CREATE INDEX by_id ON pages (id)",
    "CREATE INDEX by_date ON pages (date, id)",
    "CREATE INDEX by_params ON pages (params_hash, data_hash, state_hash, code_hash)",
    "CREATE INDEX by_config ON pages (config_hash, data_hash, state_hash, code_hash)",
    "CREATE INDEX by_data ON pages (data_hash)",
    "CREATE INDEX by_state ON pages (state_hash)",
    "CREATE INDEX by_code ON pages (code_hash)",
    *NAMED_SCHEMA,
)


def connect(repository: Repository) -> sqlite3.Connection:
    """Return the journal's catalogue, in memory where the journal cannot be written.

    Makes the file where it is missing, and anew where it is damaged or of another version.
    """
    try:
        path = repository.state / "catalogue.sqlite"
    except StoreError:
        return _in_memory()
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            return _in_memory()
    try:
        remove(repository)
    except (OSError, StoreError):
        return _in_memory()
    return _open(path)


def in_memory(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy in memory of a catalogue that can be read but not written."""
    copy = _in_memory()
    connection.backup(copy)
    return copy


def remove(repository: Repository) -> None:
    """Delete a damaged catalogue."""
    with repository.locked():
        for name in ("catalogue.sqlite", "catalogue.sqlite-journal"):
            (repository.state / name).unlink(missing_ok=True)


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error says that the file itself is no good."""
    damage = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return _code(error) in damage


def is_unwritable(error: sqlite3.Error) -> bool:
    """Return whether an error says that the file cannot be written: read-only, or no room."""
    # where there is no room for the file that rolls back it cannot be opened
    kinds = (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
    )
    return _code(error) in kinds


def _code(error: sqlite3.Error) -> int:
    # the low byte is the kind, what is above tells more of it
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _open(path: Path) -> sqlite3.Connection:
    # the catalogue itself keeps threads apart
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _prepare(connection)
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # a file may be a stranger's: no function of ours or of SQLite's runs from its schema
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.create_function("folded", 1, _folded, deterministic=True)
    connection.execute("PRAGMA synchronous = NORMAL")
    # the file that rolls back stays, emptied: to make it each time is half of what a commit costs
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    if _version(connection) == VERSION:
        _check_schema(connection)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _version(connection) != VERSION:
            tables = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            for (name,) in connection.execute(tables).fetchall():
                connection.execute(f'DROP TABLE "{name}"')
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _check_schema(connection: sqlite3.Connection) -> None:
    """Raise DatabaseError where the file holds a trigger, a view or a table that is not ours."""
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    ours = sorted(statement for statement in _SCHEMA if statement.startswith("CREATE"))
    if sorted(text for (text,) in found) != ours:
        error = sqlite3.DatabaseError("its tables are not those of a catalogue")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def _folded(text: str | None) -> str:
    return (text or "").casefold()
