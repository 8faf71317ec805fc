"""Each row of docs/fingerprint.md holds: a value, an equal one, another one."""

from __future__ import annotations

import dataclasses
import enum
import functools
import operator
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

from gitlab_journal.identity import data_hash, params_hash
from gitlab_journal.identity.source import code_of
from gitlab_journal.identity.state import describe_state

TEXT = (Path(__file__).parents[2] / "docs" / "fingerprint.md").read_text(encoding="utf-8")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Settings:
    width: int


class Plan:
    def __init__(self, steps):
        self.steps = steps


def double(x):
    return 2 * x


def triple(x):
    return 3 * x


def given(*values):
    """Recipes for values that need none."""
    return [lambda value=value: value for value in values]


def drawn(seed, count=0):
    generator = np.random.default_rng(seed)
    generator.random(count)
    return generator


def sklearn(name, *arguments, **settings):
    from sklearn.utils.discovery import all_estimators

    return dict(all_estimators())[name](*arguments, **settings)


def pipeline(width):
    from sklearn.pipeline import make_pipeline

    return make_pipeline(sklearn("StandardScaler"), sklearn("SVC", C=width))


def search(high):
    from scipy.stats import loguniform
    from sklearn.model_selection import RandomizedSearchCV

    return RandomizedSearchCV(sklearn("SVC"), {"C": loguniform(1e-3, high)})


def scorer(beta):
    from sklearn.metrics import fbeta_score, make_scorer

    return make_scorer(fbeta_score, beta=beta)


def splitter(seed):
    from sklearn.model_selection import KFold

    return KFold(3, shuffle=True, random_state=seed)


def kernel(scale):
    from sklearn.gaussian_process.kernels import RBF, WhiteKernel

    return RBF(scale) + WhiteKernel()


def booster(**settings):
    xgboost = pytest.importorskip("xgboost")
    return xgboost.XGBClassifier(n_estimators=2, **settings)


def fitted(model, shift=0.0):
    rows = np.arange(24.0).reshape(12, 2) % 7 + shift * np.arange(12)[:, None]
    return model.fit(rows, np.arange(12) % 2)


def network(width=3, optimizer="adam", seed=0):
    import keras

    keras.utils.set_random_seed(seed)
    layers = [keras.Input((2,)), keras.layers.Dense(width, name=None)]
    model = keras.Sequential(layers)
    model.compile(optimizer, "mse")
    return model


def adam():
    import keras

    return keras.optimizers.Adam()


@functools.cache
def subclass():
    import keras

    class Net(keras.Model):
        def __init__(self, width):
            super().__init__()
            self.dense = keras.layers.Dense(width)

        def call(self, inputs):
            return self.dense(inputs)

    return Net


def keras_part(name, *arguments, **settings):
    import keras

    return functools.reduce(getattr, name.split("."), keras)(*arguments, **settings)


def torch_module(width, seed=0):
    torch = pytest.importorskip("torch")
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(2, width), torch.nn.ReLU())


PARAMS = {
    "number, boolean, None": given(1, np.int64(1), True),
    "text, bytes": given(["a", b"b"], ["a", bytearray(b"b")], ["a", "b"]),
    "list, tuple": given([1, 2], (1, 2), [2, 1]),
    "mapping": given({"a": 1, "b": 2}, {"b": 2, "a": 1.0}, {"a": 1, "b": 3}),
    "set": given({"a", "b"}, frozenset({"b", "a"}), {"a", "c"}),
    "enumeration member": given(Colour.RED, Colour(1), Colour.BLUE),
    "date, time, duration": given(
        datetime(2026, 3, 1),  # noqa: DTZ001 - without a zone, as numpy's
        np.datetime64("2026-03-01T00:00"),
        datetime(2026, 3, 1, tzinfo=UTC),
    ),
    "Decimal, Fraction, complex": given(Decimal("1.0"), Decimal("1.00"), Decimal("1.1")),
    "path": given(PurePosixPath("a/b"), PurePosixPath("a//b"), PurePosixPath("a/c")),
    "pattern, getter, annotation, buffer": given(
        [operator.itemgetter(1), re.compile("a"), list[int]],
        [operator.itemgetter(1), re.compile("a"), list[int]],
        [operator.itemgetter(2), re.compile("a"), list[int]],
    ),
    "dtype": given(np.dtype("<f4"), np.dtype(">f4"), np.dtype("f8")),
    "dataclass, attrs, pydantic, named tuple": given(Settings(3), Settings(3), Settings(4)),
    "object of a class of yours": given(Plan([1]), Plan([1]), Plan([2])),
    "class or function of a library": given(np.tanh, np.tanh, np.sinh),
    "function or lambda of yours": given(double, double, triple),
    "partial": given(
        functools.partial(double, x=1),
        functools.partial(double, x=1.0),
        functools.partial(double, x=2),
    ),
    "random generator": given(drawn(0), drawn(0), drawn(0, 1)),
    "scikit-learn estimator": (
        lambda: sklearn("SVC"),
        lambda: fitted(sklearn("SVC", C=1.0)),
        lambda: sklearn("SVC", C=2.0),
    ),
    "pipeline, column transformer, union": (
        lambda: pipeline(1),
        lambda: pipeline(1.0),
        lambda: pipeline(2),
    ),
    "search over distributions": (lambda: search(10), lambda: search(10.0), lambda: search(100)),
    "scorer": (lambda: scorer(2), lambda: scorer(2), lambda: scorer(1)),
    "splitter": (lambda: splitter(0), lambda: splitter(0), lambda: splitter(1)),
    "kernel": (lambda: kernel(1), lambda: kernel(1.0), lambda: kernel(2)),
    "XGBoost, LightGBM, CatBoost estimator": (
        lambda: booster(max_depth=3),
        lambda: fitted(booster(max_depth=3)),
        lambda: booster(max_depth=4),
    ),
    "Keras model": (network, lambda: network(optimizer=adam()), lambda: network(optimizer="sgd")),
    "subclassed Keras model": (
        lambda: subclass()(3),
        lambda: subclass()(3),
        lambda: subclass()(4),
    ),
    "Keras layer, optimizer, schedule, loss, metric": (
        lambda: keras_part("losses.Huber"),
        lambda: keras_part("losses.Huber", delta=1.0),
        lambda: keras_part("losses.Huber", delta=2.0),
    ),
    "Keras initializer, regularizer, constraint": (
        lambda: keras_part("regularizers.L2", 0.1),
        lambda: keras_part("regularizers.L2", l2=0.1),
        lambda: keras_part("regularizers.L2", 0.2),
    ),
    "Keras callback": (
        lambda: keras_part("callbacks.EarlyStopping"),
        lambda: keras_part("callbacks.EarlyStopping", patience=0),
        lambda: keras_part("callbacks.EarlyStopping", patience=1),
    ),
    "PyTorch module": (
        lambda: torch_module(3),
        lambda: torch_module(3, seed=1),
        lambda: torch_module(4),
    ),
}
STATES = {
    "fitted estimator": (
        lambda: fitted(sklearn("LinearRegression")),
        lambda: fitted(sklearn("LinearRegression")),
        lambda: fitted(sklearn("LinearRegression"), shift=1.0),
    ),
    "fitted booster": (
        lambda: fitted(booster(n_jobs=1)),
        lambda: fitted(booster(n_jobs=1)),
        lambda: fitted(booster(n_jobs=1), shift=1.0),
    ),
    "weights of a Keras model": (network, network, lambda: network(seed=1)),
    "weights of a PyTorch module": (
        lambda: torch_module(3),
        lambda: torch_module(3),
        lambda: torch_module(3, seed=1),
    ),
}

ARRAY = np.arange(12.0).reshape(3, 4)
PADDED = np.dtype({"names": ["a", "b"], "formats": ["i1", "f8"], "offsets": [0, 8]})


def structured(dtype, last=2.5):
    return np.array([(1, 1.5), (2, last)], dtype)


def masked(hidden, last=3.0):
    return np.ma.masked_array([1.0, hidden, last], [False, True, False])


def frame(*columns, index=None):
    import pandas as pd

    return pd.DataFrame({name: list(range(3)) for name in columns}, index=index)


def series(index):
    import pandas as pd

    return pd.Series([1, 2, 3], index=index)


def categories(*names):
    import pandas as pd

    return pd.Series(pd.Categorical(["a", "b", "a"], categories=names))


def nullable(hidden, last=3):
    import pandas as pd

    numbers = np.array([1, hidden, last])
    return pd.Series(pd.arrays.IntegerArray(numbers, np.array([False, True, False])))


def arrow(*chunks):
    pyarrow = pytest.importorskip("pyarrow")
    return pyarrow.table({"a": pyarrow.chunked_array([list(chunk) for chunk in chunks])})


def polars(*chunks):
    polars = pytest.importorskip("polars")
    return polars.concat([polars.DataFrame({"a": list(chunk)}) for chunk in chunks], rechunk=False)


def sparse(form, last=2.0):
    import scipy.sparse

    return scipy.sparse.coo_array([[0.0, 1.0], [last, 0.0]]).asformat(form)


def tensor(values):
    import tensorflow as tf

    return tf.constant(values)


def ragged(values, *, split=False):
    import tensorflow as tf

    rows = tf.ragged.constant(values)
    return tf.concat([rows[:1], rows[1:]], axis=0) if split else rows


def data_set(count, batch=2):
    import tensorflow as tf

    return tf.data.Dataset.range(count).batch(batch)


def batches(last):
    import keras

    class Pairs(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, number):
            return np.full((2, 3), [0, last][number]), np.zeros(2)

    return Pairs()


def torch_tensor(values, *, transposed=False):
    torch = pytest.importorskip("torch")
    return torch.tensor(values).T if transposed else torch.tensor(values)


def file(text, name="a.csv"):
    def make(folder):
        (folder / name).write_text(text)
        return folder / name

    return make


def folder(text, name="a.csv"):
    def make(above):
        (above / "inside").mkdir()
        (above / "inside" / name).write_text(text)
        return above / "inside"

    return make


def pattern(text):
    def make(above):
        folder(text)(above)
        return above / "inside" / "*.csv"

    return make


DATA = {
    "numpy array": given(ARRAY, np.asfortranarray(ARRAY).astype(">f8"), ARRAY.astype("f4")),
    "structured array": given(
        structured("i1,f8"),
        structured(np.dtype("i1,f8", align=True)),
        structured("i1,f8", last=3.0),
    ),
    "masked array": given(masked(2.0), masked(7.0), masked(2.0, last=4.0)),
    "array of objects": given(
        np.array(["a", None, 1], object),
        np.array(["a", None, 1.0], object),
        np.array(["a", None, 2], object),
    ),
    "pandas frame": (
        lambda: frame("a", "b"),
        lambda: frame("a", "b").copy(),
        lambda: frame("b", "a"),
    ),
    "pandas series, index": (
        lambda: series(range(3)),
        lambda: series([0, 1, 2]),
        lambda: series([0, 1, 3]),
    ),
    "pandas categories": (
        lambda: categories("a", "b"),
        lambda: categories("a", "b"),
        lambda: categories("a", "b", "c"),
    ),
    "pandas nullable, string, Arrow-backed": (
        lambda: nullable(2),
        lambda: nullable(7),
        lambda: nullable(2, last=4),
    ),
    "Arrow table, array": (
        lambda: arrow([1, 2, 3]),
        lambda: arrow([1], [2, 3]),
        lambda: arrow([1, 2, 4]),
    ),
    "polars frame, series": (
        lambda: polars([1, 2, 3]),
        lambda: polars([1], [2, 3]),
        lambda: polars([1, 2, 4]),
    ),
    "scipy sparse matrix": (
        lambda: sparse("csr"),
        lambda: sparse("lil"),
        lambda: sparse("csr", last=3.0),
    ),
    "TensorFlow tensor, variable": (
        lambda: tensor([1.0, 2.0]),
        lambda: tensor(np.float32([1, 2])),
        lambda: tensor([1.0, 3.0]),
    ),
    "ragged tensor, sparse tensor": (
        lambda: ragged([[1, 2], [3]]),
        lambda: ragged([[1, 2], [3]], split=True),
        lambda: ragged([[1], [2, 3]]),
    ),
    "`tf.data.Dataset`": (
        lambda: data_set(6),
        lambda: data_set(6, batch=1).unbatch().batch(2),
        lambda: data_set(6, batch=3),
    ),
    "Keras `PyDataset`": (lambda: batches(1), lambda: batches(1), lambda: batches(2)),
    "PyTorch tensor": (
        lambda: torch_tensor([[1, 3], [2, 4]]),
        lambda: torch_tensor([[1, 2], [3, 4]], transposed=True),
        lambda: torch_tensor([[1, 2], [3, 4]]),
    ),
    "list or mapping of data": given([ARRAY, ARRAY], [ARRAY.copy(), ARRAY], [ARRAY, ARRAY.T]),
}
FILES = {
    "file": (file("1,2\n"), file("1,2\n", name="b.txt"), file("1,3\n")),
    "folder": (folder("1,2\n"), folder("1,2\n"), folder("1,2\n", name="b.csv")),
    "pattern of files": (pattern("1,2\n"), pattern("1,2\n"), pattern("1,3\n")),
}

CODE = {
    "function, method, class": (
        "def train(x):\n    return x + 1\n",
        'def train(x: int):\n    """Train."""\n    return (x + 1)  # more\n',
        "def train(x):\n    return x + 2\n",
    ),
    "helper that it calls": (
        "def clean(x):\n    return x\ndef train(x):\n    return clean(x)\n",
        "def other():\n    pass\ndef clean(x):\n    return x\ndef train(x):\n    return clean(x)\n",
        "def clean(x):\n    return -x\ndef train(x):\n    return clean(x)\n",
    ),
    "library": (
        "import json\nimport numpy as np\ndef train(x):\n    return np.sum(x)\n",
        "import numpy as np\ndef train(x):\n    return np.sum(x)\n",
        "import scipy as np\ndef train(x):\n    return np.sum(x)\n",
    ),
}
# Rows whose example takes a process of its own; the test that holds each.
ELSEWHERE = {
    "script": "test_source.py",
    "notebook cell": "test_source.py",
    "function typed at a prompt": "test_prompt.py",
}


def rows(section: str) -> list[str]:
    """The first cells of the table below a heading of the document."""
    below = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert below
    cells = re.findall(r"^\| (.+?) \|", below[1], re.MULTILINE)
    return [cell for cell in cells if cell != "kind" and set(cell) != {"-"}]


def relations(found: list[str]) -> tuple[bool, bool]:
    """Whether the second is equal to the first, whether the third is."""
    first, same, other = found
    return same == first, other == first


@pytest.mark.parametrize("kind", PARAMS)
def test_a_parameter_is_equal_when_the_document_says_so(kind):
    assert (True, False) == relations([params_hash({"value": make()}) for make in PARAMS[kind]])


@pytest.mark.parametrize("kind", STATES)
def test_a_state_is_equal_when_the_document_says_so(kind):
    found = [describe_state({"model": make()}).state_hash for make in STATES[kind]]

    assert None not in found
    assert (True, False) == relations(found)


@pytest.mark.parametrize("kind", DATA)
def test_data_are_equal_when_the_document_says_so(kind):
    assert (True, False) == relations([data_hash(make()) for make in DATA[kind]])


@pytest.mark.parametrize("kind", FILES)
def test_files_are_equal_when_the_document_says_so(kind, tmp_path):
    found = []
    for number, make in enumerate(FILES[kind]):
        (tmp_path / str(number)).mkdir()
        found.append(data_hash(make(tmp_path / str(number))))

    assert (True, False) == relations(found)


@pytest.mark.parametrize("kind", CODE)
def test_code_is_equal_when_the_document_says_so(kind, project):
    found = []
    for number, source in enumerate(CODE[kind]):
        module = project.module(source, name=f"number_{number}")
        found.append(code_of(module.train).code_hash)

    assert (True, False) == relations(found)


def test_every_row_of_the_document_has_its_example():
    assert [set(PARAMS), set(STATES), {*DATA, *FILES}] == [
        set(rows("Parameters")),
        set(rows("State")),
        set(rows("Data")),
    ]
    assert {*CODE, *ELSEWHERE} == set(rows("Code"))
    here = Path(__file__).parent
    assert [] == [name for name in ELSEWHERE.values() if not (here / name).exists()]
