"""Changes of what stands, which no commit declares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.frozen import (
    HYPOTHESIS,
    RECORD,
    RESULTS,
    VERDICT,
    code_of,
    is_allowed,
    is_declared,
)
from gitlab_journal.audit.lines import line_in
from gitlab_journal.audit.steps import ended
from gitlab_journal.history.edits import edits
from gitlab_journal.page.writer import flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.audit.steps import Step
    from gitlab_journal.history.edits import Edit

_WHAT = {
    HYPOTHESIS: "The hypothesis",
    VERDICT: "The verdict",
    RESULTS: "The results",
    RECORD: "The record",
}
_NAMED = 3  # changes that one sentence holds


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one key or section that no commit declares: what it was before, and where.

    `page` is the content of the page before it.
    """

    what: str
    before: Any
    page: str | None
    words: str
    commit: str
    path: str
    line: int | None
    running: bool
    by: str


class Undeclared:
    """The changes of each entry that stand undeclared, as its history goes on.

    One that is taken back, or declared later, no longer stands.
    """

    def __init__(self) -> None:
        self._open: dict[str, dict[str, Change]] = {}

    def take(self, step: Step) -> None:
        """Take over what a commit did to a page; a merge counts where it equals no parent."""
        if step.after is None:
            if "Amends" in step.said:
                self._open.pop(step.id, None)
            return
        for edit in _edits_of(step):
            self._weigh(edit, step)

    def changes(self, id: str) -> list[Change]:  # noqa: A002  # an entry's id is called id
        """Return what stands undeclared of an entry, as it happened."""
        return list(self._open.get(id, {}).values())

    def ids(self) -> list[str]:
        """Return the entries of which something stands undeclared."""
        return [id for id, changes in self._open.items() if changes]  # noqa: A001

    def findings(self) -> Iterator[Finding]:
        """Yield what stands, one finding for each entry, commit and kind of change."""
        for id in self.ids():  # noqa: A001
            groups: dict[tuple[str, str], list[Change]] = {}
            for change in self.changes(id):
                code = code_of(change.what) or RECORD
                groups.setdefault((change.commit, code), []).append(change)
            for (commit, code), changes in groups.items():
                first = changes[0]
                yield Finding(
                    code=code,
                    sentence=_sentence(code, changes),
                    entry=id,
                    commit=commit,
                    path=first.path,
                    line=first.line,
                )

    def _weigh(self, edit: Edit, step: Step) -> None:
        known = self._open.get(step.id, {})
        allowed = is_declared(edit, step) or is_allowed(edit, step.before[0], step)
        if edit.what in known:
            whole = replace(edit, before=known[edit.what].before)
            back = _is_equal(whole.before, whole.after) or is_allowed(whole, step.before[0], step)
            if is_declared(edit, step) or back:
                del known[edit.what]
        elif not allowed and step.after is not None:
            self._open.setdefault(step.id, {})[edit.what] = Change(
                what=edit.what,
                before=edit.before,
                page=next((blob for blob in step.blobs if blob), None),
                words=edit.words,
                commit=step.commit.id,
                path=step.path,
                line=line_in(step.after, edit.what),
                running=not any(map(ended, step.before)),
                by=step.commit.author,
            )


def _edits_of(step: Step) -> list[Edit]:
    """Return what a step changed: a merge only what differs from each of its parents."""
    if step.after is None or not step.before:
        return []
    first, *others = (edits(page, step.after) for page in step.before)
    elsewhere = [{edit.what for edit in other} for other in others]
    return [edit for edit in first if all(edit.what in whats for whats in elsewhere)]


def _is_equal(one: object, other: object) -> bool:
    return (one is None) == (other is None) and flow(one) == flow(other)


def _sentence(code: str, changes: Sequence[Change]) -> str:
    first = changes[0]
    words = "; ".join(change.words for change in changes[:_NAMED])
    if len(changes) > _NAMED:
        words += f"; {len(changes) - _NAMED} more"
    when = "while the run went on" if first.running else "after the result"
    verb = "were" if code == RESULTS else "was"
    return f"{_WHAT[code]} {verb} changed {when} by {first.by}, undeclared: {words}."
