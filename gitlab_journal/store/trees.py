"""What git's trees and commits hold, read from their bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE, EXECUTABLE, FOLDER = b"100644", b"100755", b"40000"
LINK, SUBMODULE = b"120000", b"160000"
KINDS = (b"blob", b"tree", b"commit", b"tag")

_MODE = re.compile(rb"[0-7]{5,6}")
_HEAD = re.compile(rb"tree ([0-9a-f]{40})\n((?:parent [0-9a-f]{40}\n)*)")
_UNSEEN = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")  # to macOS
_DIGEST = 20  # bytes
# What git itself never puts into a tree: written out it would lie outside of its folder.
_NEVER = frozenset([b"", b".", b"..", b".git"])


@dataclass(frozen=True, slots=True)
class Item:
    """One name in a tree: its mode and the object it stands for."""

    mode: bytes
    object: str


def parse_object(stored: bytes) -> tuple[str, bytes]:
    """Return the kind and the content of a stored object. Raises ValueError for a damaged one."""
    header, _, content = stored.partition(b"\0")
    kind, _, size = header.partition(b" ")
    if kind not in KINDS or size != b"%d" % len(content):
        raise ValueError(f"its header {header[:40]!r} does not fit what it holds")
    return kind.decode(), content


def parse_tree(content: bytes) -> dict[bytes, Item]:
    """Return the items of a tree by name. Raises ValueError for a damaged one."""
    items: dict[bytes, Item] = {}
    at = 0
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        at = end + 1 + _DIGEST
        if not _MODE.fullmatch(mode) or at > len(content):
            raise ValueError(f"its item {name[:40]!r} is cut off, or has no mode")
        if b"/" in name or name.lower() in _NEVER or is_git_folder(name):
            raise ValueError(f"it names {name[:40]!r}, which no tree may hold")
        items[name] = Item(mode, content[end + 1 : at].hex())
    return items


def is_git_folder(name: bytes) -> bool:
    """Return whether some file system takes a name for `.git`, as those of macOS and Windows do."""
    if name.isascii() and b"git" not in name.lower():
        return False
    text = _UNSEEN.sub("", name.decode(errors="surrogateescape")).casefold()
    return text.partition(":")[0].rstrip(" .") in (".git", "git~1")


def render_tree(items: Mapping[bytes, Item]) -> bytes:
    """Return the bytes of a tree with these items."""
    # git sorts a folder as if its name ended with a slash
    ordered = sorted(
        items.items(), key=lambda pair: pair[0] + (b"/" if pair[1].mode == FOLDER else b"")
    )
    return b"".join(
        b"%s %s\0%s" % (item.mode, name, bytes.fromhex(item.object)) for name, item in ordered
    )


def parse_commit(content: bytes) -> tuple[str, list[str]]:
    """Return the ids of a commit's tree and parents. Raises ValueError for a damaged one."""
    found = _HEAD.match(content)
    if found is None:
        raise ValueError(f"it begins with {content[:40]!r}, expected a tree")
    return found[1].decode(), found[2].decode().replace("parent ", "").split()
