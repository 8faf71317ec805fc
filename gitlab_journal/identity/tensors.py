"""Digests of TensorFlow's tensors and variables, by the arrays that they hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.arrays import digest_array
from gitlab_journal.identity.kind import Kind

if TYPE_CHECKING:
    from gitlab_journal.identity.place import Place


def kind_of_tensor(value: Any) -> Kind | None:
    """Return the kind of a tensor, variable or data set, None for other values."""
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
    return digest_array(value.numpy(), place)


def _refuse_data_set(value: object, place: Place) -> str:
    raise place.refusal(
        f"a {type(value).__name__} cannot be hashed yet; pass the arrays it is made from, "
        "or name it in ignore"
    )
