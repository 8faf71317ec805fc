"""Join two trees that were made from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.store.changes import path_text
from gitlab_journal.store.objects import EXECUTABLE, FILE, FOLDER, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab_journal.store.objects import Objects


@dataclass(frozen=True, slots=True)
class Clash:
    """A path that both sides changed, each in its own way; None where a side has nothing there."""

    path: str
    base: Item | None
    ours: Item | None
    theirs: Item | None

    @property
    def between_files(self) -> bool:
        """Return whether both sides have a file here, whose contents can be joined."""
        return _is_file(self.ours) and _is_file(self.theirs)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What to take from their tree as it is (None: to remove), and where both sides clash."""

    taken: Mapping[str, Item | None]
    clashes: tuple[Clash, ...]


def compare(objects: Objects, base: str | None, ours: str, theirs: str) -> Meeting:
    """Return how two trees meet that were both made from the tree `base`, None for an empty one.

    A folder that only one side changed is not even read.
    """
    taken: dict[str, Item | None] = {}
    clashes: list[Clash] = []
    trees = (Item(FOLDER, tree) if tree else None for tree in (base, ours, theirs))
    for found in _met(objects, Clash("", *trees)):
        if found.ours == found.base:
            taken[found.path] = found.theirs
        else:
            clashes.append(found)
    return Meeting(taken, tuple(sorted(clashes, key=lambda clash: clash.path)))


def _met(objects: Objects, here: Clash) -> Iterator[Clash]:
    if here.theirs in (here.ours, here.base):
        return
    if here.ours == here.base and here.path:
        yield here
        return
    folders = [item is not None and item.mode == FOLDER for item in (here.ours, here.theirs)]
    if not all(folders):
        yield from _folder_and_other(objects, here)
        return
    base, ours, theirs = (_names(objects, item) for item in (here.base, here.ours, here.theirs))
    for name in base.keys() | ours.keys() | theirs.keys():
        path = f"{here.path}/{path_text(name)}" if here.path else path_text(name)
        yield from _met(objects, Clash(path, base.get(name), ours.get(name), theirs.get(name)))


def _folder_and_other(objects: Objects, here: Clash) -> Iterator[Clash]:
    """Look into a folder that the other side removed, file by file; all else clashes as it is."""
    sides = (here.ours, here.theirs)
    gone = None in sides
    if not gone or not any(item and item.mode == FOLDER for item in sides):
        yield here
        return
    base, ours, theirs = (_names(objects, item) for item in (here.base, *sides))
    for name in base.keys() | ours.keys() | theirs.keys():
        inner = Clash(
            f"{here.path}/{path_text(name)}", base.get(name), ours.get(name), theirs.get(name)
        )
        yield from _met(objects, inner)


def _names(objects: Objects, item: Item | None) -> Mapping[bytes, Item]:
    return objects.tree(item.object) if item and item.mode == FOLDER else {}


def _is_file(item: Item | None) -> bool:
    return item is not None and item.mode in (FILE, EXECUTABLE)
