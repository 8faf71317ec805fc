"""The data of an experiment, described and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import canonical
from gitlab_journal.identity.digests import PREFIX, digest
from gitlab_journal.identity.files import digest_path, located, outline_path
from gitlab_journal.identity.place import Place
from gitlab_journal.identity.tables.kinds import kind_of

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.files import FileCache

STATE = "state"
ROLES = {
    name.lower(): name
    for name in (
        *("X", "y", "X_train", "y_train", "X_val", "y_val", "X_test", "y_test"),
        *("train_data", "val_data", "test_data"),
    )
}


@dataclass(frozen=True, slots=True)
class Data:
    """What a page and a fingerprint say of an experiment's data.

    `rows` are by argument; `dataset` is the name that the journal gives to the data, if any.
    `data_hash` is None where there are no data.
    """

    rows: dict[str, dict[str, Any]]
    data_hash: str | None
    dataset: str | None


def role_of(name: str) -> str | None:
    """Return the role that an argument's name says: `X_train` for `x_train`, None for others."""
    return ROLES.get(name.lower())


def data_hash(data: object) -> str:
    """Return the digest of one value, or of several by role in a mapping.

    Reads files and folders given as pathlib.Path. Raises DescriptionError.
    """
    if isinstance(data, Mapping) and kind_of(data) is None:  # scipy's dok is a dict, too
        hashes = {str(name): _hash(value, f"data.{name}", None) for name, value in data.items()}
        return _of_pairs([(role_of(name) or name, found) for name, found in hashes.items()])
    return _hash(data, "data", None)


def describe_data(
    values: Mapping[str, object],
    *,
    roles: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    cache: FileCache | None = None,
) -> Data:
    """Return the description of data by argument, with what tells the parts of each apart.

    `roles` says what each is for, else its name does; `names` maps digests, or their first digits,
    to names of data sets; `cache` remembers the digests of files. Raises DescriptionError.
    """
    rows = {}
    for name, value in values.items():
        given = (roles or {}).get(name)
        role = role_of(given or name) or given
        row = {"role": role} if role else {}
        found, parts = _detailed(value, f"data.{name}", cache)
        rows[name] = row | _outline(value) | parts | {"hash": found}
    return combine_rows(rows, names=names)


def combine_rows(
    rows: Mapping[str, Mapping[str, Any]], *, names: Mapping[str, str] | None = None
) -> Data:
    """Return the rows with the names of their data sets, the digest of all and its name.

    Rows of the role `state` pass through and play no part.
    """
    counted = {name: row for name, row in rows.items() if row.get("role") != STATE}
    if not counted:
        return Data({name: dict(row) for name, row in rows.items()}, None, None)
    pairs = [(str(row.get("role") or name), str(row["hash"])) for name, row in counted.items()]
    found = _of_pairs(pairs)
    whole = _name(found, names or {})
    named: dict[str, dict[str, Any]] = {}
    for name, row in rows.items():
        known = _name(str(row["hash"]), names or {}) or whole if name in counted else None
        named[name] = ({"name": known} if known else {}) | dict(row)
    known_names = dict.fromkeys(row["name"] for row in named.values() if "name" in row)
    return Data(named, found, whole or ", ".join(known_names) or None)


def _of_pairs(pairs: list[tuple[str, str]]) -> str:
    return digest({"$data_by_role": [list(pair) for pair in sorted(pairs)]})


def _name(found: str, names: Mapping[str, str]) -> str | None:
    """Return the name of a digest that `names` knows, by its first digits."""
    digits = found.removeprefix(PREFIX)
    for known, name in names.items():
        if digits.startswith(known.removeprefix(PREFIX)):
            return name
    return None


def _detailed(value: object, where: str, cache: FileCache | None) -> tuple[str, dict[str, Any]]:
    """Return the digest of a value, and its columns or parts by digits of their own."""
    kind = kind_of(value)
    if kind is None or kind.detail is None:
        return _hash(value, where, cache), {}
    return kind.detail(value, _place(where, cache))


def _place(where: str, cache: FileCache | None) -> Place:
    return Place(describe_with=partial(_describe, cache=cache), step=where)


def _hash(value: object, where: str, cache: FileCache | None) -> str:
    place = _place(where, cache)
    kind = kind_of(value)
    if kind is not None:
        return kind.hash(value, place)
    found = located(value)
    if isinstance(found, Path):
        return digest_path(found, cache=cache, where=place.path)
    return digest(place.describe(found))


def _describe(value: object, place: Place, *, cache: FileCache | None) -> Tree:
    """Return the tree of a part of the data: paths by content, all else as among parameters."""
    if isinstance(value, Path):
        return {"$data": digest_path(value, cache=cache, where=place.path)}
    return canonical(value, place)


def _outline(value: object) -> dict[str, Any]:
    """Return type, shape and dtype of a value, as far as it has them."""
    kind = kind_of(value)
    if kind is not None:
        shape = None if kind.shape is None else [int(length) for length in kind.shape]
        outline = {"type": kind.type, "shape": shape, "dtype": kind.dtype}
        return {name: item for name, item in outline.items() if item is not None}
    path = located(value)
    if isinstance(path, Path):
        return {"type": outline_path(path)}
    sized = {"shape": [len(value)]} if isinstance(value, list | tuple | Mapping) else {}
    return {"type": type(value).__name__, **sized}
