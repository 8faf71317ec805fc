"""What it costs to fingerprint data and parameters, beside joblib and one read of the memory.

python benchmarks/fingerprint.py
"""

from __future__ import annotations

import platform
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from gitlab_journal import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from sklearn.pipeline import Pipeline

ROUNDS = 5
ROWS = 1_000_000
COLUMNS = 10
WORDS = 3  # columns
LIBRARIES = ("numpy", "pandas", "scikit-learn", "joblib", "xxhash")


def main() -> None:
    """Measure every subject and print one table."""
    print(f"CPU milliseconds, the best of {ROUNDS} rounds; {versions()}\n")
    print("| what | gitlab_journal | joblib.hash | joblib takes | memory read once | of one read |")
    print("|---|---|---|---|---|---|")
    array = an_array()
    row("array of float64, 100 MB", array, identity.data_hash, memory=array)
    row("the same in Fortran order", np.asfortranarray(array), identity.data_hash, memory=array)
    row(f"frame of {ROWS:,} x {COLUMNS}, {WORDS} of words", a_frame(), identity.data_hash)
    row("a pipeline as parameter", {"model": a_pipeline()}, identity.params_hash)


def row(
    what: str, subject: Any, ours: Callable[[Any], str], *, memory: np.ndarray | None = None
) -> None:
    """Measure one subject and print its row, with one read of the memory it takes."""
    own, theirs = best(lambda: ours(subject)), best(lambda: joblib.hash(subject))
    cells = [f"{own:,.2f}", f"{theirs:,.2f}", f"{theirs / own:,.1f} times as long"]
    if memory is not None:
        read = best(lambda: read_once(memory))
        cells += [f"{read:,.2f}", f"{own / read:.2f}"]
    print(f"| {what} | {' | '.join(cells)}{' |' * (6 - len(cells))}", flush=True)


def best(action: Callable[[], object]) -> float:
    """Return the least CPU milliseconds of an action, which noise can only lengthen."""
    found = []
    for _ in range(ROUNDS):
        before = time.process_time()
        action()
        found.append(1000 * (time.process_time() - before))
    return min(found)


def read_once(array: np.ndarray) -> int:
    """Read all the memory of an array as whole numbers, whose sum needs no more than the read."""
    return int(array.reshape(-1).view(np.uint64).sum())


def an_array() -> np.ndarray:
    """Return an array of 100 MB."""
    return np.random.default_rng(0).random((125_000, 100))


def a_frame() -> pd.DataFrame:
    """Return a frame of numbers and words, as read from a table."""
    random = np.random.default_rng(0)
    vocabulary = np.array([f"word number {number}" for number in range(10_000)], dtype=object)
    numbers = {f"number {column}": random.random(ROWS) for column in range(COLUMNS - WORDS)}
    words = {f"word {column}": random.choice(vocabulary, ROWS) for column in range(WORDS)}
    return pd.DataFrame({**numbers, **words})


def a_pipeline() -> Pipeline:
    """Return a pipeline as people write it."""
    columns = make_column_transformer(
        (StandardScaler(), ["age", "income"]),
        (OneHotEncoder(handle_unknown="ignore"), ["city", "job"]),
    )
    return make_pipeline(columns, HistGradientBoostingClassifier(learning_rate=0.05))


def versions() -> str:
    """Return what the table was measured with."""
    used = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Python {platform.python_version()}, {used}, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    main()
