"""The git configuration that lies in a repository's own folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitlab_journal.store.small import read_small

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Each of these is one of many of its kind, so no list of names switches all of them off.
_DRIVER = re.compile(
    r"(?is)(filter\..*\.(?:clean|smudge|process|required)|diff\..*\.(?:command|textconv)"
    r"|merge\..*\.driver|trailer\..*\.(?:command|cmd)|credential\..*\.helper"
    r"|remote\..*\.(?:promisor|partialclonefilter)|hook\..*\.(?:command|event|enabled)"
    r"|alias\..*|pager\..*)"
)
_OFF = {"required": "false", "promisor": "false", "enabled": "false"}
# What starts a program, or leads a connection elsewhere, where git is told to reach another host.
_REACHING = re.compile(
    r"(?is)(core\.(?:sshcommand|gitproxy|askpass|hookspath|fsmonitor|alternaterefscommand)"
    r"|credential\..*|http\..*|https\..*|ssh\..*|protocol\..*|gpg\..*"
    r"|user\.signingkey|remote\..*\.(?:uploadpack|receivepack|vcs|proxy|proxyauthmethod)"
    r"|uploadpack\..*|submodule\..*\.update|include\.path|includeif\..*)"
)
_WORDS = re.compile(r"(?i)filter|diff|merge|trailer|credential|promisor|partialclone|hook|include")


def own_settings(root: Path) -> str:
    """Return the text of the configuration in the git folder of `root`, "" where there is none.

    Follows no includes. Raises StoreError for what is no file of moderate size.
    """
    texts = (
        read_small(folder / name)
        for folder in _git_folders(root)
        for name in ("config", "config.worktree")
    )
    return b"\n".join(text for text in texts if text).decode(errors="surrogateescape")


def _git_folders(root: Path) -> list[Path]:
    """Return the git folder of a working tree, with the one it shares with its main tree."""
    folder = root / ".git"
    if not folder.is_dir():
        said = (read_small(folder) or b"").decode(errors="surrogateescape").strip()
        if not said.startswith("gitdir: "):
            return []
        folder = root / said.removeprefix("gitdir: ")
    common = (read_small(folder / "commondir") or b"").decode(errors="surrogateescape").strip()
    return [folder, folder / common] if common else [folder]


def may_name_drivers(text: str) -> bool:
    """Return whether a configuration may name a driver, so that git itself must be asked."""
    return _WORDS.search(text) is not None


def switched_off(keys: Iterable[str]) -> dict[str, str]:
    """Return for each key that names a driver the value under which it runs nothing."""
    found = sorted({key for key in keys if _DRIVER.fullmatch(key)})
    return {key: _OFF.get(key.rpartition(".")[2].lower(), "") for key in found}


def is_helper(key: str) -> bool:
    """Return whether a key names what git asks for a password."""
    return key.lower().startswith("credential.")


def reaching(keys: Iterable[str]) -> list[str]:
    """Return the keys that start a program, or lead elsewhere, when git reaches another host."""
    return sorted({key for key in keys if _REACHING.fullmatch(key)})
