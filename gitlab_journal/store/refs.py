"""Read where the branch of a repository stands, without a process."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import git
from gitlab_journal.store.small import SMALL, read_small

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"(?im)^\s*objectformat\s*=\s*\"?sha256")
_BRANCH = "ref: refs/heads/"
_PACKED = 1 << 28  # bytes; a million references take a quarter of it
_BARE = re.compile(r"(?im)^\s*bare\s*=\s*(true|yes|on|1)\s*$")


def git_folder(root: Path) -> Path | None:
    """Return the git folder of the working tree at `root`; None where it is not the root of one."""
    dot = root / ".git"
    if dot.is_dir():
        return dot
    if dot.is_file():
        word, _, where = _text(dot).strip().partition(": ")
        if word == "gitdir":
            return root / where
    return None


def common_folder(git_dir: Path) -> Path:
    """Return the folder that a linked working tree shares with its main one."""
    where = _text(git_dir / "commondir").strip()
    return git_dir / where if where else git_dir


def check_format(root: Path, common: Path) -> None:
    """Raise StoreError for a repository of a kind that we cannot write."""
    try:
        settings = _text(common / "config")
    except OSError as error:
        raise StoreError(f"{common / 'config'} cannot be read: {error}") from error
    if _SHA256.search(settings):
        raise StoreError(
            f"{root} keeps its objects under sha256; a journal needs sha1.\n"
            "  make a new one: glj init, in a new folder"
        )
    if _BARE.search(settings):
        raise StoreError(
            f"{root} is a bare repository; a journal needs a working tree.\n"
            f"  clone it: git clone {root} and write there"
        )


def branch(root: Path, git_dir: Path, common: Path) -> str:
    """Return the name of the branch that is checked out; StoreError when HEAD is detached."""
    head = _head(root, git_dir, common)
    if not head.startswith(_BRANCH):
        raise StoreError(
            f"the journal at {root} has a detached HEAD ({head[:16]}), expected a branch.\n"
            f"  mend it: git -C {root} switch main (finish or abort a rebase first)"
        )
    return head.removeprefix(_BRANCH)


def checked_out(root: Path, git_dir: Path, common: Path) -> str | None:
    """Return the commit that is checked out, None on a branch without one."""
    head = _head(root, git_dir, common)
    return tip(root, common, head.removeprefix("ref: ")) if head.startswith("ref: ") else head


def _head(root: Path, git_dir: Path, common: Path) -> str:
    """Return what HEAD says: `ref: refs/heads/main`, or the id of a commit."""
    if not keeps_reftable(common):
        try:
            head = read_small(git_dir / "HEAD")
        except OSError as error:
            raise StoreError(f"{git_dir / 'HEAD'} cannot be read: {error}") from error
        if head is None:
            raise StoreError(f"{git_dir / 'HEAD'} is missing; expected the name of a branch")
        return head.decode(errors="replace").strip()
    said = git("symbolic-ref", "--quiet", "HEAD", cwd=root, check=False).decode().strip()
    return f"ref: {said}" if said else git("rev-parse", "HEAD", cwd=root).decode().strip()


def tip(root: Path, common: Path, reference: str) -> str | None:
    """Return the commit that a reference such as `refs/heads/main` names, or None."""
    if keeps_reftable(common):
        said = git("rev-parse", "--verify", "--quiet", reference, cwd=root, check=False)
        return said.decode().strip() or None
    try:
        found = read_small(common / reference)
    except IsADirectoryError:
        found = None
    # packed only then, as git pack-refs removes the file last
    text = packed(common, reference) if found is None else found.decode(errors="replace").strip()
    return text if _ID.fullmatch(text) else None


def packed(common: Path, reference: str) -> str:
    """Return the commit that a reference names in `packed-refs`, empty where it is not there."""
    lines = _text(common / "packed-refs", most=_PACKED).splitlines()
    return next((line[:40] for line in lines if line[41:] == reference), "")


def keeps_reftable(common: Path) -> bool:
    """Return whether the references lie in git's newer format, which only git reads."""
    return os.path.isdir(common / "reftable")  # noqa: PTH112 - half the cost


def _text(path: Path, *, most: int = SMALL) -> str:
    return (read_small(path, most=most) or b"").decode(errors="replace")
