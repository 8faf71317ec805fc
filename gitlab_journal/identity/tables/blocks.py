"""The bytes of an array's values in C order, little-endian, through a small buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.tables.texts import add_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import xxhash

    from gitlab_journal.identity.place import Place

BUFFER = 1 << 16  # elements at a time
_BUFFER_BYTES = 1 << 19
_PIECE = 1 << 28  # bytes handed over at a time
_X87_BYTES = 10  # of the 16 that an 80-bit float occupies


def add_values(
    hasher: xxhash.xxh3_128,
    array: np.ndarray,
    place: Place,
    *,
    mask: np.ndarray | None = None,
    dtype: np.dtype[Any] | None = None,
) -> None:
    """Add the values in C order, as `dtype` if given, with zeros where `mask` is set.

    Fields of a structured array follow one another. Raises DescriptionError for an object without
    a description.
    """
    if array.dtype.names is not None:
        for name in array.dtype.names:
            add_values(hasher, array[name], place, mask=None if mask is None else mask[name])
    elif array.dtype.hasobject or array.dtype.kind == "T":
        add_objects(hasher, _objects(array, mask), place)
    elif array.size and array.dtype.itemsize:
        native = (dtype or array.dtype).newbyteorder("<")
        plain = mask is None and array.flags.c_contiguous and array.dtype == native
        for piece in (
            _pieces(array) if plain and not _is_x87(native) else _copies(array, mask, native)
        ):
            hasher.update(piece)


def rows_at_a_time(rows: int, memory: int) -> int:
    """Return how many rows of a column to take at a time: fewer where each takes much memory."""
    return max(1, min(BUFFER, rows * _BUFFER_BYTES // max(memory, 1)))


def blocks_of(array: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Yield the array as views of at most so many elements each, in C order."""
    row = array.size // len(array) if array.ndim and len(array) else 0
    if array.size <= most:
        yield array
    elif row > most:
        for inner in array:
            yield from blocks_of(inner, most)
    else:
        step = most // row
        for start in range(0, len(array), step):
            yield array[start : start + step]


def _pieces(array: np.ndarray) -> Iterator[memoryview]:
    """Yield the memory of an array that lies in it as it is hashed."""
    import numpy as np

    flat = array.reshape(-1).view(np.uint8).data
    for start in range(0, len(flat), _PIECE):
        yield flat[start : start + _PIECE]


def _copies(
    array: np.ndarray, mask: np.ndarray | None, native: np.dtype[Any]
) -> Iterator[memoryview]:
    """Yield the values of an array in any layout, copied block by block into one buffer."""
    import numpy as np

    copies = 4 if _is_x87(native) else 1  # less their padding they are copied once more
    most = max(1, min(array.size, _BUFFER_BYTES // (native.itemsize * copies)))
    buffer = np.empty(most, native)
    masks = blocks_of(mask, most) if mask is not None else iter(())
    for block in blocks_of(array, most):
        copy = buffer[: block.size].reshape(block.shape)
        np.copyto(copy, block, casting="same_kind")
        if mask is not None:
            np.putmask(copy, next(masks), np.zeros((), native))
        flat = copy.reshape(-1).view(np.uint8)
        if _is_x87(native):
            flat = np.ascontiguousarray(flat.reshape(-1, 16)[:, :_X87_BYTES]).reshape(-1)
        yield flat.data


def _objects(array: np.ndarray, mask: np.ndarray | None) -> Iterator[list[object]]:
    import numpy as np

    masks = blocks_of(mask, BUFFER) if mask is not None else iter(())
    for block in blocks_of(array, BUFFER):
        kept = block
        if mask is not None:
            kept = block.copy()
            kept[next(masks)] = np.zeros((), array.dtype)
        yield kept.reshape(-1).tolist()


def _is_x87(dtype: np.dtype[Any]) -> bool:
    import numpy as np

    if dtype.kind not in "fc":
        return False
    return dtype in (np.longdouble, np.clongdouble) and np.finfo(dtype).nmant == 63  # noqa: PLR2004
