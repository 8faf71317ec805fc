"""One record as a file: whole, or refused."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import StoreError
from gitlab_journal.page.portable import from_json
from gitlab_journal.store.author import Author
from gitlab_journal.store.files import sync_file, sync_folder, write_file
from gitlab_journal.store.inflate import LARGEST
from gitlab_journal.store.small import read_small

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Record:
    """A commit to be made: the files of run `id` with what the commit says.

    `bases` holds what files were made from, so that a person's commits since are merged.
    """

    id: str
    files: Mapping[str, bytes]
    message: str
    author: Author
    date: datetime
    bases: Mapping[str, bytes] = field(default_factory=dict)


def write_record(path: Path, record: Record, *, copies: Path | None = None) -> None:
    """Write a record so that it outlives a power cut, at once or not at all. Raises OSError.

    It is one file, a line of JSON before all contents: each file costs a trip to the disk. What
    lies in the folder `copies` with the same name and content is made durable there and referred
    to, not written again.
    """
    there = {} if copies is None else _copies(copies, record.files, path.parent)
    about = {
        "id": record.id,
        "files": _described(record.files, there),
        "bases": _described(record.bases),
        "message": record.message,
        "author": [record.author.name, record.author.email],
        "date": record.date.isoformat(),
    }
    contents = [content for name, content in record.files.items() if name not in there]
    whole = b"".join([json.dumps(about).encode(), b"\n", *contents, *record.bases.values()])
    write_file(path, whole, durable=True)
    sync_folder(path.parent)


def read_record(path: Path) -> Record | None:
    """Return the record at `path`, None where there is none.

    Raises OSError, ValueError, KeyError, TypeError for what is no whole record.
    """
    try:
        said = _read(path)
    except FileNotFoundError:
        return None
    head, _, contents = said.partition(b"\n")
    about = _said(head)
    name, email = map(str, about["author"])
    rest = io.BytesIO(contents)
    return Record(
        id=about["id"],
        files=_restored(rest, about["files"], path.parent),
        bases=_restored(rest, about["bases"], path.parent),
        message=about["message"],
        author=Author(name, email),
        date=datetime.fromisoformat(about["date"]),
    )


def _read(path: Path) -> bytes:
    try:
        said = read_small(path, most=LARGEST)
    except StoreError as error:
        raise ValueError(str(error)) from error
    if said is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return said


def _said(head: bytes) -> dict[str, Any]:
    about: dict[str, Any] = from_json(head)
    fits = (
        isinstance(about, dict)
        and all(isinstance(about.get(name), str) for name in ("id", "message", "date"))
        and all(isinstance(about.get(name), dict) for name in ("files", "bases"))
    )
    if not fits:
        raise ValueError("its first line does not describe a record")
    return about


def _copies(folder: Path, files: Mapping[str, bytes], beside: Path) -> dict[str, str]:
    """Return the files that lie in `folder` already, on disk for good, as seen from `beside`."""
    found = {}
    for name, content in files.items():
        copy = folder / Path(name).name
        if copy.is_file() and copy.read_bytes() == content:
            sync_file(copy)
            found[name] = os.path.relpath(copy, beside)
    if found:
        sync_folder(folder)
    return found


def _described(
    contents: Mapping[str, bytes], there: Mapping[str, str] | None = None
) -> dict[str, list[Any]]:
    described: dict[str, list[Any]] = {
        path: [len(content), _digest(content)] for path, content in contents.items()
    }
    for path, copy in (there or {}).items():
        described[path].append(copy)
    return described


def _restored(
    rest: io.BytesIO, described: Mapping[str, list[Any]], beside: Path
) -> dict[str, bytes]:
    most = rest.getbuffer().nbytes
    contents = {
        path: _read(beside / copy[0]) if copy else rest.read(min(size, most))
        for path, (size, _, *copy) in described.items()
    }
    for path, (_, digest, *_) in described.items():
        if _digest(contents[path]) != digest:
            raise ValueError(f"{path} is not what was saved")
    return contents


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
