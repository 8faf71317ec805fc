"""The user's working tree as a commit, a tree and the diff between them.

Their index, worktree and object store are only read: a copy of the index and an object folder of
its own live in a temporary folder for the moment. Their filters, hooks and diff programs do not
run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.secrets.files import is_secret_file
from gitlab_journal.store.git import git
from gitlab_journal.worktree.filtered import filters_of, lfs_pointer
from gitlab_journal.worktree.patch import fit_to_show, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STATUS = (
    *("status", "--porcelain=v2", "--branch", "-z", "-uall", "--no-renames"),
    "--ignore-submodules=dirty",  # else git runs in each of them, with their filters
)
_DIFF = (
    *("diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-textconv"),
    *("--no-ext-diff", "--no-color", "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/"),
    *("--ignore-submodules=none", "-U3", "--diff-algorithm=default"),
)
# Theirs would write beside their index, refuse a file, or wait for the disk.
_SETTINGS = (
    *("core.splitIndex=false", "core.safecrlf=false", "core.quotePath=true"),
    *("core.fsync=none", "core.looseCompression=1", "diff.suppressBlankEmpty=false"),
)
_MODULE_PATH = re.compile(r"^\s*path\s*=\s*(.*\S)", re.MULTILINE)
_LARGEST_UNTRACKED = 1_000_000
_ALL_UNTRACKED = 20_000_000
_LARGEST_TRACKED = 50_000_000


@dataclass(frozen=True, slots=True)
class Capture:
    """The state of a working tree.

    `commit` (None before the first commit) and `tree` are ids like `git:3f2a...`; `diff` applied on
    the commit gives the tree, but for what `notes` say.
    """

    root: Path
    commit: str | None
    tree: str
    diff: bytes
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """One changed path: its state in git's letters, its mode and blob in the commit."""

    path: bytes
    state: str
    mode: str = "0"
    blob: str = "0" * 40

    @property
    def is_untracked(self) -> bool:
        return self.state == "??"

    @property
    def is_staged(self) -> bool:
        return self.state[0] not in ".?"

    @property
    def name(self) -> str:
        return self.path.decode(errors="backslashreplace")


def capture(folder: Path | str) -> Capture | None:
    """Return the state of the working tree around `folder`; None outside of a git repository.

    Holds what is staged, unstaged or untracked; never what is ignored, nor files named
    as those of secrets are, `.env` or `id_rsa`. Raises
    StoreError where git refuses. Writes only in a temporary folder.
    """
    root = _root(Path(folder))
    if root is None:
        return None
    drivers = _filter_drivers(root)
    run = _git_without(drivers, root)
    head, changes = _read_status(run(*_STATUS))
    left_out = dict(_left_out(changes, root))
    kept = [change for change in changes if change not in left_out]
    notes = (*_notes(left_out), *_changes_in_submodules(root))
    if not kept and head and not any(change.is_staged for change in left_out):
        tree = run("rev-parse", f"{head}^{{tree}}").decode().strip()
        return Capture(root, f"git:{head}", f"git:{tree}", b"", notes)
    with tempfile.TemporaryDirectory(prefix="gitlab-journal-") as scratch:
        run = partial(run, env=_aside(root, Path(scratch)))
        notes += _update(kept, left_out, root=root, has_filters=bool(drivers), run=run)
        tree = run("write-tree", "--missing-ok").decode().strip()
        diff = run(*_DIFF, head or _empty_tree(tree), tree)
    diff, more = fit_to_show(diff)
    commit = f"git:{head}" if head else None
    return Capture(root, commit, f"git:{tree}", diff, notes + more)


def _root(folder: Path) -> Path | None:
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        mark = candidate / ".git"
        if mark.is_file() or (mark / "HEAD").exists():
            return candidate
    return None


def _filter_drivers(root: Path) -> list[str]:
    """Return the sections of the user's configuration that name a filter, as `filter.lfs`."""
    keys = git("config", "-z", "--name-only", "--get-regexp", r"^filter\.", cwd=root, check=False)
    return sorted({key.rpartition(".")[0] for key in os.fsdecode(keys).split("\0") if key})


def _git_without(drivers: Iterable[str], root: Path) -> partial[bytes]:
    """Return git in `root`, under settings with which none of these filters runs."""
    settings = list(_SETTINGS)
    for driver in drivers:
        settings += (f"{driver}.{command}=" for command in ("clean", "smudge", "process"))
        settings.append(f"{driver}.required=false")
    return partial(git, *(word for setting in settings for word in ("-c", setting)), cwd=root)


def _read_status(status: bytes) -> tuple[str | None, list[_Change]]:
    """Return the commit, None before the first, and the changed paths of `git status`."""
    head: str | None = None
    changes: list[_Change] = []
    for line in status.split(b"\0"):
        kind = line[:2]
        if line.startswith(b"# branch.oid "):
            oid = line.split(b" ")[2].decode()
            head = None if oid == "(initial)" else oid
        elif kind == b"? ":
            changes.append(_Change(line[2:], "??"))
        elif kind == b"1 ":
            _, state, _, mode, _, _, blob, _, path = line.split(b" ", 8)
            changes.append(_Change(path, state.decode(), mode.decode(), blob.decode()))
        elif kind == b"u ":  # a conflict: of its three versions the second is the commit's
            _, _, _, _, mode, _, _, _, blob, _, path = line.split(b" ", 10)
            changes.append(_Change(path, "UU", mode.decode(), blob.decode()))
    return head, changes


def _left_out(changes: Iterable[_Change], root: Path) -> Iterator[tuple[_Change, str]]:
    """Yield the changes that must not enter, each with the reason."""
    untracked: list[tuple[int, _Change]] = []
    for change in changes:
        path = Path(root, os.fsdecode(change.path))
        size = path.lstat().st_size if os.path.lexists(path) else 0
        if is_secret_file(change.name):
            yield change, "may hold secrets"
        elif change.is_untracked and change.path.endswith(b"/"):
            yield change, "a repository of its own"
        elif change.is_untracked and size > _LARGEST_UNTRACKED:
            yield change, "untracked and over 1 MB"
        elif size > _LARGEST_TRACKED and not path.is_dir():
            yield change, "over 50 MB"
        elif path.is_file() and not path.is_symlink() and not os.access(path, os.R_OK):
            yield change, "may not be read"
        elif change.is_untracked:
            untracked.append((size, change))
    total = 0
    for size, change in sorted(untracked, key=lambda pair: pair[0]):
        total += size
        if total > _ALL_UNTRACKED:
            yield change, "untracked, over 20 MB together"


def _notes(left_out: dict[_Change, str]) -> tuple[str, ...]:
    """Return a note for each reason, which names the paths."""
    by_reason: dict[str, list[str]] = {}
    for change, reason in left_out.items():
        by_reason.setdefault(reason, []).append(change.name)
    return tuple(
        f"{named(names)}: left out of the diff and of the tree ({reason})"
        for reason, names in by_reason.items()
    )


def _aside(root: Path, scratch: Path) -> dict[str, str]:
    """Return an environment in which git writes its index and its objects into `scratch`."""
    git_dir = root / ".git"
    if git_dir.is_file():  # a linked worktree, or a submodule
        git_dir = root / git_dir.read_text().removeprefix("gitdir:").strip()
    common = git_dir / "commondir"
    shared = git_dir / common.read_text().strip() if common.exists() else git_dir
    (scratch / "objects" / "info").mkdir(parents=True)
    alternates = os.fsencode((shared / "objects").resolve()) + b"\n"
    (scratch / "objects" / "info" / "alternates").write_bytes(alternates)
    if (git_dir / "index").exists():
        # With its time: git compares it with those of files changed in the same moment.
        shutil.copy2(git_dir / "index", scratch / "index")
    return {
        "GIT_INDEX_FILE": str(scratch / "index"),
        "GIT_OBJECT_DIRECTORY": str(scratch / "objects"),
    }


def _update(
    kept: Iterable[_Change],
    left_out: Iterable[_Change],
    *,
    root: Path,
    has_filters: bool,
    run: partial[bytes],
) -> tuple[str, ...]:
    """Bring the copied index to what is in the worktree, and what was left out to the commit.

    Returns a note on files with a filter.
    """
    entries = [(one.mode, one.blob, one.path) for one in left_out if one.is_staged]
    # By git's word: a deleted path may lie behind what is a symbolic link now.
    entries += [("0", "0" * 40, one.path) for one in kept if one.state[1] == "D"]
    paths = [one.path for one in kept if one.state[1] not in ".D"]
    filters = filters_of(paths, run=run) if has_filters else {}
    pointers = _pointers([path for path in paths if filters.get(path) == "lfs"], root, run=run)
    entries += pointers
    pointed = {path for _, _, path in pointers}
    lines = [f"{mode} {blob}\t".encode() + path + b"\0" for mode, blob, path in entries]
    if lines:
        run("update-index", "-z", "--index-info", input=b"".join(lines))
    rest = [path + b"\0" for path in paths if path not in pointed]
    if rest:
        words = ("--add", "--remove", "--replace", "-z", "--stdin")
        run("update-index", *words, input=b"".join(rest))
    raw = [os.fsdecode(path) for path in filters if path not in pointed]
    return (f"{named(raw)}: recorded as in the folder, the filter did not run",) if raw else ()


def _pointers(
    paths: Iterable[bytes], root: Path, *, run: partial[bytes]
) -> list[tuple[str, str, bytes]]:
    """Return mode, blob and path of the pointers that Git LFS would put in place of files."""
    found: list[tuple[str, str, bytes]] = []
    for path in paths:
        file = root / os.fsdecode(path)
        pointer = lfs_pointer(file)
        if pointer is not None:
            blob = run("hash-object", "-w", "--no-filters", "--stdin", input=pointer)
            mode = "100755" if file.stat().st_mode & 0o100 else "100644"
            found.append((mode, blob.decode().strip(), path))
    return found


def _changes_in_submodules(root: Path) -> Iterator[str]:
    """Yield a note for each submodule with changes of its own: only its commit is in the tree."""
    modules = root / ".gitmodules"
    if not modules.is_file():
        return
    for name in _MODULE_PATH.findall(modules.read_text(errors="replace")):
        if (root / name / ".git").exists():
            inside = _git_without(_filter_drivers(root / name), root / name)
            if _read_status(inside(*_STATUS))[1]:
                yield f"{name}: changes inside this submodule are not recorded"


def _empty_tree(like: str) -> str:
    """Return the id of the tree that holds nothing, by the algorithm of the id `like`."""
    algorithm = hashlib.sha1 if len(like) == 40 else hashlib.sha256  # noqa: PLR2004 - hex digits
    return algorithm(b"tree 0\0").hexdigest()
