"""The trees of Arrow arrays: their types, their values.

How an array is cut into chunks, where its buffers start, what stands under its nulls and how a
dictionary numbers its values play no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import PREFIX
from gitlab_journal.identity.tables.arrays import digest_values
from gitlab_journal.identity.tables.blocks import rows_at_a_time
from gitlab_journal.identity.tables.texts import digest_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    import numpy as np

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

    # Yields the same short arrays each time it is called.
    Chunks: TypeAlias = Callable[[], Iterator[Any]]


def describe_arrow(array: Any, place: Place) -> list[Tree]:
    """Return the trees of type and values of an array or chunked array.

    Raises DescriptionError for a value that cannot be described.
    """
    pieces = getattr(array, "chunks", [array])
    return [_type(array.type), _values(array.type, lambda: cut(pieces), place)]


def cut(pieces: Iterable[Any]) -> Iterator[Any]:
    """Yield the arrays in short ones, which together hold the same."""
    for piece in pieces:
        step = rows_at_a_time(len(piece), piece.nbytes)
        for start in range(0, len(piece), step):
            yield piece.slice(start, step)


def _type(kind: Any) -> Tree:
    """Return the tree of a type; neither names of list items nor what may be null play a part."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return {"dictionary": _type(kind.value_type), "ordered": kind.ordered}
    if types.is_run_end_encoded(kind):
        return {"run_end_encoded": _type(kind.value_type)}
    if types.is_struct(kind):
        return {"struct": [[field.name, _type(field.type)] for field in kind]}
    if types.is_map(kind):
        return {"map": [_type(kind.key_type), _type(kind.item_type)]}
    if types.is_fixed_size_list(kind):
        return {"fixed_size_list": [kind.list_size, _type(kind.value_type)]}
    if _is_list(kind):
        return {str(kind).partition("<")[0]: _type(kind.value_type)}
    return str(kind)


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    lists = types.is_list, types.is_large_list, types.is_list_view, types.is_large_list_view
    return types.is_fixed_size_list(kind) or any(is_one(kind) for is_one in lists)


def _values(kind: Any, chunks: Chunks, place: Place) -> Tree:
    """Return the tree of values: how many, which are null, the others."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_dictionary(kind) and kind.ordered:
        order = _values(kind.value_type, lambda: cut([_order(chunks)]), place)
        return [order, _values(pa.dictionary(kind.index_type, kind.value_type), chunks, place)]
    stored = _stored(kind)
    if stored is not None:
        plain, decode = stored
        return _values(plain, lambda: map(decode, chunks()), place)
    count = sum(map(len, chunks()))
    nulls = sum(chunk.null_count for chunk in chunks())
    masks = (chunk.is_null().to_numpy(zero_copy_only=False) for chunk in chunks())
    present = lambda: (chunk.drop_null() if chunk.null_count else chunk for chunk in chunks())  # noqa: E731
    return {
        "$rows": count,
        "$nulls": digest_values(np.dtype(bool), (count,), masks, place) if nulls else None,
        "$of": _present(kind, present, count - nulls, place),
    }


def _stored(kind: Any) -> tuple[Any, Callable[[Any], Any]] | None:
    """Return the type that another is stored as, and what takes its arrays there, else None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types
    if types.is_dictionary(kind):
        return kind.value_type, lambda chunk: chunk.dictionary_decode()
    if types.is_run_end_encoded(kind):
        return kind.value_type, pc.run_end_decode
    if isinstance(kind, pa.BaseExtensionType):
        return kind.storage_type, lambda chunk: chunk.storage
    plain = None
    if types.is_string(kind) or types.is_string_view(kind):
        plain = pa.large_string()
    elif types.is_binary(kind) or types.is_binary_view(kind):
        plain = pa.large_binary()
    elif types.is_map(kind):
        plain = pa.list_(pa.struct([("key", kind.key_type), ("value", kind.item_type)]))
    return None if plain is None else (plain, lambda chunk: chunk.cast(plain))


def _order(chunks: Chunks) -> Any:
    """Return the values of an ordered dictionary in order; chunks may have one each."""
    import pyarrow as pa

    orders: list[Any] = []
    for chunk in chunks():
        if not (orders and orders[-1].equals(chunk.dictionary)):
            orders.append(chunk.dictionary)
    return pa.concat_arrays(orders).unique() if orders else pa.nulls(0)


def _present(kind: Any, chunks: Chunks, count: int, place: Place) -> Tree:
    """Return the tree of the values that are not null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types
    if types.is_null(kind):
        return None
    if _is_list(kind):
        lengths = (_whole(pc.list_value_length(chunk)) for chunk in chunks())
        items = _values(kind.value_type, lambda: cut(chunk.flatten() for chunk in chunks()), place)
        return [digest_values(np.dtype(np.int64), (count,), lengths, place), items]
    if types.is_struct(kind):
        return [_values(field.type, _fields(chunks, i), place) for i, field in enumerate(kind)]
    if types.is_boolean(kind):
        flags = (chunk.to_numpy(zero_copy_only=False) for chunk in chunks())
        return digest_values(np.dtype(bool), (count,), flags, place)
    if types.is_large_string(kind) or types.is_large_binary(kind):
        return _digest_texts(chunks)
    if types.is_union(kind):
        return digest_objects((chunk.to_pylist() for chunk in chunks()), place)
    width = kind.bit_width // 8
    values = (_fixed(chunk, width) for chunk in chunks())
    return digest_values(np.dtype(np.uint8), (count, width), values, place)


def _fields(chunks: Chunks, i: int) -> Chunks:
    return lambda: (chunk.flatten()[i] for chunk in chunks())


def _whole(array: Any) -> np.ndarray:
    import numpy as np

    return array.to_numpy(zero_copy_only=False).astype(np.int64)  # type: ignore[no-any-return]


def _fixed(chunk: Any, width: int) -> np.ndarray:
    """Return the memory of values of one width, row by row."""
    import numpy as np

    memory = np.frombuffer(chunk.buffers()[1] or b"", np.uint8)
    start = chunk.offset * width
    return memory[start : start + len(chunk) * width].reshape(len(chunk), width)


def _digest_texts(chunks: Chunks) -> Tree:
    """Return the digests of the lengths and of the bytes of texts, in one pass."""
    import numpy as np

    lengths, bytes_ = xxhash.xxh3_128(), xxhash.xxh3_128()
    for chunk in chunks():
        _, ends, content = chunk.buffers()
        offsets = np.frombuffer(ends, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        lengths.update(np.diff(offsets).data)
        if content is not None:
            bytes_.update(memoryview(content)[offsets[0] : offsets[-1]])
    return [PREFIX + lengths.hexdigest(), PREFIX + bytes_.hexdigest()]
