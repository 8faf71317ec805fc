"""Models and settings that a function reads from globals count, unless the source tells them."""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pytest

from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.source import trace_of


def reached(module, name="train", **arguments):
    return sort_reads(trace_of(getattr(module, name)).reads, arguments)


def params(module, name="train", **arguments):
    return reached(module, name, **arguments).params


def data(module, name="train", **arguments):
    return list(reached(module, name, **arguments).data)


TOLD = """
import collections, datetime, enum, functools, logging, os, pathlib, random, sys, time, uuid
import numpy as np

RATE = 0.1
NEGATIVE = -1
SIZES = [1, 2]
CONFIG = {"rate": 0.1}
CONFIG["more"] = 2
DERIVED = RATE * 2
START = time.time()
TODAY = datetime.date.today()
RUN = uuid.uuid4().hex
CHANCE = random.random()
HOST = os.uname().nodename
CORES = os.cpu_count()
ROOT = pathlib.Path(__file__).parent
FOLDER = os.path.dirname(os.path.abspath(__file__))
LOG = logging.getLogger(__name__)
LINUX = sys.platform == "linux"
try:
    import cupy
    DEVICE = "gpu"
except ImportError:
    DEVICE = "cpu"
class Color(enum.Enum):
    RED = 1
FAVOURITE = Color.RED
COUNT = 0
CACHE = {}
RESULTS = []
TALLY = collections.Counter()
_model = None

@functools.lru_cache
def cached(n): return RATE * n

def memo(n):
    if n not in CACHE:
        CACHE[n] = cached(n)
    return CACHE[n]

def lazily():
    global _model
    _model = _model or 5
    return _model

def train(n):
    global COUNT
    COUNT += 1
    TALLY["train"] += 1
    RESULTS.append(memo(n))
    LOG.debug("training")
    return (
        NEGATIVE, SIZES, CONFIG, DERIVED, START, TODAY, RUN, CHANCE, HOST, CORES, ROOT, FOLDER,
        LINUX, DEVICE, FAVOURITE, len(RESULTS), lazily(), np.pi, __name__, __file__,
    )
"""


def test_what_the_source_tells_or_each_run_changes_is_no_parameter(modules):
    module = modules(train=TOLD)
    before = params(module)
    module.train(3)

    assert ({}, {}) == (before, params(module))
    assert [] == data(module)


INPUTS = {
    "environ": ("import os\nV = float(os.environ.get('X_RATE', 0.5))", 0.5),
    "getenv": ("from os import getenv\nV = getenv('X_RATE', 'a')", "a"),
    "a file": (
        (
            "import json, pathlib\npathlib.Path('c.json').write_text('[1]')\n"
            "V = json.loads(pathlib.Path('c.json').read_bytes())"
        ),
        [1],
    ),
    "read_text": (
        "import pathlib\np = pathlib.Path('c.txt')\np.write_text('7')\nV = int(p.read_text())",
        7,
    ),
    "a function of the project": (
        (
            "import os\ndef load(): return inner()\n"
            "def inner(): return os.environ.get('X_RATE', 3)\nV = load()"
        ),
        3,
    ),
    "derived": ("import os\nBASE = int(os.environ.get('X_RATE', 2))\nV = BASE * 2", 4),
    "argparse": (
        (
            "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--rate', "
            "default=0.1)\nV = parser.parse_args([]).rate"
        ),
        0.1,
    ),
    "argv": ("import sys\nV = len(sys.argv)", len(sys.argv)),
    "with": (
        "with open(__file__) as file:\n    V = file.readline()",
        "with open(__file__) as file:\n",
    ),
}


@pytest.mark.parametrize("name", INPUTS)
def test_what_comes_from_outside_of_the_source_is_a_parameter(modules, name):
    text, expected = INPUTS[name]
    module = modules(train=f"{text}\ndef train(x): return x * V\n")

    assert {"V": expected} == params(module)


def test_a_literal_that_something_else_replaced_is_a_parameter(modules):
    module = modules(
        config="RATE = 0.1\nOPTIONS = {'a': 1}\n",
        train="""
            import config
            from config import OPTIONS as O
            def train(x): return config.RATE, O
            """,
    )
    before = params(module)
    module.config.RATE = 0.2
    module.config.OPTIONS["a"] = 2

    assert {} == before
    assert {"RATE": 0.2, "OPTIONS": {"a": 2}} == params(module)


def test_what_a_main_block_or_another_function_binds_is_a_parameter(modules):
    module = modules(
        train="""
            def main():
                global DEPTH
                DEPTH = 3
            main()
            if __name__ == "__main__":
                RATE = 0.1
            def train(x): return x * RATE * DEPTH
            """
    )
    module.RATE = 0.5

    assert {"DEPTH": 3, "RATE": 0.5} == params(module)


def test_of_a_namespace_counts_what_is_read(modules):
    module = modules(train="ARGS = None\ndef train(x): return x * ARGS.rate + ARGS.seed\n")
    module.ARGS = argparse.Namespace(rate=0.1, seed=3, out="runs")

    assert {"ARGS": {"rate": 0.1, "seed": 3}} == params(module)


def test_estimators_count_by_what_they_are_even_where_the_source_tells_them(modules):
    module = modules(
        train="""
            from sklearn.svm import SVC
            MODEL = SVC(C=2.0)
            class Nets:
                best = SVC(C=3.0)
            def train(x): return MODEL.fit(x), Nets.best
            """
    )

    found = params(module)
    assert {"MODEL": 2.0, "Nets.best": 3.0} == {name: one.C for name, one in found.items()}
    assert {} == params(module, model=module.MODEL, best=module.Nets.best)


def test_an_estimator_that_the_function_binds_itself_is_no_parameter(modules):
    module = modules(
        train="""
            from sklearn.svm import SVC
            MODEL = None
            def train(x):
                global MODEL
                MODEL = SVC()
                return MODEL
            """
    )
    module.train(1)

    assert {} == params(module)


def test_names_of_several_modules_carry_them(modules):
    text = "import os\nRATE = os.environ.get('X_RATE', {})\ndef train(x): return RATE\n"
    module = modules(
        other=text.format("'1'"),
        train="import other\n"
        + text.format("'2'").replace("return RATE", "return RATE, other.RATE"),
    )

    assert {"train.RATE": "2", "other.RATE": "1"} == params(module)
    assert {"other.RATE": "1"} == params(
        modules(
            other=text.format("'1'"),
            train="import other\ndef train(RATE): return RATE, other.RATE\n",
        ),
        RATE=3,
    )


DATA = """
import functools
import numpy as np
import tables
import tables as t
from tables import TABLE as ALIAS

RAW = np.arange(5.0)
X = RAW * 2
PARTS = {"a": np.ones(1), "b": [np.ones(2)]}
MIXED = {"a": np.ones(1), "b": 2}
CACHE = {}
D = tables

class Data:
    X = np.ones(3)
    def load(self): return self.X

class Holder:
    def __init__(self): self.y = np.ones(4)

HOLDER = Holder()

def scale(x, by=np.ones(6)): return x * by
fit = functools.partial(scale, np.ones(6) * 2)

def make():
    held = np.ones(8)
    def inner(x): return held
    return inner

closed = make()

def plain(): return X
def of_a_container(): return PARTS, MIXED
def by_aliases(): return ALIAS, t.OTHER, D.THIRD
def lazily():
    import lazy
    from lazy import Y
    return lazy.Z, Y
def of_a_class(): return Data().load()
def of_an_object(): return HOLDER.y
def partially(): return fit()
def by_default(): return scale(1)
def by_a_closure(): return closed(1)
def a_cache():
    CACHE["x"] = np.ones(9)
    return CACHE
def nested():
    def inner(): return [X for _ in range(3)]
    return inner()
def shadowed(X): return [X for X in X]
@functools.lru_cache
def wrapped(): return X
def by_a_wrapped(): return wrapped()
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", ["X"]),
        ("of_a_container", ["PARTS"]),
        ("by_aliases", ["D.THIRD", "OTHER", "TABLE"]),
        ("lazily", ["Y", "Z"]),
        ("of_a_class", ["Data.X"]),
        ("of_an_object", ["HOLDER.y"]),
        ("partially", ["fit.args[0]", "fit.by"]),
        ("by_default", ["scale.by"]),
        ("by_a_closure", ["closed.held"]),
        ("a_cache", []),
        ("nested", ["X"]),
        ("shadowed", []),
        ("by_a_wrapped", ["X"]),
    ],
)
def test_data_are_found_wherever_a_global_holds_them(modules, name, expected):
    module = modules(
        tables="import numpy as np\nTABLE = np.ones(1)\nOTHER = np.ones(2)\nTHIRD = np.ones(3)\n",
        lazy="import numpy as np\nY = np.ones(1)\nZ = np.ones(2)\n",
        train=DATA,
    )
    getattr(module, name)(*([np.ones(2)] if name == "shadowed" else []))

    assert expected == sorted(data(module, name))


def test_data_beside_other_values_in_a_container_are_a_parameter(modules):
    module = modules(
        train="import numpy as np\nX = {'a': np.ones(1), 'b': 2}\ndef train(): return X\n"
    )

    assert ["X"] == list(params(module))


def test_a_global_bound_anew_between_calls_is_the_new_one(modules):
    module = modules(train="import numpy as np\nX = np.ones(1)\ndef train(): return X\n")
    module.X = other = np.ones(2)

    assert reached(module).data["X"] is other


def test_globals_that_contain_themselves_do_not_stop_a_training(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "CONFIG = {'rate': 1}\n"
        "CONFIG['self'] = CONFIG\n"
        "ROWS = [CONFIG]\n"
        "ROWS.append(ROWS)\n"
        "@experiment\n"
        "def train(C):\n"
        "    return float(C + len(CONFIG) + len(ROWS))\n"
    ).train

    assert 5.0 == train(1)
