"""What the page of an entry is made from, beside the entry itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.site.commits import Commits
from gitlab_journal.site.history import FILE
from gitlab_journal.site.words import month

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitlab_journal.catalogue import Row

UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Relative:
    """Another entry as a page names it."""

    path: str
    blob: str
    id: str
    title: str
    status: str | None
    verdict: str | None
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One entry's page to be made: blobs to read, other entries to name, commits to state."""

    path: str
    blob: str
    parents: tuple[Relative | str, ...]
    children: tuple[Relative, ...]
    earlier: Relative | None
    later: Relative | None
    history: str | None
    parent_history: str | None
    commits: Commits

    @property
    def parent(self) -> Relative | None:
        """The parent to compare with: the first that is in the journal."""
        return next((one for one in self.parents if isinstance(one, Relative)), None)

    @property
    def blobs(self) -> list[str]:
        """The blobs whose contents the page needs."""
        parent = self.parent.blob if self.parent else None
        named = (self.blob, parent, self.history, self.parent_history)
        return [blob for blob in named if blob]

    @property
    def inputs(self) -> list[str]:
        """All that the page is made from, as words; a blob stands for whatever it holds."""
        named = (*self.parents, *self.children, self.earlier, self.later)
        others = [
            f"{one.path} {one.blob}" if isinstance(one, Relative) else str(one) for one in named
        ]
        stamps = [
            f"{stamp.commit} {stamp.seconds}" if stamp else "-" for stamp in self.commits.stamps
        ]
        counts = f"{len(self.parents)} {len(self.children)}"
        blobs = f"{self.history} {self.parent_history}"
        return [self.path, self.blob, blobs, counts, *others, *stamps]


def subjects(
    rows: Sequence[Row], files: Mapping[str, str], commits: Mapping[str, Commits]
) -> Iterator[Subject]:
    """Yield the subject of every row; `rows` come newest first, `files` are blobs by path."""
    relatives = [Relative(r.path, r.blob, r.id, r.title, r.status, r.verdict, r.date) for r in rows]
    by_id = {one.id: one for one in reversed(relatives)}
    children: dict[str, list[Relative]] = {}
    for row, one in zip(reversed(rows), reversed(relatives), strict=True):
        for parent in dict.fromkeys(row.parents):
            children.setdefault(parent, []).append(one)
    for place, row in enumerate(rows):
        parents = tuple(by_id.get(named, named) for named in row.parents)
        compared = next((one for one in parents if isinstance(one, Relative)), None)
        yield Subject(
            path=row.path,
            blob=row.blob,
            parents=parents,
            children=tuple(children.get(row.id, ())),
            earlier=relatives[place + 1] if place + 1 < len(rows) else None,
            later=relatives[place - 1] if place else None,
            history=files.get(history_path(row.path, row.id)),
            parent_history=_history_of(compared, files),
            commits=commits.get(row.id, Commits()),
        )


def _history_of(one: Relative | None, files: Mapping[str, str]) -> str | None:
    return files.get(history_path(one.path, one.id)) if one else None


def history_path(path: str, entry_id: str) -> str:
    """Return where the curves of an entry lie: in the folder of its id, beside its page."""
    return f"{path.rpartition('/')[0]}/{entry_id}/{FILE}"


def moment(*, entry_id: str, date: datetime | None) -> datetime | None:
    """Return when an entry was begun, in UTC: its date, else what its id says."""
    if date is not None:
        return date.astimezone(UTC)
    try:
        return datetime.strptime(entry_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def month_of(begun: datetime | None) -> dict[str, str]:
    """Return the month that an entry is listed in: its name and address."""
    if begun is None:
        return {"name": "Undated", "href": f"{UNDATED}/index.html"}
    return {"name": month(begun), "href": f"{begun.year:04}/{begun.month:02}/index.html"}
