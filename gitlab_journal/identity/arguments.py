"""Which arguments of a call are data, which are parameters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gitlab_journal.errors import ArgumentError
from gitlab_journal.identity.data import role_of
from gitlab_journal.identity.digests import last_name
from gitlab_journal.identity.folders import fixed_part, is_pattern
from gitlab_journal.identity.hints import reads_once
from gitlab_journal.identity.params import IGNORE
from gitlab_journal.identity.tables.kinds import kind_of, made_of


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call's arguments by name: data, parameters, the roles of the data, remarks for the page."""

    data: dict[str, object]
    params: dict[str, object]
    roles: dict[str, str]
    notes: tuple[str, ...]


def sort_arguments(
    values: Mapping[str, object],
    *,
    data: Sequence[str] | Mapping[str, str] | None = None,
    ignore: Iterable[str] = (),
) -> Arguments:
    """Return the arguments, sorted: `data` names those that are data, else their types tell.

    Arrays, frames, sparse matrices, tensors, data sets and existing files given as pathlib.Path
    are data, and lists or mappings of nothing but those; all else is a parameter. What `ignore`
    names (it adds to `n_jobs` and `verbose`) is left out. Looks whether paths exist, writes
    nothing. Raises ArgumentError for a folder, a missing path or a stream that is not named, or a
    name that is no argument.
    """
    left_out = IGNORE.union(ignore)
    kept = {name: value for name, value in values.items() if last_name(name) not in left_out}
    roles = _roles(data, values)
    named = None if data is None else set(roles or ())
    chosen: dict[str, object] = {}
    params: dict[str, object] = {}
    notes: list[str] = []
    for name, value in kept.items():
        _refuse_stream(name, value)
        if name in named if named is not None else made_of(value, _is_data):
            chosen[name] = value
            continue
        _refuse_path(name, value)
        params[name] = value
        notes += _note(name, value)
    found = {name: roles.get(name) or role_of(name) for name in chosen}
    return Arguments(
        chosen, params, {name: role for name, role in found.items() if role}, tuple(notes)
    )


def _roles(
    data: Sequence[str] | Mapping[str, str] | None, values: Mapping[str, object]
) -> dict[str, str | None]:
    """Return the roles of the arguments that `data` names, None for one without a role."""
    if data is None:
        return {}
    if isinstance(data, str):
        raise ArgumentError(f"data must be a sequence of names, not the text {data!r}: [{data!r}]")
    if isinstance(data, Mapping):
        roles: dict[str, str | None] = {name: role for role, name in data.items()}
        if len(roles) < len(data):
            raise ArgumentError(f"data names an argument in two roles: {dict(data)}")
    else:
        roles = dict.fromkeys(data)
    for name in roles:
        if name not in values:
            raise ArgumentError(
                f"data names {name!r}, which is no argument; "
                f"there are {', '.join(values) or 'none'}"
            )
    return roles


def _is_data(value: object) -> bool:
    if isinstance(value, Path):
        return os.path.isfile(value)  # noqa: PTH113 - False where pathlib may raise PermissionError
    return kind_of(value) is not None


def _refuse_stream(name: str, value: object) -> None:
    if reads_once(value):
        raise ArgumentError(
            f"{name} is a {type(value).__name__}, which can be read only once; pass a list, an "
            f"array or a pathlib.Path, or name it in ignore: ignore=[{name!r}]"
        )


def _refuse_path(name: str, value: object) -> None:
    """Refuse a path whose meaning a run may change: an output folder exists the second time."""
    if not isinstance(value, Path) or os.path.isfile(value):  # noqa: PTH113
        return
    found = "a pattern of paths," if is_pattern(str(value)) else "a path without a file,"
    if os.path.isdir(value):  # noqa: PTH112
        found = "the folder"
    raise ArgumentError(
        f"{name} is {found} {str(value)!r}. If the function reads it, name it in data: "
        f"data=[{name!r}]; if it writes there, in ignore: ignore=[{name!r}]"
    )


def _note(name: str, value: object) -> list[str]:
    """Return a remark on text or a path that names a file whose content does not count."""
    if isinstance(value, list | tuple) and value and all(map(_names_a_file, value)):
        note = f"`{name}` is a list of texts, which name files; their content does not count. "
        return [note + f"Name it in data to have it count: data=[{name!r}]."]
    if isinstance(value, Mapping | list | tuple):
        return _note_of_parts(name, value)
    if _names_a_file(value):
        note = f"`{name}` is the text {value!r}, which names a file; its content does not count. "
        return [note + "Pass a pathlib.Path to have it count."]
    if isinstance(value, str) and is_pattern(value) and _starts_in_a_folder(value):
        note = f"`{name}` is the text {value!r}; the content of files that it may match does not "
        return [note + f"count. Name it in data to have it count: data=[{name!r}]."]
    return []


def _starts_in_a_folder(pattern: str) -> bool:
    start = fixed_part(pattern)
    return start != "." and os.path.isdir(start)  # noqa: PTH112 - False for what is too long, too


def _names_a_file(value: object) -> bool:
    return isinstance(value, str) and os.path.isfile(value)  # noqa: PTH113 - as above


def _note_of_parts(name: str, value: Mapping[str, object] | Sequence[object]) -> list[str]:
    """Return a remark on the files that stand as paths beside other values."""
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    files = [
        f"`{name}[{key!r}]`" for key, part in parts if isinstance(part, Path) and part.is_file()
    ]
    if not files:
        return []
    note = f"{', '.join(files)}: a path beside other values counts as text, not by its content. "
    return [note + "Pass it as an argument of its own to have the content count."]
