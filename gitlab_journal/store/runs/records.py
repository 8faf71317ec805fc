"""Keep what a run must not lose until git holds it."""

from __future__ import annotations

import json
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import StoreError
from gitlab_journal.guard import warn_beside
from gitlab_journal.page.portable import from_json
from gitlab_journal.store.files import sync_folder, why_unwritable, write_file
from gitlab_journal.store.lock import Hold, held_here, read_unheld, take
from gitlab_journal.store.runs import lease, reserve, saving
from gitlab_journal.store.runs.host import describe_process, is_here
from gitlab_journal.store.runs.leftovers import MARKER, note_crash, run_folders
from gitlab_journal.store.runs.record import Record
from gitlab_journal.store.runs.saving import Saved
from gitlab_journal.store.small import SMALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Leftover", "Marker", "Record", "Runs", "Saved"]

_RECORD, _CALLED_DEAD = "record", "called-dead.json"


@dataclass(frozen=True, slots=True)
class Marker:
    """A run of this process, live as long as the hold on its marker."""

    id: str
    folder: Path
    hold: Hold = field(repr=False)


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a dead run left: its payload and, where its result was durable, the record.

    Its marker is held by this process until `release` or `Runs.forget`. `surely_dead` is false
    for a run of another machine whose lease ran out.
    """

    id: str
    payload: dict[str, Any]
    record: Record | None
    folder: Path
    hold: Hold = field(repr=False)
    surely_dead: bool = True

    def release(self) -> None:
        """Leave it for the next command."""
        self.hold.release()


class Runs:
    """The runs that are open in this journal, and those that died here."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "runs"
        self._state = state
        self._holds: dict[str, Hold] = {}
        self._payloads: dict[str, dict[str, Any]] = {}
        self._called_dead: set[str] = set()

    def open_run(self, id: str, payload: Mapping[str, Any]) -> Marker:  # noqa: A002 - a run's word
        """Write the marker of a new run, hold it, and return it.

        `payload` is JSON; `pid` and the machine are added to it. Writes the disk space that is
        set aside for results as well, where it is missing. Raises StoreError.
        """
        folder = self._of(id)
        about = {**describe_process(), **payload}
        try:
            self._state.mkdir(exist_ok=True)
            reserve.set_aside(self._state)
            hold = self._make(folder, about)
        except OSError as error:
            raise StoreError(
                f"run {id} cannot be opened in {self.folder}: {why_unwritable(self._state, error)}"
            ) from error
        self._holds[id], self._payloads[id] = hold, about
        lease.renew_while_held(folder / MARKER, hold)
        return Marker(id, folder, hold)

    def _make(self, folder: Path, about: Mapping[str, Any]) -> Hold:
        new = self.folder / f".new-{folder.name}-{secrets.token_hex(4)}"
        hold = None
        try:
            new.mkdir(parents=True)
            write_file(new / MARKER, json.dumps(about, indent=1).encode(), durable=True)
            sync_folder(new)
            hold = _taken(new / MARKER)
            new.rename(folder)  # held before it has its name, so nobody finds it unheld
            sync_folder(self.folder)
        except BaseException:
            if hold is not None:
                hold.release()
            shutil.rmtree(new, ignore_errors=True)
            raise
        return hold

    def is_live(self, id: str) -> bool:  # noqa: A002 - a run's word
        """Return whether a run goes on, or may go on. Changes nothing."""
        marker = self._of(id) / MARKER
        if held_here(marker):
            return True
        try:
            payload = _read_payload(marker)
        except ValueError:  # nobody knows
            return True
        if payload is None:
            return False
        hold = self._take_dead(marker, payload, self._clock)
        if hold is None:
            return marker.exists()
        hold.release()
        return False

    def save(self, record: Record) -> Saved:
        """Write a record of an open run so that it outlives a crash and a power cut.

        Replaces the run's earlier record at once or not at all. Where the disk is full it takes
        the space that was set aside, else the user's state folder. Returns where it lies. Raises
        StoreError where nothing can be written anywhere.
        """
        folder = self._of(record.id)
        with suppress(OSError):  # the record says as much
            self._hold_again(record.id, folder)
        return saving.save(record, folder / _RECORD, state=self._state)

    def was_called_dead(self, id: str) -> tuple[bytes, bytes] | None:  # noqa: A002 - a run's word
        """Return what a run's page was and became when another machine called the run dead."""
        note = self._of(id) / _CALLED_DEAD
        try:
            said = from_json(note.read_bytes())
            return said["before"].encode(), said["after"].encode()
        except FileNotFoundError:
            return None
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:  # its result matters more
            warn_beside(
                f"{note}, what a page was before another machine changed it, is damaged: {error}"
            )
            return None

    def call_dead(self, leftover: Leftover, before: bytes, after: bytes) -> None:
        """Note how the page of a run was changed that is not surely dead: it may end after all."""
        if not leftover.surely_dead:
            said = {"before": before.decode(), "after": after.decode()}
            write_file(leftover.folder / _CALLED_DEAD, json.dumps(said).encode(), durable=True)
            self._called_dead.add(leftover.id)

    def left_behind(self) -> list[Leftover]:
        """Return what dead runs left, oldest first, each held by this process now."""
        return list(self.each_left_behind())

    def each_left_behind(self) -> Iterator[Leftover]:
        """Give what dead runs left, oldest first, each held by this process once it is given.

        A run of another machine is dead only when nobody has renewed its lease, by the clock of
        the file system. A record that does not read is named in a JournalWarning and stays where
        it is. Where this user may not write there is nothing to give.
        """
        clock = cache(self._clock)  # one look is enough for all
        for folder in self._folders():
            leftover = self._dead(folder, clock)
            if leftover is not None:
                self._holds[leftover.id] = leftover.hold
                note_crash(self._state)
                yield leftover

    def _clock(self) -> float:
        return lease.clock_of(self._state)

    def _dead(self, folder: Path, clock: Callable[[], float]) -> Leftover | None:
        marker = folder / MARKER
        hold = None
        try:
            payload = _read_payload(marker)
            hold = None if payload is None else self._take_dead(marker, payload, clock)
            if payload is None or hold is None:
                return None
            record = saving.saved(folder.name, folder / _RECORD, state=self._state)
        except (OSError, ValueError, KeyError, TypeError) as error:
            if hold is not None:
                hold.release()
            warn_beside(f"what a dead run left in {folder} is damaged ({error}); it stays there")
            return None
        surely_dead = is_here(payload)
        if not surely_dead:
            lease.renew(marker)  # for the machines that do not see our lock
        return Leftover(folder.name, payload, record, folder, hold, surely_dead)

    def _take_dead(
        self, marker: Path, payload: Mapping[str, Any], clock: Callable[[], float]
    ) -> Hold | None:
        """Return the hold on a marker whose run is dead; None where it lives, or may."""
        try:
            if is_here(payload) or lease.ran_out(marker, clock()):
                return take(marker)
        except OSError:  # this user may only read
            pass
        return None

    def let_go(self, id: str) -> None:  # noqa: A002 - a run's word
        """Let the marker of a run go, so that whoever comes next finishes what is not forgotten."""
        hold = self._holds.pop(id, None)
        if hold is not None:
            hold.release()

    def forget(self, id: str) -> None:  # noqa: A002 - a run's word
        """Remove all that is kept of a run whose result git holds, and let its marker go.

        Of a run that was only called dead the folder stays for a while, with its points.
        """
        folder = self._of(id)
        gone = folder.with_name(f".gone-{id}-{secrets.token_hex(4)}")
        if id in self._called_dead:
            gone = folder
            (folder / MARKER).unlink(missing_ok=True)
        else:
            with suppress(FileNotFoundError):
                folder.rename(gone)  # at once: a marker without its record would look interrupted
        saving.forget_elsewhere(id, gone / _RECORD, state=self._state)
        self.let_go(id)
        self._payloads.pop(id, None)
        if id in self._called_dead:
            self._called_dead.discard(id)
        else:
            shutil.rmtree(gone, ignore_errors=True)

    def _of(self, id: str) -> Path:  # noqa: A002 - a run's word
        if not id or id.startswith(".") or "/" in id:
            raise StoreError(f"{id!r} is no id of a run")
        return self.folder / id

    def _folders(self) -> list[Path]:
        try:
            return run_folders(self.folder)
        except (FileNotFoundError, PermissionError):
            return []

    def _hold_again(self, id: str, folder: Path) -> None:  # noqa: A002 - a run's word
        """Make the marker anew where another machine called the run dead and took it away."""
        marker = folder / MARKER
        if held_here(marker):
            return
        folder.mkdir(parents=True, exist_ok=True)
        about = self._payloads.get(id) or describe_process()
        write_file(marker, json.dumps(about, indent=1).encode(), durable=True)
        self.let_go(id)
        hold = take(marker)
        if hold is not None:
            self._holds[id] = hold


def _taken(marker: Path) -> Hold:
    hold = take(marker)
    if hold is None:
        raise StoreError(f"the marker of a run cannot be locked: {marker}")
    return hold


def _read_payload(marker: Path) -> dict[str, Any] | None:
    """Return what a marker says; None where it is missing, held here or not for this user's eyes.

    Raises ValueError for one that is damaged.
    """
    try:
        status = marker.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > SMALL:  # a stranger's trap
            raise ValueError(f"{marker.name} is no file, or one of {status.st_size:,} bytes")
        said = read_unheld(marker)
    except OSError:
        return None
    payload = None if said is None else from_json(said)
    if payload is not None and not isinstance(payload, dict):
        raise ValueError(f"{marker.name} holds no mapping")
    return payload
