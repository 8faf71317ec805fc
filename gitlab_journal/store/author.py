"""Whose name stands on a commit."""

from __future__ import annotations

import getpass
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.guard import warn
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from pathlib import Path

_warned: set[str] = set()


@dataclass(frozen=True, slots=True)
class Author:
    """A name with an address, as git writes them."""

    name: str
    email: str

    def line(self) -> str:
        """Return `name <address>`, without what would break a commit."""
        name, email = _clean(self.name), _clean(self.email).replace(" ", "")
        return f"{name or email or 'unknown'} <{email}>"


def author_of(root: Path) -> Author:
    """Return the author that git's configuration names for a repository.

    Without one it is login@host, with one JournalWarning per process. Writes nothing.
    """
    found = dict(
        entry.split("\n", 1)
        for entry in git(
            *("config", "--includes", "-z", "--get-regexp", r"^(author|user)\.(name|email)$"),
            cwd=root,
            check=False,
        )
        .decode(errors="replace")
        .split("\0")
        if "\n" in entry
    )
    name = found.get("author.name") or found.get("user.name")
    email = found.get("author.email") or found.get("user.email")
    if name and email:
        return Author(name, email)
    login, host = _login(), socket.gethostname()
    author = Author(name or login, email or f"{login}@{host}")
    if "identity" not in _warned:
        _warned.add("identity")
        warn(
            f"git does not know who you are; entries are written as {author.line()}. Tell it: "
            'git config --global user.name "Your Name"; '
            "git config --global user.email you@example.org"
        )
    return author


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


def _clean(text: str) -> str:
    text = re.sub(r"[<>\x00-\x1f\x7f]+", " ", text.encode(errors="replace").decode())
    return " ".join(text.split()).strip(" .,:;\"'\\")
