"""What differs between two trees, read in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.store.objects import EXECUTABLE, FILE, FOLDER, Item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.store.objects import Objects


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs between two commits, and its blob in the newer one, None where gone."""

    path: str
    blob: str | None


def changes(objects: Objects, old: str | None, new: str) -> Iterator[Change]:
    """Yield the files that differ between two trees; equal folders are not even read."""
    for path, before, after in items_changed(objects, old, new):
        if _is_file(after):
            yield Change(path, after.object if after else None)
        elif _is_file(before):
            yield Change(path, None)


def items_changed(
    objects: Objects, old: str | None, new: str | None
) -> Iterator[tuple[str, Item | None, Item | None]]:
    """Yield the path of all that differs between two trees but folders, as it was and as it is."""
    before, after = (Item(FOLDER, tree) if tree else None for tree in (old, new))
    yield from _between(objects, before, after, b"")


def _between(
    objects: Objects, old: Item | None, new: Item | None, path: bytes
) -> Iterator[tuple[str, Item | None, Item | None]]:
    if old == new:
        return
    before = objects.tree(old.object) if old and old.mode == FOLDER else {}
    after = objects.tree(new.object) if new and new.mode == FOLDER else {}
    was, now = (item if item and item.mode != FOLDER else None for item in (old, new))
    if was or now:
        yield path_text(path), was, now
    for name in before.keys() | after.keys():
        inner = path + b"/" + name if path else name
        yield from _between(objects, before.get(name), after.get(name), inner)


def path_text(path: bytes) -> str:
    """Return a path of git's as text; what is no UTF-8 survives as surrogates."""
    return path.decode(errors="surrogateescape")


def _is_file(item: Item | None) -> bool:
    return item is not None and item.mode in (FILE, EXECUTABLE)
