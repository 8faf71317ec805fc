"""Two versions of journal.md joined by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.clones.three_ways import join_mappings, same
from gitlab_journal.cover import Cover
from gitlab_journal.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitlab_journal.clones.three_ways import Both

    Merge = Callable[[bytes, bytes, bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class JoinedCover:
    """The cover that both sides made; `whole` is false where their introduction is not in it.

    `settings` names the settings that both sides changed, `notes` says what became of values
    that could not be united.
    """

    text: str
    settings: tuple[str, ...]
    notes: tuple[str, ...]
    whole: bool


def join_covers(
    base: bytes | None, ours: bytes, theirs: bytes, *, theirs_newer: bool, merge: Merge
) -> JoinedCover | None:
    """Return journal.md with what both sides changed since `base`; None where one is damaged.

    Mappings and lists are united; of a value that both changed, the newer commit's stands. The
    introduction is joined by `merge`, which returns None where it cannot; then ours stays.
    """
    try:
        covers = [Cover.parse(text.decode()) for text in (ours, theirs)]
        before = Cover.parse(base.decode()) if base is not None else None
        mine, other = covers
        was = before.settings if before else {}
        settings, both = join_mappings(
            *(_listed(found) for found in (was, mine.settings, other.settings)),
            prefer_theirs=theirs_newer,
        )
        changed = _changed_by_both(was, mine.settings, other.settings)
        notes = tuple(_note(item, theirs_newer=theirs_newer) for item in both)
        whole = merge(base or b"", ours, theirs)
        if whole is not None and _says(whole, settings):
            return JoinedCover(whole.decode(), changed, notes, whole=True)
        joined = _with(mine, settings)
    except (PageError, UnicodeDecodeError):
        return None
    body = merge(*((page.body if page else "").encode() for page in (before, mine, other)))
    head = joined.text[: joined.page.body]
    text = joined.text if body is None else head + body.decode()
    return JoinedCover(text, changed, notes, whole=body is not None)


def _with(cover: Cover, settings: Mapping[str, Any]) -> Cover:
    """Return the cover with just these settings, every other byte kept. Raises PageError."""
    gone = dict.fromkeys(name for name in cover.settings if name not in settings)
    kept = {
        name: value
        for name, value in settings.items()
        if not same(_listed(cover.settings).get(name), value)
    }
    return cover.set(**gone, **kept) if gone or kept else cover


def _says(text: bytes, settings: Mapping[str, Any]) -> bool:
    try:
        found = _listed(Cover.parse(text.decode()).settings)
    except (PageError, UnicodeDecodeError):
        return False
    return _sorted(found) == _sorted(settings)


def _listed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with a lone word as the list of one that it stands for, without nulls."""
    lists = ("ignore", "replicate", "baselines")
    return {
        name: [value] if name in lists and isinstance(value, str) else value
        for name, value in settings.items()
        if value is not None
    }


def _sorted(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(map(repr, value)) if isinstance(value, list) else value
        for name, value in settings.items()
    }


def _changed_by_both(
    was: Mapping[str, Any], mine: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[str, ...]:
    names = dict.fromkeys([*mine, *other])
    return tuple(
        name
        for name in names
        if not same(mine.get(name), other.get(name))
        and not same(mine.get(name), was.get(name))
        and not same(other.get(name), was.get(name))
    )


def _note(both: Both, *, theirs_newer: bool) -> str:
    if both.ours is None or both.theirs is None:
        value = both.theirs if both.ours is None else both.ours
        return f"{both.key}: one side removed it, {value!r} of the other stays"
    kept, left = (both.theirs, both.ours) if theirs_newer else (both.ours, both.theirs)
    return f"{both.key}: {kept!r} of the newer commit stands, {left!r} is in history"
