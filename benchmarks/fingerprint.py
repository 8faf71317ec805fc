"""What it costs to fingerprint data and parameters, beside joblib, pandas and a read of the memory.

python benchmarks/fingerprint.py [WORD ...]     only the rows that hold a word
"""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import scipy.sparse as sp
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from gitlab_journal import identity
from gitlab_journal.identity.files import digest_folder
from gitlab_journal.store.digests import FileDigests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 5
ROWS = 1_000_000
COLUMNS = 10
WORDS = 3  # columns
FILES = 10_000
LIBRARIES = (
    *("numpy", "pandas", "polars", "pyarrow", "scipy", "scikit-learn", "joblib", "xxhash"),
    *("keras", "tensorflow-cpu"),
)
HEAD = ("what", "ms", "joblib ms", "pandas ms", "one read ms", "of one read", "peak memory")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is hashed, how, how much memory it takes, and what the others can do with it."""

    what: str
    value: Any
    memory: int = 0
    ours: Callable[[Any], object] = identity.data_hash
    joblib: bool = True
    pandas: bool = False
    read: bool = False


def main(words: list[str]) -> None:
    """Measure every subject and print one table."""
    print(f"CPU milliseconds, the best of {ROUNDS} rounds; {versions()}\n")
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        makers = [arrays, frames, others, lambda: folders(Path(folder))]
        if not words or not {"tf.data", "Keras"}.isdisjoint(words):
            makers.append(networks)
        for make in makers:
            for subject in make():
                if not words or any(word in subject.what for word in words):
                    print(row(subject), flush=True)


def row(subject: Subject) -> str:
    """Measure one subject and return its row."""
    own = best(lambda: subject.ours(subject.value))
    cells = [subject.what, f"{own:,.2f}", "", "", "", "", ""]
    if subject.joblib:
        theirs = best(lambda: joblib.hash(subject.value), rounds=1 if own > 50 else ROUNDS)  # noqa: PLR2004
        cells[2] = f"{theirs:,.1f} ({theirs / own:,.1f} times)"
    if subject.pandas:
        theirs = best(lambda: pd.util.hash_pandas_object(subject.value))
        cells[3] = f"{theirs:,.1f} ({theirs / own:,.1f} times)"
    if subject.read:
        read = best(lambda: read_once(subject.value))
        cells[4:6] = f"{read:,.2f}", f"{own / read:.2f}"
    if subject.memory:
        cells[6] = f"{peak(lambda: subject.ours(subject.value)) / subject.memory:.1%}"
    return f"| {' | '.join(cells)} |"


def best(action: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    """Return the least CPU milliseconds of an action, which noise can only lengthen."""
    found = []
    for _ in range(rounds):
        before = time.process_time()
        action()
        found.append(1000 * (time.process_time() - before))
    return min(found)


def peak(action: Callable[[], object]) -> int:
    """Return by how many bytes an action raises the process's resident memory at its highest."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    action()
    return max(resident("VmHWM") - before, 0)


def resident(name: str) -> int:
    """Return a size in bytes that the kernel tells of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


def read_once(array: np.ndarray) -> int:
    """Read all the memory of an array as whole numbers, whose sum needs no more than the read."""
    flat = array.reshape(-1, order="A") if array.flags.forc else array
    return int(flat.view(np.uint64).sum())


def arrays() -> Iterator[Subject]:
    """Yield arrays of numpy's, in several sizes and layouts."""
    for size, rows in (("1 MB", 1_250), ("100 MB", 125_000), ("1 GB", 1_250_000)):
        array = np.random.default_rng(0).random((rows, 100))
        yield Subject(f"array of float64, {size}", array, array.nbytes, read=True)
    array = np.random.default_rng(0).random((125_000, 100))
    size = array.nbytes
    yield Subject("100 MB in Fortran order", np.asfortranarray(array), size, read=True)
    yield Subject("100 MB, every other row of 200 MB", array.repeat(2, axis=0)[::2], size)
    yield Subject("100 MB, most significant byte first", array.astype(">f8"), size)
    masked = np.ma.masked_array(array, array > 0.5)  # noqa: PLR2004
    yield Subject("100 MB, masked (joblib raises)", masked, size, joblib=False)


def frames() -> Iterator[Subject]:
    """Yield frames of pandas' and the same in other libraries."""
    random = np.random.default_rng(0)
    vocabulary = np.array([f"word number {number}" for number in range(10_000)], dtype=object)
    numbers = {f"number {column}": random.random(ROWS) for column in range(COLUMNS)}
    shape = f"{ROWS:,} x {COLUMNS}"
    frame = pd.DataFrame(numbers)
    yield Subject(f"frame of {shape}, numbers", frame, taken(frame), pandas=True)
    for column in range(WORDS):
        numbers[f"number {column}"] = random.choice(vocabulary, ROWS)
    frame = pd.DataFrame(numbers)
    words = list(frame)[:WORDS]
    kinds = {
        f"{WORDS} of words": frame,
        f"{WORDS} of words as objects": frame.astype(dict.fromkeys(words, object)),
        f"{WORDS} of categories": frame.astype(dict.fromkeys(words, "category")),
        "nullable": frame.convert_dtypes(),
        "Arrow's types": frame.convert_dtypes(dtype_backend="pyarrow"),
    }
    for what, kind in kinds.items():
        yield Subject(f"frame of {shape}, {what}", kind, taken(kind), pandas=True)
    table = pa.Table.from_pandas(frame)
    yield Subject(f"the same as a table of pyarrow, {WORDS} of words", table, table.nbytes)
    polars = pl.from_pandas(frame)
    size = int(polars.estimated_size())
    yield Subject(f"the same as a frame of polars, {WORDS} of words", polars, size)


def taken(frame: pd.DataFrame) -> int:
    """Return the memory that a frame takes, its words among it."""
    return int(frame.memory_usage(deep=True).sum())


def others() -> Iterator[Subject]:
    """Yield sparse matrices and parameters."""
    matrix = sp.random_array((100_000, 1_000), density=0.05, format="csr", rng=0)
    size = matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes
    yield Subject("sparse csr, 5,000,000 values", matrix, size)
    yield Subject("the same as csc", matrix.tocsc(), size)
    columns = make_column_transformer(
        (StandardScaler(), ["age", "income"]),
        (OneHotEncoder(handle_unknown="ignore"), ["city", "job"]),
    )
    model = make_pipeline(columns, HistGradientBoostingClassifier(learning_rate=0.05))
    yield Subject("a pipeline as parameter", {"model": model}, ours=identity.params_hash)


def folders(above: Path) -> Iterator[Subject]:
    """Yield a folder of small files, without and with what was learnt of it before."""
    folder = above / "data"
    random = np.random.default_rng(0)
    for number in range(FILES):
        path = folder / f"{number % 100:02}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.bytes(10_000))
    time.sleep(2.1)  # what was written just now is not remembered
    known = FileDigests(above / "files.json")
    digest_folder(folder, cache=known)
    what = f"folder of {FILES:,} files of 10 KB"
    yield Subject(f"{what}, first", folder, joblib=False)
    yield Subject(
        f"{what}, again", folder, ours=lambda path: digest_folder(path, cache=known), joblib=False
    )


def networks() -> Iterator[Subject]:
    """Yield what needs TensorFlow: a data set and a model."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    array = np.random.default_rng(0).random((125_000, 20), dtype=np.float32)
    batches = tf.data.Dataset.from_tensor_slices(array).batch(256)
    yield Subject("tf.data.Dataset of 10 MB in batches of 256", batches, joblib=False)
    layers = [keras.layers.Dense(64, activation="relu") for _ in range(10)]
    model = keras.Sequential([keras.Input((20,)), *layers, keras.layers.Dense(10)])
    model.compile("adam", "mse")
    yield Subject("Keras model of 11 layers", {"model": model}, ours=identity.params_hash)


def versions() -> str:
    """Return what the table was measured with."""
    used = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Python {platform.python_version()}, {used}, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # what libraries say of themselves
    main(sys.argv[1:])
