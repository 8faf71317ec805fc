"""The newest trees of two clones joined into one, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.row import is_page
from gitlab_journal.clones.cover_merge import join_covers
from gitlab_journal.clones.joining import compare
from gitlab_journal.clones.page_merge import join_pages
from gitlab_journal.entry import Entry
from gitlab_journal.page.naming import attachments_path
from gitlab_journal.store.git import git
from gitlab_journal.store.objects import FOLDER, Item
from gitlab_journal.store.place import COVER
from gitlab_journal.store.working import merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gitlab_journal.clones.joining import Clash
    from gitlab_journal.store.repository import Repository

_UNITED = (".gitignore", ".gitattributes")  # lists of lines, whose order seldom matters
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Joined:
    """A tree that holds both sides; `notes` says what was joined, `aside` what was kept beside."""

    tree: str
    notes: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sides:
    """The two commits that are joined, and where their contents lie."""

    repository: Repository
    ours: str
    theirs: str

    def bytes(self, item: Item | None) -> bytes | None:
        """Return the content of a file, None where there is none."""
        return self.repository.objects.read(item.object)[1] if item else None

    @property
    def names(self) -> tuple[str, str]:
        """Return both commits as people say them."""
        return self.ours[:_SHORT], self.theirs[:_SHORT]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What takes the place of a clash: items by path, the notes about it."""

    items: Mapping[str, Item | None]
    note: str = ""
    aside: str = ""
    theirs_stand: bool = False


def join(repository: Repository, ours: str, theirs: str) -> Joined | None:
    """Return one tree with all that two commits hold; None where they have no commit in common.

    An entry's page is joined as text, else key by key and section by section; `journal.md` by
    key; any other file as text, else ours stays and theirs is kept beside it under another name.
    What one side removed and the other changed stays. Adds objects, which `Objects.flush` writes.
    """
    base = _base(repository, ours, theirs)
    return None if base is None else join_trees(repository, base, ours, theirs)


def join_trees(repository: Repository, base: str | None, ours: str, theirs: str) -> Joined:
    """Return the tree of two commits whose trees were made from the tree `base`, None for none."""
    objects = repository.objects
    tree = objects.tree_of(ours)
    sides = _Sides(repository, ours, theirs)
    meeting = compare(objects, base, tree, objects.tree_of(theirs))
    answers = list(_answers(sides, meeting.clashes))
    items = dict(meeting.taken)
    for answer in answers:
        items |= answer.items
    return Joined(
        objects.grow(tree, items),
        tuple(answer.note for answer in answers if answer.note),
        tuple(answer.aside for answer in answers if answer.aside),
    )


def _base(repository: Repository, ours: str, theirs: str) -> str | None:
    """Return the tree that both commits were made from; where that are several, those joined."""
    said = git("merge-base", "--all", ours, theirs, cwd=repository.root, check=False)
    bases = said.decode().split()
    if not bases:
        return None
    tree = repository.objects.tree_of(bases[0])
    for other in bases[1:]:
        joined = join(repository, bases[0], other)
        tree = joined.tree if joined else tree
    return tree


def _answers(sides: _Sides, clashes: tuple[Clash, ...]) -> Iterator[_Answer]:
    """Yield what becomes of each clash, pages first: the files beside them follow."""
    followers: set[str] = set()
    pages = [clash for clash in clashes if is_page(clash.path) and clash.between_files]
    for clash in pages:
        answer = _page(sides, clash)
        if answer.theirs_stand:
            followers.add(f"{_attachments(sides, clash)}/")
        yield answer
    for clash in clashes:
        if clash in pages:
            continue
        if clash.path == COVER and clash.between_files:
            yield _cover(sides, clash)
        else:
            theirs_stand = any(clash.path.startswith(folder) for folder in followers)
            yield _file(sides, clash, theirs_stand=theirs_stand)


def _attachments(sides: _Sides, clash: Clash) -> str:
    path = PurePosixPath(clash.path)
    return str(attachments_path(path, Entry.read(sides.bytes(clash.theirs) or b"").id))


def _page(sides: _Sides, clash: Clash) -> _Answer:
    base, ours, theirs = (sides.bytes(item) for item in (clash.base, clash.ours, clash.theirs))
    joined = join_pages(base, ours or b"", theirs or b"", names=sides.names, merge=merge)
    if joined is None:
        return _file(sides, clash)
    item = _item(sides, clash, joined.text.encode())
    note = f"{clash.path} joined"
    if joined.notes:
        note = f"{note} ({'; '.join(joined.notes)})"
    return _Answer({clash.path: item}, note, theirs_stand=joined.theirs_stand)


def _cover(sides: _Sides, clash: Clash) -> _Answer:
    base, ours, theirs = (sides.bytes(item) for item in (clash.base, clash.ours, clash.theirs))
    newer = _written(sides.repository, sides.theirs) > _written(sides.repository, sides.ours)
    joined = join_covers(base, ours or b"", theirs or b"", theirs_newer=newer, merge=merge)
    if joined is None:
        return _file(sides, clash)
    about = "; ".join([", ".join(joined.settings), *joined.notes]).strip("; ")
    note = f"{COVER} joined" + (f" ({about})" if about else "")
    items: dict[str, Item | None] = {COVER: _item(sides, clash, joined.text.encode())}
    if joined.whole:
        return _Answer(items, note)
    beside = _beside(clash.path, sides.names[1])
    kept = f"{COVER}: the introduction of {sides.names[1]} is kept as {beside}"
    return _Answer(items | {beside: clash.theirs}, note, kept)


def _written(repository: Repository, commit: str) -> int:
    """Return when the cover was last committed to, in seconds."""
    said = git("log", "-1", "--format=%ct", commit, "--", COVER, cwd=repository.root)
    return int(said or 0)


def _file(sides: _Sides, clash: Clash, *, theirs_stand: bool = False) -> _Answer:
    path = clash.path
    if clash.ours is None or clash.theirs is None:
        kept = clash.ours or clash.theirs
        note = f"{path}: removed on one side, changed on the other: it stays"
        return _Answer({path: kept}, note)
    merged = _merged(sides, clash) if clash.between_files and not theirs_stand else None
    if merged is not None:
        return _Answer({path: _item(sides, clash, merged)}, f"{path} joined")
    stays, other = (clash.theirs, clash.ours) if theirs_stand else (clash.ours, clash.theirs)
    name = sides.names[0] if theirs_stand else sides.names[1]
    beside = _beside(path, name)
    aside = f"{path}: both sides changed it; that of {name} is kept as {beside}"
    return _Answer({path: stays, beside: other}, aside=aside)


def _merged(sides: _Sides, clash: Clash) -> bytes | None:
    ours, theirs = sides.bytes(clash.ours) or b"", sides.bytes(clash.theirs) or b""
    base = sides.bytes(clash.base) if clash.base and clash.base.mode != FOLDER else b""
    merged = merge(base or b"", ours, theirs)
    if merged is None and clash.path.rpartition("/")[2] in _UNITED:
        return _united(ours, theirs)
    return merged


def _united(ours: bytes, theirs: bytes) -> bytes:
    known = ours.splitlines()
    new = [line for line in theirs.splitlines() if line not in known]
    return b"\n".join([*known, *new, b""])


def _beside(path: str, commit: str) -> str:
    """Return the name for the other version of a file, one that is no page."""
    return f"{path}.from-{commit}"


def _item(sides: _Sides, clash: Clash, content: bytes) -> Item:
    assert clash.ours is not None  # noqa: S101 - a clash between files
    mode = clash.ours.mode
    if clash.theirs is not None and clash.base is not None and mode == clash.base.mode:
        mode = clash.theirs.mode
    return Item(mode, sides.repository.objects.add("blob", content))
