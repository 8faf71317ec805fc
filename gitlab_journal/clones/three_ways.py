"""Join two values that were made from one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Both:
    """A key that both sides changed, each in its own way; None where a side removed it."""

    key: str
    ours: Any
    theirs: Any


def join_mappings(
    base: Mapping[str, Any],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    prefer_theirs: bool = False,
    above: str = "",
) -> tuple[dict[str, Any], list[Both]]:
    """Return `ours` with what `theirs` changed since `base`, and where both changed one key.

    Mappings are joined key by key, lists united. Where both changed a value, that of the
    preferred side stands; what one removed and the other changed stays. Null is absent.
    """
    joined: dict[str, Any] = {}
    both: list[Both] = []
    for key in dict.fromkeys([*ours, *theirs]):
        was, mine, other = base.get(key), ours.get(key), theirs.get(key)
        name = f"{above}{key}"
        if same(mine, other) or same(other, was):
            value = mine
        elif same(mine, was):
            value = other
        elif isinstance(mine, Mapping) and isinstance(other, Mapping):
            inner = was if isinstance(was, Mapping) else {}
            value, deeper = join_mappings(
                inner, mine, other, prefer_theirs=prefer_theirs, above=f"{name}."
            )
            both += deeper
        elif isinstance(mine, list) and isinstance(other, list):
            value = join_lists(was if isinstance(was, list) else [], mine, other)
        else:
            both.append(Both(name, mine, other))
            value = _chosen(mine, other, prefer_theirs=prefer_theirs)
        if value is not None:
            joined[key] = value
    return joined, both


def join_lists(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """Return `ours` without what `theirs` removed since `base`, with what they added at the end."""
    gone = [item for item in base if not _holds(theirs, item)]
    kept = [item for item in ours if not _holds(gone, item)]
    new = [item for item in theirs if not _holds(base, item) and not _holds(ours, item)]
    return kept + new


def same(one: object, other: object) -> bool:
    """Return whether two values of a page say the same; 1 is not true, NaN is NaN."""
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


def _holds(values: Sequence[Any], value: object) -> bool:
    return any(same(value, item) for item in values)


def _chosen(mine: object, other: object, *, prefer_theirs: bool) -> object:
    if mine is None or other is None:
        return other if mine is None else mine
    return other if prefer_theirs else mine
