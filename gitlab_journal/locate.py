"""Where the journal of a project lies."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from gitlab_journal.errors import ArgumentError, JournalNotFoundError
from gitlab_journal.store.place import COVER

VARIABLE = "GITLAB_JOURNAL"
OFF = "off"


def switched_off() -> bool:
    """Say whether the environment switches the journal off (`GITLAB_JOURNAL=off`)."""
    return os.environ.get(VARIABLE, "").strip().lower() == OFF


def locate_journal(given: str | Path | None = None, *, project: Path | None = None) -> Path:
    """Return the journal's folder; raises JournalNotFoundError where there is none.

    Looked for in this order: `given`, the variable GITLAB_JOURNAL, `[tool.gitlab-journal] path`
    in the nearest pyproject.toml of the project, a `journal.md` in the current folder or above,
    the sibling folder `<project>-journal`.
    """
    here = Path.cwd()
    project = (project or here).resolve()
    if given is not None:
        return Path(given).expanduser()
    if (named := os.environ.get(VARIABLE)) and not switched_off():
        return Path(named).expanduser()
    if (configured := _configured(project)) is not None:
        return configured
    for folder in (here, *here.parents):
        if (folder / COVER).is_file():
            return folder
    sibling = sibling_of(project)
    if (sibling / COVER).is_file():
        return sibling
    raise JournalNotFoundError(
        f"no journal found for {project}: neither journal=, {VARIABLE}, [tool.gitlab-journal] path "
        f"in pyproject.toml, a {COVER} here or above, nor {sibling}; make one with "
        f"`glj init {_shown(sibling)}`, or train without one: {VARIABLE}={OFF}"
    )


def sibling_of(project: Path) -> Path:
    """Return the folder where a project's journal lies by default, beside it."""
    return project.parent / f"{project.name}-journal"


def _configured(project: Path) -> Path | None:
    for folder in (project, *project.parents):
        path = folder / "pyproject.toml"
        if not path.is_file():
            continue
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ArgumentError(f"{path}: {error}") from error
        named = table.get("gitlab-journal", {}).get("path")
        if named is not None and not isinstance(named, str):
            raise ArgumentError(f"{path}: [tool.gitlab-journal] path must be a string: {named!r}")
        return (folder / named).resolve() if named else None
    return None


def _shown(path: Path) -> str:
    relative = os.path.relpath(path)
    return min((relative, str(path)), key=len)
