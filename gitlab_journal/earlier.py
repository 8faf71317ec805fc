"""The earlier runs that a run is related to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from gitlab_journal.catalogue.row import stamp
from gitlab_journal.fingerprint import relation
from gitlab_journal.identity.state import all_fresh

if TYPE_CHECKING:
    from gitlab_journal.catalogue import Row
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.fingerprint import Fingerprint

KINDS = ("duplicate", "running now", "failed before", "variant", "other weights", "replicate")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier entry and how this run stands to it (one of `KINDS`)."""

    kind: str
    entry: Entry


def find_earlier(desk: Desk, fingerprint: Fingerprint, *, name: str) -> list[Earlier]:
    """Return the related earlier entries, the nearest relation first, then the newest.

    What the journal declares equal (renamed and added parameters, code) counts as such. `name` is
    the function's: another one on the same data is no variant, nor a duplicate where
    the code of both cannot be read. Reads the catalogue, bringing it up to date first.
    """
    desk.catalogue.refresh()
    alike = [
        row
        for config, data in product(fingerprint.config_hashes, fingerprint.data_hashes)
        for row in desk.catalogue.find(config_hash=config, data_hash=data)
        if row.status in ("done", "failed", "running")
    ]
    rows = sorted(alike, key=_moment, reverse=True)
    found = []
    for row, entry in zip(rows, desk.entries(rows), strict=True):
        kind = relation(
            fingerprint,
            row,
            status=row.status,
            earlier_fresh=fingerprint.fresh and all_fresh(entry.data.values()),
        )
        by_name = kind == "variant" or fingerprint.code_hash is None
        if kind is not None and not (by_name and _of_another(entry, name)):
            found.append(Earlier(kind, entry))
    return sorted(found, key=lambda earlier: KINDS.index(earlier.kind))


def _moment(row: Row) -> tuple[str, str]:
    return (stamp(row.date) if row.date else "", row.id)


def _of_another(entry: Entry, name: str) -> bool:
    """Tell whether the page says that another function ran; one written by hand need not say."""
    return function_named(entry) not in (None, name)


def function_named(entry: Entry) -> str | None:
    """Return which function the page says that ran, None where it says nothing."""
    said = re.match(r"`([^`\n]+)`", entry.prose("Code"))
    return said[1] if said else None
