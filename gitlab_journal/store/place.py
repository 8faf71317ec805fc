"""The folder of a journal: whether one lies there, or may."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store import refs
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COVER = "journal.md"


def check_free(root: Path, files: Mapping[str, bytes]) -> None:
    """Raise StoreError where no journal with these files may begin: another one, a repository."""
    for parent in root.parents:
        if (parent / ".git").exists() and not is_ignored(root, parent):
            raise StoreError(
                f"{root} lies inside the git repository {parent}; a journal is a repository of "
                f"its own.\n  put it beside: glj init {shlex.quote(str(beside(parent)))}"
            )
    if root.exists() and not root.is_dir():
        raise StoreError(f"{root} is a file; a journal needs a folder")
    git_dir = refs.git_folder(root)
    if git_dir is not None and _has_commit(root, git_dir):
        if (root / COVER).is_file():
            raise StoreError(f"{root} is a journal already")
        raise StoreError(
            f"{root} is a git repository already; a journal is one of its own.\n"
            f"  put it beside: glj init {shlex.quote(str(beside(root)))}"
        )
    # what an earlier attempt left is no hindrance
    ours = {".git", *(path.split("/")[0] for path in files)} if git_dir else set()
    found = len({item.name for item in root.iterdir()} - ours) if root.is_dir() else 0
    if found:
        raise StoreError(
            f"{root} holds {found} file{'s' if found > 1 else ''} already; a journal begins in a "
            "new or an empty folder"
        )


def is_ignored(root: Path, repository: Path) -> bool:
    """Return whether a folder is ignored by the repository around it."""
    return bool(git("check-ignore", str(root), cwd=repository, check=False))


def _has_commit(root: Path, git_dir: Path) -> bool:
    common = refs.common_folder(git_dir)
    try:
        branch = refs.branch(root, git_dir, common)
    except StoreError:  # a detached HEAD stands on a commit
        return True
    return refs.tip(root, common, f"refs/heads/{branch}") is not None


def beside(project: Path) -> Path:
    """Return where the journal of a project lies by default."""
    return project.parent / f"{project.name}-journal"


def why_no_journal(root: Path) -> str:
    """Return what was found in place of a journal, and how to make one."""
    if not root.exists():
        found = "does not exist"
    elif not root.is_dir():
        found = "is a file"
    elif (root / COVER).is_file():
        found = f"holds a {COVER}, but is not the root of a git repository"
    else:
        found = "is not the root of a git repository"
    return f"{root} {found}, so there is no journal.\n  make one: glj init PATH"
