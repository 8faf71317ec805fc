"""What crashes left lying about, removed once it is surely nobody's."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from gitlab_journal.store.runs.lease import LEASE, clock_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

MARKER = "marker.json"
_LONG = 30 * 86400.0  # a run that was called dead may still end within it
_HALF_WRITTEN = re.compile(r"\.(?:clock-|.+\.)[0-9a-f]{8}")
_HALF_AN_OBJECT = re.compile(r"tmp_obj_[0-9a-f]{8}")  # git's own end in six letters
_CRASHED = "crashed"


def run_folders(folder: Path) -> list[Path]:
    """Return the folders of runs, the oldest first; removes what a crash left beside them.

    Raises OSError where the folder is missing or may not be read.
    """
    found = sorted(path for path in folder.iterdir() if not path.is_symlink())
    doubtful = []
    for path in found:
        if path.name.startswith(".gone-"):  # a crash in `Runs.forget`
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(".new-") or not (path / MARKER).exists():
            doubtful.append(path)
    if doubtful:
        _remove_old(folder, doubtful, lambda path: LEASE if path.name[0] == "." else _LONG)
    return [path for path in found if not path.name.startswith(".")]


def note_crash(state: Path) -> None:
    """Note that a process died here, so that `sweep` looks for what it left. Raises nothing."""
    with suppress(OSError):
        (state / _CRASHED).touch(exist_ok=True)


def sweep(state: Path, objects: Path) -> None:
    """Remove half-written files of ours that are older than a lease, where a process died.

    Raises nothing. Looks a lease after a crash, since by then what it left is as old as that,
    and again where some of it was not.
    """
    note = state / _CRASHED
    try:
        noted = note.stat().st_mtime
        if clock_of(state) - noted <= LEASE:
            return
        half = [*_matching(state, _HALF_WRITTEN), *_half_objects(objects)]
        _remove_old(state, half, lambda _: LEASE)
        if any(path.exists() for path in half):
            note.touch()
        else:
            note.unlink()
    except OSError:  # no process died, or this user may only read
        return


def _half_objects(objects: Path) -> list[Path]:
    folders = [item.name for item in os.scandir(objects) if len(item.name) == 2]  # noqa: PLR2004
    return [path for name in folders for path in _matching(objects / name, _HALF_AN_OBJECT)]


def _matching(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return [folder / item.name for item in os.scandir(folder) if pattern.fullmatch(item.name)]


def _remove_old(folder: Path, paths: Sequence[Path], age: Callable[[Path], float]) -> None:
    with suppress(OSError):
        now = clock_of(folder)
        for path in paths:
            if now - path.lstat().st_mtime > age(path):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
