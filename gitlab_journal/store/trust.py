"""Which folders this machine's user trusts to name programs."""

from __future__ import annotations

import hashlib
import hmac
import os
import shlex
from contextlib import suppress
from pathlib import Path

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import write_file
from gitlab_journal.store.git import git, own_keys
from gitlab_journal.store.key import new_user_key, user_key
from gitlab_journal.store.settings import reaching
from gitlab_journal.store.small import read_small

TRUST = "gitlab-journal.trust"
_MARK = "made-here"
_NAMED = 3  # settings named in a refusal


def mark_as_made_here(root: Path, state: Path) -> None:
    """Write into `state` that this user made the journal at `root`, on this machine, here.

    A copy of the folder does not count as made here: what it says may be somebody else's. Where
    the user's own folder cannot be written there is no mark.
    """
    with suppress(OSError, StoreError):
        key = user_key() or new_user_key()
        write_file(state / _MARK, _signature(key, root).encode())


def is_trusted(root: Path) -> bool:
    """Return whether the user made the journal at `root` here, or named it in their git settings.

    Nothing in the folder itself can say so. Writes nothing.
    """
    words = ("config", "--global", "--includes", "-z", "--get-all", TRUST)
    named = os.fsdecode(git(*words, cwd=Path("/"), check=False)).split("\0")[:-1]
    if any(Path(path).expanduser().resolve() == root.resolve() for path in named):
        return True
    with suppress(OSError, StoreError):
        key, mark = user_key(), read_small(root / ".git" / "gitlab-journal" / _MARK)
        if key is not None and mark is not None:
            return hmac.compare_digest(mark, _signature(key, root).encode())
    return False


def how_to_trust(root: Path) -> str:
    """Return the command by which a user trusts a journal."""
    return f"git config --global --add {TRUST} {shlex.quote(str(root.resolve()))}"


def check_reaching(root: Path) -> None:
    """Raise StoreError where the folder's own configuration says how to reach another host.

    That may start a program. It is taken from the user's own configuration, and from the
    journal's only where the user trusts it.
    """
    found = reaching(own_keys(root))
    if found and not is_trusted(root):
        where = shlex.quote(str(root))
        named = ", ".join(found[:_NAMED]) + (", ..." if len(found) > _NAMED else "")
        raise StoreError(
            f"{root}/.git/config sets {named}, which may start a program; a folder may come from "
            f"somebody else, so nothing was started.\n"
            f"  if you wrote it: {how_to_trust(root)}\n"
            f"  else take it out: git -C {where} config --local --unset-all {shlex.quote(found[0])}"
        )


def _signature(key: bytes, root: Path) -> str:
    place = root.resolve()
    said = b"journal made here\0%s\0%d" % (os.fsencode(place), (place / ".git").stat().st_ino)
    return hmac.new(key, said, hashlib.sha256).hexdigest()
