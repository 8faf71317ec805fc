"""The signatures of the journal's own commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.audit.finding import Finding
from gitlab_journal.cover import Cover
from gitlab_journal.errors import PageError
from gitlab_journal.store.repository import COVER
from gitlab_journal.store.signing import signature_of
from gitlab_journal.trailers import statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.repository import Repository

_BAD = {
    "B": "has a signature that does not hold",
    "R": "is signed by a key that was revoked",
}


def unsigned(repository: Repository, commits: Sequence[Commit]) -> Iterator[Finding]:
    """Yield the commits that were to be signed and are not, or not by a good signature.

    Those are to be signed that state an entry and were made while journal.md said `sign: true`.
    """
    wanted = _to_be_signed(repository, commits)
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


def _to_be_signed(repository: Repository, commits: Sequence[Commit]) -> list[Commit]:
    covers = {
        blob
        for commit in commits
        for (_, path), blob in zip(commit.touched, commit.blobs, strict=True)
        if path == COVER and blob
    }
    asks = {blob: _asks(data) for blob, data in repository.blobs(sorted(covers)).items()}
    wanted, asked = [], False
    for commit in commits:
        if asked and statements(commit.message):
            wanted.append(commit)
        for (_, path), blob in zip(commit.touched, commit.blobs, strict=True):
            if path == COVER and blob:
                asked = asks[blob]
    return wanted


def _asks(cover: bytes) -> bool:
    try:
        return Cover.parse(cover.decode(errors="replace")).settings.get("sign") is True
    except PageError:
        return False
