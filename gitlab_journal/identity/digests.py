"""Digests of trees of plain values.

The canonical form of a value is a tree of dicts, lists, strings, numbers, booleans and None.
A key that begins with `$` is a tag that stands for what JSON lacks; a key that begins with `#` is a
remark for the page and never counts. A mapping of the user's with such keys is written as `$map`,
so none can imitate a tag. `encode` decides what is equal: 1 and 1.0, -0.0 and 0.0, NaN and NaN.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

import xxhash

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str | int | float | bool | None"

PREFIX = "xxh3_128:"
# Every finite float is an integer of at most this many bits or none at all.
_FLOAT_BITS = 1024


def digest(tree: Tree) -> str:
    """Return the digest of a canonical tree, `xxh3_128:` and 32 hexadecimal digits."""
    return PREFIX + xxhash.xxh3_128_hexdigest(encode(tree))


def encode(tree: Tree) -> bytes:
    """Return the one encoding of a canonical tree: compact JSON in UTF-8, keys sorted."""
    text = json.dumps(
        _normal(tree), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8", "surrogatepass")


def without(tree: Tree, names: AbstractSet[str]) -> Tree:
    """Return the tree less every entry whose last name (`svc__seed`: `seed`) is among `names`.

    What stands inside a splitter stays: its seed decides which data a model sees.
    """
    if isinstance(tree, Mapping):
        if "$splitter" in tree:
            return tree
        return {
            key: _map_without(value, names) if key == "$map" else without(value, names)
            for key, value in tree.items()
            if last_name(key) not in names
        }
    if isinstance(tree, list):
        return [without(item, names) for item in tree]
    return tree


def holds(tree: Tree, names: AbstractSet[str]) -> bool:
    """Tell whether an entry named in `names` has a value other than None, outside splitters."""
    if isinstance(tree, Mapping):
        if "$splitter" in tree:
            return False
        return any(_entry_holds(key, value, names) for key, value in tree.items())
    if isinstance(tree, list):
        return any(holds(item, names) for item in tree)
    return False


def last_name(name: str) -> str:
    """Return what a nested parameter is called in the end: `seed` for `svc__seed`."""
    return name.rsplit("__", 1)[-1]


def _entry_holds(key: str, value: Tree, names: AbstractSet[str]) -> bool:
    if key.startswith("#"):
        return False
    if last_name(key) in names and value is not None:
        return True
    if key == "$map" and isinstance(value, list):
        pairs = ((key, item) for key, item in value if isinstance(key, str))
        return any(_entry_holds(key, item, names) for key, item in pairs)
    return holds(value, names)


def _map_without(pairs: Tree, names: AbstractSet[str]) -> Tree:
    if not isinstance(pairs, list):
        return pairs
    return [
        [key, without(value, names)]
        for key, value in pairs
        if not (isinstance(key, str) and last_name(key) in names)
    ]


def _normal(tree: Tree) -> Tree:
    if tree is None or isinstance(tree, bool | str):
        return tree
    if isinstance(tree, int):
        return tree if tree.bit_length() <= _FLOAT_BITS else {"$int": hex(tree)}
    if isinstance(tree, float):
        return _normal_float(tree)
    if isinstance(tree, Mapping):
        return {key: _normal(value) for key, value in tree.items() if not key.startswith("#")}
    return [_normal(item) for item in tree]


def _normal_float(number: float) -> Tree:
    if not isfinite(number):
        return {"$float": str(abs(number)) if number != number else str(number)}  # noqa: PLR0124 - NaN alone
    return int(number) if number.is_integer() else number
