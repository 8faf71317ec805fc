"""What must hold of any bytes: the same for drawn ones and for those of the guided search."""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from gitlab_journal.catalogue.row import COLUMNS, restored, stored
from gitlab_journal.cover import Cover
from gitlab_journal.entry import Entry
from gitlab_journal.errors import PageError, StoreError
from gitlab_journal.history.trailers import DECLARED, STATED, statements
from gitlab_journal.store.objects import Objects
from gitlab_journal.store.runs.record import Record, read_record
from gitlab_journal.store.trees import parse_commit, parse_object, parse_tree, render_tree

PATH = Path("entries/2026/03/01/20260301-184307-d7k7m2-it-helps.md")
_DATABASE = sqlite3.connect(":memory:", check_same_thread=False)


def check_page(data: bytes) -> Entry | None:
    """Check that the bytes are a page that renders to them, or are refused with a line of theirs.

    Returns the entry, None where they are refused.
    """
    try:
        entry = Entry.read(data, PATH)
    except PageError as error:
        _check_refusal(error, data)
        return None
    assert data == entry.render().encode()
    _check_readers(entry)
    return entry


def check_cover(data: bytes) -> Cover | None:
    """Check that the bytes are a cover, or are refused with a line of theirs."""
    text = data.decode(errors="replace")
    try:
        cover = Cover.parse(text, PATH)
    except PageError as error:
        _check_refusal(error, text.encode())
        return None
    assert text == cover.render()
    assert cover.body == text[len(text) - len(cover.body) :]
    repr(cover)
    return cover


def check_tree(folder: Path, data: bytes) -> None:
    """Check that the bytes are read as an object of git's, or refused by name."""
    objects = Objects(folder)
    digest = "ab" + "c" * 38
    (folder / "ab").mkdir(exist_ok=True)
    for stored_bytes in (data, zlib.compress(data), zlib.compress(b"tree %d\0" % len(data) + data)):
        (folder / "ab" / ("c" * 38)).write_bytes(stored_bytes)
        objects = Objects(folder)
        for read in (objects.read, objects.tree, objects.tree_of, objects.parents_of):
            try:
                read(digest)
            except StoreError as error:
                assert digest in str(error)  # noqa: PT017 -- most bytes are refused
        _check_commit(folder, b"commit %d\0%s" % (len(data), data))


def check_parsers(data: bytes) -> None:
    """Check that the bytes are an object, a tree, a commit, or are refused by ValueError."""
    for parse in (parse_object, parse_tree, parse_commit):
        with suppress(ValueError):
            parse(data)
    with suppress(ValueError):
        items = parse_tree(data)
        assert items == parse_tree(render_tree(items))


def check_trailers(data: bytes) -> None:
    """Check that a commit's message states groups of the trailers that are known, or nothing."""
    message = data.decode(errors="replace")
    for group in statements(message):
        assert "Entry" in group
        assert set(group) <= {*STATED, *DECLARED}
        assert all("\n" not in value for value in group.values())


def check_record(path: Path, data: bytes) -> Record | None:
    """Check that the bytes are a whole record, or refused with what its readers expect."""
    path.write_bytes(data)
    try:
        record = read_record(path)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    assert isinstance(record, Record)
    assert isinstance(record.id, str)
    assert isinstance(record.message, str)
    assert isinstance(record.date, datetime)
    return record


def _check_refusal(error: PageError, data: bytes) -> None:
    assert PATH == error.path
    assert 1 <= error.line <= 1 + data.count(b"\n") + data.count(b"\r")
    assert error.reason
    str(error).encode("utf-8", "surrogatepass")


def _check_readers(entry: Entry) -> None:
    """Check that a page which reads can be catalogued, printed as JSON, and shown."""
    json.dumps(entry.as_dict(), allow_nan=False)
    repr(entry)
    for name in ("Hypothesis", "Procedure", "Results", "Inference", "Code"):
        assert entry.prose(name) is not None
    assert entry.diff is None or entry.diff in entry.text
    assert entry.traceback is None or entry.traceback in entry.text
    values = stored(str(PATH), "0" * 40, entry)
    named = values.pop("named")
    marks = ", ".join("?" * len(COLUMNS))
    kept = [values[name] for name in COLUMNS]
    (found,) = _DATABASE.execute(f"SELECT {marks}", kept).fetchall()
    restored(found)
    for row in [*named, (values["defaults"], values["function"], values["fresh"])]:
        _DATABASE.execute(f"SELECT {', '.join('?' * len(row))}", row)


def _check_commit(folder: Path, stored_bytes: bytes) -> None:
    (folder / "ab" / ("c" * 38)).write_bytes(zlib.compress(stored_bytes))
    objects = Objects(folder)
    for read in (objects.tree_of, objects.parents_of):
        try:
            found = read("ab" + "c" * 38)
        except StoreError:
            continue
        for digest in [found] if isinstance(found, str) else found:
            bytes.fromhex(digest)
