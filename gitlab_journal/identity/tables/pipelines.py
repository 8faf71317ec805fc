"""Data sets of TensorFlow: their elements, where these are the same each time they are read.

Of what is shuffled, repeated without end, augmented at random, the steps count with their
arguments and functions, down to the data set beneath, whose elements do not change. Reading takes
nothing from the user's own iteration: no shuffle moves on, no seed is drawn.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.tables.elements import digest_elements, pieces_of, undisturbed
from gitlab_journal.identity.tables.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitlab_journal.identity.place import Place

# What each step is told: attributes of TensorFlow's object that count, of functions `_func`.
_STEPS = {
    "Batch": ("_batch_size", "_drop_remainder"),
    "ParallelBatch": ("_batch_size", "_drop_remainder"),
    "Cache": (),
    "Concatenate": (),
    "Filter": ("_predicate",),
    "Map": ("_map_func",),
    "ParallelMap": ("_map_func",),
    "Repeat": ("_count",),
    "Shard": ("_num_shards", "_index"),
    "Shuffle": ("_buffer_size", "_reshuffle_each_iteration"),
    "Skip": ("_count",),
    "Take": ("_count",),
    "Unbatch": (),
    "Zip": (),
}
_SAME_AS = {"ParallelBatch": "Batch", "ParallelMap": "Map"}
# How elements are fetched, not which.
_NO_STEP = frozenset({"Prefetch", "Options"})
# Operations of a function by which a second reading differs, or which change the user's variables.
_CHANGING = re.compile(
    r"Random|Multinomial|TruncatedNormal|Parameterized|Rng|SampleDistorted|Stateful(?!Partitioned)"
    r"|Assign|.*Shuffle"
)
_PYTHON = frozenset({"PyFunc", "EagerPyFunc", "PyFuncStateless"})
_NO_SEED = 87654321  # what TensorFlow puts for a global seed that nobody set
_LARGEST_GIVEN = 1_000_000
_HEAD = 8
_ENDLESS = -1  # as TensorFlow says it; -2 is a length that is not known
_LONGEST = 1_000_000  # elements of a generator that does not tell its length
_TOGETHER = 1 << 24  # bytes read at a time


def kind_of_pipeline(value: Any) -> Kind | None:
    """Return the kind of a data set of TensorFlow's, None for other values."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or not hasattr(tensorflow, "data"):
        return None
    if not isinstance(value, tensorflow.data.Dataset):
        return None
    specs = tensorflow.nest.flatten(value.element_spec)
    words = ", ".join(map(_in_words, specs))
    length = int(value.cardinality())
    shape = None if length < 0 else (length,)
    return Kind("Dataset", shape, words, digest_pipeline, _detailed)


def digest_pipeline(dataset: Any, place: Place) -> str:
    """Return the digest of a data set; raises DescriptionError for one that cannot be read again.

    Reads all of it, at most once and a few elements.
    """
    return _detailed(dataset, place)[0]


def _detailed(dataset: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest, and which elements it covers where that is a sample."""
    strides: list[int] = [1]
    try:
        with undisturbed():
            found = _digest(dataset, place, strides)
    except sys.modules["tensorflow"].errors.OpError as error:
        raise place.refusal(f"a data set that cannot be read: {error.message}") from error
    stride = max(strides)
    return found, {} if stride == 1 else {"sampled": f"1 in {stride} elements"}


def _digest(dataset: Any, place: Place, strides: list[int]) -> str:
    name = _name(dataset)
    if name in _NO_STEP:
        return _digest(dataset._inputs()[0], place, strides)  # noqa: SLF001 - it has no other name
    endless = int(dataset.cardinality()) == _ENDLESS
    reason = "they have no end" if endless else _why_unread(dataset)
    if reason is None:
        _read_twice(dataset, place)
        found, stride = _read(dataset, place)
        strides.append(stride)
        return found
    if name not in _STEPS:
        raise place.refusal(
            f"a data set whose elements cannot be read the same twice: {reason}; pass the data set "
            "as it is before that, or name it in ignore"
        )
    told: dict[str, object] = {key: _argument(getattr(dataset, key)) for key in _STEPS[name]}
    if name == "Shuffle":
        told["seed"] = _seed(dataset)
    inputs = [
        _digest(part, place.inside(part, f"[{i}]"), strides)
        for i, part in enumerate(dataset._inputs())  # noqa: SLF001
    ]
    step = place.describe_entries({key.strip("_"): item for key, item in told.items()})
    return digest({"$step": _SAME_AS.get(name, name), "$arguments": step, "$of": list(inputs)})


def _name(dataset: Any) -> str:
    """Return what a step is called: `Map` for `_MapDataset`."""
    name = re.sub(r"V\d+$", "", type(dataset).__name__)
    return name.strip("_").removesuffix("Dataset")


def _argument(value: Any) -> object:
    """Return an argument of a step: the user's function, a number."""
    if hasattr(value, "_func"):
        return value._func  # noqa: SLF001 - the user's own
    return value.numpy() if hasattr(value, "numpy") else value


def _why_unread(dataset: Any) -> str | None:
    """Return why the elements of a data set are not to be read, None where they are."""
    name = _name(dataset)
    if name == "Shuffle" and not _is_fixed(dataset):
        return "they are shuffled anew"
    if name == "Random":
        return "they are drawn at random"
    if name == "Cache" and _argument(dataset._filename):  # noqa: SLF001
        return "reading them would fill a file"
    if getattr(dataset, "_deterministic", None) == "false":
        return "their order is left open"
    kinds = {kind for function in dataset._functions() for kind in _operations(function)}  # noqa: SLF001
    changing = sorted(kind for kind in kinds if _CHANGING.match(kind))
    if changing:
        return f"a function of its steps draws or sets a value ({changing[0]})"
    reasons = (_why_unread(part) for part in dataset._inputs())  # noqa: SLF001
    return next((reason for reason in reasons if reason), None)


def _is_fixed(dataset: Any) -> bool:
    """Tell whether a shuffle gives one order, by a seed of its own."""
    again = dataset._reshuffle_each_iteration  # noqa: SLF001 - it has no other name
    return again is False and _seed(dataset) is not None


def _seed(dataset: Any) -> int | None:
    """Return the seed that a shuffle was given, None for one that TensorFlow drew.

    Below a global seed it draws one out of 2 ** 31, which no person gives.
    """
    of_all, own = int(dataset._seed), int(dataset._seed2)  # noqa: SLF001 - they have no other name
    given = of_all == _NO_SEED or (own < _LARGEST_GIVEN and (of_all, own) != (0, 0))
    return own if given else None


def _operations(function: Any) -> set[str]:
    """Return the kinds of operations in the graph of a function, those that it calls included."""
    graph = function.function.graph.as_graph_def()
    nodes = [*graph.node, *(node for part in graph.library.function for node in part.node_def)]
    return {node.op for node in nodes}


def _runs_python(dataset: Any) -> bool:
    kinds = (_operations(function) for function in dataset._functions())  # noqa: SLF001
    return any(kind & _PYTHON for kind in kinds) or any(map(_runs_python, dataset._inputs()))  # noqa: SLF001


def _read_twice(dataset: Any, place: Place) -> None:
    """Read the first elements twice where they come out of Python's own functions."""
    if not _runs_python(dataset):
        return
    head = dataset.take(_HEAD)
    if _read(head, place)[0] != _read(head, place)[0]:
        raise place.refusal(
            "a data set whose first elements differ when they are read again: a generator that is "
            "spent, or random numbers; pass the arrays it is made from, or name it in ignore"
        )


def _read(dataset: Any, place: Place) -> tuple[str, int]:
    """Return the digest of the elements, and the stride of the sample."""
    tensorflow: Any = sys.modules["tensorflow"]
    structure = tensorflow.nest.map_structure(_outline, dataset.element_spec)
    options = tensorflow.data.Options()
    options.deterministic = True
    header = {"$dataset": place.describe(structure)}
    elements = _elements(dataset.with_options(options), place)
    if int(dataset.cardinality()) < 0 and _runs_python(dataset):
        elements = _to_its_end(elements, place)
    return digest_elements(header, elements)


def _to_its_end(elements: Iterator[list[Any]], place: Place) -> Iterator[list[Any]]:
    for i, element in enumerate(elements):
        if i == _LONGEST:
            raise place.refusal(
                f"a data set of a generator that goes on after {_LONGEST:,} elements; tell its "
                "length by .apply(tf.data.experimental.assert_cardinality(...)), pass the arrays "
                "it is made from, or name it in ignore"
            )
        yield element


def _outline(spec: Any) -> list[str]:
    return [type(spec).__name__, getattr(getattr(spec, "dtype", None), "name", "")]


def _elements(dataset: Any, place: Place) -> Iterator[list[Any]]:
    """Yield each element in pieces of bytes; small ones are read many at a time, which is quick."""
    tensorflow: Any = sys.modules["tensorflow"]
    specs = tensorflow.nest.flatten(dataset.element_spec)
    headers: dict[Any, bytes] = {}
    if not all(_is_static(spec) for spec in specs):
        for element in dataset:
            parts = tensorflow.nest.flatten(element)
            yield [piece for part in parts for piece in _pieces(part, headers, place)]
        return
    size = sum(spec.shape.num_elements() * max(spec.dtype.size, 1) for spec in specs)
    for batch in dataset.batch(max(1, min(1024, _TOGETHER // max(size, 1)))):
        arrays = [part.numpy() for part in tensorflow.nest.flatten(batch)]
        for i in range(len(arrays[0])):
            rows = (array[i : i + 1].reshape(array.shape[1:]) for array in arrays)
            yield [piece for row in rows for piece in pieces_of(row, headers, place)]


def _is_static(spec: Any) -> bool:
    tensorflow: Any = sys.modules["tensorflow"]
    return type(spec) is tensorflow.TensorSpec and spec.shape.is_fully_defined()


def _pieces(part: Any, headers: dict[Any, bytes], place: Place) -> list[Any]:
    """Return one component of an element in pieces of bytes."""
    import numpy as np

    tensorflow: Any = sys.modules["tensorflow"]
    if isinstance(part, tensorflow.Tensor) and part.dtype != tensorflow.variant:
        values = part.numpy()
        array = values if isinstance(values, np.ndarray) else np.asarray(values, _dtype(values))
        return pieces_of(array, headers, place)
    if isinstance(part, tensorflow.data.Dataset):
        return [digest_pipeline(part, place).encode()]
    return [digest(place.describe(part)).encode()]


def _dtype(value: object) -> Any:
    return object if isinstance(value, bytes) else None


def _in_words(spec: Any) -> str:
    """Return dtype and shape of a component: `float32[?, 4]`."""
    shape = getattr(spec, "shape", None)
    dtype = getattr(getattr(spec, "dtype", None), "name", type(spec).__name__)
    if shape is None or shape.rank is None or not shape.rank:
        return str(dtype)
    return f"{dtype}[{', '.join('?' if length is None else str(length) for length in shape)}]"
