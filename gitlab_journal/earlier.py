"""The earlier runs that a run is related to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from gitlab_journal.fingerprint import relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.catalogue import Alike
    from gitlab_journal.desk import Desk
    from gitlab_journal.entry import Entry
    from gitlab_journal.fingerprint import Fingerprint

KINDS = ("duplicate", "running now", "failed before", "variant", "other weights", "replicate")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run and how this one stands to it (one of `KINDS`); its page is read on demand."""

    kind: str
    id: str
    read: Callable[[], Entry]

    @property
    def entry(self) -> Entry:
        """Read the page; raises PageError, StoreError."""
        return self.read()


def find_earlier(desk: Desk, fingerprint: Fingerprint, *, name: str) -> list[Earlier]:
    """Return the related earlier entries, the nearest relation first, then the newest.

    What the journal declares equal (renamed and added parameters, code) counts as such. `name` is
    the function's: another one on the same data is no variant, nor a duplicate where
    the code of both cannot be read. Reads the catalogue, bringing it up to date first, and no page.
    """
    desk.catalogue.refresh()
    runs = [
        run
        for config, data in product(fingerprint.config_hashes, fingerprint.data_hashes)
        for run in desk.catalogue.alike(config_hash=config, data_hash=data)
    ]
    found = []
    for run in sorted(runs, key=_moment, reverse=True):
        fresh = fingerprint.fresh and run.fresh
        kind = relation(fingerprint, run, status=run.status, earlier_fresh=fresh)
        by_name = kind == "variant" or fingerprint.code_hash is None
        if kind is not None and not (by_name and run.function not in (None, name)):
            found.append(Earlier(kind, run.id, _reading(desk, run)))
    return sorted(found, key=lambda earlier: KINDS.index(earlier.kind))


def _reading(desk: Desk, run: Alike) -> Callable[[], Entry]:
    return lambda: desk.entry(run)


def _moment(run: Alike) -> tuple[str, str]:
    return (run.date or "", run.id)
