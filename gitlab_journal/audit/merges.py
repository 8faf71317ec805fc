"""What one side of a merge had committed and the merge left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.frozen import is_kept
from gitlab_journal.entry import Entry
from gitlab_journal.errors import PageError
from gitlab_journal.history.edits import edits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab_journal.audit.steps import Step
    from gitlab_journal.store.repository import Repository


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a page: the commit that made it, what it was made from."""

    blob: str
    before: str | None
    commit: str
    path: str


class Versions:
    """The versions of each page that no later one was made from, as the history goes on."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, Version]] = {}

    def take(self, step: Step) -> None:
        """Take over what a commit did to a page."""
        versions = self._last.setdefault(step.id, {})
        if "Reason" in step.said:  # whatever was lost before is settled by who amends
            versions.clear()
        for blob in step.blobs:
            versions.pop(blob or "", None)
        if step.blob is not None:
            first = next(iter(step.blobs), None)
            versions[step.blob] = Version(step.blob, first, step.commit.id, step.path)
        elif not versions:
            del self._last[step.id]

    def findings(
        self, repository: Repository, files: Mapping[str, str], where: Mapping[str, str]
    ) -> Iterator[Finding]:
        """Yield the versions that were dropped, where the page of today does not say the same.

        `files` are the contents of today by path, `where` the paths of the pages by id.
        """
        for id, versions in self._last.items():  # noqa: A001  # an entry's id is called id
            for version in versions.values():
                now = files.get(where.get(id, version.path))
                if now != version.blob and _is_lost(version, repository, now):
                    yield Finding(
                        code="merge-lost",
                        sentence="A merge left out what this commit had written on the page.",
                        entry=id,
                        commit=version.commit,
                        path=version.path,
                    )


def _is_lost(version: Version, repository: Repository, now: str | None) -> bool:
    if now is None:
        return True
    contents = repository.blobs([blob for blob in (version.blob, version.before, now) if blob])
    try:
        pages = {blob: Entry.read(data, Path(version.path)) for blob, data in contents.items()}
    except PageError:  # reported by itself where it stands
        return False
    if version.before is None:
        changed = None
    else:
        changed = {edit.what for edit in edits(pages[version.before], pages[version.blob])}
    return any(
        not is_kept(edit) and (changed is None or edit.what in changed)
        for edit in edits(pages[version.blob], pages[now])
    )
