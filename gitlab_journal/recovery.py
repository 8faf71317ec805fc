"""Runs left behind by processes that died: finished by whichever process comes next."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.entry import Entry
from gitlab_journal.errors import StoreError
from gitlab_journal.guard import guarded
from gitlab_journal.store.author import Author
from gitlab_journal.verdict import (
    NOTHING,
    commit_record,
    commit_result,
    directions,
    results,
)

if TYPE_CHECKING:
    from gitlab_journal.desk import Desk
    from gitlab_journal.store.records import Leftover


def recover(desk: Desk) -> list[str]:
    """Finish what dead processes left; returns the ids. Raises nothing: a failure is a warning.

    A durable result is committed as it was recorded; a run without one is marked interrupted,
    with the points logged so far; one whose hypothesis never reached git is forgotten.
    """
    found = guarded(desk.runs.left_behind, otherwise="runs left behind cannot be read") or []
    for leftover in found:
        guarded(
            lambda leftover=leftover: _finish(desk, leftover),  # type: ignore[misc]
            otherwise=f"{leftover.id}, left behind by a process that died, is not finished yet",
        )
        leftover.release()
    return [leftover.id for leftover in found]


def _finish(desk: Desk, leftover: Leftover) -> None:
    if leftover.record is not None:
        commit_record(desk, leftover.record)
        return
    path = PurePosixPath(leftover.payload["path"])
    try:
        page = Entry.read(desk.repository.read(str(path)), desk.repository.root / path)
    except StoreError:
        desk.runs.forget(leftover.id)
        return
    result = results(
        page,
        leftover.folder,
        NOTHING,
        settings=directions(desk),
        status="interrupted",
        duration=None,
        metrics={},
        figures={},
        notes=["Interrupted: the process that ran it died."],
    )
    commit_result(desk, path, result, author=Author(*leftover.payload["author"]), base=page)
