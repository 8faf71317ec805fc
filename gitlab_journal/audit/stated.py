"""What the trailers of a commit say, beside what its pages say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.audit.lines import line_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.audit.steps import Step

_KEYS = {
    "Status": "status",
    "Verdict": "verdict",
    "Params": "params_hash",
    "Data": "data_hash",
    "Code": "code_hash",
}


def contradictions(step: Step) -> Iterator[Finding]:
    """Yield where a commit states of an entry what its page does not say."""
    page = step.after
    if page is None or not step.said:
        return
    wrong = {
        name: (step.said[name], getattr(page, key) or "-")
        for name, key in _KEYS.items()
        if name in step.said and step.said[name] != (getattr(page, key) or "-")
    }
    if wrong:
        name, (said, stands) = next(iter(wrong.items()))
        more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield Finding(
            code="trailers-differ",
            sentence=f"The commit states {name}: {said}, its page says {stands}{more}.",
            entry=step.id,
            commit=step.commit.id,
            path=step.path,
            line=line_in(page, _KEYS[name]),
        )
