"""Which hypotheses were pushed before their results, as this machine recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.audit.asked import made_while
from gitlab_journal.audit.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from gitlab_journal.audit.ancestry import Ancestry
    from gitlab_journal.audit.hypotheses import Stated
    from gitlab_journal.desk import Desk
    from gitlab_journal.store.log import Commit
    from gitlab_journal.store.remotes.pushes import Push


@dataclass(frozen=True, slots=True)
class Pushed:
    """When this machine first saw a hypothesis at a remote; `before_result` None without a result.

    It is what the machine wrote down, which is no proof.
    """

    entry: str
    remote: str | None
    at: datetime | None
    before_result: bool | None

    def as_dict(self) -> dict[str, Any]:
        """Return what is known, by name, the time as text."""
        known = {"entry": self.entry, "remote": self.remote, "before_result": self.before_result}
        at = self.at.isoformat() if self.at else None
        return {name: value for name, value in {**known, "at": at}.items() if value is not None}


def pushed_before(
    stated: Mapping[str, Stated],
    ended: Mapping[str, Stated],
    *,
    pushes: Sequence[Push],
    ancestry: Ancestry,
) -> list[Pushed]:
    """Return for each hypothesis when it was first seen at a remote."""
    first: dict[str, Push] = {}
    for push in sorted(pushes, key=lambda push: push.at):
        waiting = [push.commit]
        while waiting:
            commit = waiting.pop()
            if commit not in first and commit in ancestry:
                first[commit] = push
                waiting += ancestry.parents(commit)
    found = []
    for id, hypothesis in stated.items():  # noqa: A001  # an entry's id is called id
        known, result = first.get(hypothesis.commit), ended.get(id)
        before = None if result is None else known is not None and known.at <= result.at
        remote, at = (known.remote, known.at) if known else (None, None)
        found.append(Pushed(id, remote, at, before))
    return found


def not_pushed(
    desk: Desk,
    pushed: Sequence[Pushed],
    stated: Mapping[str, Stated],
    history: Sequence[Commit],
    *,
    seen: bool,
) -> Iterator[Finding]:
    """Yield the hypotheses that were to be pushed before their results and were not.

    Only those made while journal.md asked for it, where this machine has `seen` a remote, and for
    entries of its own author: what others pushed before is found at the remote only later.
    """
    asked = made_while(desk.repository, history, "push_before_run") if seen else set()
    if not asked:
        return
    me = desk.repository.author().email
    emails = {commit.id: commit.email for commit in history}
    for one in pushed:
        commit = stated[one.entry].commit
        if commit in asked and one.before_result is False and emails.get(commit) == me:
            when = f"only on {one.at:%Y-%m-%d %H:%M} UTC" if one.at else "not yet"
            sentence = f"Its hypothesis was seen at a remote {when}, after the result."
            yield Finding(code="not-pushed", sentence=sentence, entry=one.entry, commit=commit)
