"""What of an entry stands once it was committed."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gitlab_journal.audit.steps import ended, is_recorded
from gitlab_journal.page.blocks import BLOCKS, section_of
from gitlab_journal.page.front import KEYS

if TYPE_CHECKING:
    from gitlab_journal.audit.steps import Step
    from gitlab_journal.entry import Entry
    from gitlab_journal.history.edits import Edit

HYPOTHESIS, VERDICT = "hypothesis-changed", "verdict-changed"
RESULTS, RECORD = "results-changed", "record-changed"

FREE = frozenset({"title", "tags", "dataset"})
"""Keys that a person edits as they like, as the section Inference and sections of their own."""

_CODES = {
    **dict.fromkeys(("prediction", "Hypothesis"), HYPOTHESIS),
    **dict.fromkeys(("verdict", "status"), VERDICT),
    **dict.fromkeys(("metric", "score", "duration", "Results", "traceback"), RESULTS),
    **dict.fromkeys(("diff", "Procedure", "Code"), RECORD),
}
# What only a run's end tells, besides data that the run met.
_OF_ENDING = ("model", "data", "data_hash", "state_hash", "environment")
# Sections of the journal's that a person may add to.
_MAY_GROW = ("Results", "Procedure", "Code")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def code_of(what: str) -> str | None:
    """Return the code of a finding for a change of a key or section, None for what is free.

    `what` is as `edits` names it: `score`, `metrics.accuracy`, `Hypothesis`.
    """
    name = what.partition(".")[0]
    if name in FREE:
        return None
    if name in _CODES:
        return _CODES[name]
    if name in BLOCKS:
        return RESULTS if section_of(name) == "Results" else RECORD
    return RECORD if name in KEYS else None


def is_allowed(edit: Edit, before: Entry, step: Step) -> bool:
    """Return whether a page may change so in this step without a declared amendment."""
    code, after = code_of(edit.what), step.after
    if code is None or after is None or not is_recorded(before):
        return True
    if before.status == "planned":
        return code != HYPOTHESIS or not ended(after)
    if edit.what in _MAY_GROW and _only_grew(edit.before, edit.after):
        return True
    if edit.what == "Hypothesis" and _words(edit.before) == _words(edit.after):
        return True
    return step.ends and _is_of_ending(edit.what, code)


def is_declared(edit: Edit, step: Step) -> bool:
    """Return whether the commit names this change as an amendment, with its reason."""
    if "Reason" not in step.said:
        return False
    amended = [name.strip() for name in step.said.get("Amends", "").split(",")]
    return edit.what in amended


def _is_of_ending(what: str, code: str) -> bool:
    return code in (VERDICT, RESULTS) or what.partition(".")[0] in _OF_ENDING


def _only_grew(before: str | None, after: str | None) -> bool:
    return not (Counter(_paragraphs(before)) - Counter(_paragraphs(after)))


def _paragraphs(text: str | None) -> list[str]:
    parts = re.split(r"\n\s*\n", _COMMENT.sub("", text or ""))
    return [words for part in parts if (words := " ".join(part.split()))]


def _words(text: str | None) -> str:
    return " ".join(_COMMENT.sub("", text or "").split())


def is_kept(edit: Edit) -> bool:
    """Return whether what stood there before still stands, as part of a longer text perhaps."""
    if edit.before is None or edit.what == "layout":
        return True
    return edit.what[:1].isupper() and _only_grew(edit.before, edit.after)
