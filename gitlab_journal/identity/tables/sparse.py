"""Digests of scipy's sparse matrices and arrays, by their nonzero values."""

from __future__ import annotations

import sys
from copy import copy
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.tables.arrays import describe_dtype, digest_array, digest_values
from gitlab_journal.identity.tables.kind import Kind

if TYPE_CHECKING:
    from gitlab_journal.identity.place import Place


def kind_of_sparse(value: Any) -> Kind | None:
    """Return the kind of a sparse matrix or array of scipy's, None for other values."""
    module = sys.modules.get("scipy.sparse")
    if module is None or not module.issparse(value):
        return None
    return Kind(type(value).__name__, value.shape, str(value.dtype), digest_sparse)


def digest_sparse(matrix: Any, place: Place) -> str:
    """Return the digest of a sparse matrix or array: every format of equal values agrees.

    Duplicates are summed and explicit zeros dropped, in a copy where there are any.
    """
    import numpy as np

    parts = _coordinates(matrix) if matrix.ndim != 2 else _compressed(matrix)  # noqa: PLR2004
    wide = np.dtype(np.int64)
    return digest(
        {
            "$sparse": describe_dtype(matrix.dtype),
            "$shape": [int(length) for length in matrix.shape],
            "$indices": [digest_values(wide, part.shape, [part], place) for part in parts[:-1]],
            "$values": digest_array(parts[-1], place),
        }
    )


def _compressed(matrix: Any) -> list[Any]:
    """Return row pointers, column indices, values of a two-dimensional matrix."""
    # A matrix notes whether it is canonical when asked: the user's own must not be asked.
    rows = copy(matrix.tocsr())
    if not (rows.has_canonical_format and rows.data.all()):
        rows = rows.astype(rows.dtype.newbyteorder("="), copy=True)
        rows.sum_duplicates()
        rows.eliminate_zeros()
    return [rows.indptr, rows.indices, rows.data]


def _coordinates(array: Any) -> list[Any]:
    """Return the coordinates by axis, then the values, of an array of any number of dimensions."""
    import numpy as np

    points = array.tocoo(copy=True)
    points.sum_duplicates()
    points.eliminate_zeros()
    order = np.lexsort(points.coords[::-1])
    return [*(axis[order] for axis in points.coords), points.data[order]]
