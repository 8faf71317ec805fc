"""The signatures of the journal's own commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.audit.asked import made_while
from gitlab_journal.audit.finding import Finding
from gitlab_journal.history.trailers import statements
from gitlab_journal.store.signing import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.repository import Repository

_BAD = {
    "B": "has a signature that does not hold",
    "R": "is signed by a key that was revoked",
}


def unsigned(
    repository: Repository, commits: Sequence[Commit], *, history: Sequence[Commit]
) -> Iterator[Finding]:
    """Yield those of `commits` that were to be signed and are not, or not by a good signature.

    Those are to be signed that state an entry and were made while journal.md said `sign: true`,
    which `history`, the whole of it, tells.
    """
    asked = made_while(repository, history, "sign")
    wanted = [one for one in commits if one.id in asked and statements(one.message)]
    found = signature_of(repository.root, [commit.id for commit in wanted])
    unchecked = [commit for commit in wanted if found.get(commit.id) == "E"]
    for commit in wanted:
        state = found.get(commit.id, "N")
        code = "unsigned" if state == "N" else "signature-bad" if state in _BAD else None
        if code is not None:
            says = _BAD.get(state, "has no signature, though journal.md asks for one")
            entry = next(iter(statements(commit.message)), {}).get("Entry")
            sentence = f"The commit by {commit.author} {says}."
            yield Finding(code=code, sentence=sentence, entry=entry, commit=commit.id)
    if unchecked:
        yield Finding(
            code="signature-unchecked",
            sentence=f"{len(unchecked)} signed commits are by keys that are not known here.",
        )
