"""Write git's loose objects in process, read them loose or packed."""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import StoreError
from gitlab_journal.store.files import sync_folder
from gitlab_journal.store.inflate import check_size, read_inflated
from gitlab_journal.store.small import read_small
from gitlab_journal.store.trees import (
    EXECUTABLE,
    FILE,
    FOLDER,
    LINK,
    SUBMODULE,
    Item,
    parse_commit,
    parse_object,
    parse_tree,
    render_tree,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["EXECUTABLE", "FILE", "FOLDER", "LINK", "SUBMODULE", "Item", "Objects", "path_bytes"]

_REMEMBERED_TREES = 64
_RACES = 5  # with a git that packs
# gitdb trusts what a pack says of itself, and raises whatever comes of it
_DAMAGED_PACK = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError),
    *(RuntimeError, TypeError, ValueError, struct.error, zlib.error),
)


class Objects:
    """The objects of one repository; its packs and last trees stay open between reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._packs: list[Any] | None = None
        self._trees: dict[str, dict[bytes, Item]] = {}
        self._waiting: dict[str, bytes] = {}
        self._there: set[str] = set()  # folders of objects that may have been named just now
        self._reading = threading.Lock()

    def add(self, kind: str, content: bytes) -> str:
        """Return the id of an object, which `flush` writes unless it is there."""
        stored = b"%s %d\0%s" % (kind.encode(), len(content), content)
        digest = hashlib.sha1(stored, usedforsecurity=False).hexdigest()
        try:
            size = os.stat(self._file(digest)).st_size  # noqa: PTH116 - half the cost
        except FileNotFoundError:
            size = 0
        if size:
            self._there.add(digest[:2])
        else:  # or left empty by a power cut
            self._waiting[digest] = stored
        return digest

    def flush(self) -> None:
        """Write what was added so that it outlives a power cut.

        All files are handed to the disk before the first is waited for, and have their names
        only after that: one trip to the disk instead of one for each object.
        """
        waiting, self._waiting = self._waiting, {}
        there, self._there = self._there, set()
        written: list[tuple[int, str, str]] = []
        try:
            for digest, stored in waiting.items():
                written.append(self._write(digest, stored))
            for descriptor, _, _ in written:
                os.fsync(descriptor)
        except BaseException:
            for _, temporary, _ in written:
                os.unlink(temporary)  # noqa: PTH108 - a full disk needs no rubbish
            raise
        finally:
            for descriptor, _, _ in written:
                os.close(descriptor)
        for _, temporary, target in written:
            os.replace(temporary, target)  # noqa: PTH105 - half the cost
        # of one that is there already only its name may be new: a process may have died over it
        for folder in {target[-41:-39] for _, _, target in written} | there:
            with suppress(FileNotFoundError):  # git gc has packed all that was in it
                sync_folder(f"{self.folder}/{folder}")

    def _write(self, digest: str, stored: bytes) -> tuple[int, str, str]:
        target = self._file(digest)
        temporary = f"{target[:-38]}tmp_obj_{secrets.token_hex(4)}"  # which git gc knows
        descriptor = self._open(temporary, digest[:2])
        try:
            left = memoryview(zlib.compress(stored, 1))
            while left:
                left = left[os.write(descriptor, left) :]
        except BaseException:
            os.close(descriptor)
            os.unlink(temporary)  # noqa: PTH108 - a full disk needs no rubbish
            raise
        if hasattr(os, "posix_fadvise"):  # on macOS the disk is slower to be told
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return descriptor, temporary, target

    def _open(self, path: str, folder: str) -> int:
        mode = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        while True:
            try:
                return os.open(path, mode, 0o444)
            except FileNotFoundError:  # not made yet, or removed by a git that packed all in it
                self._make_folder(folder)

    def _file(self, digest: str) -> str:
        return f"{self.folder}/{digest[:2]}/{digest[2:]}"

    def read(self, digest: str) -> tuple[str, bytes]:
        """Return the kind and the content of an object; StoreError where it is missing."""
        if digest in self._waiting:
            return parse_object(self._waiting[digest])
        for race in range(_RACES):  # git may just have packed it
            found = (
                _read_loose(self.folder, digest)
                or self._read_packed(bytes.fromhex(digest), anew=race > 0)
                or self._read_alternate(digest)
            )
            if found:
                return found
        raise StoreError(f"object {digest} is missing from {self.folder}; try git fsck")

    def tree(self, digest: str) -> dict[bytes, Item]:
        """Return the items of a tree by name; the mapping is shared, so leave it as it is."""
        known = self._trees.get(digest)
        if known is None:
            kind, content = self.read(digest)
            if kind != "tree":
                raise StoreError(f"object {digest} is a {kind}, expected a tree")
            known = self._remember(digest, _parsed(digest, content, parse_tree))
        return known

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return _parsed(commit, self.commit(commit), parse_commit)[0]

    def parents_of(self, commit: str) -> list[str]:
        """Return the ids of a commit's parents, none for the first one."""
        return _parsed(commit, self.commit(commit), parse_commit)[1]

    def commit(self, digest: str) -> bytes:
        """Return the text of a commit."""
        kind, content = self.read(digest)
        if kind != "commit":
            raise StoreError(f"object {digest} is a {kind}, expected a commit")
        return content

    def find(self, tree: str, path: str) -> Item | None:
        """Return what `path` names in a tree, or None."""
        *folders, name = path_bytes(path).split(b"/")
        for folder in folders:
            item = self.tree(tree).get(folder)
            if item is None or item.mode != FOLDER:
                return None
            tree = item.object
        return self.tree(tree).get(name)

    def grow(self, tree: str | None, files: Mapping[str, str | Item | None]) -> str:
        """Return the id of `tree` with `files` put in: path to blob, to item, to None for gone.

        Only the trees on these paths are added; a folder without files goes. Raises StoreError
        where a file would take the place of a folder, a link or a submodule, or a folder that of
        a file.
        """
        paths = {tuple(path_bytes(path).split(b"/")): file for path, file in files.items()}
        return self._grow(tree, paths, b"") or self.add("tree", b"")

    def _grow(
        self,
        tree: str | None,
        paths: Mapping[tuple[bytes, ...], str | Item | None],
        where: bytes,
    ) -> str | None:
        items = dict(self.tree(tree)) if tree else {}
        below: dict[bytes, dict[tuple[bytes, ...], str | Item | None]] = {}
        for (name, *rest), file in paths.items():
            if rest:
                below.setdefault(name, {})[tuple(rest)] = file
            elif file is None:
                items.pop(name, None)
            elif isinstance(file, Item):
                items[name] = file
            else:
                items[name] = Item(_mode_of(items.get(name), where + name), file)
        for name, inner in below.items():
            old = items.get(name)
            if old is not None and old.mode != FOLDER:
                raise StoreError(f"{_shown(where + name)} in the journal is not a folder")
            inside = self._grow(old.object if old else None, inner, where + name + b"/")
            if inside is None:
                items.pop(name, None)
            else:
                items[name] = Item(FOLDER, inside)
        if not items:
            return None
        digest = self.add("tree", render_tree(items))
        self._remember(digest, items)
        return digest

    def _remember(self, digest: str, items: dict[bytes, Item]) -> dict[bytes, Item]:
        while len(self._trees) >= _REMEMBERED_TREES:
            self._trees.pop(next(iter(self._trees)), None)
        self._trees[digest] = items
        return items

    def _make_folder(self, name: str) -> None:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # git removes a folder that it finds empty
            folder.chmod(self.folder.stat().st_mode & 0o7777)  # as a shared repository wants it
        sync_folder(self.folder)

    def _folders(self) -> list[Path]:
        found = [self.folder]
        for folder in found:
            said = read_small(folder / "info" / "alternates") or b""
            lines = os.fsdecode(said).splitlines()
            others = (Path(os.path.normpath(folder / line)) for line in lines if line[:1] != "#")
            found += [other for other in others if other not in found]
        return found

    def _read_alternate(self, digest: str) -> tuple[str, bytes] | None:
        found = (_read_loose(folder, digest) for folder in self._folders()[1:])
        return next(filter(None, found), None)

    def _read_packed(self, digest: bytes, *, anew: bool) -> tuple[str, bytes] | None:
        from gitdb.db.pack import PackedDB
        from gitdb.exc import BadObject, ODBError

        with self._reading:
            if self._packs is None:
                folders = (folder / "pack" for folder in self._folders())
                self._packs = [PackedDB(str(folder)) for folder in folders if folder.is_dir()]
            for packs in self._packs:
                try:
                    # a change within a tick of the disk's clock shows only when asked anew
                    packs.update_cache(force=anew)
                    about = packs.info(digest)
                    check_size(digest.hex(), about.type.decode(), about.size)
                    stream = packs.stream(digest)
                    return stream.type.decode(), stream.read()
                except (BadObject, FileNotFoundError):  # not here, or moved to another pack
                    continue
                except (ODBError, *_DAMAGED_PACK) as error:
                    reason = f"a pack that may hold object {digest.hex()} is damaged: {error!r}"
                    raise StoreError(f"{reason}; try git fsck") from error
        return None


def path_bytes(path: str) -> bytes:
    """Return a path as git has it; what is no UTF-8 comes back from its surrogates."""
    return path.encode(errors="surrogateescape")


def _read_loose(folder: Path, digest: str) -> tuple[str, bytes] | None:
    try:
        stored = read_inflated(f"{folder}/{digest[:2]}/{digest[2:]}", digest)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, zlib.error) as error:
        raise StoreError(f"object {digest} in {folder} is damaged: {error}") from error
    return _parsed(digest, stored, parse_object)


def _parsed(digest: str, content: bytes, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(content)
    except ValueError as error:
        raise StoreError(f"object {digest} is damaged: {error}; try git fsck") from error


def _shown(path: bytes) -> str:
    return path.decode(errors="replace")


def _mode_of(old: Item | None, path: bytes) -> bytes:
    if old is None:
        return FILE
    if old.mode not in (FILE, EXECUTABLE):
        raise StoreError(f"{_shown(path)} in the journal is not a file (mode {old.mode.decode()})")
    return old.mode
