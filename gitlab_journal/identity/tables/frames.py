"""Digests of pandas frames, series and indexes, column by column."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import PREFIX, digest, encode
from gitlab_journal.identity.tables.arrays import (
    DETAILED_BYTES,
    digest_array,
    digest_values,
    told_parts,
)
from gitlab_journal.identity.tables.arrow_values import cut, describe_arrow
from gitlab_journal.identity.tables.blocks import BUFFER
from gitlab_journal.identity.tables.kind import Kind
from gitlab_journal.identity.tables.table import count_dtypes, told_columns
from gitlab_journal.identity.tables.texts import add_arrow_texts, add_objects, add_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def kind_of_frame(value: Any) -> Kind | None:
    """Return the kind of a frame, series, index or array of pandas', None for other values."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return None
    if isinstance(value, pandas.DataFrame):
        said = count_dtypes(value.dtypes)
        return Kind("DataFrame", value.shape, said, digest_frame, detail_frame)
    if isinstance(value, pandas.Series):
        return Kind("Series", value.shape, str(value.dtype), digest_series, detail_series)
    if isinstance(value, pandas.Index):
        dtype = str(getattr(value, "dtype", "object"))
        return Kind(type(value).__name__, value.shape, dtype, digest_index)
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return Kind(type(value).__name__, value.shape, str(value.dtype), digest_column)
    return None


def digest_frame(frame: Any, place: Place) -> str:
    """Return the digest of a frame: labels, dtypes and values of its columns in order, its index.

    Raises DescriptionError with the column of a value that cannot be described.
    """
    return _digest_columns(frame, _columns(frame, place), place)


def detail_frame(frame: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of a frame and `columns`: by label, the first digits of each one's digest.

    What a column is called plays no part in its digits; wide frames are not told by column.
    """
    columns = _columns(frame, place)
    found = _digest_columns(frame, columns, place)
    return found, told_columns(frame.columns, columns)


def _columns(frame: Any, place: Place) -> list[list[Tree]]:
    columns = (frame.iloc[:, i].array for i in range(frame.shape[1]))
    return [
        _column(values, place.inside(values, f"[{label!r}]"))
        for label, values in zip(frame.columns, columns, strict=True)
    ]


def _digest_columns(frame: Any, columns: list[list[Tree]], place: Place) -> str:
    labels = [place.describe(label) for label in frame.columns]
    named: list[Tree] = [[label, *column] for label, column in zip(labels, columns, strict=True)]
    names = [place.describe(name) for name in frame.columns.names]
    return digest({"$frame": named, "$names": names, "$index": _index(frame.index, place)})


def detail_series(series: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of a series and the digits of its parts, unless it is large.

    Neither its name nor its index plays a part in them.
    """
    found = digest_series(series, place)
    if 8 * len(series) > DETAILED_BYTES:
        return found, {}
    return found, told_parts(series.array, lambda values: digest_column(values, place))


def digest_series(series: Any, place: Place) -> str:
    """Return the digest of a series: its name, dtype, values and index."""
    return digest(
        {
            "$series": [place.describe(series.name), *_column(series.array, place)],
            "$index": _index(series.index, place),
        }
    )


def digest_index(index: Any, place: Place) -> str:
    """Return the digest of an index by itself."""
    return digest({"$index": _index(index, place)})


def digest_column(values: Any, place: Place) -> str:
    """Return the digest of a pandas array by itself."""
    return digest({"$column": _column(values, place)})


def _index(index: Any, place: Place) -> Tree:
    """Return names, dtypes and values of an index, level by level; unused levels do not count."""
    return [[place.describe(name), *_level(index, i, place)] for i, name in enumerate(index.names)]


def _level(index: Any, i: int, place: Place) -> list[Tree]:
    """Return the dtype and the digest of a level; a range is never made whole."""
    import numpy as np
    import pandas as pd

    if not isinstance(index, pd.RangeIndex):
        return _column(index.get_level_values(i).array, place)
    starts = range(0, len(index), BUFFER)
    parts = (np.asarray(index[start : start + BUFFER]) for start in starts)
    return [str(index.dtype), digest_values(index.dtype, index.shape, parts, place)]


def _column(values: Any, place: Place) -> list[Tree]:
    """Return the dtype and the digest of a pandas array."""
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(values, place)
    if isinstance(dtype, pd.DatetimeTZDtype):
        return [str(dtype), digest_array(values.tz_convert(None).to_numpy(), place)]
    if isinstance(dtype, pd.PeriodDtype):
        return [str(dtype), digest_array(values.asi8, place)]
    if isinstance(dtype, pd.IntervalDtype):
        sides = [_column(values.left.array, place), _column(values.right.array, place)]
        return ["interval", [values.closed, *sides]]
    if isinstance(dtype, pd.SparseDtype):
        dense = (part.to_dense() for part in _parts(values))
        return [str(dtype), digest_values(dtype.subtype, values.shape, dense, place)]
    if isinstance(dtype, pd.StringDtype):
        return [str(dtype), _digest_texts(values)]
    if isinstance(dtype, pd.ArrowDtype):
        return ["arrow", *describe_arrow(values.__arrow_array__(), place)]
    if isinstance(values, pd.arrays.NumpyExtensionArray):
        return [str(dtype), digest_array(values.to_numpy(), place)]
    if hasattr(values, "_mask"):
        return _masked(values, place)
    if pd.api.types.is_extension_array_dtype(dtype):
        return [str(dtype), _digest_others(values, place)]
    return [str(dtype), digest_array(values.to_numpy(), place)]


def _categories(values: Any, place: Place) -> list[Tree]:
    categories = _column(values.categories.array, place)
    return ["category", [bool(values.ordered), *categories, digest_array(values.codes, place)]]


def _masked(values: Any, place: Place) -> list[Tree]:
    """Return dtype and digest of nullable numbers; what stands under the mask does not count."""
    mask, numbers = values._mask, values._data  # noqa: SLF001 - all else would copy the column
    filled = digest_values(numbers.dtype, numbers.shape, [numbers], place, mask=mask)
    return [str(values.dtype), [digest_array(mask, place), filled]]


def _digest_texts(values: Any) -> str:
    """Return the digest of strings; neither how they are stored counts nor what is missing."""
    hasher = xxhash.xxh3_128(encode({"$texts": len(values)}) + b"\0")
    if values.dtype.storage == "pyarrow":
        add_arrow_texts(hasher, cut(values.__arrow_array__().chunks))
    else:
        add_texts(hasher, (part.to_numpy(dtype=object).tolist() for part in _parts(values)))
    return PREFIX + hasher.hexdigest()


def _digest_others(values: Any, place: Place) -> str:
    """Return the digest of an extension's values as objects; every missing value is the same."""
    hasher = xxhash.xxh3_128(encode({"$texts": len(values)}) + b"\0")
    add_objects(hasher, map(_as_objects, _parts(values)), place)
    return PREFIX + hasher.hexdigest()


def _as_objects(values: Any) -> list[object]:
    import numpy as np

    objects = np.array(values, dtype=object)
    objects[np.asarray(values.isna(), dtype=bool)] = None
    return list(objects)


def _parts(values: Any) -> Iterator[Any]:
    return (values[start : start + BUFFER] for start in range(0, len(values), BUFFER))
