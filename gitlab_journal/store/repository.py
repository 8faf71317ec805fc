"""One open journal: a git repository with a cover."""

from __future__ import annotations

import shlex
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.errors import JournalNotFoundError, StoreError
from gitlab_journal.store import refs
from gitlab_journal.store.author import Author, author_of
from gitlab_journal.store.changes import Change, changes
from gitlab_journal.store.files import why_unwritable
from gitlab_journal.store.flush import flush
from gitlab_journal.store.genuine import check_genuine, refuse_link
from gitlab_journal.store.git import git
from gitlab_journal.store.gitlock import PATIENCE
from gitlab_journal.store.inflate import MOST_AT_ONCE, check_size, loose_size
from gitlab_journal.store.lock import locked
from gitlab_journal.store.objects import EXECUTABLE, FILE, Objects, path_bytes
from gitlab_journal.store.pending import BASE, commit_files, commit_tree, follow
from gitlab_journal.store.place import COVER, beside, check_free, why_no_journal
from gitlab_journal.store.trees import is_git_folder
from gitlab_journal.store.trust import mark_as_made_here
from gitlab_journal.store.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_PAGES = ("entries", COVER)
_FEW = 8  # blobs that are read sooner than a process starts


class Repository:
    """One open journal: where it lies, what its branch holds, and how to commit to it."""

    def __init__(self, root: Path, git_dir: Path) -> None:
        self.root = root
        self.git_dir = git_dir
        self.common_dir = refs.common_folder(git_dir)
        self.objects = Objects(self.common_dir / "objects")

    @classmethod
    def open(cls, folder: Path) -> Repository:
        """Return the journal whose root is `folder`.

        Raises JournalNotFoundError where it is none, StoreError for a repository of a kind
        that cannot be a journal. Writes nothing.
        """
        root = Path(folder).absolute()
        git_dir = refs.git_folder(root)
        if git_dir is None:
            if (root / "HEAD").is_file() and (root / "objects").is_dir():
                refs.check_format(root, root)
            raise JournalNotFoundError(why_no_journal(root))
        common = refs.common_folder(git_dir)
        refs.check_format(root, common)
        check_genuine(root, git_dir, common)
        refuse_link(root / COVER)
        if not (root / COVER).is_file():
            raise JournalNotFoundError(
                f"{root} is a git repository without {COVER}, so it is no journal.\n"
                f"  make one beside it: glj init {shlex.quote(str(beside(root)))}"
            )
        return cls(root, git_dir)

    @classmethod
    def create(cls, folder: Path, files: Mapping[str, bytes], *, message: str) -> Repository:
        """Make a new journal at `folder` with `files` as its first commit and return it.

        Raises StoreError where the folder lies in another repository or holds anything else.
        """
        root = Path(folder).absolute()
        check_free(root, files)
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{root} cannot be made: {error}") from error
        git("-c", "init.defaultRefFormat=files", "init", "-q", "-b", "main", cwd=root)
        repository = cls(root, root / ".git")
        words = Words(message, repository.author(), datetime.now(UTC).astimezone())
        repository._commit(files, words)
        repository.flush()
        mark_as_made_here(root, repository.state)
        return repository

    @cached_property
    def state(self) -> Path:
        """The folder for what is of this machine only; made at first use."""
        folder = self.git_dir / "gitlab-journal"
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StoreError(_why_unwritten(self.root, error)) from error
        return folder

    @property
    def branch(self) -> str:
        """The branch that is checked out; StoreError when HEAD is detached. Reads files only."""
        return refs.branch(self.root, self.git_dir, self.common_dir)

    def head(self) -> str | None:
        """Return the commit that is checked out, None where there is none. Reads files only."""
        return refs.checked_out(self.root, self.git_dir, self.common_dir)

    @property
    def pending_ref(self) -> str:
        """The ref of our commits that wait to be joined to the branch."""
        if self.git_dir == self.common_dir:
            return "refs/gitlab-journal/pending"
        # not under refs/worktree/, which a git gc of another working tree does not look at
        return f"refs/gitlab-journal/worktrees/{self.git_dir.name}"

    def pending(self) -> str | None:
        """Return the newest commit that waits to be joined to the branch, or None."""
        return refs.tip(self.root, self.common_dir, self.pending_ref)

    def pending_base(self) -> str | None:
        """Return the commit that the first waiting one was made on, None where it is not known."""
        with suppress(FileNotFoundError):
            return (self.state / BASE).read_text() or None
        return None

    def tip(self) -> str | None:
        """Return the newest commit: of those that wait, else the one that is checked out."""
        return self.pending() or self.head()

    def read(self, path: str, commit: str | None = None) -> bytes:
        """Return a file of a commit, by default of the newest; StoreError where it is missing."""
        commit = commit or self.tip()
        item = self.objects.find(self.objects.tree_of(commit), path) if commit else None
        if item is None or item.mode not in (FILE, EXECUTABLE):
            raise StoreError(f"{path} is no file of commit {commit} in {self.root}")
        return self.objects.read(item.object)[1]

    def changed(self, old: str | None, new: str) -> list[Change]:
        """Return what differs from `old` (None: from nothing) under entries/ and in journal.md.

        Raises StoreError where a commit is missing. Writes nothing.
        """
        before = None if old is None else self.objects.tree_of(old)
        return list(changes(self.objects, before, self.objects.tree_of(new), within=_PAGES))

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of blobs, many by one process; StoreError for a missing one."""
        wanted = list(dict.fromkeys(ids))
        if len(wanted) <= _FEW:
            return {digest: self.objects.read(digest)[1] for digest in wanted}
        asked = "\n".join(wanted).encode()
        whole = 0
        for digest, size in self.sizes(wanted).items():
            check_size(digest, "blob", size)
            whole += size
        if whole > MOST_AT_ONCE:
            raise StoreError(f"{len(wanted)} files hold {whole:,} bytes, more than memory may")
        said = git("cat-file", "--batch", cwd=self.root, input=asked)
        found, at = {}, 0
        for digest in wanted:
            end = said.index(b"\n", at)
            header = said[at:end].split()
            if len(header) != 3:  # noqa: PLR2004 - id, kind, size; or "id missing"
                raise StoreError(f"object {digest} is missing from {self.root}; try git fsck")
            start, size = end + 1, int(header[2])
            found[digest] = said[start : start + size]
            at = start + size + 1
        return found

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the sizes of blobs, without reading them; StoreError for a missing one."""
        found: dict[str, int] = {}
        wanted = list(dict.fromkeys(ids))
        if len(wanted) <= _FEW:
            loose = ((digest, loose_size(self.objects.folder, digest)) for digest in wanted)
            found = {digest: size for digest, size in loose if size is not None}
            wanted = [digest for digest in wanted if digest not in found]
        if not wanted:
            return found
        asked = "\n".join(wanted).encode()
        said = git("cat-file", "--batch-check", cwd=self.root, input=asked).splitlines()
        for digest, line in zip(wanted, said, strict=True):
            size = line.split()[2:]
            if not size:
                raise StoreError(f"object {digest} is missing from {self.root}; try git fsck")
            found[digest] = int(size[0])
        return found

    def author(self) -> Author:
        """Return who commits: git's identity, else login@host with one warning per process."""
        return self._author

    @cached_property
    def _author(self) -> Author:
        return author_of(self.root)

    def commit(
        self,
        files: Mapping[str, bytes],
        *,
        message: str,
        author: Author,
        date: datetime,
        bases: Mapping[str, bytes] | None = None,
    ) -> str:
        """Commit `files` (path to content) and return the commit, which waits for a flush.

        `bases` holds the content that a file was made from, for those that a person may have
        committed to since: both changes are joined. A commit that a process made before it died
        is found and not made again. Writes objects and a ref, durably, under the journal's lock.
        Raises StoreError with what mends it.
        """
        if self.tip() is None:
            raise StoreError(
                f"branch {self.branch} of the journal at {self.root} has no commit.\n"
                f"  commit the cover first: git -C {self.root} add {COVER} && "
                f"git -C {self.root} commit -m 'Begin the journal'"
            )
        return self._commit(files, Words(message, author, date), bases)

    def _commit(
        self, files: Mapping[str, bytes], words: Words, bases: Mapping[str, bytes] | None = None
    ) -> str:
        for path in files:
            check_path(path)
        with self._writing():
            return commit_files(self, files, words, bases=bases or {})

    def commit_tree(
        self, tree: str, *, parents: Sequence[str], message: str, author: Author, date: datetime
    ) -> str:
        """Commit a whole tree and return the commit, which waits for a flush.

        The first parent is the tip, which the caller keeps still by the journal's lock. Writes
        objects and a ref. Raises StoreError.
        """
        with self._writing(held=True):
            return commit_tree(self, tree, parents, Words(message, author, date))

    def follow(self, commit: str, *, on: str) -> None:
        """Take a commit that was made elsewhere on our tip `on`; it waits for a flush.

        The caller holds the journal's lock. Writes a ref. Raises StoreError.
        """
        with self._writing(held=True):
            follow(self, commit, on=on)

    def flush(self, *, patience: float = PATIENCE) -> bool:
        """Join the commits that wait to the branch; returns whether there were any.

        Writes working files, git's index, then the branch, under the journal's lock. Raises
        StoreError where that cannot be done now; nothing is lost then.
        """
        if self.pending() is None:
            return False
        with self._writing():
            return flush(self, patience=patience)

    @contextmanager
    def _writing(self, *, held: bool = False) -> Iterator[None]:
        try:
            with nullcontext() if held else self.locked():
                yield
        except OSError as error:
            raise StoreError(_why_unwritten(self.root, error)) from error

    def locked(self) -> AbstractContextManager[None]:
        """Return a context that holds the journal's lock against processes and threads."""
        return locked(self.state / "lock")


def _why_unwritten(root: Path, error: OSError) -> str:
    return f"the journal at {root} cannot be written: {why_unwritable(root, error)}"


def check_path(path: str) -> None:
    """Raise StoreError for a path that leads out of a journal, or into its git folder."""
    parts = PurePosixPath(path).parts
    if (
        not parts
        or path != "/".join(parts)
        or any(part in ("..", "/") or is_git_folder(path_bytes(part)) for part in parts)
    ):
        raise StoreError(f"{path!r} is no path inside a journal")
