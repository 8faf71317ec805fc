"""Which commits of a history come before which."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.store.log import Commit


class Ancestry:
    """The parents of each commit of a history."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._parents = {commit.id: commit.parents for commit in commits}

    def __contains__(self, commit: str) -> bool:
        return commit in self._parents

    def parents(self, commit: str) -> tuple[str, ...]:
        """Return the parents of a commit of the history."""
        return self._parents[commit]

    def before(self, commit: str) -> Iterator[str]:
        """Yield a commit and all that it was made on, as far as they are part of the history."""
        waiting, seen = [commit], {commit}
        while waiting:
            found = waiting.pop()
            if found not in self._parents:
                continue
            yield found
            new = [parent for parent in self._parents[found] if parent not in seen]
            seen.update(new)
            waiting += new

    def is_before(self, one: str, other: str) -> bool:
        """Return whether `other` was made on `one`, near or far."""
        return any(found == one for found in self.before(other))
