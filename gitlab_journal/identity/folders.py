"""The files inside a folder or behind a pattern of paths, links followed."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gitlab_journal.errors import DescriptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WILDCARDS = frozenset("*?[")
_LITTER = ".DS_Store"  # what macOS leaves in a folder that somebody looked at

# A file with its stat, or a link to a folder that it lies in with where it leads.
Found: TypeAlias = "tuple[str, os.stat_result | str]"


def is_pattern(text: str) -> bool:
    """Tell whether text holds a wildcard."""
    return not _WILDCARDS.isdisjoint(text)


def fixed_part(pattern: str) -> str:
    """Return the folder that a pattern starts from: what stands before the first wildcard."""
    parts = Path(pattern).parts
    wild = next(i for i, part in enumerate(parts) if is_pattern(part))
    return os.path.join(*parts[:wild]) if wild else "."  # noqa: PTH118 - paths are text here


def files_inside(folder: str, where: str, above: tuple[str, ...] = ()) -> Iterator[Found]:
    """Yield the files in a folder and the folders below it, by path.

    A link counts as what it leads to, but for one to a folder that it lies in. Raises
    DescriptionError, naming `where`, for what cannot be read.
    """
    for entry in _entries(folder, where):
        if entry.name == _LITTER:
            continue
        if entry.is_dir():
            route, back = _route(entry, folder, above)
            yield from [(entry.path, back)] if back else files_inside(entry.path, where, route)
        else:
            yield entry.path, _stat(entry, where)


def files_matching(pattern: str, where: str) -> Iterator[Found]:
    """Yield the files that match a pattern, and those inside the folders that do, by path.

    As in a shell, a wildcard matches no leading dot, `**` any number of folders. A file may come
    more than once. Raises DescriptionError, naming `where`, for what cannot be read.
    """
    start = fixed_part(pattern)
    parts = Path(pattern).relative_to(start).parts
    yield from _matching(start, parts, where, ())


def _matching(
    folder: str, parts: tuple[str, ...], where: str, above: tuple[str, ...]
) -> Iterator[Found]:
    part, rest = parts[0], parts[1:]
    deep = part == "**"
    if deep:
        yield from _matching(folder, rest or ("*",), where, above)
    for entry in _entries(folder, where):
        if not _matches(entry.name, part):
            continue
        if entry.is_dir():
            route, back = _route(entry, folder, above)
            if back:
                yield entry.path, back
            elif deep or rest:
                yield from _matching(entry.path, parts if deep else rest, where, route)
            else:
                yield from files_inside(entry.path, where, route)
        elif not (deep or rest):
            yield entry.path, _stat(entry, where)


def _matches(name: str, part: str) -> bool:
    hidden = name.startswith(".") and not part.startswith(".")
    return not hidden and (part == "**" or fnmatchcase(name, part))


def _route(
    entry: os.DirEntry[str], folder: str, above: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """Return the folders left behind by following links, and where a link leads back to, if so."""
    if not entry.is_symlink():
        return above, ""
    here, target = os.path.realpath(folder), os.path.realpath(entry.path)
    route = (*above, here)
    if any(os.path.commonpath([left, target]) == target for left in route):
        return route, f"-> {os.path.relpath(target, here)}"
    return route, ""


def _entries(folder: str, where: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError as error:
        raise DescriptionError(where, f"{folder} cannot be read: {error.strerror}") from error


def _stat(entry: os.DirEntry[str], where: str) -> os.stat_result:
    try:
        return entry.stat()
    except OSError as error:
        said = "is a link to nothing" if entry.is_symlink() else "cannot be read"
        raise DescriptionError(where, f"{entry.path} {said}: {error.strerror}") from error
