"""Entries that are running, as their pages say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.lines import line_in
from gitlab_journal.phrases import ago
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab_journal.audit.hypotheses import Stated
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry

LONGEST = timedelta(days=30)
"""After this a run that no process of this machine runs is taken for dead."""


def open_runs(
    desk: Desk, running: Mapping[str, tuple[str, Entry]], stated: Mapping[str, Stated]
) -> Iterator[Finding]:
    """Yield the entries that are running but have no process here.

    One that a remote knows may run on another machine, and is a note until it is old. Any other
    was begun in this clone: its process is gone.
    """
    for id, (path, page) in running.items():  # noqa: A001  # an entry's id is called id
        if desk.runs.is_live(id):
            continue
        began = stated.get(id)
        age = datetime.now(UTC) - (page.date or datetime.now(UTC))
        elsewhere = began is None or _is_known_elsewhere(desk, began.commit)
        code = "running" if elsewhere and age < LONGEST else "run-left-open"
        where = (
            "on another machine, or was cut off there"
            if code == "running"
            else ("as its page says, but no process of this machine runs it")
        )
        yield Finding(
            code=code,
            sentence=f"The entry runs {where}; it began {ago(age)}.",
            entry=id,
            commit=began.commit if began else None,
            path=path,
            line=line_in(page, "status"),
        )


def _is_known_elsewhere(desk: Desk, commit: str) -> bool:
    """Return whether a clone other than this one has, or may have, a commit."""
    root = desk.repository.root
    said = git(
        *("for-each-ref", "--format=%(refname)", "--contains", commit), cwd=root, check=False
    )
    names = said.decode(errors="replace").split()
    ours = ("refs/heads/", "refs/gitlab-journal/", "refs/worktree/", "refs/tags/")
    return not names or not all(name.startswith(ours) for name in names)
