"""What an audit reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

CODES = {
    "hypothesis-changed": "the hypothesis or prediction was changed after its run began",
    "verdict-changed": "the verdict or status was changed after it was committed",
    "results-changed": "metrics, findings or results were changed after they were committed",
    "record-changed": "params, data, code, dates or hashes were changed after they were committed",
    "hypothesis-missing": "the entry has a verdict, but no hypothesis was committed before it",
    "hypothesis-late": "the hypothesis was committed after the run that it is about",
    "hash-mismatch": "a hash is not that of what the page shows",
    "page-contradicts": "one part of a page contradicts another",
    "trailers-differ": "a commit states of an entry what its page does not say",
    "verdict-unfounded": "the verdict does not follow from the metrics and the claims",
    "attachment-changed": "a recorded attachment was changed or removed",
    "attachment-missing": "a page links to an attachment that is not there",
    "page-deleted": "an entry was deleted",
    "page-damaged": "a page does not read",
    "id-twice": "two pages have the same id",
    "merge-lost": "a merge left out what one side had committed",
    "run-left-open": "an entry is running, but no process of this machine runs it",
    "history-shallow": "the clone holds only the end of the history",
    "history-rewritten": "commits that were verified are no longer in the history",
    "pushed-lost": "commits that a remote held are no longer in the history",
    "objects-broken": "git objects are missing or damaged",
    "not-pushed": "the hypothesis was not pushed before its result",
    "unsigned": "a commit of the journal has no signature",
    "signature-bad": "a commit of the journal has a signature that does not hold",
}
"""What can be found, by its code; docs/verify.md says more of each."""

MENDS = {
    **dict.fromkeys(
        ("hypothesis-changed", "verdict-changed", "results-changed", "record-changed"),
        "declare it: glj amend ID --set KEY=VALUE --reason ...; or take it back: glj verify "
        "--repair",
    ),
    "verdict-unfounded": "amend the verdict, or what it follows from: glj amend ID",
    "page-contradicts": "amend the part that is wrong: glj amend ID",
    "attachment-changed": "take it back: glj verify --repair",
    "page-deleted": "bring it back: glj verify --repair; or leave it deleted with its reason: then "
    "glj amend ID --delete --reason ...",
    "page-damaged": "mend the page at this line; what it was before: git log -p -- PATH",
    "id-twice": "delete the copy: git rm PATH, then commit",
    "merge-lost": "look at it, then write it again: git show COMMIT",
    "run-left-open": "mark it interrupted: glj verify --repair",
    "history-shallow": "fetch all of it: git fetch --unshallow; in CI: GIT_DEPTH: 0 or "
    "fetch-depth: 0",
    "history-rewritten": "bring the commits back: git merge COMMIT; or, where it was on purpose: "
    "glj verify --accept",
    "pushed-lost": "bring the commits back: glj sync; or, where it was on purpose: glj verify "
    "--accept",
    "objects-broken": "fetch them from another clone: git fetch --refetch REMOTE",
}
"""What mends a finding, where anything does; the others stand in history for good."""

NOTES = {
    "running": "an entry is running elsewhere, or was cut off there",
    "loose-file": "a file under entries/ belongs to no page",
    "behind": "a remote holds commits that are not here yet",
    "signature-unchecked": "a signature is by a key that is not known here",
}
"""What is worth a line and is no finding, by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found: a stable code, a plain sentence, where it is."""

    code: str
    sentence: str
    entry: str | None = None
    commit: str | None = None
    path: str | None = None
    line: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what is known, by name; what is not known is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}
