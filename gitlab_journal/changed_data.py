"""What changed in the data of an experiment."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.data import STATE
from gitlab_journal.phrases import count_words, cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = Mapping[str, Any]
    Rows = Mapping[str, Row]
    Change = tuple[str, Row | None, Row | None, str]

_TABLE = 2  # dimensions
_FEW_RUNS = 2


def data_changes(before: Rows, after: Rows, *, width: int) -> Iterator[Change]:
    """Yield name, row before, row after and words for each data argument that differs.

    The words fit into `width` columns where the names leave room.
    """
    was, now = _counted(before), _counted(after)
    pairs = _paired(was, now)
    for name, row in now.items():
        old_name = pairs.get(name)
        if old_name is None:
            yield name, None, row, f"{name} is new among the data{_size(row)}"
            continue
        old = was[old_name]
        same = old.get("hash") == row.get("hash")
        if same and _key(name, row) == _key(old_name, old):
            continue
        words = f"{name}: {_facts(old, row, width - len(name) - 2)}"
        if same:
            words = _renamed(name, old_name, old, row)
        yield name, old, row, words
    for name in was.keys() - pairs.values():
        yield name, was[name], None, f"{name} is gone from the data"


def state_changes(before: Rows, after: Rows) -> Iterator[Change]:
    """Yield name, row before, row after and words for each model that brings other weights."""
    was, now = states(before), states(after)
    several = len(was.keys() | now.keys()) > 1
    for name in dict.fromkeys([*now, *was]):
        old, row = was.get(name), now.get(name)
        if (old or {}).get("hash") != (row or {}).get("hash"):
            words = _state_words(old, row)
            yield name, old, row, f"{name} {words}" if several else words


def renamed_data(before: Rows, after: Rows) -> dict[str, str]:
    """Return the data arguments that have another name now, by their old one."""
    was, now = _counted(before), _counted(after)
    return {
        old: name
        for name, old in _paired(was, now).items()
        if old != name
        and was[old].get("hash") == now[name].get("hash")
        and _key(old, was[old]) != _key(name, now[name])
    }


def states(rows: Rows) -> dict[str, Row]:
    """Return the rows of weights that models bring along."""
    return {name: row for name, row in rows.items() if row.get("role") == STATE}


def _counted(rows: Rows) -> dict[str, Row]:
    return {name: row for name, row in rows.items() if row.get("role") != STATE}


def _key(name: str, row: Row) -> str:
    """Return by what a row counts in `data_hash`."""
    return str(row.get("role") or name)


def _paired(was: Rows, now: Rows) -> dict[str, str]:
    """Return which earlier argument each is: of the same name, else role, else digest."""
    pairs = {name: name for name in now if name in was}
    for alike in (_key, lambda _, row: row.get("hash") or row):
        for name, row in now.items():
            free = [one for one in was if one not in pairs.values() and one not in now]
            found = [one for one in free if alike(one, was[one]) == alike(name, row)]
            if name not in pairs and found:
                pairs[name] = found[0]
    return pairs


def _renamed(name: str, old_name: str, old: Row, row: Row) -> str:
    if name != old_name:
        return f"{name} was called {old_name}"
    return f"{name}: role {row.get('role', 'none')}, before {old.get('role', 'none')}"


def _size(row: Row) -> str:
    shape = row.get("shape")
    return f", {_times(shape)}" if isinstance(shape, list) and shape else ""


def _times(shape: Sequence[Any]) -> str:
    return " x ".join(f"{size:,}" if isinstance(size, int) else str(size) for size in shape)


def _facts(old: Row, row: Row, room: int) -> str:
    """Return what differs in the contents of one argument."""
    columns = list(_columns(old, row, room))
    mixed = any("(" in str(one.get("dtype")) for one in (old, row))
    kinds = [
        f"{row.get(key, 'none')}, before {old.get(key, 'none')}"
        for key in ("type", "dtype")
        if old.get(key) != row.get(key) and not (columns and mixed)
    ]
    named = [str(one.get("name")) for one in (row, old) if one.get("name")]
    versions = [", before ".join(named)] if len(set(named)) > 1 else []
    facts = [*_sizes(old, row), *columns, *kinds] or _parts(old, row) or ["the values differ"]
    return cut("; ".join([*versions, *facts]), room)


def _sizes(old: Row, row: Row) -> Iterator[str]:
    was, now = (one.get("shape") or [] for one in (old, row))
    if was == now:
        return
    if not (was and now) or (was[1:] != now[1:] and not len(was) == len(now) == _TABLE):
        yield f"{_times(now) or 'no shape'}, before {_times(was) or 'none'}"
        return
    if was[0] != now[0]:
        yield f"{_length(now[0], 'row')}, before {_times(was[:1])}"
    if was[1:] != now[1:] and not ("columns" in old and "columns" in row):
        yield f"{_length(now[1], 'column')}, before {_times(was[1:])}"


def _length(size: Any, noun: str) -> str:
    return count_words(size, noun) if isinstance(size, int) else f"{size} {noun}s"


def _columns(old: Row, row: Row, room: int) -> Iterator[str]:
    """Yield which columns are new, gone, renamed, other, as far as both pages tell columns."""
    was, now = old.get("columns"), row.get("columns")
    if not isinstance(was, dict) or not isinstance(now, dict):
        return
    new, gone = [name for name in now if name not in was], [name for name in was if name not in now]
    for name in list(new):
        former = [one for one in gone if was[one] == now[name]]
        if len(former) == 1:
            new.remove(name)
            gone.remove(former[0])
            yield f"column {name} was called {former[0]}"
    if new:
        yield f"{_number(len(new), len(now), 'is', 'are')} new: {_names(new, room)}"
    if gone:
        yield f"{_number(len(gone), len(was), 'is', 'are')} gone: {_names(gone, room)}"
    differ = [name for name in now if name in was and was[name] != now[name]]
    if old.get("shape", [0])[:1] != row.get("shape", [0])[:1]:
        return  # with other rows every column differs
    if differ:
        yield f"{_number(len(differ), len(now), 'differs', 'differ')}: {_names(differ, room)}"
    elif was == now and list(was) != list(now):
        yield "its columns stand in another order"
    elif was == now:
        yield "its index differs, or the type of a label"


def _number(count: int, whole: int, one: str, several: str) -> str:
    return f"{count} of {count_words(whole, 'column')} {one if count == 1 else several}"


def _names(names: Sequence[str], room: int) -> str:
    """Return as many names as have room behind the words before them."""
    room -= len("10 of 10 columns differ: , ...")
    shown = names[:1]
    for name in names[1:]:
        if len(", ".join([*shown, name])) > room:
            return f"{', '.join(shown)}, ..."
        shown = [*shown, name]
    return ", ".join(shown)


def _parts(old: Row, row: Row) -> list[str]:
    """Return in which rows two arrays of one shape differ, as far as both pages tell."""
    was, now = (str(one.get("parts", "")).split() for one in (old, row))
    shape = row.get("shape")
    if len(was) != len(now) or was == now or not isinstance(shape, list) or len(was) > shape[0]:
        return []
    differ = [i for i, (one, other) in enumerate(zip(was, now, strict=True)) if one != other]
    if len(differ) == len(now):
        return ["the values differ from the first rows to the last"]
    runs = [
        [i for _, i in run] for _, run in groupby(enumerate(differ), lambda pair: pair[1] - pair[0])
    ]
    spans = [_span(run[0], run[-1], shape[0], len(now)) for run in runs]
    verb = "differs" if len(differ) == 1 else "differ"
    where = " and ".join(spans) if len(spans) <= _FEW_RUNS else f"from {spans[0]} to {spans[-1]}"
    return [f"{len(differ)} of {len(now)} parts {verb}, {where}"]


def _span(first: int, last: int, rows: int, parts: int) -> str:
    """Return the rows, counted from 0, of the parts from the first to the last."""
    start, end = rows * first // parts, rows * (last + 1) // parts - 1
    return f"row {start:,}" if start == end else f"rows {start:,} to {end:,}"


def _state_words(old: Row | None, row: Row | None) -> str:
    if "steps" not in (old or row or {}):
        if old and row:
            return "comes in fitted otherwise"
        return "comes in fitted, before unfitted" if row else "comes in unfitted, before fitted"
    now, was = (_steps(one) for one in (row, old))
    if now == was:
        return f"starts from other weights, both {now}"
    return f"starts from other weights: {now}, before {was}"


def _steps(row: Row | None) -> str:
    if row is None:
        return "none"
    steps = row.get("steps")
    if not isinstance(steps, int):
        return "of unknown training"
    return f"trained for {count_words(steps, 'step')}" if steps else "fresh"
