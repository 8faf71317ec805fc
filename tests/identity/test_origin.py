"""Guessing the names of data: scripts are written to disk and run, as users run theirs."""

from __future__ import annotations

import inspect
import linecache
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from gitlab_journal.identity.origin import guess_names
from gitlab_journal.identity.origin.loaders import name_of_function, name_of_path


def given(X, y=None, *more, groups=None, **others):  # noqa: N803  # as people call them
    """What the experiments below are called with."""


def asking(function: Callable[..., object]) -> dict[str, Callable[..., dict[str, str]]]:
    """Return what stands in the place of a decorated function, and returns the names instead."""
    namespace = {"__name__": "gitlab_journal.asking", "guess_names": guess_names}
    namespace |= {"function": function, "signature": inspect.signature(function)}
    lines = """
        def call(*args, **kwargs):
            bound = signature.bind(*args, **kwargs).arguments
            return guess_names(bound, function=function)

        def meet(**arrays):
            return guess_names(arrays)
    """
    exec(dedent(lines), namespace)  # noqa: S102  # frames of ours are known by their module
    return namespace


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return what a script, in a folder with these other files, says of its last call."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)

    def run(source: str, **files: str) -> dict[str, str]:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text))
        script = tmp_path / "script.py"
        script.write_text(dedent(source))
        asked = asking(given)
        names = {"train": asked["call"], "meet": asked["meet"]}
        return runpy.run_path(str(script), init_globals=names, run_name="__main__")["found"]

    yield run
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


DIGITS = "from sklearn.datasets import load_digits\n"


WAYS = """\
X, y = load_digits(return_X_y=True)
found = train(X, y)
---
digits = load_digits()
found = train(digits.data, digits.target)
---
digits = load_digits()
X = digits.data[:100] / 16
y = digits['target']
found = train(X, y)
---
found = train(*load_digits(return_X_y=True))
---
data = load_digits(return_X_y=True)
found = train(*data)
---
X, y = load_digits(return_X_y=True)
data = {'X': X, 'y': y}
found = train(**data)
---
X, y = load_digits(return_X_y=True)
found = train(y=y, X=X)
---
(X, y) = pair = load_digits(return_X_y=True)
found = train(X, y)
---
X = (digits := load_digits()).data
found = train(X, digits.target)
---
X, y = load_digits(return_X_y=True)
[found] = [train(X, y) for _ in range(1)]
---
X, y = load_digits(return_X_y=True)
for _ in range(1):
    found = train(
        X,
        y,
    )
---
if __name__ == '__main__':
    X, y = load_digits(return_X_y=True)
    found = train(X, y)
---
def main():
    X, y = load_digits(return_X_y=True)
    return train(X, y)
found = main()
---
def every(X, y):
    return [train(X, y) for _ in range(1)]
def main():
    X, y = load_digits(return_X_y=True)
    return every(X, y)
[found] = main()
---
class Study:
    def run(self, features, labels):
        return train(features, labels)
X, y = load_digits(return_X_y=True)
found = Study().run(X, labels=y)
---
import sklearn.datasets as data
X, y = data.load_digits(return_X_y=True)
found = train(X, y)
---
from sklearn import datasets
X, y = datasets.load_digits(return_X_y=True)
found = train(X, y)
---
X = y = None
if X is None:
    X, y = load_digits(return_X_y=True)
found = train(X, y)
---
X, y = load_digits(return_X_y=True)
if True:
    X, y = X[:9], y[:9]
found = train(X, y)
---
import functools
X, y = load_digits(return_X_y=True)
found = functools.partial(train, X)(y)
"""


@pytest.mark.parametrize("lines", WAYS.split("\n---\n"))
def test_a_loader_is_found_through(run, lines):
    assert {"X": "digits", "y": "digits"} == run(DIGITS + lines)


def test_splits_and_scaled_columns_come_from_what_was_loaded(run):
    source = """
        from sklearn.datasets import load_iris
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        frame, labels = load_iris(return_X_y=True, as_frame=True)
        frame = frame.dropna()
        X_train, X_test, y_train, y_test = train_test_split(frame.to_numpy(), labels == 1)
        scaler = StandardScaler().fit(X_train)
        X_test = scaler.transform(X_test)
        found = train(X_test, y_train)
    """

    assert {"X": "iris", "y": "iris"} == run(source)


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("make_moons(n_samples=9)[0]", "moons"),
        ("fetch_california_housing().data", "california_housing"),
        ("fetch_openml('mnist_784', version=1)", "mnist_784"),
        ("fetch_openml(data_id=554)", "openml 554"),
        ("keras.datasets.mnist.load_data()[0]", "mnist"),
        ("tf.keras.datasets.boston_housing.load_data()", "boston_housing"),
        ("sns.load_dataset('penguins')", "penguins"),
        ("datasets.load_dataset('nyu/glue', 'mrpc')['train']", "glue"),
        ("datasets.load_dataset('csv', data_files='houses.csv')", "houses"),
        ("tfds.load('mnist:3.0.1', split='train')", "mnist"),
        ("torchvision.datasets.MNIST('data', train=True)", "MNIST"),
        ("torchvision.datasets.ImageFolder('flowers/train')", "flowers/train"),
        ("pd.read_csv('data/houses.csv')", "houses"),
        ("pd.read_csv('https://example.org/data/houses.csv.gz?key=1')", "houses"),
        ("pd.read_csv(Path('houses') / 'train.csv')", "houses/train"),
        ("pd.read_csv(f'{HERE}/houses/train.csv')", "houses/train"),
        ("pd.read_csv(os.path.join(HERE, 'houses.csv'))", "houses"),
        ("pd.read_csv(FILE)", "houses"),
        ("pd.read_csv(settings.file)", "houses"),
        ("pd.read_csv(files['a'])", "houses"),
        ("pd.read_sql_table('houses', None)", "houses"),
        ("pd.read_sql('SELECT * FROM a.houses', None)", None),
        ("pd.read_csv(unknown())", None),
        ("pd.read_csv(f'{unknown()}/train.csv')", "train"),
        ("pd.read_csv(f'{unknown()}/houses-{unknown()}.csv')", "houses"),
        ("pd.read_csv(f'houses/{unknown()}.csv')", "houses"),
        ("pd.read_csv('my houses.v2.snap')", "my houses.v2"),
        ("np.array(pd.read_csv(unknown()), like='a.b')", None),
        ("np.stack([load_raw(), get_config()])", None),
        ("pl.read_parquet('houses/*.parquet')", "houses"),
        ("np.load('houses.npy', mmap_mode='r')", "houses"),
        ("np.load('x.npy')", "x"),
        ("np.loadtxt('houses.txt', delimiter=',')", "houses"),
        ("np.asarray(pd.read_csv('houses.csv'), dtype='float32')", "houses"),
        ("np.vstack([np.load('north.npy'), np.load('south.npy')])", "north, south"),
        ("np.random.rand(3)", None),
        ("np.zeros(len(pd.read_csv('houses.csv')))", None),
        ("pd.read_csv('houses.csv').shape", None),
        ("tf.data.Dataset.from_tensor_slices(np.load('houses.npy')).batch(2)", "houses"),
        ("keras.saving.load_model('m.keras').predict(np.load('houses.npy'))", "houses"),
        ("penguins.load_penguins()", "penguins"),
        ("spark.read.format('csv').load('houses.csv')", "houses"),
    ],
)
def test_the_name_is_in_the_call_of_the_loader(run, expression, name):
    # The libraries need not be there: what counts is how the script would call them.
    source = f"""\
import os, types
from pathlib import Path
HERE = os.getcwd()
FILE = Path(HERE, "houses.csv")
settings = types.SimpleNamespace(file="houses.csv")
files = {{"a": "houses.csv"}}
def unknown():
    return "".join([])
def get_config():
    return {{}}
def load():
    from sklearn.datasets import fetch_california_housing, fetch_openml, make_moons
    import datasets, keras, numpy as np, pandas as pd, penguins, polars as pl, seaborn as sns
    import tensorflow as tf, tensorflow_datasets as tfds, torchvision
    return {expression}
found = train(load() if False else [0.0])
"""

    assert ({"X": name} if name else {}) == run(source)


def test_functions_of_the_project_are_followed_into_their_modules(run):
    helpers = """
        from loading import read

        def load_data(name="houses"):
            frame = read(f"data/{name}.csv")
            return frame.drop(columns="price"), frame["price"]
    """
    loading = """
        def read(path):
            from pandas import DataFrame
            return DataFrame({"rooms": [1], "price": [2]}) if path else pd.read_csv(path)
    """
    source = """
        import helpers

        X, y = helpers.load_data("flats")
        found = train(X, y)
    """

    assert {"X": "flats", "y": "flats"} == run(source, helpers=helpers, loading=loading)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("load_houses", "houses"),
        ("load", None),
        ("get_train_data", None),
        ("fetch_flats_df", "flats"),
    ],
)
def test_a_function_that_tells_nothing_has_a_name_itself(run, function, name):
    source = f"""
        def {function}():
            return [0.0]

        found = train({function}())
    """

    assert ({"X": name} if name else {}) == run(source)


def test_globals_of_other_modules_are_followed(run):
    shared = "import numpy as np\nX = np.load('houses.npy') if False else np.zeros(2)\n"
    source = "import shared\nfrom shared import X\nfound = train(X, shared.X)"

    assert {"X": "houses", "y": "houses"} == run(source, shared=shared)


@pytest.mark.parametrize(
    "lines",
    [
        "X = load_iris().data\nif len(X) > 5:\n    X = load_digits().data\nfound = train(X)",
        "X = load_iris().data if X else load_digits().data\nfound = train(X)",
        "for load_one in (load_iris, load_digits):\n    found = train(load_one().data)",
        "for X in (load_iris().data, load_digits().data):\n    found = train(X)",
        "all = {'a': load_iris().data, 'b': load_digits().data}\nfound = train(all['a'])",
    ],
)
def test_where_the_code_leaves_it_open_there_is_no_name(run, lines):
    assert {} == run(f"from sklearn.datasets import load_digits, load_iris\nX = 0\n{lines}")


def test_a_loop_over_files_names_each(run):
    source = """
        import numpy as np

        found = []
        for file in ["north.csv", "south.csv"]:
            np.savetxt(file, np.zeros((2, 2)))
            X = np.loadtxt(file)
            found.append(train(X))
    """

    assert [{"X": "north"}, {"X": "south"}] == run(source)


def test_what_the_other_case_binds_is_not_seen(run):
    source = """
        from sklearn.datasets import load_iris

        if False:
            X = load_iris().data
        else:
            found = [train(X) for X in [[0.0]]]
            found = train(globals().get("X"))
    """

    assert {} == run(source)


def test_the_variable_of_a_comprehension_hides_another(run):
    source = """
        from sklearn.datasets import load_digits, load_iris

        X = load_iris().data
        [found] = [train(X) for X in [load_digits().data]]
    """

    assert {"X": "digits"} == run(source)


def test_the_assignment_before_the_call_decides(run):
    source = """
        from sklearn.datasets import load_digits, load_iris

        X = load_iris().data
        found = train(X)
        X = load_digits().data
    """

    assert {"X": "iris"} == run(source)


def test_data_met_inside_a_run_are_named_from_where_they_are_met(run):
    source = """
        from sklearn.datasets import load_digits

        def inside():
            X, y = load_digits(return_X_y=True)
            return meet(X_train=X[:9], y_train=y)

        found = inside()
    """

    assert {"X_train": "digits", "y_train": "digits"} == run(source)


def test_cells_of_a_notebook_are_read_in_the_order_they_ran():
    cells = [
        "",
        "from sklearn.datasets import load_digits, load_iris\nX = load_iris().data",
        "X = load_digits().data",
        "X = X / 16",
        "found = train(X)",
    ]
    asked = asking(given)
    namespace = {"__name__": "__main__", "In": cells, "train": asked["call"]}
    for number, cell in enumerate(cells):
        name = f"<cell {number} of a notebook>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), namespace)  # noqa: S102  # as IPython does

    assert {"X": "digits"} == namespace["found"]


def test_code_that_goes_round_in_circles_or_very_deep_has_no_name(run):
    source = f"""
        X = [0.0]
        def f(a):
            return g(a)
        def g(a):
            b = a
            a = b
            return f(a)
        def never():
            return f(X) or X {"+ X" * 700}
        found = train(never() if False else X)
    """

    assert {} == run(source)


def test_without_source_there_is_no_name():
    asked = asking(given)
    namespace = {"__name__": "__main__", "train": asked["call"]}
    exec("from sklearn.datasets import load_digits\nfound = train(load_digits().data)", namespace)  # noqa: S102

    assert {} == namespace["found"]


def test_the_variables_of_the_caller_stay_as_they_were(run):
    source = """
        def main(width=64):
            settings = locals()
            X = [0.0]
            train(X)
            return sorted(settings)

        found = main()
    """

    assert ["width"] == run(source)


def test_a_path_names_its_data_itself(tmp_path):
    asked = asking(given)["call"]

    assert {"X": "houses"} == asked(Path("data/houses.csv"))
    assert {"X": "houses/train", "y": "houses/test"} == asked(
        Path("houses/train.csv"), Path("houses/test.csv")
    )
    assert {"X": "north, south"} == asked([Path("north.csv"), Path("south.csv")])
    np.zeros(4).tofile(tmp_path / "houses.bin")
    assert {"X": "houses"} == asked(np.memmap(tmp_path / "houses.bin", dtype="float64"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("houses.csv", "houses"),
        ("data/houses.csv.gz", "houses"),
        ("houses/train.csv", "houses/train"),
        ("houses/data/X_train.npy", "houses/X_train"),
        ("data/train.csv", "data/train"),
        ("train.csv", "train"),
        ("/srv/flowers", "flowers"),
        ("flowers/train", "flowers/train"),
        ("data/houses/*.parquet", "houses"),
        ("C:\\data\\houses.csv", "houses"),
        ("s3://bucket/houses/part.parquet", "houses/part"),
        ("houses, [1].csv", "houses 1"),
        ("{}/train.csv", "train"),
        ("http://[houses/train.csv", "train"),
        ("houses/part-*.csv", "houses"),
        ("houses-*.csv", "houses"),
        (".", None),
        ("/", None),
    ],
)
def test_a_file_names_data_by_its_stem_a_vague_one_with_its_folder(path, name):
    assert name == name_of_path(path)


def test_a_function_names_data_by_what_follows_the_verb():
    names = ["load_houses", "_read_houses_from_disk", "make_data", "load_model", "houses"]

    assert ["houses", "houses", None, None, None] == [name_of_function(name) for name in names]
