"""Runs left behind by processes that died: finished by whichever process comes next."""

from __future__ import annotations

import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.entry import Entry, attachments_path
from gitlab_journal.guard import guarded
from gitlab_journal.store.author import Author
from gitlab_journal.store.git import git
from gitlab_journal.verdict import (
    NOTHING,
    commit_record,
    commit_result,
    directions,
    results,
)

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.desk import Desk
    from gitlab_journal.store.records import Leftover


def recover(desk: Desk) -> list[str]:
    """Finish what dead processes left; returns the ids. Raises nothing: a failure is a warning.

    A durable result is committed as it was recorded; a run without one is marked interrupted,
    with the points logged so far; one whose hypothesis never reached git is forgotten, its page
    removed.
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
    head, objects = desk.repository.head(), desk.repository.objects
    if head is None or objects.find(objects.tree_of(head), str(path)) is None:
        _take_back(desk.repository.root, path, attachments_path(path, leftover.id))
        desk.runs.forget(leftover.id)
        return
    page = Entry.read(desk.repository.read(str(path), head), desk.repository.root / path)
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


def _take_back(root: Path, page: PurePosixPath, attachments: PurePosixPath) -> None:
    """Remove a page that never reached git, with what lies beside it, from the index and disk."""
    words = ("rm", "-r", "-f", "--cached", "--quiet", "--ignore-unmatch")
    git(*words, "--", str(page), str(attachments), cwd=root)
    shutil.rmtree(root / attachments, ignore_errors=True)
    (root / page).unlink(missing_ok=True)
