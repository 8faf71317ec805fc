"""The named data of all pages, asked by digest, name or columns."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Mapping

    from gitlab_journal.entry import Entry

NAMED_SCHEMA = (
    "CREATE TABLE named (path TEXT, hash TEXT, base TEXT, version INTEGER, columns TEXT)",
    "CREATE INDEX named_by_path ON named (path)",
    "CREATE INDEX named_by_hash ON named (hash, base, version)",
    "CREATE INDEX named_by_base ON named (base, version, hash)",
    "CREATE INDEX named_by_columns ON named (columns) WHERE columns IS NOT NULL",
    "CREATE INDEX datasets ON pages (data_hash, date, dataset) WHERE dataset IS NOT NULL",
)
_VERSION = re.compile(r"(.+) \(([2-9]|[1-9]\d{1,5})\)")
_FEWEST = 2  # labels that recognise a table


def versioned(base: str, version: int) -> str:
    """Return the name of a version: `digits`, `digits (2)`."""
    return base if version == 1 else f"{base} ({version})"


def base_and_version(name: str) -> tuple[str, int]:
    """Return the name without its version, and the version."""
    found = _VERSION.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, 1)


def columns_key(row: Mapping[str, Any]) -> str | None:
    """Return what tables with the same labels and types have in common.

    None for what has no columns, fewer than two, or numbers for labels.
    """
    columns = row.get("columns")
    if not isinstance(columns, dict) or len(columns) < _FEWEST:
        return None
    labels = [str(label) for label in columns]
    if all(label.isdecimal() for label in labels):
        return None
    return blake2b(json.dumps([labels, row.get("dtype")]).encode(), digest_size=8).hexdigest()


def named_rows(path: str, entry: Entry) -> Iterator[tuple[Any, ...]]:
    """Yield what the catalogue keeps of the data of a page that have a name."""
    for row in entry.data.values():
        name, digest = row.get("name"), row.get("hash")
        if isinstance(name, str) and isinstance(digest, str):
            texts = [text.encode(errors="replace").decode() for text in (digest, name)]
            yield path, texts[0], *base_and_version(texts[1]), columns_key(row)


def names_of_all(database: sqlite3.Connection, data_hash: str) -> tuple[str, dict[str, str]] | None:
    """Return the name of the newest run's data with this digest, and its rows' names by digest."""
    found = database.execute(
        "SELECT path, dataset FROM pages WHERE data_hash = ? AND dataset IS NOT NULL "
        "ORDER BY date DESC LIMIT 1",
        (data_hash,),
    ).fetchone()
    if found is None:
        return None
    rows = database.execute("SELECT hash, base, version FROM named WHERE path = ?", found[:1])
    return found[1], {digest: versioned(base, version) for digest, base, version in rows}


def base_of(database: sqlite3.Connection, row: Mapping[str, Any]) -> str | None:
    """Return the name that a table or matrix has elsewhere, or else another with its columns."""
    by_hash = "SELECT base FROM named WHERE hash = ? ORDER BY base, version LIMIT 1"
    by_columns = "SELECT base FROM named WHERE columns = ? ORDER BY rowid DESC LIMIT 1"
    found = database.execute(by_hash, (row["hash"],)).fetchone()
    key = columns_key(row)
    if found is None and key is not None:
        found = database.execute(by_columns, (key,)).fetchone()
    return found[0] if found else None


def version_of(database: sqlite3.Connection, base: str, digests: Collection[str]) -> int:
    """Return which version of a data set these digests are: a known one, else the next.

    It is a known one where it lacks nothing of them, or they lack nothing of it.
    """
    for version in sorted({one for digest in digests for one in _versions(database, base, digest)}):
        known = set(_digests(database, base, version, at_most=len(digests)))
        if known <= set(digests) or all(
            version in _versions(database, base, digest) for digest in digests
        ):
            return version
    last = database.execute("SELECT max(version) FROM named WHERE base = ?", (base,)).fetchone()[0]
    return (last or 0) + 1


def _versions(database: sqlite3.Connection, base: str, digest: str) -> Iterator[int]:
    """Yield the versions that hold a digest, from one to the next, however many pages name it."""
    question = "SELECT min(version) FROM named WHERE hash = ? AND base = ? AND version > ?"
    version = 0
    while version is not None:
        version = database.execute(question, (digest, base, version)).fetchone()[0]
        if version is not None:
            yield version


def _digests(
    database: sqlite3.Connection, base: str, version: int, *, at_most: int
) -> Iterator[str]:
    """Yield the digests of a version, one more than `at_most` at the utmost."""
    question = "SELECT min(hash) FROM named WHERE base = ? AND version = ? AND hash > ?"
    digest = ""
    for _ in range(at_most + 1):
        digest = database.execute(question, (base, version, digest)).fetchone()[0]
        if digest is None:
            return
        yield digest
