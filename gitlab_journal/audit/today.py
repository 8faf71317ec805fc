"""The journal as it is now: what each page shows beside what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.audit.attachments import missing
from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.hashes import mismatches
from gitlab_journal.audit.lines import line_in
from gitlab_journal.audit.steps import id_of, is_recorded
from gitlab_journal.audit.verdicts import disagreements
from gitlab_journal.catalogue.row import is_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.audit.attachments import Attachments
    from gitlab_journal.audit.steps import Step
    from gitlab_journal.entry import Entry
    from gitlab_journal.store.changes import Change


class Today:
    """The pages of one commit, each looked at when the history comes by its version.

    `files` are the contents by path, `where` the paths by id, `running` the pages of open runs.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        self.files = {change.path: change.blob for change in changes if change.blob}
        self.where: dict[str, str] = {}
        self.running: dict[str, tuple[str, Entry]] = {}
        self.findings: list[Finding] = []
        self.entries = 0
        self._links: list[tuple[str, str, str, int]] = []
        self._seen: set[str] = set()

    def ids(self) -> Iterator[str]:
        """Yield the ids that the names of the pages hold."""
        yield from (id_of(path) for path in self.files if is_page(path))

    def take(self, step: Step) -> None:
        """Look at a page where this is the version of today."""
        page, path = step.after, step.path
        if page is None or self.files.get(path) != step.blob or path in self._seen:
            return
        self._seen.add(path)
        self._place(page, step)
        if page.grid == page.id:
            return
        self.entries += 1
        if page.status == "running":
            self.running[page.id] = (path, page)
        if is_recorded(page):
            self._look(page, step)

    def missing_attachments(self, attachments: Attachments) -> Iterator[Finding]:
        """Yield the files that pages link to, that are not there and were never removed."""
        for id, path, name, line in self._links:  # noqa: A001  # an entry's id is called id
            if (id, name) not in attachments.lost:
                yield Finding(
                    code="attachment-missing",
                    sentence=f"The page links to {name}, which is not there.",
                    entry=id,
                    path=path,
                    line=line,
                )

    def _place(self, page: Entry, step: Step) -> None:
        other = self.where.setdefault(page.id, step.path)
        if other != step.path:
            sentence = f"The id is that of {other} too."
            self._report("id-twice", "id", sentence, page=page, step=step)

    def _look(self, page: Entry, step: Step) -> None:
        for name, what in mismatches(page):
            sentence = f"{name} is not the hash of {what}."
            self._report("hash-mismatch", name, sentence, page=page, step=step)
        for code, key, sentence in disagreements(page):
            self._report(code, key, sentence, page=page, step=step)
        links = missing(page, step.path, self.files)
        self._links += [(page.id, step.path, name, line) for name, line in links]

    def _report(self, code: str, what: str, sentence: str, *, page: Entry, step: Step) -> None:
        self.findings.append(
            Finding(
                code=code,
                sentence=sentence,
                entry=page.id,
                commit=step.commit.id,
                path=step.path,
                line=line_in(page, what),
            )
        )
