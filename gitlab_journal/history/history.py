"""The history of one entry, commit by commit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.row import is_page
from gitlab_journal.entry import Entry
from gitlab_journal.errors import EntryNotFoundError, PageError, StoreError
from gitlab_journal.history.edits import edits
from gitlab_journal.history.trailers import statements
from gitlab_journal.store.git import attempt
from gitlab_journal.store.log import log
from gitlab_journal.store.remotes.pushes import pushes
from gitlab_journal.store.signing import signature_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from gitlab_journal.desk import Desk
    from gitlab_journal.history.edits import Edit
    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.remotes.pushes import Push
    from gitlab_journal.store.repository import Repository

_ID = re.compile(r"(\d{4})(\d\d)(\d\d)-\d{6}-[0-9a-z]{6}")
_MADE = frozenset("AD")
EVERYTHING = "entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One commit of an entry: the page after it, the page before it, what differs.

    `entry` is None where the page is gone, `before` where it is new; `damage` says why the page
    does not read. `stated` holds the trailers that speak of the entry, none for a commit by hand.
    `moved` tells whether the page changed its place, `files` what was attached or taken away.
    `pushes` are those that carried the commit first to each remote, as this machine knows.
    """

    commit: Commit
    path: str | None
    entry: Entry | None
    before: Entry | None
    damage: str | None = None
    edits: tuple[Edit, ...] = ()
    moved: bool = False
    files: tuple[str, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)
    signature: str = "N"
    pushes: tuple[Push, ...] = ()


def history(desk: Desk, word: str) -> list[Event]:
    """Return what became of the entry that `word` names, oldest first.

    The full id of an entry that was deleted is enough. Raises EntryNotFoundError, PageError for a
    page that is damaged now, StoreError. Writes nothing.
    """
    repository = desk.repository
    wanted = word.strip().lower()
    try:
        row = desk.catalogue.resolve(word)
        identifier, start = row.id, {row.path, f"{row.path.rpartition('/')[0]}/{row.id}"}
    except (EntryNotFoundError, PageError):
        if not _ID.fullmatch(wanted):
            raise
        identifier, start = wanted, set[str]()
    commits, paths = _commits(repository, identifier, start)
    if not commits:
        raise EntryNotFoundError(f"no entry ever had the id {word!r}")
    letters = signature_of(repository.root, (commit.id for commit in commits))
    carried = pushes(repository.state)
    reader = _Reader(repository, identifier, tuple(path for path in sorted(paths) if is_page(path)))
    events: list[Event] = []
    for commit in commits:
        readable = next((event.entry for event in reversed(events) if event.entry), None)
        found = reader.event(commit, readable)
        carriers = tuple(_first(repository, commit, carried))
        events.append(replace(found, signature=letters.get(commit.id, "N"), pushes=carriers))
    return events


def _commits(
    repository: Repository, identifier: str, start: Collection[str]
) -> tuple[list[Commit], set[str]]:
    """Return the commits that touched an entry, and where it ever lay."""
    day = _ID.fullmatch(identifier)
    folders = {*start, "/".join(("entries", *day.groups()))} if day else {*start}
    tip = repository.tip()
    if tip is None:
        return [], set()
    while True:
        commits = _touching(repository, tip, identifier, folders, start)
        if not commits and folders != {EVERYTHING}:
            folders = {EVERYTHING}  # deleted, and never where a page is put
            continue
        paths = {path for commit in commits for path in _own(commit, identifier, start)}
        elsewhere = _elsewhere(repository, commits, identifier, paths) - paths
        if not elsewhere:
            return commits, paths
        folders |= elsewhere


def _touching(
    repository: Repository,
    tip: str,
    identifier: str,
    folders: Collection[str],
    start: Collection[str],
) -> list[Commit]:
    found = log(repository.root, tip, paths=sorted(folders))
    return [commit for commit in found if any(_own(commit, identifier, start))]


def _own(commit: Commit, identifier: str, start: Collection[str]) -> Iterator[str]:
    """Yield the files of an entry that a commit touched: its pages, what lies beside them."""
    for _, path in commit.touched:
        *folders, name = path.split("/")
        beside = identifier in folders and not is_page(path)  # the cells of a grid are pages
        if path in start or beside or name.startswith(identifier):
            yield path


def _elsewhere(
    repository: Repository, commits: Sequence[Commit], identifier: str, paths: Collection[str]
) -> set[str]:
    """Return where else the entry's files lay before or after they came to `paths` or left."""
    found: set[str] = set()
    for commit in commits:
        if any(letter in _MADE and path in paths for letter, path in commit.touched):
            whole = log(repository.root, f"{commit.id}^!")
            found |= {path for one in whole for path in _own(one, identifier, ())}
    return found


def _first(repository: Repository, commit: Commit, carried: Sequence[Push]) -> Iterator[Push]:
    """Yield, for each remote, the first push that carried a commit."""
    for remote in dict.fromkeys(push.remote for push in carried):
        there = [push for push in carried if push.remote == remote]
        low, high = 0, len(there)
        while low < high:  # what a remote holds it keeps
            middle = (low + high) // 2
            if _holds(repository, there[middle].commit, commit.id):
                high = middle
            else:
                low = middle + 1
        if low < len(there):
            yield there[low]


def _holds(repository: Repository, later: str, earlier: str) -> bool:
    words = ("merge-base", "--is-ancestor", earlier, later)
    return attempt(*words, cwd=repository.root).returncode == 0


@dataclass(frozen=True, slots=True)
class _Reader:
    """The pages of one entry, wherever they lay."""

    repository: Repository
    identifier: str
    paths: tuple[str, ...]

    def event(self, commit: Commit, readable: Entry | None) -> Event:
        """Return what a commit did to the entry; `readable` is its last page that reads."""
        path, entry, damage = self._page(commit.id)
        before = [page for page in map(self._page, commit.parents) if page[0] is not None]
        known = [page[1] or readable for page in before]
        said = [one for one in statements(commit.message) if one["Entry"] == self.identifier]
        beside = [one for one in _own(commit, self.identifier, ()) if one not in self.paths]
        return Event(
            commit=commit,
            path=path,
            entry=entry,
            before=known[0] if known else None,
            damage=damage,
            edits=_changed(known, entry),
            moved=bool(path and before and path != before[0][0]),
            files=tuple(one.partition(f"{self.identifier}/")[2] for one in beside),
            stated=said[0] if said else {},
        )

    def _page(self, commit: str) -> tuple[str | None, Entry | None, str | None]:
        """Return where the page lay at a commit, what it said, or why it does not read."""
        objects = self.repository.objects
        try:
            tree = objects.tree_of(commit)
        except StoreError:  # the end of a shallow clone
            return None, None, None
        for path in self.paths:
            item = objects.find(tree, path)
            if item is not None:
                try:
                    return path, Entry.read(objects.read(item.object)[1], Path(path)), None
                except PageError as error:
                    return path, None, f"line {error.line}: {error.reason}"
        return None, None, None


def _changed(before: Sequence[Entry | None], after: Entry | None) -> tuple[Edit, ...]:
    """Return what a commit changed; of a merge, what it says otherwise than all it joins."""
    known = [entry for entry in before if entry is not None]
    if after is None or not known:
        return ()
    first, *others = (edits(entry, after) for entry in known)
    told = [{edit.what for edit in found} for found in others]
    return tuple(edit for edit in first if all(edit.what in whats for whats in told))
