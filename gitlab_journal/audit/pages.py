"""The pages of a journal: those that are there, those that should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.audit.attachments import owner_of
from gitlab_journal.audit.finding import Finding
from gitlab_journal.catalogue.row import is_page

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from gitlab_journal.audit.steps import Step


class Pages:
    """Where each entry lies, as the history goes on."""

    def __init__(self) -> None:
        self.deleted: dict[str, tuple[Step, str]] = {}
        self.damaged: dict[str, Step] = {}

    def take(self, step: Step) -> None:
        """Take over what a commit did to a page."""
        path = step.path
        self.damaged.pop(path, None)
        if step.damage is not None:
            self.damaged[path] = step
        elif step.after is None:
            if step.before and "Reason" not in step.said:
                self.deleted[step.id] = (step, path)
        else:
            self.deleted.pop(step.id, None)

    def findings(self, files: Mapping[str, str]) -> Iterator[Finding]:
        """Yield pages that are damaged now, and entries that were deleted without a word."""
        for path, step in self.damaged.items():
            if files.get(path) == step.blob and step.damage is not None:
                yield Finding(
                    code="page-damaged",
                    sentence=f"The page does not read: {step.damage.reason}.",
                    entry=step.id,
                    commit=step.commit.id,
                    path=path,
                    line=step.damage.line,
                )
        for id, (step, path) in self.deleted.items():  # noqa: A001  # an entry's id is called id
            yield Finding(
                code="page-deleted",
                sentence=f"The entry was deleted by {step.commit.author}, undeclared.",
                entry=id,
                commit=step.commit.id,
                path=path,
            )


def loose_files(files: Mapping[str, str], ids: Container[str]) -> Iterator[Finding]:
    """Yield the files under entries/ that are no page and lie beside none."""
    for path in files:
        if not path.startswith("entries/") or is_page(path):
            continue
        owner = owner_of(path)
        if owner is None or owner[0] not in ids:
            yield Finding(code="loose-file", sentence="The file belongs to no page.", path=path)
