"""What differs between two trees, read in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.objects import EXECUTABLE, FILE, FOLDER, Item

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from gitlab_journal.store.objects import Objects

# Far beyond any journal: a tree of a few objects may unfold to more names than there are atoms.
MOST_NAMES = 3_000_000
DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs between two commits, and its blob in the newer one, None where gone."""

    path: str
    blob: str | None


def changes(
    objects: Objects, old: str | None, new: str, *, within: Container[str] | None = None
) -> Iterator[Change]:
    """Yield the files that differ between two trees; equal folders are not even read.

    `within` are the names at the top that count, by default all. Raises StoreError as
    `items_changed` does.
    """
    for path, before, after in items_changed(objects, old, new, within=within):
        if _is_file(after):
            yield Change(path, after.object if after else None)
        elif _is_file(before):
            yield Change(path, None)


def items_changed(
    objects: Objects,
    old: str | None,
    new: str | None,
    *,
    within: Container[str] | None = None,
) -> Iterator[tuple[str, Item | None, Item | None]]:
    """Yield the path of all that differs between two trees but folders, as it was and as it is.

    Raises StoreError where more names differ, or lie deeper, than in any journal.
    """
    before, after = (Item(FOLDER, tree) if tree else None for tree in (old, new))
    left, names = [(b"", 0, before, after)], 0
    while left:
        path, depth, was, now = left.pop()
        names += 1
        if names > MOST_NAMES or depth > DEEPEST:
            raise StoreError(
                f"the trees {old} and {new} differ in more than {MOST_NAMES:,} names, or deeper "
                f"than {DEEPEST} folders, at {path_text(path[:200])!r}; no journal does"
            )
        if not all(item is None or item.mode == FOLDER for item in (was, now)):
            yield path_text(path), _not_folder(was), _not_folder(now)
        for name, before, after in _differing(objects, was, now):
            if depth or within is None or path_text(name) in within:
                left.append((path + b"/" + name if path else name, depth + 1, before, after))


def _differing(
    objects: Objects, old: Item | None, new: Item | None
) -> list[tuple[bytes, Item | None, Item | None]]:
    before, after = (
        objects.tree(item.object) if item and item.mode == FOLDER else {} for item in (old, new)
    )
    ends = ((name, before.get(name), after.get(name)) for name in before.keys() | after.keys())
    return [(name, was, now) for name, was, now in ends if was != now]


def _not_folder(item: Item | None) -> Item | None:
    return item if item and item.mode != FOLDER else None


def path_text(path: bytes) -> str:
    """Return a path of git's as text; what is no UTF-8 survives as surrogates."""
    return path.decode(errors="surrogateescape")


def _is_file(item: Item | None) -> bool:
    return item is not None and item.mode in (FILE, EXECUTABLE)
