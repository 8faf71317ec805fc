"""Functions that nobody kept the source of are known by what Python compiled them to."""

from __future__ import annotations

import importlib
import linecache
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.source import code_of, trace_of
from gitlab_journal.identity.source.bytecode import PYTHON

TYPED = """
RATE = 0.1
def clean(x, power=1):
    return x * RATE
class Net:
    size = 3
    def fit(self, x):
        '''Fit.'''
        return [one for one in (lambda: clean(x))()]
def train(x):
    '''Train.'''
    return Net().fit(x)
"""


def typed(text, **names):
    """Run text as a prompt does that keeps no source; returns its globals."""
    namespace = {"__name__": "__main__", **names}
    code = compile(textwrap.dedent(text), "<stdin>", "exec")
    exec(code, namespace)  # noqa: S102 - what a prompt does
    return namespace


def hash_of(text, name="train", **names):
    return code_of(typed(text, **names)[name]).code_hash


def test_what_is_reached_has_a_row_that_names_the_python_version():
    functions = code_of(typed(TYPED)["train"]).functions

    names = ["Net", "Net.fit", "clean", "train"]
    assert [f"{name} (compiled by Python {PYTHON})" for name in names] == list(functions)


@pytest.mark.parametrize(
    "edit",
    [
        ("'''Train.'''", "'''Trains.'''"),
        ("'''Fit.'''", ""),
        ("return x * RATE", "return (x * RATE)  # a remark"),
        ("def clean", "\n\ndef clean"),
        ("RATE = 0.1", "RATE = 0.1\nOTHER = 2\ndef unused(): return 3"),
        ("x, power", "x: int, power"),
    ],
)
def test_what_does_not_count_in_a_file_does_not_count_at_a_prompt(edit):
    assert hash_of(TYPED) == hash_of(TYPED.replace(*edit))


@pytest.mark.parametrize(
    "edit",
    [
        ("0.1", "0.2"),
        ("0.1", "True"),
        ("power=1", "power=2"),
        ("x * RATE", "x + RATE"),
        ("x * RATE", "x * RATE if x > 1 else x"),
        ("size = 3", "size = 4"),
        ("one for one in", "-one for one in"),
        ("Net().fit(x)", "Net().fit(x=x)"),
        ("class Net:", "class Base: pass\nclass Net(Base):"),
        ("def train(x)", "def train(x, y=1)"),
    ],
)
def test_what_a_typed_function_reaches_counts(edit):
    assert hash_of(TYPED) != hash_of(TYPED.replace(*edit))


def test_two_names_that_change_places_are_other_code():
    text = "def a(): return 1\ndef b(): return 2\n{}\ndef train(): return one() - other()\n"

    assert hash_of(text.format("one, other = a, b")) != hash_of(text.format("one, other = b, a"))


def test_running_a_typed_function_does_not_change_its_code():
    train = typed("def train(n):\n    return sum(i * 2.0 for i in range(n))\n")["train"]
    before = code_of(train)
    for _ in range(100):
        train(100)

    assert before == code_of(train)


def test_a_decorator_typed_at_a_prompt_counts():
    text = """
        import functools
        def twice(f):
            @functools.wraps(f)
            def inner(x): return f(x) {} f(x)
            return inner
        @twice
        def train(x): return x
        def run(x): return train(x)
        """

    assert hash_of(text.format("+"), "run") != hash_of(text.format("*"), "run")


def test_a_typed_function_reaches_modules_of_the_project(modules):
    text = "import helpers\ndef train(x): return helpers.clean(x)\n"
    found = []
    for body in ("x", "x + 1", "x"):
        modules(train="", helpers=f"def clean(x): return _inner(x)\ndef _inner(x): return {body}\n")
        sys.modules.pop("helpers", None)
        helpers = importlib.import_module("helpers")
        found.append(hash_of(text, helpers=helpers))

    assert found[0] == found[2] != found[1]


def test_a_typed_function_reaches_libraries():
    train = typed("import numpy as np\ndef train(x): return np.mean(x) * np.pi\n")["train"]

    assert ["numpy"] == list(code_of(train).libraries)
    assert () == trace_of(train).reads


def test_data_and_settings_that_a_typed_function_reads_count():
    namespace = typed(
        "def train(x):\n    global COUNT\n    COUNT = 1\n    return X, CONFIG, COUNT\n",
        X=np.ones(3),
        CONFIG={"rate": 0.1},
        COUNT=3,
    )
    found = sort_reads(trace_of(namespace["train"]).reads, {})

    assert ["X"] == list(found.data)
    assert {"CONFIG": {"rate": 0.1}} == found.params


def test_a_function_whose_file_is_gone_is_known_by_its_code(modules, tmp_path):
    train = modules(train="def train(x): return x\n").train
    (tmp_path / "train.py").unlink()

    assert [f"train (compiled by Python {PYTHON})"] == list(code_of(train).functions)


def test_a_function_in_a_file_reaches_what_was_executed(modules):
    text = "exec('def clean(x): return x{}')\ndef train(x): return clean(x)\n"
    found = [code_of(modules(train=text.format(end)).train).functions for end in ("", " + 1")]

    assert ["clean (compiled by Python 3.11)".replace("3.11", PYTHON), "train"] == list(found[0])
    assert 2 == len({one[f"clean (compiled by Python {PYTHON})"] for one in found})


def test_what_is_typed_for_one_process_is_equal_in_another():
    program = (
        "from gitlab_journal.identity.source import code_of\n"
        + TYPED
        + "def sets(x): return x in {'a', 'b', 'c'}\n"
        + "print(code_of(train).code_hash, code_of(sets).code_hash)"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(outputs)


# Notebooks. What IPython itself does was tried by hand; it keeps its cells so.


def notebook(*cells):
    namespace = {"__name__": "__main__", "In": ["", *cells], "get_ipython": lambda: None}
    for number, text in enumerate(cells):
        name = f"<ipython-input-{number}>"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        if not text.startswith("get_ipython"):
            exec(compile(text, name, "exec"), namespace)  # noqa: S102 - what a notebook does
    return namespace


TRAIN = "def train(x):\n    return clean(x) * RATE\n"


def test_what_runs_under_a_magic_of_the_cell_is_code():
    text = "RATE = 1\ndef clean(x):\n    return x\n"
    magic = f"get_ipython().run_cell_magic('time', '', {text!r})\n"

    assert code_of(notebook(text, TRAIN)["train"]) == code_of(notebook(magic, TRAIN)["train"])


def test_other_magics_are_no_code():
    magic = "get_ipython().run_cell_magic('bash', '', 'RATE = 1')\n"

    assert ["train"] == list(code_of(notebook(magic, TRAIN)["train"]).functions)


def test_a_value_that_no_cell_tells_is_a_parameter():
    namespace = notebook("def clean(x):\n    return x\n", TRAIN)
    namespace["RATE"] = 5

    assert {"RATE": 5} == sort_reads(trace_of(namespace["train"]).reads, {}).params


def test_a_script_run_inside_a_notebook_is_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = []
    for number in (1, 2):
        path = tmp_path / f"script{number}.py"
        path.write_text(f"def clean(x):\n    return x * {number}\n")
        ran = {"__file__": str(path), "__name__": None}
        exec(compile(path.read_text(), str(path), "exec"), ran)  # noqa: S102 - what `%run` does
        namespace = notebook(TRAIN) | {"RATE": 1}
        namespace["train"].__globals__["clean"] = ran["clean"]
        found.append(code_of(namespace["train"]).functions)

    assert ["script1.clean", "train"] == list(found[0])
    assert found[0]["script1.clean"] != found[1]["script2.clean"]


def test_a_function_that_a_typed_closure_holds_counts():
    text = """
        def make():
            def clean(x): return x{}
            def train(x): return clean(x)
            return train
        train = make()
        """

    assert hash_of(text.format("")) != hash_of(text.format(" + 1"))


def test_a_global_that_a_typed_function_writes_is_no_parameter():
    text = """
        COUNT = 0
        def train(x):
            global COUNT
            COUNT += 1
            return COUNT
        """
    namespace = typed(text)

    assert [] == [read.name for read in trace_of(namespace["train"]).reads]
