"""What a run attaches: copied where it is small, by reference with its digest where it is large."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gitlab_journal.errors import ArgumentError
from gitlab_journal.guard import warn_beside
from gitlab_journal.page.portable import from_json
from gitlab_journal.secrets import redact
from gitlab_journal.secrets.files import is_secret_file
from gitlab_journal.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ATTACHMENTS = "attachments"
LARGEST, ALL = "largest_attachment", "all_attachments"
_REFERENCES = "references.jsonl"
_LARGE = "large"
# What the journal itself puts beside the page.
_OURS = frozenset({"history.csv", "keras.csv", "cv_results.csv", "curves.svg", "code.diff"})
_PIECE = 1 << 20
_LONGEST_NAME = 200  # of the 255 bytes that file systems take, so that a number fits behind
_KINDS = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))

References = dict[str, dict[str, Any]]
"""What was not copied: size, hash and path by name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an attachment may be that is copied into the journal, all of a run's together."""

    one: int = 10_000_000
    all: int = 50_000_000
    count: int = 1_000


def limits_of(settings: Mapping[str, Any]) -> Limits:
    """Return the limits that journal.md sets: `largest_attachment`, `all_attachments`."""
    one, whole = size_of(settings.get(LARGEST)), size_of(settings.get(ALL))
    default = Limits()
    return Limits(default.one if one is None else one, default.all if whole is None else whole)


class Attachments:
    """The files of one open run, added by any of its threads."""

    def __init__(self, folder: Path, *, project: Path | None, limits: Limits) -> None:
        self._folder, self._project, self._limits = folder, project, limits
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._total = self._count = 0

    def add(self, path: Path) -> str | None:
        """Copy a file as it is now, or write down its digest and path where it is too large.

        Returns its name; None where there are too many already. Raises ArgumentError for what is
        no file, or is one of secrets; OSError. Never waits for a pipe.
        """
        if is_secret_file(path.name):
            raise ArgumentError(f"{path.name} is named as files of secrets are; it stays out")
        with self._lock, _opened(path) as (file, size):
            if not self._has_room():
                return None
            name = self._free(file_name(path.name))
            if self._fits(size):
                self._copy(file, size, name)
            else:
                _refer(self._folder, name, file, size, where(path, self._project))
        return name

    def add_drawn(self, drawn: Path, name: str) -> str | None:
        """Take over a file made for this run; returns its name, None where it cannot be shown.

        A large one stays on this machine, in the journal's own folder.
        """
        with self._lock:
            if not self._has_room():
                return None
            name = self._free(file_name(name))
            size = drawn.stat().st_size
            if not self._fits(size):
                put_aside(self._folder, name, drawn)
                drawn.unlink()
                return None
            folder = self._folder / ATTACHMENTS
            folder.mkdir(exist_ok=True)
            drawn.rename(folder / name)
            self._total += size
        return name

    def _fits(self, size: int) -> bool:
        return size <= self._limits.one and self._total + size <= self._limits.all

    def _has_room(self) -> bool:
        self._count += 1
        if self._count == self._limits.count + 1:
            warn_beside(
                f"more than {self._limits.count} attachments: the others are left out; put them "
                "into one archive"
            )
        return self._count <= self._limits.count

    def _free(self, name: str) -> str:
        stem, suffix = Path(name).stem, Path(name).suffix
        free = name
        while free in self._names or free in _OURS:
            self._numbers[name] = self._numbers.get(name, 1) + 1
            free = f"{stem}-{self._numbers[name]}{suffix}"
        self._names.add(free)
        return free

    def _copy(self, file: BinaryIO, size: int, name: str) -> None:
        folder = self._folder / ATTACHMENTS
        folder.mkdir(exist_ok=True)
        half = self._folder / "attachment.part"  # a killed run must not hold half a file
        with half.open("wb") as copy:
            for piece in _pieces(file, size):
                copy.write(piece)
        half.rename(folder / name)
        self._total += size


def put_aside(folder: Path, name: str, file: Path | None = None) -> None:
    """Keep a large file of the run in `folder`, by default `name` there, and write down where.

    It lies under `large/` in the journal's own state, never in its history.
    """
    aside = folder.parents[1] / _LARGE / folder.name
    aside.mkdir(parents=True, exist_ok=True)
    (aside / name).unlink(missing_ok=True)
    os.link(file or folder / name, aside / name)
    with _opened(aside / name) as (opened, size):
        _refer(folder, name, opened, size, where(aside / name, None))


def read_attachments(folder: Path) -> tuple[dict[str, bytes], References]:
    """Return the copied files of the run in `folder`, then what it refers to, by name.

    A reference that was cut off by the death of its process, or damaged, is left out.
    """
    copied = {path.name: path.read_bytes() for path in sorted((folder / ATTACHMENTS).glob("*"))}
    references: References = {}
    path = folder / _REFERENCES
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            row = from_json(line.decode())
            references[str(row.pop("name"))] = row
    return copied, references


def file_name(name: str) -> str:
    """Return a name that is one on every file system and in a link: no controls, no slash."""
    kept = "".join(one if one.isprintable() and one not in '/\\<>:"|?*`' else "-" for one in name)
    clean, count = redact(kept)
    kept = clean.strip("[]") if count else kept
    while len(kept.encode(errors="replace")) > _LONGEST_NAME:
        kept = f"{Path(kept).stem[:-1]}{Path(kept).suffix[: _LONGEST_NAME // 4]}"
    return kept.encode(errors="replace").decode().strip(". ") or "attachment"


def where(path: Path, project: Path | None) -> str:
    """Return where a file lies: within the project, else from `~`, else from the root."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  # a link is named as the user did
    for base, mark in ((project, ""), (Path.home(), "~/")):
        if base is not None and whole.is_relative_to(base):
            return redact(mark + whole.relative_to(base).as_posix())[0]
    return redact(str(whole))[0]


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a plain file, however a link leads to it, without waiting; yields it and its size."""
    if path.is_dir():
        raise ArgumentError(f"attach({str(path)!r}): a folder; expected a file")
    with open(path, "rb", opener=_without_waiting) as file:  # Path.open has no opener
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            kind = next((words for test, words in _KINDS if test(about.st_mode)), "a device")
            raise ArgumentError(f"attach({str(path)!r}): {kind}; expected a file")
        yield file, about.st_size


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield a file's first `size` bytes: one that grows meanwhile has an end, too."""
    while size > 0 and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


def _refer(folder: Path, name: str, file: BinaryIO, size: int, path: str) -> None:
    digest = hashlib.sha256()
    for piece in _pieces(file, size):
        digest.update(piece)
    row = {"name": name, "size": size, "hash": f"sha256:{digest.hexdigest()}", "path": path}
    with (folder / _REFERENCES).open("a", encoding="utf-8") as references:
        references.write(json.dumps(row) + "\n")
