"""Digests of polars' frames and series, by dtype and value.

How a column is cut into chunks and how categories are numbered play no part.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import PREFIX, digest
from gitlab_journal.identity.tables.arrays import DETAILED_BYTES, digest_values, told_parts
from gitlab_journal.identity.tables.blocks import rows_at_a_time
from gitlab_journal.identity.tables.kind import Kind
from gitlab_journal.identity.tables.table import count_dtypes, told_columns
from gitlab_journal.identity.tables.texts import digest_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

    # Yields the same short series each time it is called.
    Chunks: TypeAlias = Callable[[], Iterator[Any]]


def kind_of_polars(value: Any) -> Kind | None:
    """Return the kind of a frame or series of polars', None for other values."""
    polars = sys.modules.get("polars")
    if polars is None or not hasattr(polars, "LazyFrame"):
        return None
    if isinstance(value, polars.DataFrame):
        return Kind(
            "DataFrame", value.shape, count_dtypes(value.dtypes), _digest_frame, _detail_frame
        )
    if isinstance(value, polars.Series):
        return Kind("Series", value.shape, str(value.dtype), _digest_series, _detail_series)
    if isinstance(value, polars.LazyFrame):
        return Kind("LazyFrame", None, None, _refuse_lazy)
    return None


def _digest_frame(frame: Any, place: Place) -> str:
    return _detail_frame(frame, place)[0]


def _detail_frame(frame: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of a frame (names, dtypes, values in order) and the digits of columns."""
    columns = [_column(column, place.inside(column, f"[{column.name!r}]")) for column in frame]
    named: list[Tree] = [
        [name, *column] for name, column in zip(frame.columns, columns, strict=True)
    ]
    found = digest({"$polars": named, "$rows": frame.height})
    return found, told_columns(frame.columns, columns)


def _digest_series(series: Any, place: Place) -> str:
    return digest({"$polars": [series.name, *_column(series, place)]})


def _detail_series(series: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of a series and the digits of its parts."""
    found = _digest_series(series, place)
    if series.estimated_size() > DETAILED_BYTES:
        return found, {}
    return found, told_parts(series, lambda rows: _digest_series(rows, place))


def _refuse_lazy(value: object, place: Place) -> str:
    raise place.refusal(
        f"a {type(value).__name__} holds no values yet; pass what its .collect() gives or the path "
        "to the file"
    )


def _column(series: Any, place: Place) -> list[Tree]:
    return [_dtype(series.dtype), _values(series.dtype, lambda: _cut([series]), place)]


def _cut(pieces: Iterable[Any]) -> Iterator[Any]:
    for piece in pieces:
        step = rows_at_a_time(len(piece), piece.estimated_size())
        for start in range(0, len(piece), step):
            yield piece.slice(start, step)


def _dtype(dtype: Any) -> Tree:
    """Return the tree of a dtype: an Enum counts with its categories, a Categorical without."""
    import polars as pl

    if isinstance(dtype, pl.Enum):
        return {"Enum": dtype.categories.to_list()}
    if isinstance(dtype, pl.Struct):
        return {"Struct": [[field.name, _dtype(field.dtype)] for field in dtype.fields]}
    if isinstance(dtype, pl.List):
        return {"List": _dtype(dtype.inner)}
    if isinstance(dtype, pl.Array):
        return {"Array": [dtype.size, _dtype(dtype.inner)]}
    return "Categorical" if isinstance(dtype, pl.Categorical) else str(dtype)


def _values(dtype: Any, chunks: Chunks, place: Place) -> Tree:
    """Return the tree of values: how many, which are null, the others."""
    import numpy as np

    count = sum(map(len, chunks()))
    nulls = sum(chunk.null_count() for chunk in chunks())
    masks = (chunk.is_null().to_numpy() for chunk in chunks())
    present = lambda: (chunk.drop_nulls() for chunk in chunks())  # noqa: E731
    return {
        "$rows": count,
        "$nulls": digest_values(np.dtype(bool), (count,), masks, place) if nulls else None,
        "$of": _present(dtype, present, count - nulls, place),
    }


def _present(dtype: Any, chunks: Chunks, count: int, place: Place) -> Tree:
    """Return the tree of the values that are not null."""
    import numpy as np
    import polars as pl

    if isinstance(dtype, pl.Null):
        return None
    if isinstance(dtype, pl.List):
        lengths = (chunk.list.len().to_numpy() for chunk in chunks())
        items = _values(dtype.inner, lambda: _cut(map(_items, chunks())), place)
        return [digest_values(np.dtype(np.int64), (count,), lengths, place), items]
    if isinstance(dtype, pl.Array):
        return _values(dtype.inner, lambda: _cut(chunk.explode() for chunk in chunks()), place)
    if isinstance(dtype, pl.Struct):
        names = [field.name for field in dtype.fields]
        return [_values(dtype.to_schema()[name], _field(chunks, name), place) for name in names]
    if isinstance(dtype, pl.Object):
        return digest_objects((chunk.to_list() for chunk in chunks()), place)
    if isinstance(dtype, pl.Binary):
        return _digest_bytes((chunk.bin.size(), b"".join(chunk)) for chunk in chunks())
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Decimal) or _is_wide(dtype):
        texts = (chunk.cast(pl.String) for chunk in chunks())
        joined = ((text.str.len_bytes(), text.str.join("").item().encode()) for text in texts)
        return _digest_bytes(joined)
    physical = pl.Series([], dtype=dtype).to_physical().to_numpy().dtype
    numbers = (chunk.to_physical().to_numpy() for chunk in chunks())
    return digest_values(physical, (count,), numbers, place)


def _is_wide(dtype: Any) -> bool:
    """Tell whether numpy has no integer so wide."""
    return bool(dtype.is_integer()) and str(dtype).endswith("128")


def _items(lists: Any) -> Any:
    """Return what the lists hold; an empty one holds nothing, which polars makes a null."""
    return lists.filter(lists.list.len() > 0).explode()


def _field(chunks: Chunks, name: str) -> Chunks:
    return lambda: (chunk.struct.field(name) for chunk in chunks())


def _digest_bytes(pairs: Iterable[tuple[Any, bytes]]) -> Tree:
    """Return the digests of the lengths and of the bytes of texts, in one pass."""
    import numpy as np

    lengths, content = xxhash.xxh3_128(), xxhash.xxh3_128()
    for sizes, joined in pairs:
        lengths.update(sizes.to_numpy().astype(np.int64).data)
        content.update(joined)
    return [PREFIX + lengths.hexdigest(), PREFIX + content.hexdigest()]
