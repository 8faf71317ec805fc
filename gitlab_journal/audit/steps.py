"""The history of a journal, page by page."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.row import is_page
from gitlab_journal.entry import Entry
from gitlab_journal.errors import PageError
from gitlab_journal.history.trailers import statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.repository import Repository

_REMEMBERED = 3_000  # pages that are in memory at once
_BATCH = 1_000  # contents that one git process reads
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}")

Changed = tuple[str, str | None, tuple[str | None, ...]]
"""A path, its content, its contents in the parents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one commit did to one page.

    `before` holds the page in each parent that has it, none where it is new, `blobs` the contents;
    `after` is None where it was deleted or does not read (`damage`). `said` is what the commit
    states of the entry.
    """

    commit: Commit
    id: str
    path: str
    blob: str | None
    blobs: tuple[str | None, ...]
    before: tuple[Entry, ...]
    after: Entry | None
    said: Mapping[str, str] = field(default_factory=dict)
    damage: PageError | None = None

    @property
    def ends(self) -> bool:
        """Return whether a run ends here, as the commit states."""
        return (
            self.after is not None
            and bool(self.said)
            and ended(self.after)
            and not any(ended(page) and page.status == self.after.status for page in self.before)
        )


def ended(entry: Entry) -> bool:
    """Return whether the run of an entry is over."""
    return entry.status not in (None, "planned", "running")


def is_recorded(entry: Entry) -> bool:
    """Return whether the journal wrote an entry; a page without its keys was written by hand."""
    return entry.format is not None or bool(entry.params_hash or entry.code_hash)


def steps(repository: Repository, commits: Sequence[Commit]) -> Iterator[Step]:
    """Yield what each commit did to each page, in the order of the commits.

    Reads the pages by few git processes. Raises StoreError where one is missing.
    """
    reader = _Reader(repository)
    for batch in _batches(commits):
        reader.load(batch)
        for commit in batch:
            yield from _steps_of(commit, reader)


def page_changes(commit: Commit) -> list[Changed]:
    """Return the pages that a commit touched."""
    together = zip(commit.touched, commit.blobs, commit.before, strict=True)
    return [(path, blob, before) for (_, path), blob, before in together if is_page(path)]


def _batches(commits: Sequence[Commit]) -> Iterator[list[Commit]]:
    batch: list[Commit] = []
    size = 0
    for commit in commits:
        batch.append(commit)
        size += 2 * len(page_changes(commit))
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _steps_of(commit: Commit, reader: _Reader) -> Iterator[Step]:
    changes = page_changes(commit)
    if not changes:
        return
    said = {group["Entry"]: group for group in statements(commit.message)}
    moved = _moved(changes, reader)
    for path, blob, here in changes:
        if blob is None and path in moved.values():
            continue
        blobs = here
        known = [old for old in blobs if old]
        before = [page for old in known if (page := reader.page(old, path))]
        after = damage = None
        if blob is not None:
            found = reader.read(blob, path, like=before[0] if before else None)
            after, damage = (found, None) if isinstance(found, Entry) else (None, found)
        if after is not None and not known:
            if after.id in moved:
                blobs = next(old for where, _, old in changes if where == moved[after.id])
            before = reader.elsewhere(after.id, blobs, path)
        if damage is not None:
            reader.damaged(blob, before)
        elif after is None and before:
            reader.deleted(before[0])
        identifier = after.id if after else before[0].id if before else id_of(path)
        yield Step(
            commit=commit,
            id=identifier,
            path=path,
            blob=blob,
            blobs=blobs,
            before=tuple(before),
            after=after,
            said=said.get(identifier, {}),
            damage=damage,
        )


def _moved(changes: Sequence[Changed], reader: _Reader) -> dict[str, str]:
    """Return the former paths of pages, by id, that lie elsewhere since this commit."""
    gone = {
        page.id: path
        for path, blob, before in changes
        if blob is None and before[0] and (page := reader.page(before[0], path))
    }
    if not gone:
        return {}
    new = [(path, blob) for path, blob, before in changes if blob and not any(before)]
    found = (reader.page(blob, path) for path, blob in new)
    return {page.id: gone[page.id] for page in found if page and page.id in gone}


def id_of(path: str) -> str:
    """Return the id that the name of a page holds, else the path."""
    found = _ID.search(path.rpartition("/")[2])
    return found[0] if found else path


class _Reader:
    """Pages by content, the last few thousand of them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._bytes: dict[str, bytes] = {}
        self._pages: OrderedDict[str, Entry | PageError] = OrderedDict()
        self._readable: dict[str, Entry] = {}
        self._deleted: dict[str, Entry] = {}
        self._last: Entry | None = None

    def load(self, commits: Sequence[Commit]) -> None:
        """Read the contents that these commits are about."""
        wanted = {
            blob
            for commit in commits
            for _, now, before in page_changes(commit)
            for blob in (now, *before)
            if blob and blob not in self._pages
        }
        self._bytes = self._repository.blobs(sorted(wanted))

    def read(self, blob: str, path: str, *, like: Entry | None = None) -> Entry | PageError:
        """Return the page, or why it does not read."""
        found = self._pages.get(blob)
        if found is None:
            try:
                # pages that say the same are read once: those of one entry, of one grid
                found = Entry.read(self._contents(blob), Path(path), like=like or self._last)
                self._last = found
            except PageError as error:
                found = error
            self._pages[blob] = found
            if len(self._pages) > _REMEMBERED:
                self._pages.popitem(last=False)
        return found

    def page(self, blob: str, path: str) -> Entry | None:
        """Return the page; where it does not read, the one before it that did."""
        found = self.read(blob, path)
        return found if isinstance(found, Entry) else self._readable.get(blob)

    def elsewhere(
        self,
        id: str,  # noqa: A002  # an entry's id is called id
        blobs: Sequence[str | None],
        path: str,
    ) -> list[Entry]:
        """Return what a page was that is new at its path: under another, or before it was deleted.

        None where the entry is new.
        """
        if any(blobs):
            return [page for blob in blobs if blob and (page := self.page(blob, path))]
        found = self._deleted.pop(id, None)
        return [found] if found else []

    def deleted(self, page: Entry) -> None:
        """Remember what a page said before it was deleted."""
        self._deleted[page.id] = page

    def damaged(self, blob: str | None, before: Sequence[Entry]) -> None:
        """Remember what a page said before it was damaged."""
        if blob and before:
            self._readable[blob] = before[0]

    def _contents(self, blob: str) -> bytes:
        if blob not in self._bytes:
            self._bytes |= self._repository.blobs([blob])
        return self._bytes[blob]
