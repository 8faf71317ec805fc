"""Two versions of an entry's page joined without losing a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.clones.three_ways import join_mappings, same
from gitlab_journal.entry import Entry
from gitlab_journal.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable

    Merge = Callable[[bytes, bytes, bytes], bytes | None]

# What says how the run ended stands together, from one side.
OUTCOME = ("status", "verdict", "metric", "score", "duration")
# A verdict never loses to a page that knows less of the run.
_RANKS = {"planned": 0, "running": 1, "interrupted": 2, "stopped": 3, "failed": 3, "done": 4}


@dataclass(frozen=True, slots=True)
class JoinedPage:
    """A page with what both sides wrote; `theirs_stand` where the outcome is of their side.

    `notes` says what is kept in history alone.
    """

    text: str
    theirs_stand: bool
    notes: tuple[str, ...]


def join_pages(
    base: bytes | None, ours: bytes, theirs: bytes, *, names: tuple[str, str], merge: Merge
) -> JoinedPage | None:
    """Return the page with what both sides changed since `base`; None where one is damaged.

    Text is joined by `merge`, which returns None where both sides changed the same lines; then
    the front matter is joined key by key, the sections one by one. What cannot be joined stays
    of the side whose run is further, else ours, and follows of the other under a heading; a
    change of the journal's own blocks stays in history. `names` are the commits of both sides.
    """
    try:
        mine, other = Entry.read(ours), Entry.read(theirs)
        before = Entry.read(base) if base is not None else None
    except JournalError:
        return None
    theirs_stand = _rank(other) > _rank(mine) and _both_ended(before, mine, other)
    merged = merge(base or b"", ours, theirs)
    if merged is not None and not _both_ended(before, mine, other) and _reads(merged):
        return JoinedPage(merged.decode(), theirs_stand=False, notes=())
    if theirs_stand:
        joined, notes = _by_parts(before, other, mine, name=names[0], merge=merge)
    else:
        joined, notes = _by_parts(before, mine, other, name=names[1], merge=merge)
    return JoinedPage(joined.render(), theirs_stand, tuple(notes))


def _rank(entry: Entry) -> int:
    return _RANKS.get(entry.status or "", 0)


def _both_ended(before: Entry | None, mine: Entry, other: Entry) -> bool:
    """Return whether both sides say, differently, how the run went on from where it was."""
    fronts = [{key: page.front.get(key) for key in OUTCOME} for page in (mine, other)]
    was = {key: before.front.get(key) for key in OUTCOME} if before else {}
    return not same(*fronts) and all(not same(front, was) for front in fronts)


def _reads(text: bytes) -> bool:
    try:
        Entry.read(text)
    except JournalError:
        return False
    return True


def _by_parts(
    before: Entry | None, first: Entry, second: Entry, *, name: str, merge: Merge
) -> tuple[Entry, list[str]]:
    """Return `first` with what `second` changed, part by part; and what stays in history alone."""
    ended = _both_ended(before, first, second)
    joined = _with_front(before, first, second, outcome=not ended)
    joined, notes = _with_head(before, joined, second, name)
    for section in second.page.sections:
        was, theirs = _section(before, section.name), _section(second, section.name)
        if theirs in (_section(joined, section.name), was):
            continue
        whole = _with_section(joined, section.name, was, theirs or "", merge, unite=not ended)
        if whole is None:
            whole, note = _beside(before, joined, second, section.name, name)
            notes += note
        joined = whole
    return joined, notes


def _with_front(before: Entry | None, first: Entry, second: Entry, *, outcome: bool) -> Entry:
    """Return `first` with the keys that `second` changed, the outcome's only where asked."""
    was, mine, other = (dict(page.front) if page else {} for page in (before, first, second))
    if not outcome:
        other |= {key: mine.get(key) for key in OUTCOME}
    front, _ = join_mappings(was, mine, other)
    keys = [*mine, *(key for key in front if key not in mine)]
    wanted = {key: front.get(key) for key in keys if not same(mine.get(key), front.get(key))}
    try:
        return first.set(**wanted) if wanted else first
    except JournalError:
        return first


def _with_head(
    before: Entry | None, joined: Entry, second: Entry, name: str
) -> tuple[Entry, list[str]]:
    """Return the page with the title and what stands above its first section, as they changed."""
    was, mine, other = (_head(page) if page else "" for page in (before, joined, second))
    if other in (mine, was):
        return joined, []
    if mine != was:
        return joined, [f"the title of {name}, {second.title!r}, is in history"]
    at = joined.page.body
    return _parsed(joined.text[:at] + other + joined.text[at + len(mine) :]) or joined, []


def _head(entry: Entry) -> str:
    sections = entry.page.sections
    return entry.text[entry.page.body : sections[0].start if sections else None]


def _section(entry: Entry | None, name: str) -> str | None:
    found = entry.page.section(name) if entry else None
    return entry.text[found.body : found.end] if entry and found else None


def _with_section(
    joined: Entry, name: str, was: str | None, theirs: str, merge: Merge, *, unite: bool
) -> Entry | None:
    """Return the page with a section joined as text, None where both changed the same lines."""
    found = joined.page.section(name)
    if found is None:
        return None
    here = joined.text[found.body : found.end]
    merged = merge(*(text.encode() for text in (was or "", here, theirs)))
    text = merged.decode() if merged is not None else None
    if text is None and unite:
        text = _both_added(was or "", here, theirs, newline=joined.page.newline)
    if text is None:
        return None
    return _parsed(joined.text[: found.body] + text + joined.text[found.end :])


def _both_added(was: str, here: str, theirs: str, *, newline: str) -> str | None:
    """Return what both sides added behind what was there; None where one changed that."""
    start = was.rstrip()
    if not (here.startswith(start) and theirs.startswith(start)):
        return None
    end = len(here.rstrip())
    lead = newline * 2
    return f"{here[:end]}{lead}{theirs[len(start) :].strip()}{here[end:] or newline}"


def _beside(
    before: Entry | None, joined: Entry, second: Entry, section: str, name: str
) -> tuple[Entry, list[str]]:
    """Return the page with the other side's words of a section under a heading of their own."""
    notes = []
    if _blocks(second, section) not in (_blocks(joined, section), _blocks(before, section)):
        notes.append(f"{section}: what {name} says in its blocks is in history")
    words = second.prose(section).strip()
    known = [page.prose(section).strip() for page in (joined, before) if page]
    if not words or words in known:
        return joined, notes
    try:
        return joined.append(section, f"### As written in commit {name}", words), notes
    except JournalError:
        return joined, [*notes, f"{section}: what {name} says is in history"]


def _blocks(entry: Entry | None, section: str) -> list[str]:
    found = entry.page.section(section) if entry else None
    if entry is None or found is None:
        return []
    return [
        entry.text[fence.start : fence.end]
        for fence in entry.page.fences
        if fence.name and found.body <= fence.start < found.end
    ]


def _parsed(text: str) -> Entry | None:
    try:
        return Entry.parse(text)
    except JournalError:
        return None
