"""The folder that a site is written to, with its list of what was written there."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import ArgumentError
from gitlab_journal.page.portable import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MANIFEST = ".gitlab-journal-site.json"
_NAMED = 3  # files named in a refusal


@dataclass(frozen=True, slots=True)
class Made:
    """One file of the site: what it was made from, what it holds, which links it asked for."""

    inputs: str
    content: str
    size: int
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site was made from as a whole, and its files by path."""

    key: str = ""
    files: dict[str, Made] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """Return what was written to `folder` before; nothing for a new or an empty one.

    Raises ArgumentError for a folder that holds files of someone else, so that none is overwritten.
    """
    path = folder / MANIFEST
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"{folder} is a file; the site needs a folder")
    if not path.is_file():
        others = sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []
        if others:
            named = ", ".join(others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
            raise ArgumentError(
                f"{folder} holds files that are no site of ours ({named}); expected a new or an "
                f"empty folder, or one rendered before"
            )
        return Manifest()
    return _parsed(path, folder)


def _parsed(path: Path, folder: Path) -> Manifest:
    try:
        said: Any = from_json(path.read_bytes())
        files = {
            name: Made(inputs, content, size, tuple(asked))
            for name, (inputs, content, size, *asked) in said["files"].items()
        }
        manifest = Manifest(str(said["key"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArgumentError(
            f"{path} is damaged, so what was rendered to {folder} is unknown.\n"
            f"  delete the folder, then render again: rm -r {shlex.quote(str(folder))}"
        ) from error
    for name in files:
        _check_name(name, path)
    return manifest


def _check_name(name: str, path: Path) -> None:
    """Refuse a list that names files outside of its folder: it may come with a stranger's clone."""
    if not name or name.startswith("/") or "/../" in f"/{name}/":
        raise ArgumentError(f"{path} names {name!r}, which lies outside of its folder")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the list of the site's files, the same bytes for the same site."""
    files = {
        name: [made.inputs, made.content, made.size, *made.asked]
        for name, made in sorted(manifest.files.items())
    }
    about = {"key": manifest.key, "files": files}
    write_file(folder, MANIFEST, json.dumps(about).encode())


def content_digest(content: bytes) -> str:
    """Return the digest of a file's content."""
    return blake2b(content, digest_size=16).hexdigest()


def write_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file of the site at once: beside its place, then into it.

    Raises ArgumentError where its folder leads out of the site.
    """
    path = folder / name
    _check_inside(folder, path.parent)
    beside = path.with_name(f".{os.getpid()}.new")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)  # so that no link of this name is followed
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _check_inside(folder: Path, parent: Path) -> None:
    """Refuse a folder that a symbolic link leads out of the site: it may come with a clone.

    `folder` is free of links itself.
    """
    if not f"{os.path.realpath(parent)}/".startswith(f"{folder}/"):
        raise ArgumentError(f"{parent} leads out of {folder}; a site holds no such links")


def remove_files(folder: Path, names: Iterable[str]) -> int:
    """Delete files that we wrote, then the folders left empty; return how many were there."""
    removed = 0
    for name in names:
        path = folder / name
        if path.parent.is_dir() and path.is_file():
            _check_inside(folder, path.parent)
            path.unlink()
            removed += 1
        for parent in path.parents:
            if parent == folder or (parent.is_dir() and any(parent.iterdir())):
                break
            if parent.is_dir():
                parent.rmdir()
    return removed


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Return whether every file of the list is there in its size."""
    return all(stands(folder, name, made) for name, made in manifest.files.items())


def stands(folder: Path, name: str, made: Made) -> bool:
    """Return whether a file is there as it was made, by its size."""
    try:
        return os.stat(f"{folder}/{name}").st_size == made.size  # noqa: PTH116  # of 10,000 files
    except OSError:
        return False


def put(folder: Path, name: str, content: bytes, made: Made, before: Made | None) -> bool:
    """Write a file unless it stands in these very bytes already; return whether it was written."""
    if before and before.content == made.content and stands(folder, name, made):
        return False
    write_file(folder, name, content)
    return True
