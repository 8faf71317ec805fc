"""Write files that a crash leaves whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EACCES, errno.EPERM)
_LOCKLESS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


def write_file(
    path: Path, content: bytes, *, scratch: Path | None = None, durable: bool = False
) -> None:
    """Put `content` at `path` by a rename; with `durable` it outlives a power cut as well.

    The folder of `path` must exist. What a crash leaves half-written lies in `scratch`, else
    beside `path`. A durable name needs `sync_folder` after it.
    """
    temporary = (scratch or path.parent) / f".{path.name[:100]}.{secrets.token_hex(4)}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_file(file: Path) -> None:
    """Make a file's content durable."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path | str) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def state_folder() -> Path:
    """Return the user's own folder for what the journals keep on this machine; may not exist."""
    named = Path(os.environ.get("XDG_STATE_HOME") or "")
    above = named if named.is_absolute() else Path.home() / ".local" / "state"
    return above / "gitlab-journal"


def is_full(error: OSError) -> bool:
    """Return whether a write failed since the disk, or the user's share of it, is full."""
    return error.errno in _FULL


def why_unwritable(folder: Path, error: OSError) -> str:
    """Return why nothing can be written in `folder`, and what mends it."""
    if is_full(error):
        return f"the disk of {folder} is full ({error.strerror}); free some space"
    if error.errno == errno.EROFS:
        return f"{folder} lies on a read-only file system; mount it writable, or work in a clone"
    if error.errno in _LOCKLESS:
        return (
            f"the file system of {folder} has no locks ({error.strerror}); mount it with them "
            "(NFS: a lock daemon and no `nolock`; Lustre: `-o flock`), or move the journal"
        )
    if error.errno not in _REFUSED:
        return str(error)
    try:
        status = folder.stat()
    except OSError:
        return str(error)
    owner = _login(status.st_uid)
    return (
        f"{folder} belongs to {owner} ({stat.filemode(status.st_mode)}), and you are "
        f"{_login(os.geteuid())}; ask {owner} for leave to write there, or work in a clone"
    )


def _login(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
