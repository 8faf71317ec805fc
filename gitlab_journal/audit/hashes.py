"""The hashes of a page, worked out again from what it shows."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from gitlab_journal.environment import LIBRARIES
from gitlab_journal.identity.data import STATE, combine_rows
from gitlab_journal.identity.params import params_hash
from gitlab_journal.identity.source.code import hash_code
from gitlab_journal.identity.source.libraries import minor
from gitlab_journal.identity.state import hash_of_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.entry import Entry

# What a page shows of these is all that was hashed; a text may stand for a path, a date, a class.
_EXACT = (bool, int, float, type(None))
_NO_LIBRARY = frozenset({"python", "platform", "backend", "device"})


def mismatches(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield the name of each hash that is wrong, with what it is a hash of."""
    if entry.params_hash and _params_are_wrong(entry):
        yield "params_hash", "the parameters"
    rows = entry.data
    counted = [row for row in rows.values() if row.get("role") != STATE]
    if all("hash" in row for row in rows.values()):
        if counted and entry.data_hash != combine_rows(rows).data_hash:
            yield "data_hash", "the rows of the block data"
        states = {name: row for name, row in rows.items() if row.get("role") == STATE}
        if states and entry.state_hash != hash_of_states(states):
            yield "state_hash", "the rows of state in the block data"
    if entry.code_hash and entry.functions and _code_is_wrong(entry):
        yield "code_hash", "the definitions in the block functions"


def _params_are_wrong(entry: Entry) -> bool:
    shown = {**entry.defaults, **entry.params}
    if not all(isinstance(value, _EXACT) for value in shown.values()):
        return False
    return params_hash(shown) != entry.params_hash


def _code_is_wrong(entry: Entry) -> bool:
    """Return whether no choice of the libraries that the page names gives its code_hash.

    A library that is not one of ours by name may have had another version than it says itself.
    """
    shown = entry.environment.items()
    versions = {name: minor(str(one)) for name, one in shown if name not in _NO_LIBRARY}
    if not versions.keys() <= LIBRARIES.keys():
        return False
    functions = tuple(sorted((name, str(row)) for name, row in entry.functions.items()))
    return not _gives(functions, tuple(sorted(versions.items())), str(entry.code_hash))


@lru_cache(maxsize=1024)  # many runs share their code
def _gives(
    functions: tuple[tuple[str, str], ...], versions: tuple[tuple[str, str], ...], code_hash: str
) -> bool:
    return any(
        hash_code(dict(functions), dict(chosen), first=first) == code_hash
        for count in range(len(versions) + 1)
        for chosen in combinations(versions, count)
        for first, _ in functions
    )
