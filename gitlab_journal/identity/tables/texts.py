r"""A stream of Python objects as bytes, quick where they are strings.

Each string ends with a zero byte; a backslash in it is doubled, a zero byte becomes `\0`. Any
other object stands as `\J`, the canonical encoding of its tree (which holds no zero byte), and a
zero byte.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import PREFIX, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gitlab_journal.identity.place import Place

_NONE = "\\Jnull"


def add_objects(hasher: xxhash.xxh3_128, chunks: Iterable[list[object]], place: Place) -> None:
    """Add the objects of all chunks to the hasher; raises DescriptionError with an element's index.

    How the objects are cut into chunks makes no difference.
    """
    start = 0
    for chunk in chunks:
        if chunk:
            hasher.update(_texts(chunk) or _mixed(chunk, partial(_other, place, start)))
        start += len(chunk)


def digest_objects(chunks: Iterable[list[object]], place: Place) -> str:
    """Return the digest of the objects of all chunks, as `add_objects`."""
    hasher = xxhash.xxh3_128()
    add_objects(hasher, chunks, place)
    return PREFIX + hasher.hexdigest()


def add_texts(hasher: xxhash.xxh3_128, chunks: Iterable[list[object]]) -> None:
    """Add the texts of all chunks to the hasher; whatever is no text counts as missing."""
    for chunk in chunks:
        if chunk:
            hasher.update(_texts(chunk) or _mixed(chunk, lambda _position, _item: _NONE))


def add_arrow_texts(hasher: xxhash.xxh3_128, pieces: Iterable[Any]) -> None:
    """Add the texts of Arrow arrays to the hasher as `add_texts` does, without Python's objects."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for piece in pieces:
        texts = piece.cast(pa.large_string())
        content = _content(texts)
        if b"\\" in content or b"\0" in content:
            add_texts(hasher, [texts.to_pylist()])
        elif len(texts):
            filled = texts.fill_null(_NONE) if texts.null_count else texts
            whole = pa.ListArray.from_arrays(pa.array([0, len(filled)], pa.int32()), filled)
            joined = pc.binary_join(whole, pa.scalar("\0", filled.type))
            hasher.update(joined[0].as_buffer())
            hasher.update(b"\0")


def _content(texts: Any) -> bytes:
    """Return what the texts of an array lie in, one after the other."""
    _, offsets, content = texts.buffers()
    if content is None:
        return b""
    ends = memoryview(offsets).cast("q")[texts.offset : texts.offset + len(texts) + 1]
    return content.slice(ends[0], ends[-1] - ends[0]).to_pybytes()  # type: ignore[no-any-return]


def _texts(chunk: list[object]) -> bytes | None:
    """Return the bytes of a chunk made of strings alone, else None."""
    try:
        joined = "\0".join(chunk)  # type: ignore[arg-type]  # join itself is the quickest check
    except TypeError:
        return None
    if "\\" in joined or joined.count("\0") != len(chunk) - 1:
        joined = "\0".join(map(_escaped, chunk))  # type: ignore[arg-type]  # all are strings
    return _bytes(joined)


def _mixed(chunk: list[object], other: Callable[[int, object], str]) -> bytes:
    """Return the bytes of a chunk in which `other` writes what is no string."""
    joined = "".join(item for item in chunk if isinstance(item, str))
    kept = _escaped if "\\" in joined or "\0" in joined else str
    pieces = [
        kept(item) if isinstance(item, str) else other(i, item) for i, item in enumerate(chunk)
    ]
    return _bytes("\0".join(pieces))


def _other(place: Place, start: int, position: int, item: object) -> str:
    if item is None:
        return _NONE
    if type(item) is float and isfinite(item):  # as `encode` writes it, ten times as quick
        return f"\\J{int(item) if item.is_integer() else item!r}"
    plain = type(item) in (int, float, bool)
    tree = item if plain else place.describe(item, f"[{start + position}]")
    return "\\J" + encode(tree).decode("utf-8", "surrogatepass")  # type: ignore[arg-type]  # plain


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\0", "\\0")


def _bytes(joined: str) -> bytes:
    return (joined + "\0").encode("utf-8", "surrogatepass")
