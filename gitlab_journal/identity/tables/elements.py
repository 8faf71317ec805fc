"""Digests of streams of elements: of all, of a sample of what is huge."""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import digest, encode
from gitlab_journal.identity.tables.arrays import describe_dtype, digest_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Bytes; of what is larger each tenth, hundredth, ... element counts.
LIMIT = 2 << 30
_STRIDES = (1, 10, 100, 1000, 10_000, 100_000)


def digest_elements(header: dict[str, Tree], elements: Iterable[list[Any]]) -> tuple[str, int]:
    """Return the digest of elements, each in pieces of bytes, and the stride of the sample.

    A stride of 1 says that every element counts. All strides are followed from the start, since how
    long a stream is shows in its end alone; the number of elements always counts.
    """
    followed = {stride: (xxhash.xxh3_128(), [0]) for stride in _STRIDES}
    count = 0
    for count, pieces in enumerate(elements, start=1):
        for stride in list(followed):
            if (count - 1) % stride:
                break
            hasher, size = followed[stride]
            for piece in pieces:
                hasher.update(piece)
                size[0] += len(piece)
            if size[0] > LIMIT and len(followed) > 1:
                del followed[stride]
    stride = min(followed)
    sampled: dict[str, Tree] = {} if stride == 1 else {"$stride": stride}
    found = followed[stride][0].hexdigest()
    return digest({**header, "$count": count, "$elements": found, **sampled}), stride


def pieces_of(array: np.ndarray, headers: dict[Any, bytes], place: Place) -> list[Any]:
    """Return an array in pieces of bytes: dtype and shape, then its values.

    `headers` remembers the first piece; raises DescriptionError for what has no stable description.
    """
    import numpy as np

    if array.dtype.kind not in "biufc" or not array.flags.c_contiguous:
        return [digest_array(array, place).encode()]
    key = array.dtype, array.shape
    if key not in headers:
        headers[key] = encode([describe_dtype(array.dtype), list(array.shape)]) + b"\0"
    return [headers[key], array.reshape(-1).view(np.uint8).data]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave the random numbers of Python and numpy as they were, whatever is read meanwhile."""
    numpy = sys.modules["numpy"]
    before, numbers = random.getstate(), numpy.random.get_state()
    try:
        yield
    finally:
        random.setstate(before)
        numpy.random.set_state(numbers)
