"""The files beside the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.steps import ended
from gitlab_journal.catalogue.row import is_page
from gitlab_journal.history.trailers import statements

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from gitlab_journal.audit.steps import Step
    from gitlab_journal.entry import Entry
    from gitlab_journal.store.log import Commit

_ID = re.compile(r"\d{8}-\d{6}-[0-9a-z]{6}")
_LINK = re.compile(r"\]\(<?([^)>\n]+)>?\)")


@dataclass(frozen=True, slots=True)
class Lost:
    """A recorded attachment that is not what it was: its content then, the commit since."""

    path: str
    blob: str
    commit: str
    by: str
    gone: bool


class Attachments:
    """What was recorded beside each page, as the history goes on."""

    def __init__(self) -> None:
        self._recorded: dict[tuple[str, str], str] = {}
        self.lost: dict[tuple[str, str], Lost] = {}

    def take(self, commit: Commit, steps: Sequence[Step]) -> None:
        """Take over what a commit did to files beside pages; `steps` are its own."""
        if len(commit.parents) > 1:
            return
        changes = _changes(commit)
        if not changes:
            return
        by_id = {step.id: step for step in steps}
        declared = {group["Entry"] for group in statements(commit.message) if "Reason" in group}
        for (owner, name), (path, blob) in changes.items():
            step = by_id.get(owner)
            if owner in declared or (step and (step.ends or not step.before)):
                self._record(owner, name, blob)
            elif (owner, name) in self._recorded:
                self._weigh((owner, name), path, blob, commit)

    def findings(self) -> Iterator[Finding]:
        """Yield what was changed or removed and is not back."""
        for (owner, name), lost in self.lost.items():
            verb = "removed" if lost.gone else "changed"
            yield Finding(
                code="attachment-changed",
                sentence=f"The attachment {name} was {verb} by {lost.by}, undeclared.",
                entry=owner,
                commit=lost.commit,
                path=lost.path,
            )

    def forget(self, owner: str) -> None:
        """Let go of the files of an entry that was deleted."""
        for key in [key for key in self._recorded if key[0] == owner]:
            del self._recorded[key]
            self.lost.pop(key, None)

    def _record(self, owner: str, name: str, blob: str | None) -> None:
        self.lost.pop((owner, name), None)
        if blob is None:
            self._recorded.pop((owner, name), None)
        else:
            self._recorded[owner, name] = blob

    def _weigh(self, key: tuple[str, str], path: str, blob: str | None, commit: Commit) -> None:
        recorded = self._recorded[key]
        if blob == recorded:
            self.lost.pop(key, None)
        elif key not in self.lost:
            gone = blob is None
            self.lost[key] = Lost(path, recorded, commit.id, commit.author, gone)


def owner_of(path: str) -> tuple[str, str] | None:
    """Return the entry that a file lies beside, with its name there; None for any other file."""
    parts = PurePosixPath(path).parts
    at = [place for place, part in enumerate(parts[:-1]) if _ID.fullmatch(part)]
    if parts[:1] != ("entries",) or not at or is_page(path):
        return None
    return parts[at[-1]], "/".join(parts[at[-1] + 1 :])


def missing(entry: Entry, path: str, files: Container[str]) -> Iterator[tuple[str, int]]:
    """Yield the files beside its page that a page links to but that are not there, with the line.

    A file that was removed since it was recorded is another finding's.
    """
    text = entry.text
    folder = PurePosixPath(path).parent
    for found in _LINK.finditer(text):
        target = found[1].split(" ")[0] if found[1] not in files else found[1]
        names = {found[1], target, unquote(found[1]), unquote(target)}
        if not target.startswith(f"{entry.id}/") or not ended(entry):
            continue
        if not any(str(folder / name) in files for name in names):
            yield target.partition("/")[2], entry.page.line(found.start())


def _changes(commit: Commit) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return the files beside pages that a commit touched; one that moved is there, not gone."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for (_, path), blob in zip(commit.touched, commit.blobs, strict=True):
        key = owner_of(path)
        if key is not None and (blob is not None or key not in found):
            found[key] = (path, blob)
    return found
