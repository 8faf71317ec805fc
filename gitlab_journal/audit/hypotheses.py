"""Whether each hypothesis was committed before its run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.lines import line_in
from gitlab_journal.audit.steps import ended, is_recorded
from gitlab_journal.phrases import duration_words

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from gitlab_journal.audit.ancestry import Ancestry
    from gitlab_journal.audit.steps import Step
    from gitlab_journal.entry import Entry

TOLERANCE = timedelta(minutes=10)
"""What clocks may be apart before a hypothesis counts as younger than its run."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The commit that states a hypothesis: its id, when it was made by either of its clocks."""

    commit: str
    at: datetime


class Hypotheses:
    """The commits that state each hypothesis, as the history goes on.

    `known` are entries that were there before the part of the history that is looked at.
    """

    def __init__(self, ancestry: Ancestry, *, known: AbstractSet[str] = frozenset()) -> None:
        self._ancestry = ancestry
        self._known = known
        self.stated: dict[str, Stated] = {}
        self.ended: dict[str, Stated] = {}
        self.findings: list[Finding] = []

    def take(self, step: Step) -> None:
        """Take over what a commit did to a page."""
        page, new = step.after, not step.before
        if page is None:
            return
        # A rebase moves the committer's clock, a wrong clock the author's: the earlier one counts.
        here = Stated(step.commit.id, min(step.commit.date, step.commit.committed))
        if not ended(page):
            planned = all(old.status == "planned" for old in step.before)
            if step.id not in self.stated or planned:
                self.stated[step.id] = here
            return
        if step.id not in self.ended and not any(map(ended, step.before)):
            self.ended[step.id] = here
            if page.grid != page.id and page.claims and is_recorded(page):
                self._weigh(step, page, new=new)

    def _weigh(self, step: Step, page: Entry, *, new: bool) -> None:
        """Report a verdict without a hypothesis before it: by ancestry first, then by the clock."""
        home = page.grid if page.grid and new else step.id
        stated = self.stated.get(home) or (self.ended.get(home) if home != step.id else None)
        missing = new and home not in self._known
        if missing and stated is not None:
            missing = not self._ancestry.is_before(stated.commit, step.commit.id)
        if missing:
            what = "the page of its grid" if home != step.id else "its hypothesis"
            self._report("hypothesis-missing", step, f"No commit states {what} before its verdict.")
        elif stated is not None and page.date and page.duration is not None and home == step.id:
            late = stated.at - (page.date + timedelta(seconds=page.duration))
            if late > TOLERANCE:
                words = duration_words(late.total_seconds())
                sentence = f"Its hypothesis was committed {words} after the run had ended."
                self._report("hypothesis-late", step, sentence)

    def _report(self, code: str, step: Step, sentence: str) -> None:
        line = line_in(step.after, "prediction") if step.after else None
        self.findings.append(
            Finding(
                code=code,
                sentence=sentence,
                entry=step.id,
                commit=step.commit.id,
                path=step.path,
                line=line,
            )
        )
