"""The key in the user's own folder that signs what only this user can have written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import state_folder, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 32


def key_path() -> Path:
    """Return where the user's key lies."""
    return state_folder() / "key"


def user_key() -> bytes | None:
    """Return the user's key, None where there is none; raises StoreError where it is no secret."""
    path = key_path()
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            key = file.read(_BYTES + 1)
    except FileNotFoundError:
        return None
    if about.st_uid != os.getuid() or about.st_mode & 0o077:
        raise StoreError(f"{path} must be yours alone: chmod 600 {path}")
    if len(key) != _BYTES:
        raise StoreError(f"{path} holds no key of {_BYTES} bytes; delete it to have a new one")
    return key


def new_user_key() -> bytes:
    """Make the user's key, unless another process is quicker; returns the one that is there."""
    path = key_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".key.{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(scratch, path)  # unlike a rename it leaves a key that is there
        sync_folder(path.parent)
    finally:
        scratch.unlink()
    key = user_key()
    if key is None:
        raise StoreError(f"{path} is gone again")
    return key
