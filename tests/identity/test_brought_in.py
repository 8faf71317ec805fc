"""What comes from outside of the source counts, in whatever a global holds it."""

from __future__ import annotations

import pytest

from gitlab_journal.identity.params import params_hash
from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.source import trace_of

# `X_RATE` is another one in the second run.
OUTSIDE = {
    "a default": "def rate(x=float(os.environ['X_RATE'])): return x\ndef train(x): return rate()",
    "a keyword": "def rate(*, x=os.environ['X_RATE']): return x\ndef train(x): return rate()",
    "a default of a method": """
        class Rate:
            def get(self, x=os.environ['X_RATE']): return x
        def train(x): return Rate().get()
        """,
    "an attribute of a class": """
        class Rate: now = float(os.environ['X_RATE'])
        def train(x): return Rate.now
        """,
    "an object": """
        class Rate:
            def __init__(self): self.now = float(os.environ['X_RATE'])
        RATE = Rate()
        def train(x): return RATE.now
        """,
    "one of two definitions": """
        if os.environ['X_RATE'] == '1':
            def rate(): return 1
        else:
            def rate(): return 2
        def train(x): return rate()
        """,
    "one of two functions": """
        def one(): return 1
        def two(): return 2
        rate = one if os.environ['X_RATE'] == '1' else two
        def train(x): return rate()
        """,
    "one of two lambdas": """
        rate = (lambda: 1) if os.environ['X_RATE'] == '1' else (lambda: 2)
        def train(x): return rate()
        """,
    "one of two classes": """
        class One: now = 1
        class Two: now = 2
        Rate = {'1': One, '2': Two}[os.environ['X_RATE']]
        def train(x): return Rate.now
        """,
    "a partial call": """
        import functools
        def scale(k, x): return x * k
        rate = functools.partial(scale, os.environ['X_RATE'])
        def train(x): return rate(x)
        """,
    "a closure": """
        def make(k):
            def scale(x): return x * k
            return scale
        rate = make(float(os.environ['X_RATE']))
        def train(x): return rate(x)
        """,
    "what a decorator was given": """
        def scaled(k):
            def decorate(f):
                def inner(x): return f(x) * k
                return inner
            return decorate
        @scaled(float(os.environ['X_RATE']))
        def rate(x): return x
        def train(x): return rate(x)
        """,
    "a date": """
        import datetime
        DAY = datetime.date(2020, 1, int(os.environ['X_RATE']))
        def train(x): return DAY
        """,
    "a decimal": """
        import decimal
        RATE = decimal.Decimal(os.environ['X_RATE'])
        def train(x): return RATE
        """,
    "a pattern": "import re\nP = re.compile(os.environ['X_RATE'])\ndef train(x): return P",
    "a dtype": """
        import numpy as np
        TYPE = np.dtype(f"f{4 * int(os.environ['X_RATE'])}")
        def train(x): return TYPE
        """,
    "a named tuple": """
        import collections
        Rate = collections.namedtuple("Rate", "now")
        RATE = Rate(float(os.environ['X_RATE']))
        def train(x): return RATE.now
        """,
    "a mapping of the project's": """
        class Settings(dict): pass
        RATE = Settings(now=float(os.environ['X_RATE']))
        def train(x): return RATE["now"]
        """,
    "a mapping beside a path": """
        RATE = {"file": os.path.abspath("x.csv"), "now": os.environ['X_RATE']}
        def train(x): return RATE["now"]
        """,
    "a set beside a path": """
        RATES = {os.path.abspath("x.csv"), "a", "b", os.environ['X_RATE']}
        def train(x): return RATES
        """,
    "a method put in the place of another": """
        class Rate:
            def get(self): return 1
        def other(self): return 2
        if os.environ['X_RATE'] == '2':
            Rate.get = other
        def train(x): return Rate().get()
        """,
}


def described(module):
    traced = trace_of(module.train)
    found = sort_reads(traced.reads, {})
    return traced.code.code_hash, params_hash(found.params)


@pytest.mark.parametrize("name", OUTSIDE)
def test_another_value_from_outside_is_another_run(modules, monkeypatch, name):
    seen = []
    for rate in ("1", "2", "1"):
        monkeypatch.setenv("X_RATE", rate)
        seen.append(described(modules(train=_with_os(OUTSIDE[name]))))

    assert seen[0] != seen[1]
    assert seen[0] == seen[2]


def _with_os(text):
    lines = text.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(["import os", *(line[indent:] for line in lines)]) + "\n"


def test_a_place_on_this_machine_is_no_parameter(modules):
    module = modules(
        train="""
            import os, pathlib
            OUT = pathlib.Path(os.environ.get("X_OUT", "out"))
            FOLDERS = [os.path.abspath(os.environ.get("X_OUT", "out"))]
            def train(x): return OUT, FOLDERS
            """
    )

    assert {} == sort_reads(trace_of(module.train).reads, {}).params


@pytest.mark.parametrize(
    "call",
    ["importlib.import_module('helpers')", "__import__('helpers')"],
    ids=["import", "dunder"],
)
def test_a_module_that_a_call_imports_while_it_runs_is_followed(modules, call):
    train = f"import importlib, helpers\ndef train(x): return {call}.clean(x)\n"
    first = trace_of(modules(train=train, helpers="def clean(x): return x\n").train).code
    second = trace_of(modules(train=train, helpers="def clean(x): return x + 1\n").train).code

    assert first != second
    assert ["helpers.clean", "train"] == list(first.functions)
