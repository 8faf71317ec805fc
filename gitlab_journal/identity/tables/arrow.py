"""Digests of pyarrow's tables, record batches and arrays, by type and value."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.tables.arrays import DETAILED_BYTES, told_parts
from gitlab_journal.identity.tables.arrow_values import describe_arrow
from gitlab_journal.identity.tables.kind import Kind
from gitlab_journal.identity.tables.table import count_dtypes, told_columns

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def kind_of_arrow(value: Any) -> Kind | None:
    """Return the kind of a table, record batch or array of pyarrow's, None for other values."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None or not hasattr(pyarrow, "RecordBatch"):
        return None
    name = type(value).__name__
    if isinstance(value, pyarrow.Table | pyarrow.RecordBatch):
        said = count_dtypes(value.schema.types)
        return Kind(name, value.shape, said, digest_table, detail_table)
    if isinstance(value, pyarrow.ChunkedArray | pyarrow.Array):
        return Kind(name, (len(value),), str(value.type), digest_arrow, detail_arrow)
    dataset = sys.modules.get("pyarrow.dataset")
    if dataset is not None and isinstance(value, dataset.Dataset):
        return Kind("Dataset", None, None, _refuse_data_set)
    return None


def arrow_scalar(value: Any) -> tuple[Any] | None:
    """Return what a scalar of pyarrow's holds as Python's own, None for other values."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None or not hasattr(pyarrow, "RecordBatch"):
        return None
    return (value.as_py(),) if isinstance(value, pyarrow.Scalar) else None


def digest_table(table: Any, place: Place) -> str:
    """Return the digest of a table or record batch: names, types and values in order.

    Metadata do not count. Raises DescriptionError for a value that cannot be described.
    """
    return detail_table(table, place)[0]


def detail_table(table: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of a table or record batch and the digits of its columns."""
    names = table.schema.names
    columns = [
        describe_arrow(column, place.inside(column, f"[{name!r}]"))
        for name, column in zip(names, table.columns, strict=True)
    ]
    named: list[Tree] = [[name, *column] for name, column in zip(names, columns, strict=True)]
    found = digest({"$table": named, "$rows": table.num_rows})
    return found, told_columns(names, columns)


def digest_arrow(array: Any, place: Place) -> str:
    """Return the digest of an array or chunked array: its type and values."""
    return digest({"$arrow": describe_arrow(array, place)})


def detail_arrow(array: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest of an array or chunked array and the digits of its parts."""
    found = digest_arrow(array, place)
    if array.nbytes > DETAILED_BYTES:
        return found, {}
    return found, told_parts(array, lambda rows: digest_arrow(rows, place))


def _refuse_data_set(value: object, place: Place) -> str:
    raise place.refusal(
        f"a {type(value).__name__} of pyarrow's is not read yet; pass the path to its files or "
        "the table from .to_table()"
    )
