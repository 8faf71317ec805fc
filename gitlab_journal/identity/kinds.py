"""The kinds of values that are data: arrays, frames, sparse matrices, tensors."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity import arrays, frames, sparse
from gitlab_journal.identity.digests import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

SHOWN_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of a collection of values: its type, shape and dtype, and how it is hashed."""

    type: str
    shape: tuple[int, ...] | None
    dtype: str | None
    hash: Callable[[Any, Place], str]


def kind_of(value: object) -> Kind | None:
    """Return the kind of a value, None where it is no data by type. Imports no library."""
    if "numpy" not in sys.modules:
        return None
    return _numpy(value) or _pandas(value) or _scipy(value) or _tensor(value)


def describe_collection(value: object, place: Place) -> Tree:
    """Return the tree of data that stands among parameters: its digest; None for other values."""
    kind = kind_of(value)
    if kind is None:
        return None
    found = kind.hash(value, place)
    shape = f"({', '.join(map(str, kind.shape))})" if kind.shape is not None else ""
    return {"$data": found, "#shown": f"{kind.type}{shape} {kind.dtype} {short(found)}"}


def short(digest: str) -> str:
    """Return a digest as a page shows it inside a value."""
    return f"xxh3 {digest.removeprefix(PREFIX)[:SHOWN_DIGITS]}…"


def _numpy(value: Any) -> Kind | None:
    numpy = sys.modules["numpy"]
    if not isinstance(value, numpy.ndarray) or value.ndim == 0:
        return None
    return Kind(type(value).__name__, value.shape, str(value.dtype), arrays.digest_array)


def _pandas(value: Any) -> Kind | None:
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return None
    if isinstance(value, pandas.DataFrame):
        dtypes = [str(dtype) for dtype in value.dtypes]
        counted = {dtype: dtypes.count(dtype) for dtype in dict.fromkeys(dtypes)}
        words = [f"{dtype} ({count})" for dtype, count in counted.items()]
        said = dtypes[0] if len(counted) == 1 else ", ".join(words)
        return Kind("DataFrame", value.shape, said, frames.digest_frame)
    if isinstance(value, pandas.Series):
        return Kind("Series", value.shape, str(value.dtype), frames.digest_series)
    if isinstance(value, pandas.Index):
        dtype = str(getattr(value, "dtype", "object"))
        return Kind(type(value).__name__, value.shape, dtype, frames.digest_index)
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return Kind(type(value).__name__, value.shape, str(value.dtype), frames.digest_column)
    return None


def _scipy(value: Any) -> Kind | None:
    module = sys.modules.get("scipy.sparse")
    if module is None or not module.issparse(value):
        return None
    return Kind(type(value).__name__, value.shape, str(value.dtype), sparse.digest_sparse)


def _tensor(value: Any) -> Kind | None:
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "Variable"):
        return None
    if isinstance(value, tensorflow.Tensor | tensorflow.Variable) and value.shape.rank:
        shape = tuple(value.shape)
        return Kind("Tensor", shape, value.dtype.name, _digest_tensor)
    if isinstance(value, tensorflow.data.Dataset):
        return Kind("Dataset", None, None, _refuse_data_set)
    return None


def _digest_tensor(value: Any, place: Place) -> str:
    """Return the digest of a tensor: that of the array it holds; raises DescriptionError."""
    if not hasattr(value, "numpy"):
        raise place.refusal("a symbolic tensor holds no values; pass the data itself")
    return arrays.digest_array(value.numpy(), place)


def _refuse_data_set(value: object, place: Place) -> str:
    raise place.refusal(
        f"a {type(value).__name__} cannot be hashed yet; pass the arrays it is made from, "
        "or name it in ignore"
    )
