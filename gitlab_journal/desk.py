"""The opened journal that a run is written at: repository, catalogue, open runs, settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gitlab_journal.catalogue import Catalogue
from gitlab_journal.cover import Cover, draft_cover
from gitlab_journal.entry import Entry, decoded
from gitlab_journal.guard import guarded
from gitlab_journal.store.digests import FileDigests
from gitlab_journal.store.pace import committed
from gitlab_journal.store.packing import pack_when_many
from gitlab_journal.store.place import COVER
from gitlab_journal.store.repository import Repository
from gitlab_journal.store.runs.records import Runs
from gitlab_journal.store.small import read_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gitlab_journal.catalogue import Alike, Row
    from gitlab_journal.store.author import Author


@dataclass(frozen=True, slots=True)
class Desk:
    """What the journal's parts above the store work with."""

    repository: Repository
    catalogue: Catalogue
    runs: Runs
    files: FileDigests

    @property
    def cover(self) -> Cover:
        """Return the journal's settings as they stand in the working folder; raises PageError."""
        path = self.repository.root / COVER
        return _cover(decoded(read_small(path) or b"", path), path)

    def entry(self, row: Row | Alike) -> Entry:
        """Return the entry behind a row of the catalogue, as committed; raises PageError."""
        return self.entries([row])[0]

    def entries(self, rows: Sequence[Row | Alike]) -> list[Entry]:
        """Return the entries behind rows of the catalogue, in their order; raises PageError."""
        pages = self.repository.blobs(row.blob for row in rows)
        found: list[Entry] = []
        for row in rows:
            like = found[-1] if found else None
            path = self.repository.root / row.path
            found.append(Entry.read(pages[row.blob], path, like=like))
        return found

    def commit(
        self,
        files: Mapping[str, bytes],
        *,
        message: str,
        author: Author | None = None,
        date: datetime,
        bases: Mapping[str, bytes] | None = None,
        entry: Entry | None = None,
    ) -> str:
        """Commit `files` to the journal; returns the commit. Raises StoreError.

        `bases` holds what pages were made from; what a person committed to them since is merged.
        `entry`, where known, is the page among `files`, which the catalogue then need not read.
        Writes the commit, the catalogue; folder and branch follow when a flush is due.
        """
        new = self.repository.commit(
            files,
            message=message,
            author=author or self.repository.author(),
            date=date,
            bases=bases,
        )
        if entry is not None and entry.path is not None:
            self._advance(new, entry, entry.path.relative_to(self.repository.root).as_posix())
        committed(self.repository)
        return new

    def flush(self) -> None:
        """Bring folder and branch up to the newest commit; a failure is a warning.

        Where loose objects have become many, git is started to pack them beside.
        """
        guarded(
            self.repository.flush,
            otherwise=f"the newest entries wait in {self.repository.pending_ref} of the journal",
        )
        pack_when_many(self.repository)

    def _advance(self, new: str, entry: Entry, path: str) -> None:
        objects = self.repository.objects
        committed = objects.find(objects.tree_of(new), path)
        if committed and objects.read(committed.object)[1] == entry.render().encode():
            self.catalogue.advance(new, {path: (committed.object, entry)})


@lru_cache(maxsize=4)  # one run asks four times, at a third of a millisecond
def _cover(text: str, path: Path) -> Cover:
    return Cover.parse(text, path)


def open_desk(folder: Path) -> Desk:
    """Open the journal in `folder`; raises JournalNotFoundError, StoreError.

    Makes the catalogue's folder on demand and writes nothing else.
    """
    repository = Repository.open(folder)
    return Desk(
        repository,
        Catalogue(repository),
        Runs(repository.state),
        FileDigests(repository.state / "files.json"),
    )


def create_desk(folder: Path, *, title: str) -> Desk:
    """Make a new journal in `folder`: its cover, `.gitattributes`, `.gitignore`, first commit.

    Raises StoreError where the folder holds something else or lies in another repository.
    """
    files = {
        COVER: draft_cover(title).encode(),
        # A page is the same bytes on every machine.
        ".gitattributes": b"* -text\n",
        ".gitignore": b"/site/\n",
    }
    Repository.create(folder, files, message=f"Begin the journal: {title}\n")
    return open_desk(folder)
