"""A result made durable, then committed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.compose import commit_message
from gitlab_journal.entry import attachments_path
from gitlab_journal.errors import EntryNotFoundError, StoreError
from gitlab_journal.guard import warn_beside
from gitlab_journal.store.runs.records import Record
from gitlab_journal.store.working import merge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.store.author import Author


@dataclass(frozen=True, slots=True)
class Result:
    """A concluded page, the files that go beside it, the sentence that judges it."""

    page: Entry
    files: Mapping[str, bytes]
    sentence: str = ""


def commit_result(
    desk: Desk, path: PurePosixPath, result: Result, *, author: Author, base: Entry
) -> None:
    """Make the result durable, then commit it. Writes both; raises StoreError where git refuses.

    `base` is the page that the result was written into, at `path` unless a person moved it. A
    record that could be kept only with difficulty is not committed now: that waits for the next
    command, as a warning says. Where it cannot be kept at all it is committed all the same; where
    that fails too the warning holds the metrics.
    """
    path = page_of(desk, result.page.id, path)
    record = _record(desk, path, result, author=author, base=base)
    try:
        saved = desk.runs.save(record)
    except StoreError as error:
        _commit_unsaved(desk, record, result.page, error)
        return
    if saved.trouble:
        warn_beside(
            f"{record.id} is {result.page.status}, but not committed yet: {saved.trouble}. Its "
            f"result is kept in {saved.path}; once that is mended, any run or command commits it "
            f"(glj --journal {desk.repository.root} ls)"
        )
        return
    commit_record(desk, record, entry=result.page)


def is_committed(desk: Desk, page: PurePosixPath) -> bool:
    """Return whether the newest commit holds a page."""
    tip, objects = desk.repository.tip(), desk.repository.objects
    return tip is not None and objects.find(objects.tree_of(tip), str(page)) is not None


def page_of(desk: Desk, identifier: str, begun: PurePosixPath) -> PurePosixPath:
    """Return where the page of a run lies by now; where it `begun` unless a person moved it."""
    if not is_committed(desk, begun):
        desk.catalogue.refresh()
        with suppress(EntryNotFoundError):
            return PurePosixPath(desk.catalogue.resolve(identifier).path)
    return begun


def commit_record(desk: Desk, record: Record, *, entry: Entry | None = None) -> None:
    """Commit a durable result with its own author and date, then forget the run it came from."""
    desk.commit(
        record.files,
        message=record.message,
        author=record.author,
        date=record.date,
        bases=record.bases,
        entry=entry,
    )
    desk.runs.forget(record.id)


def _record(
    desk: Desk, path: PurePosixPath, result: Result, *, author: Author, base: Entry
) -> Record:
    page = result.page
    beside = attachments_path(path, page.id)
    record = Record(
        id=page.id,
        files={str(path): page.render().encode()}
        | {str(beside / name): content for name, content in result.files.items()},
        message=commit_message(page, body=result.sentence),
        author=author,
        date=datetime.now(UTC),
        bases={str(path): base.render().encode()},
    )
    called_dead = desk.runs.was_called_dead(page.id)
    if called_dead is None:
        return record
    # Another machine called the run dead and wrote so into the page: this is what it said instead.
    before, after = called_dead
    said = merge(base.render().encode(), record.files[str(path)], before)
    files = {**record.files, str(path): said or record.files[str(path)]}
    return replace(record, files=files, bases={str(path): after})


def _commit_unsaved(desk: Desk, record: Record, page: Entry, trouble: StoreError) -> None:
    try:
        commit_record(desk, record, entry=page)
    except StoreError as error:
        values = ", ".join(f"{name} = {value!r}" for name, value in page.metrics.items())
        warn_beside(
            f"{record.id} is {page.status}, but could be kept nowhere: {trouble}; "
            f"{error}\n  write it down: {values or 'no metrics'}"
        )
