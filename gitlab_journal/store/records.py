"""Keep what a run must not lose until git holds it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import StoreError
from gitlab_journal.guard import warn_beside
from gitlab_journal.store.author import Author
from gitlab_journal.store.files import sync_folder, write_file
from gitlab_journal.store.lock import Hold, held_here, read_unheld, take

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MARKER, _RECORD = "marker.json", "record"


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


@dataclass(frozen=True, slots=True)
class Marker:
    """A run of this process, live as long as the hold on its marker."""

    id: str
    folder: Path
    hold: Hold = field(repr=False)


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a dead run left: its payload and, where its result was durable, the record.

    Its marker is held by this process until `release` or `Runs.forget`.
    """

    id: str
    payload: dict[str, Any]
    record: Record | None
    folder: Path
    hold: Hold = field(repr=False)

    def release(self) -> None:
        """Leave it for the next command."""
        self.hold.release()


class Runs:
    """The runs that this machine has open, and those that died here."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "runs"
        self._holds: dict[str, Hold] = {}

    def open_run(self, id: str, payload: Mapping[str, Any]) -> Marker:  # noqa: A002 - a run's word
        """Write the marker of a new run, hold it, and return it.

        `payload` is JSON; `pid` and `host` are added to it. Raises StoreError.
        """
        folder, new = self._of(id), self.folder / f".new-{id}-{secrets.token_hex(4)}"
        about = {"pid": os.getpid(), "host": socket.gethostname(), **payload}
        hold = None
        try:
            new.mkdir(parents=True)
            write_file(new / _MARKER, json.dumps(about, indent=1).encode(), durable=True)
            sync_folder(new)
            hold = take(new / _MARKER)
            if hold is not None:
                new.rename(folder)  # held before it has its name, so nobody finds it unheld
                sync_folder(self.folder)
        except OSError as error:
            if hold is not None:
                hold.release()
            shutil.rmtree(new, ignore_errors=True)
            raise StoreError(f"run {id} cannot be opened in {self.folder}: {error}") from error
        if hold is None:
            raise StoreError(f"the marker of run {id} cannot be locked in {new}")
        self._holds[id] = hold
        return Marker(id, folder, hold)

    def is_live(self, id: str) -> bool:  # noqa: A002 - a run's word
        """Return whether a run goes on; one of another host is never called dead."""
        marker = self._of(id) / _MARKER
        if held_here(marker):
            return True
        payload = _read_payload(marker)
        if payload is None or payload.get("host") != socket.gethostname():
            return payload is not None
        hold = take(marker)
        if hold is None:
            return marker.exists()
        hold.release()
        return False

    def save(self, record: Record) -> None:
        """Write a record of an open run so that it outlives a crash and a power cut.

        Replaces the run's earlier record at once or not at all. Raises StoreError.
        """
        folder = self._of(record.id)
        try:
            _write_record(folder, record)
        except OSError as error:
            raise StoreError(f"the record of {record.id} cannot be written: {error}") from error

    def left_behind(self) -> list[Leftover]:
        """Return what dead runs of this host left, oldest first, each held by this process now.

        A record that does not read is named in a JournalWarning and stays where it is.
        """
        found = []
        for folder in self._folders():
            marker = folder / _MARKER
            payload = _read_payload(marker)
            if payload is None or payload.get("host") != socket.gethostname():
                continue
            hold = take(marker)
            if hold is None:
                continue
            try:
                record = _read_record(folder)
            except (OSError, ValueError, KeyError, TypeError) as error:
                hold.release()
                warn_beside(
                    f"the record of a dead run in {folder} is damaged ({error}); it stays there"
                )
                continue
            self._holds[folder.name] = hold
            found.append(Leftover(folder.name, payload, record, folder, hold))
        return found

    def forget(self, id: str) -> None:  # noqa: A002 - a run's word
        """Remove all that is kept of a run whose result git holds, and let its marker go."""
        folder = self._of(id)
        gone = folder.with_name(f".gone-{id}-{secrets.token_hex(4)}")
        with suppress(FileNotFoundError):
            folder.rename(gone)  # at once: a marker without its record would look interrupted
        hold = self._holds.pop(id, None)
        if hold is not None:
            hold.release()
        shutil.rmtree(gone, ignore_errors=True)

    def _of(self, id: str) -> Path:  # noqa: A002 - a run's word
        if not id or id.startswith(".") or "/" in id:
            raise StoreError(f"{id!r} is no id of a run")
        return self.folder / id

    def _folders(self) -> list[Path]:
        try:
            folders = sorted(self.folder.iterdir())
        except FileNotFoundError:
            return []
        for folder in folders:
            if folder.name.startswith(".gone-"):  # a crash in `forget`
                shutil.rmtree(folder, ignore_errors=True)
        return [folder for folder in folders if not folder.name.startswith(".")]


def _write_record(folder: Path, record: Record) -> None:
    """Write one file, a line of JSON before all contents: each file costs a trip to the disk."""
    about = {
        "id": record.id,
        "files": _described(record.files),
        "bases": _described(record.bases),
        "message": record.message,
        "author": [record.author.name, record.author.email],
        "date": record.date.isoformat(),
    }
    contents = [*record.files.values(), *record.bases.values()]
    whole = b"".join([json.dumps(about).encode(), b"\n", *contents])
    write_file(folder / _RECORD, whole, durable=True)
    sync_folder(folder)


def _described(contents: Mapping[str, bytes]) -> dict[str, tuple[int, str]]:
    return {path: (len(content), _digest(content)) for path, content in contents.items()}


def _read_record(folder: Path) -> Record | None:
    try:
        head, _, contents = (folder / _RECORD).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    about = json.loads(head)
    name, email = about["author"]
    rest = io.BytesIO(contents)
    return Record(
        id=about["id"],
        files=_restored(rest, about["files"]),
        bases=_restored(rest, about["bases"]),
        message=about["message"],
        author=Author(name, email),
        date=datetime.fromisoformat(about["date"]),
    )


def _restored(rest: io.BytesIO, described: Mapping[str, tuple[int, str]]) -> dict[str, bytes]:
    contents = {path: rest.read(size) for path, (size, _) in described.items()}
    for path, (_, digest) in described.items():
        if _digest(contents[path]) != digest:
            raise ValueError(f"{path} is not what was saved")
    return contents


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_payload(marker: Path) -> dict[str, Any] | None:
    try:
        payload = json.loads(read_unheld(marker) or b"null")
    except (OSError, ValueError):
        return None
    return payload if isinstance(payload, dict) else None
