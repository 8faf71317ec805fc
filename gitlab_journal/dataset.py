"""The names of a run's data sets: as the journal gives them, as they were before, or as guessed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.named import (
    base_and_version,
    base_of,
    names_of_all,
    version_of,
    versioned,
)
from gitlab_journal.identity.data import STATE, combine_rows
from gitlab_journal.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gitlab_journal.catalogue import Catalogue
    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk

    Rows = Mapping[str, Mapping[str, Any]]

_DIMENSIONS = 2  # of what is recognised wherever it occurs; labels alone may agree by chance


def name_data(desk: Desk, described: Described) -> Described:
    """Return `described` with names for its data sets, in their versions.

    First counts what `names` in journal.md says, then the name that the same data had before, then
    what the code around the call tells, then that a table has the columns of another. Other data
    under a known name are its next version: `digits (2)`. Reads the catalogue as it stands.
    """
    bare = {
        name: {key: value for key, value in row.items() if key != "name"}
        for name, row in described.rows.items()
    }
    declared = combine_rows(bare, names=desk.cover.names)
    if declared.data_hash is None:
        return described
    open_rows = {
        name: row
        for name, row in declared.rows.items()
        if row.get("role") != STATE and "name" not in row
    }
    known = desk.catalogue.ask(partial(names_of_all, data_hash=declared.data_hash))
    if known is None:
        found = _guessed(desk.catalogue, open_rows, described.guessed)
    else:
        found = {name: known[1].get(str(row["hash"]), "") for name, row in open_rows.items()}
    rows = {
        name: {"name": found[name], **row} if found.get(name) else dict(row)
        for name, row in declared.rows.items()
    }
    names = dict.fromkeys(str(row["name"]) for row in rows.values() if "name" in row)
    before = known[0] if known and declared.dataset is None else None
    return replace(described, rows=rows, dataset=before or ", ".join(names) or None)


def _guessed(catalogue: Catalogue, rows: Rows, guessed: Mapping[str, str]) -> dict[str, str]:
    """Return names for data in this constellation new to the journal, by argument."""
    bases = {name: _base(catalogue, row, guessed.get(name)) for name, row in rows.items()}
    found: dict[str, str] = {}
    for base in dict.fromkeys(base for base in bases.values() if base):
        members = [name for name, one in bases.items() if one == base]
        digests = {str(rows[name]["hash"]) for name in members}
        version = catalogue.ask(partial(version_of, base=base, digests=digests))
        found |= dict.fromkeys(members, versioned(base, version))
    return found


def _base(catalogue: Catalogue, row: Mapping[str, Any], guessed: str | None) -> str | None:
    if guessed and not redact(guessed)[1]:
        return base_and_version(guessed)[0]
    shape = row.get("shape")
    if isinstance(shape, list) and len(shape) < _DIMENSIONS:
        return None
    return catalogue.ask(partial(base_of, row=row))
