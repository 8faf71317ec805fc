"""What a commit says beside its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.store.author import Author


@dataclass(frozen=True, slots=True)
class Words:
    """The message, author and date of a commit."""

    message: str
    author: Author
    date: datetime

    def commit(self, tree: str, parents: Sequence[str]) -> bytes:
        """Return the text of a commit, made now."""
        head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        now = datetime.now(UTC).astimezone()
        by = f"author {self.stamped()}", f"committer {self.stamped(now)}"
        return "\n".join([*head, *by, ""]).encode() + b"\n" + self._message()

    def are_in(self, commit: bytes) -> bool:
        """Return whether a commit says just this."""
        return f"\nauthor {self.stamped()}\n".encode() in commit and commit.endswith(
            b"\n\n" + self._message()
        )

    def stamped(self, date: datetime | None = None) -> str:
        """Return the author with the time, as git writes them; StoreError without a zone."""
        date = date or self.date
        offset = date.utcoffset()
        if offset is None:
            raise StoreError(f"the date {date} has no time zone")
        minutes = int(offset.total_seconds() / 60)
        sign = "-" if minutes < 0 else "+"
        zone = f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
        return f"{self.author.line()} {max(0, int(date.timestamp()))} {zone}"

    def subject(self) -> str:
        """Return the first line of the message."""
        return self.message.strip().partition("\n")[0]

    def _message(self) -> bytes:
        message = self.message.replace("\r\n", "\n").replace("\0", "").strip("\n")
        return f"{message}\n".encode(errors="replace")
