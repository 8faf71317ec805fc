"""Digests of numpy arrays, by value and dtype, whatever their layout in memory.

An array is hashed as a header (the canonical encoding of kind, dtype, shape), a zero byte, then its
values in C order, little-endian. What lies contiguous is hashed where it lies; anything else passes
through a small buffer.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import PREFIX, digest, encode
from gitlab_journal.identity.tables.blocks import add_values
from gitlab_journal.identity.tables.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

DETAILED_BYTES = 64_000_000  # of the largest array that is told part by part
_PARTS = 16
_PART_DIGITS = 4


def kind_of_array(value: Any) -> Kind | None:
    """Return the kind of an array of numpy's, None for other values."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return None
    if not isinstance(value, numpy.ndarray) or value.ndim == 0:
        return None
    return Kind(type(value).__name__, value.shape, str(value.dtype), digest_array, detail_array)


def detail_array(array: np.ndarray, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of an array and the digits of its parts, unless it is large."""
    found = digest_array(array, place)
    if array.nbytes > DETAILED_BYTES:
        return found, {}
    return found, told_parts(array, lambda rows: digest_array(rows, place))


def told_parts(rows: Any, digest_rows: Callable[[Any], str]) -> dict[str, str]:
    """Return `parts`: the first digits of the digests of up to 16 consecutive blocks of rows.

    A single row has no parts.
    """
    if len(rows) < 2:  # noqa: PLR2004
        return {}
    ends = [len(rows) * i // _PARTS for i in range(_PARTS + 1)]
    digests = [digest_rows(rows[start:end]) for start, end in pairwise(ends) if start < end]
    return {"parts": " ".join(found.removeprefix(PREFIX)[:_PART_DIGITS] for found in digests)}


def digest_array(array: np.ndarray, place: Place) -> str:
    """Return the digest of an array; raises DescriptionError for an object it cannot describe.

    A subclass from outside numpy counts by its name and attributes, such as a unit.
    """
    import numpy as np

    if isinstance(array, np.ma.MaskedArray):
        none = np.zeros((), np.ma.make_mask_descr(array.dtype))
        mask = none if array.mask is np.ma.nomask else array.mask
        found = digest_masked(array.data, np.broadcast_to(mask, array.shape), place)
    else:
        found = digest_values(array.dtype, array.shape, [array], place)
    if type(array).__module__.partition(".")[0] == "numpy":
        return found
    attributes = place.describe_entries(dict(vars(array)))
    return digest({"$subclass": type(array).__qualname__, "$of": [found, attributes]})


def digest_masked(values: np.ndarray, mask: np.ndarray, place: Place) -> str:
    """Return the digest of values with a mask; what stands under the mask does not count."""
    filled = digest_values(values.dtype, values.shape, [values], place, mask=mask)
    return digest({"$masked": [filled, digest_array(mask, place)]})


def digest_values(
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    blocks: Iterable[np.ndarray],
    place: Place,
    *,
    mask: np.ndarray | None = None,
) -> str:
    """Return the digest of the array that the blocks make up, as if it were one of that dtype.

    `mask` says for a single block where zeros count instead. Raises DescriptionError.
    """
    import numpy as np

    header: Tree = {"$ndarray": describe_dtype(dtype), "$shape": list(shape)}
    hasher = xxhash.xxh3_128(encode(header) + b"\0")
    for block in blocks:
        add_values(hasher, block.view(np.ndarray), place, mask=mask, dtype=dtype)
    return PREFIX + hasher.hexdigest()


def describe_dtype(dtype: np.dtype[Any]) -> Tree:
    """Return the tree of a dtype: byte order, alignment and padding play no part."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return [describe_dtype(base), list(shape)]
    if dtype.fields is not None:
        return [[name, describe_dtype(dtype.fields[name][0])] for name in dtype.names or ()]
    if dtype.kind == "T":
        return "string"
    if dtype.type.__module__.partition(".")[0] != "numpy":
        return dtype.name  # bfloat16 and its like share their letters with one another
    return dtype.newbyteorder("<").str
