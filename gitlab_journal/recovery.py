"""Runs left behind by processes that died: finished by whichever process comes next."""

from __future__ import annotations

import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.durable import commit_record, commit_result
from gitlab_journal.entry import Entry, attachments_path
from gitlab_journal.guard import guarded
from gitlab_journal.store.author import Author
from gitlab_journal.store.git import git
from gitlab_journal.store.leftovers import sweep
from gitlab_journal.verdict import NOTHING, directions, results

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.desk import Desk
    from gitlab_journal.store.records import Leftover


def recover(desk: Desk) -> list[str]:
    """Finish what dead processes left; returns the ids. Raises nothing: a failure is a warning.

    A durable result is committed as it was recorded; a run without one is marked interrupted,
    with the points logged so far; one whose hypothesis never reached git is forgotten, its page
    removed. Half-written files that are surely nobody's are removed.
    """
    found: list[str] = []
    guarded(lambda: _finish_each(desk, found), otherwise="runs left behind cannot be read")
    return found


def _finish_each(desk: Desk, found: list[str]) -> None:
    sweep(desk.repository.state, desk.repository.objects.folder)
    for leftover in desk.runs.each_left_behind():  # one at a time: each holds a file open
        guarded(
            lambda leftover=leftover: _finish(desk, leftover),  # type: ignore[misc]
            otherwise=f"{leftover.id}, left behind by a process that died, is not finished yet",
        )
        desk.runs.let_go(leftover.id)
        found.append(leftover.id)


def _finish(desk: Desk, leftover: Leftover) -> None:
    if leftover.record is not None:
        commit_record(desk, leftover.record)
        return
    path, root = PurePosixPath(leftover.payload["path"]), desk.repository.root
    tip, objects = desk.repository.tip(), desk.repository.objects
    if tip is None or objects.find(objects.tree_of(tip), str(path)) is None:
        _take_back(root, path, attachments_path(path, leftover.id))
        desk.runs.forget(leftover.id)
        return
    page = Entry.read(desk.repository.read(str(path), tip), root / path)
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
    commit_result(desk, path, result, author=Author(*leftover.payload["author"]), base=page)


def _why(leftover: Leftover) -> str:
    if leftover.surely_dead:
        return "Interrupted: the process that ran it died."
    host = leftover.payload.get("host", "another machine")
    return f"Interrupted: nothing was heard for hours of the process that ran it on {host}."


def _take_back(root: Path, page: PurePosixPath, attachments: PurePosixPath) -> None:
    """Remove a page that never reached git, with what lies beside it, from the index and disk."""
    words = ("rm", "-r", "-f", "--cached", "--quiet", "--ignore-unmatch")
    git(*words, "--", str(page), str(attachments), cwd=root)
    shutil.rmtree(root / attachments, ignore_errors=True)
    (root / page).unlink(missing_ok=True)
