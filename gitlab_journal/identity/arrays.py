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
from gitlab_journal.identity.kind import Kind
from gitlab_journal.identity.texts import add_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

BUFFER = 1 << 16  # elements at a time
_PIECE = 1 << 28  # bytes handed over at a time
_DETAILED = 64_000_000  # bytes of the largest array that is told part by part
_PARTS = 16
_PART_DIGITS = 4
_X87_BYTES = 10  # of the 16 that an 80-bit float occupies


def kind_of_array(value: Any) -> Kind | None:
    """Return the kind of an array of numpy's, None for other values."""
    numpy = sys.modules["numpy"]
    if not isinstance(value, numpy.ndarray) or value.ndim == 0:
        return None
    return Kind(type(value).__name__, value.shape, str(value.dtype), digest_array, detail_array)


def detail_array(array: np.ndarray, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of an array and `parts`: the first digits of each block of its rows.

    Large arrays and single rows have no parts.
    """
    found = digest_array(array, place)
    if len(array) < 2 or array.nbytes > _DETAILED:  # noqa: PLR2004
        return found, {}
    ends = [len(array) * i // _PARTS for i in range(_PARTS + 1)]
    blocks = [array[start:end] for start, end in pairwise(ends) if start < end]
    digests = [digest_array(block, place).removeprefix(PREFIX) for block in blocks]
    return found, {"parts": " ".join(digits[:_PART_DIGITS] for digits in digests)}


def digest_array(array: np.ndarray, place: Place) -> str:
    """Return the digest of an array; raises DescriptionError for an object it cannot describe."""
    import numpy as np

    if isinstance(array, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(array)
        parts = [digest_array(_filled(array), place)]
        return digest({"$masked": [*parts, digest_array(mask, place)]})
    plain = array.view(np.ndarray)
    header: Tree = {
        "$ndarray": describe_dtype(plain.dtype),
        "$shape": list(plain.shape),
    }
    hasher = xxhash.xxh3_128(encode(header) + b"\0")
    _add_values(hasher, plain, place)
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
    if dtype.kind == "V" and not dtype.name.startswith("void"):
        return dtype.name  # bfloat16 and its like name themselves by nothing else
    return dtype.newbyteorder("<").str


def _add_values(hasher: xxhash.xxh3_128, array: np.ndarray, place: Place) -> None:
    """Add the values in C order; fields of a structured array one after the other."""
    import numpy as np

    if array.dtype.names is not None:
        for name in array.dtype.names:
            _add_values(hasher, array[name], place)
    elif array.dtype.hasobject or array.dtype.kind == "T":
        add_objects(hasher, _objects(array), place)
    elif array.dtype.kind in "fc" and _is_x87(array.dtype):
        parts = np.ascontiguousarray(array).view(np.uint8).reshape(*array.shape, -1, 16)
        _add_values(hasher, parts[..., :_X87_BYTES], place)
    else:
        for piece in _pieces(array):
            hasher.update(piece)


def _objects(array: np.ndarray) -> Iterator[list[object]]:
    flat = array.reshape(-1) if array.flags.c_contiguous else array.flat
    for start in range(0, array.size, BUFFER):
        yield flat[start : start + BUFFER].tolist()


def _is_x87(dtype: np.dtype[Any]) -> bool:
    import numpy as np

    return dtype in (np.longdouble, np.clongdouble) and np.finfo(dtype).nmant == 63  # noqa: PLR2004


def _pieces(array: np.ndarray) -> Iterator[memoryview]:
    """Yield the bytes of the values in C order, little-endian."""
    import numpy as np

    if array.size == 0 or array.dtype.itemsize == 0:
        return
    native = array.dtype.newbyteorder("<")
    if array.flags.c_contiguous and array.dtype == native:
        flat = array.reshape(-1).view(np.uint8).data
        for start in range(0, len(flat), _PIECE):
            yield flat[start : start + _PIECE]
        return
    chunks = np.nditer(  # type: ignore[call-overload]  # numpy's stubs misspell contig
        [array],
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=[["readonly", "contig"]],
        op_dtypes=[native],
        order="C",
        casting="equiv",
        buffersize=BUFFER,
    )
    for chunk in chunks:
        yield chunk.view(np.uint8).data


def _filled(array: np.ma.MaskedArray[Any, Any]) -> np.ndarray:
    """Return the values with zeros where they are masked."""
    import numpy as np

    values = np.array(array.data)
    values[np.ma.getmaskarray(array)] = np.zeros((), array.dtype)
    return values
