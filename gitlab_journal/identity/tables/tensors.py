"""Digests of tensors and variables of TensorFlow, Keras and JAX, by the arrays that they hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.tables.arrays import describe_dtype, digest_array
from gitlab_journal.identity.tables.batches import kind_of_batches
from gitlab_journal.identity.tables.kind import Kind
from gitlab_journal.identity.tables.pipelines import kind_of_pipeline

if TYPE_CHECKING:
    import numpy as np

    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def kind_of_tensor(value: Any) -> Kind | None:
    """Return the kind of a tensor, variable or data set, None for other values."""
    return (
        _kind_in_tensorflow(value)
        or _kind_in_keras(value)
        or _kind_in_jax(value)
        or kind_of_pipeline(value)
        or kind_of_batches(value)
    )


def describe_tensor(value: Any, place: Place) -> Tree:
    """Return the tree of a tensor or variable of a single number or text, None for other values.

    It equals the number. Raises DescriptionError for what holds no values.
    """
    if _is_of_jax(value):
        return place.describe(_array_of_jax(value, place))
    if not _is_of_tensors(value):
        return None
    if not hasattr(value, "numpy"):
        raise place.refusal(_SYMBOLIC)
    return place.describe(value.numpy())


_SYMBOLIC = "a symbolic tensor holds no values; pass the data itself"


def _is_of_tensors(value: object) -> bool:
    tensorflow, keras = sys.modules.get("tensorflow"), sys.modules.get("keras")
    if hasattr(tensorflow, "Variable") and isinstance(
        value,
        tensorflow.Tensor | tensorflow.Variable,  # type: ignore[union-attr]  # it has
    ):
        return value.dtype not in (tensorflow.variant, tensorflow.resource)  # type: ignore[union-attr]
    return hasattr(keras, "Variable") and isinstance(value, keras.Variable | keras.KerasTensor)  # type: ignore[union-attr]


def _kind_in_tensorflow(value: Any) -> Kind | None:
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "Variable"):
        return None
    if isinstance(value, tensorflow.RaggedTensor):
        return Kind("RaggedTensor", (int(value.nrows()),), value.dtype.name, _digest_ragged)
    if isinstance(value, tensorflow.SparseTensor):
        shape = tuple(int(length) for length in value.dense_shape)
        return Kind("SparseTensor", shape, value.dtype.name, _digest_sparse)
    is_tensor = isinstance(value, tensorflow.Tensor | tensorflow.Variable)
    if is_tensor and value.shape.rank and value.dtype != tensorflow.variant:
        return Kind("Tensor", tuple(value.shape), value.dtype.name, _digest_tensor)
    return None


def _kind_in_keras(value: Any) -> Kind | None:
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "Variable"):
        return None
    if isinstance(value, keras.Variable) and len(value.shape):
        return Kind("Variable", tuple(value.shape), str(value.dtype), _digest_tensor)
    return None


def _kind_in_jax(value: Any) -> Kind | None:
    if not _is_of_jax(value) or not value.shape:
        return None
    return Kind("Array", tuple(value.shape), str(value.dtype), _digest_jax)


def _is_of_jax(value: object) -> bool:
    jax = sys.modules.get("jax")
    return jax is not None and hasattr(jax, "Array") and isinstance(value, jax.Array)


def _digest_tensor(value: Any, place: Place) -> str:
    """Return the digest of a tensor: that of the array it holds; raises DescriptionError."""
    if not hasattr(value, "numpy"):
        raise place.refusal(_SYMBOLIC)
    return digest_array(value.numpy(), place)


def _digest_jax(value: Any, place: Place) -> str:
    return digest_array(_array_of_jax(value, place), place)


def _array_of_jax(value: Any, place: Place) -> np.ndarray:
    """Return the array that JAX holds, of a random key its numbers; raises DescriptionError."""
    import numpy as np

    jax: Any = sys.modules["jax"]
    if isinstance(value, jax.core.Tracer):
        raise place.refusal(_SYMBOLIC)
    is_key = jax.dtypes.issubdtype(value.dtype, jax.dtypes.prng_key)
    return np.asarray(jax.random.key_data(value) if is_key else value)


def _digest_ragged(value: Any, place: Place) -> str:
    """Return the digest of a ragged tensor: where its rows end, then its values."""
    if not hasattr(value.flat_values, "numpy"):
        raise place.refusal(_SYMBOLIC)
    ends = [digest_array(part.numpy().astype("int64"), place) for part in value.nested_row_splits]
    return digest(
        {"$ragged": list(ends), "$values": digest_array(value.flat_values.numpy(), place)}
    )


def _digest_sparse(value: Any, place: Place) -> str:
    """Return the digest of a sparse tensor: that of scipy's matrix of the same values.

    The order of the indices and explicit zeros play no part.
    """
    import numpy as np

    if not hasattr(value.values, "numpy"):
        raise place.refusal(_SYMBOLIC)
    points, values = value.indices.numpy(), value.values.numpy()
    if values.dtype != object:
        points, values = points[values != 0], values[values != 0]
    order = np.lexsort(points.T[::-1])
    axes, values = list(points[order].T), values[order]
    shape = [int(length) for length in value.dense_shape]
    if len(shape) == 2:  # noqa: PLR2004 - as scipy's compressed rows: where each begins, its columns
        axes[0] = np.searchsorted(axes[0], np.arange(shape[0] + 1)).astype(np.int64)
    return digest(
        {
            "$sparse": describe_dtype(values.dtype),
            "$shape": list(shape),
            "$indices": [digest_array(np.ascontiguousarray(axis), place) for axis in axes],
            "$values": digest_array(values, place),
        }
    )
