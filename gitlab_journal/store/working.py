"""Bring the working files of a journal up to a commit without touching a person's edits."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.guard import warn_beside
from gitlab_journal.store.files import write_file
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return `ours` and `theirs`, both made from `base`, in one text; None on a conflict."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    with tempfile.TemporaryDirectory(prefix="gitlab-journal-") as name:
        folder = Path(name)
        for label, content in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / label).write_bytes(content)
        try:
            return git("merge-file", "-p", "ours", "base", "theirs", cwd=folder)
        except StoreError:  # a conflict, or no text
            return None


@contextmanager
def working_files(
    root: Path, files: Mapping[str, bytes], bases: Mapping[str, bytes], scratch: Path
) -> Iterator[list[str]]:
    """Write `files` below `root`; when the block raises, put back what was there.

    `bases` holds the content of each path that the branch has. A file that a person changed
    since is merged; where that fails it stays, with a JournalWarning. Gives the paths of those.
    """
    before: dict[Path, bytes | None] = {}
    edited = []
    try:
        for path, content in files.items():
            file = root / path
            theirs = _read(file)
            wanted = content if theirs is None else merge(bases.get(path, b""), content, theirs)
            if theirs not in (None, content, bases.get(path)):
                edited.append(path)
            if wanted is None:
                warn_of_conflict(path, f"yours stays in the folder; compare: git diff -- {path}")
            elif wanted != theirs:
                before[file] = theirs
                file.parent.mkdir(parents=True, exist_ok=True)
                write_file(file, wanted, scratch=scratch)
        yield edited
    except BaseException:
        for file, earlier in before.items():
            if earlier is None:
                file.unlink(missing_ok=True)
            else:
                write_file(file, earlier, scratch=scratch)
        raise


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def warn_of_conflict(path: str, where: str) -> None:
    """Warn that a person and the journal wrote the same lines; `where` says what became of them."""
    warn_beside(
        f"{path} was edited by hand in lines that the journal writes as well: the journal's "
        f"version is committed, {where}"
    )
