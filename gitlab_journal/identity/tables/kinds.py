"""The kinds of values that are data: arrays, frames, tables, sparse matrices, tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gitlab_journal.identity.place import DEEPEST
from gitlab_journal.identity.tables.arrays import kind_of_array
from gitlab_journal.identity.tables.arrow import arrow_scalar, kind_of_arrow
from gitlab_journal.identity.tables.frames import kind_of_frame
from gitlab_journal.identity.tables.kind import Kind, short
from gitlab_journal.identity.tables.polars import kind_of_polars
from gitlab_journal.identity.tables.sparse import kind_of_sparse
from gitlab_journal.identity.tables.tensors import kind_of_tensor
from gitlab_journal.identity.tables.torch_tensors import kind_of_torch_tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

# Each looks only at libraries that the program has loaded itself.
_KINDS = (
    kind_of_array,
    kind_of_frame,
    kind_of_sparse,
    kind_of_polars,
    kind_of_arrow,
    kind_of_tensor,
    kind_of_torch_tensor,
)


def kind_of(value: object) -> Kind | None:
    """Return the kind of a value, None where it is no data by type. Imports no library."""
    for kind_of_one in _KINDS:
        kind = kind_of_one(value)
        if kind is not None:
            return kind
    return None


def made_of(value: object, is_part: Callable[[object], bool], *, depth: int = 0) -> bool:
    """Tell whether a value is such a part, or a list or mapping of nothing but those."""
    if is_part(value):
        return True
    if depth > DEEPEST:  # it contains itself, perhaps
        return False
    if not isinstance(value, Mapping | list | tuple):
        return False
    parts = value.values() if isinstance(value, Mapping) else value
    return bool(value) and all(made_of(part, is_part, depth=depth + 1) for part in parts)


def describe_collection(value: object, place: Place) -> Tree:
    """Return the tree of data that stands among parameters: its digest; None for other values.

    A scalar of pyarrow's counts as the Python value that it holds.
    """
    scalar = arrow_scalar(value)
    if scalar is not None:
        return {"$constant": "NA"} if scalar[0] is None else place.describe(scalar[0])
    kind = kind_of(value)
    if kind is None:
        return None
    found = kind.hash(value, place)
    shape = f"({', '.join(map(str, kind.shape))})" if kind.shape is not None else ""
    return {"$data": found, "#shown": f"{kind.type}{shape} {kind.dtype} {short(found)}"}
