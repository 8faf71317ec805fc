"""Whether the git folder of a journal is what it seems, and leads nowhere else."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import git, own_keys
from gitlab_journal.store.settings import own_settings
from gitlab_journal.store.small import read_small
from gitlab_journal.store.trust import how_to_trust, is_trusted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = "gitlab-journal"
_SHARED = ("objects", "refs", "logs", "info", "config", "packed-refs", "refs/heads")
_OWN = ("HEAD", "index", STATE, f"refs/{STATE}")
_FILES = (
    *("config", "config.worktree", "HEAD", "index", "packed-refs", "shallow", "info/attributes"),
    *("info/exclude", "info/grafts", "objects/info/alternates", "objects/info/commit-graph"),
)
_ELSEWHERE = ("core.worktree", "include.path", "includeif.")


def check_genuine(root: Path, git_dir: Path, common: Path) -> None:
    """Raise StoreError for a git folder that leads elsewhere, or that git would not open itself.

    A folder may come from a stranger: through a link in it we would read, change or remove what
    lies outside. The user may vouch for one. Writes nothing.
    """
    _check_owner(root, git_dir)
    found = _why_elsewhere(root, git_dir, common)
    if found and not is_trusted(root):
        raise StoreError(
            f"{found}; a folder may come from somebody else, so it is not opened.\n"
            f"  if you made it so: {how_to_trust(root)}"
        )


def refuse_link(path: Path) -> None:
    """Raise StoreError where a path is a symbolic link."""
    if path.is_symlink():
        raise StoreError(f"{path} is a symbolic link; expected none in a journal")


def _check_owner(root: Path, git_dir: Path) -> None:
    """Let git say, and say how to mend it, where the journal belongs to another user."""
    me = os.geteuid()
    if any(path.lstat().st_uid != me for path in (root, root / ".git", git_dir)):
        git("rev-parse", "--git-dir", cwd=root)


def _why_elsewhere(root: Path, git_dir: Path, common: Path) -> str | None:
    for path in (root / ".git", *_links_in(git_dir, common)):
        if path.is_symlink():
            return f"{path} is a symbolic link"
    for path in (folder / name for folder in {git_dir, common} for name in _FILES):
        if _is_trap(path):
            return f"{path} is no file"
    if not _points_back(root, git_dir, common):
        return f"{root / '.git'} leads to {git_dir.resolve()}, which does not point back"
    text = own_settings(root).lower()
    if "include" in text or "worktree" in text:
        for key in own_keys(root):
            if key.lower().startswith(_ELSEWHERE):
                return f"the configuration in {root / '.git'} sets {key}"
    return None


def _is_trap(path: Path) -> bool:
    """Return whether a pipe or a device, for which git would wait, stands for a file."""
    try:
        return not stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _links_in(git_dir: Path, common: Path) -> Iterator[Path]:
    yield from (common / name for name in _SHARED)
    yield from (git_dir / name for name in _OWN)
    for folder in (git_dir / STATE, common / "objects"):
        if folder.is_dir():
            with os.scandir(folder) as items:
                yield from (folder / item.name for item in items if item.is_symlink())


def _points_back(root: Path, git_dir: Path, common: Path) -> bool:
    """Return whether a git folder elsewhere belongs to this working tree by its own account."""
    if stat.S_ISDIR((root / ".git").lstat().st_mode):
        return git_dir == common
    said = (read_small(git_dir / "gitdir") or b"").decode(errors="surrogateescape").strip()
    is_linked = git_dir.resolve().parent == common.resolve() / "worktrees"
    return is_linked and (git_dir / said).resolve() == (root / ".git").resolve()
