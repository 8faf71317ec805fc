"""Runs left behind by processes that died: finished by whichever process comes next."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.compose import commit_message
from gitlab_journal.durable import Result, commit_record, is_committed, page_of
from gitlab_journal.entry import Entry, attachments_path
from gitlab_journal.errors import StoreError
from gitlab_journal.guard import guarded
from gitlab_journal.store.author import Author
from gitlab_journal.store.genuine import refuse_link
from gitlab_journal.store.git import git
from gitlab_journal.store.repository import check_path
from gitlab_journal.store.runs.leftovers import sweep
from gitlab_journal.verdict import NOTHING, directions, results

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.desk import Desk
    from gitlab_journal.store.runs.records import Leftover

ENTRIES = "entries"
_BATCH = 100  # runs in one commit; each holds a file open


@dataclass(frozen=True, slots=True)
class _Interrupted:
    """A dead run without a result: its page as it was, and as it is to be."""

    leftover: Leftover
    path: PurePosixPath
    author: Author
    before: Entry
    result: Result

    @property
    def files(self) -> dict[str, bytes]:
        beside = attachments_path(self.path, self.leftover.id)
        return {str(self.path): self.result.page.render().encode()} | {
            str(beside / name): content for name, content in self.result.files.items()
        }


def recover(desk: Desk) -> list[str]:
    """Finish what dead processes left; returns the ids. Raises nothing: a failure is a warning.

    A durable result is committed as it was recorded; a run without one is marked interrupted,
    with the points logged so far, many of them by one commit; one whose hypothesis never reached
    git is forgotten, its page removed. Half-written files that are surely nobody's are removed.
    """
    found: list[str] = []
    guarded(lambda: _finish_all(desk, found), otherwise="runs left behind cannot be read")
    return found


def withdraw(desk: Desk, identifier: str, page: PurePosixPath) -> None:
    """Give up a run that could not begin. Raises nothing: a failure is a warning.

    It is forgotten, unless its hypothesis is in git already: then whoever comes next marks it
    interrupted.
    """

    def forget() -> None:
        if not is_committed(desk, page):
            desk.runs.forget(identifier)

    try:
        guarded(forget, otherwise=f"{identifier} is not forgotten yet")
    finally:
        desk.runs.let_go(identifier)


def _finish_all(desk: Desk, found: list[str]) -> None:
    sweep(desk.repository.state, desk.repository.objects.folder)
    batch: list[_Interrupted] = []
    for leftover in desk.runs.each_left_behind():
        found.append(leftover.id)
        concluded = guarded(
            lambda leftover=leftover: _finish(desk, leftover),  # type: ignore[misc]
            otherwise=_unfinished(leftover.id),
        )
        if concluded is None:
            desk.runs.let_go(leftover.id)
        else:
            batch.append(concluded)
        if len(batch) == _BATCH:
            _commit(desk, batch)
            batch = []
    _commit(desk, batch)


def _unfinished(identifier: str) -> str:
    return f"{identifier}, left behind by a process that died, is not finished yet"


def _finish(desk: Desk, leftover: Leftover) -> _Interrupted | None:
    """Finish a dead run; returns what is still to be committed."""
    if leftover.record is not None:
        commit_record(desk, leftover.record)
        return None
    path, root = PurePosixPath(leftover.payload["path"]), desk.repository.root
    _check_inside(root, path)
    path = page_of(desk, leftover.id, path)
    if not is_committed(desk, path):
        _take_back(root, path, attachments_path(path, leftover.id))
        desk.runs.forget(leftover.id)
        return None
    page = Entry.read(desk.repository.read(str(path)), root / path)
    if page.status != "running":  # somebody was quicker, and died before the run was forgotten
        desk.runs.forget(leftover.id)
        return None
    result = results(
        page,
        leftover.folder,
        NOTHING,
        settings=directions(desk),
        status="interrupted",
        duration=None,
        metrics={},
        figures={},
        notes=[_why(leftover)],
    )
    desk.runs.call_dead(leftover, page.render().encode(), result.page.render().encode())
    return _Interrupted(leftover, path, Author(*leftover.payload["author"]), page, result)


def _why(leftover: Leftover) -> str:
    if leftover.surely_dead:
        return "Interrupted: the process that ran it died."
    host = leftover.payload.get("host", "another machine")
    return f"Interrupted: nothing was heard for hours of the process that ran it on {host}."


def _commit(desk: Desk, batch: Sequence[_Interrupted]) -> None:
    """Commit interrupted runs, those of one author together, and forget them. Raises nothing."""
    for author, runs in groupby(batch, lambda run: run.author):
        together = list(runs)
        parts = [together, *([run] for run in together)] if len(together) > 1 else [together]
        for part in parts:  # one by one where they cannot be committed together
            what = part[0].leftover.id if len(part) == 1 else f"{len(part)} runs"
            done = guarded(
                lambda part=part, author=author: _commit_by(desk, author, part),  # type: ignore[misc]
                otherwise=_unfinished(what),
            )
            if done and len(part) == len(together):
                break
        for run in together:
            desk.runs.let_go(run.leftover.id)


def _commit_by(desk: Desk, author: Author, runs: Sequence[_Interrupted]) -> bool:
    files: dict[str, bytes] = {}
    for run in runs:
        files |= run.files
    desk.commit(
        files,
        message=_message([run.result.page for run in runs]),
        author=author,
        date=datetime.now(UTC),
        bases={str(run.path): run.before.render().encode() for run in runs},
        entry=runs[0].result.page if len(runs) == 1 else None,
    )
    for run in runs:
        desk.runs.forget(run.leftover.id)
    return True


def _message(pages: Sequence[Entry]) -> str:
    """Return the message of one commit for all `pages`: the trailers of each, in groups."""
    messages = [commit_message(page) for page in pages]
    if len(pages) == 1:
        return messages[0]
    groups = "\n".join(message.rstrip().rpartition("\n\n")[2] for message in messages)
    return f"interrupted: {len(pages)} runs whose processes died\n\n{groups}\n"


def _check_inside(root: Path, page: PurePosixPath) -> None:
    """Raise StoreError for a page outside of entries/: the marker may come from a stranger."""
    check_path(str(page))
    if page.parts[0] != ENTRIES:
        raise StoreError(f"{page} is no path of a page; expected one below {ENTRIES}/")
    for folder in page.parents:
        refuse_link(root / folder)


def _take_back(root: Path, page: PurePosixPath, attachments: PurePosixPath) -> None:
    """Remove a page that never reached git, with what lies beside it, from the index and disk."""
    words = ("rm", "-r", "-f", "--cached", "--quiet", "--ignore-unmatch")
    git(*words, "--", str(page), str(attachments), cwd=root)
    shutil.rmtree(root / attachments, ignore_errors=True)
    (root / page).unlink(missing_ok=True)
