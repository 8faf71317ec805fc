"""Code is found where no name in the source leads to it: by what globals and closures hold."""

from __future__ import annotations

import importlib
import sys

import pytest

from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.source import code_of, trace_of

HELPERS = "def clean(x): return x{}\n"

# `{}` is empty in one version, an edit in the other.
HIDDEN = {
    "a registry": """
        REGISTRY = {{}}
        def register(f):
            REGISTRY[f.__name__] = f
            return f
        @register
        def clean(x): return x{}
        def train(x): return REGISTRY["clean"](x)
        """,
    "a registry by a factory of decorators": """
        REGISTRY = []
        def register(name):
            def add(f):
                REGISTRY.append(f)
                return f
            return add
        @register("clean")
        class Clean:
            def __call__(self, x): return x{}
        def train(x): return REGISTRY[0]()(x)
        """,
    "a lambda of the function around": """
        def outer():
            clean = lambda x: x{}
            def train(x): return clean(x)
            return train
        train = outer()
        """,
    "a lambda that a call registers": """
        REGISTRY = []
        REGISTRY.append
        def register(f): REGISTRY.append(f)
        register(lambda x: x{})
        def train(x): return REGISTRY[0](x)
        """,
    "a class attribute that a function sets": """
        class Options: rate = 0
        def setup(): Options.rate = 1{}
        setup()
        def train(x): return Options.rate
        """,
    "a mapping that a function sets": """
        OPTIONS = dict(rate=0)
        def setup(): OPTIONS["rate"] = 1{}
        setup()
        def train(x): return OPTIONS
        """,
    "a record that a function sets": """
        from dataclasses import dataclass
        @dataclass
        class Options: rate: int = 0
        OPTIONS = Options()
        def setup(): OPTIONS.rate = 1{}
        setup()
        def train(x): return OPTIONS.rate
        """,
}


def described(module):
    traced = trace_of(module.train)
    return traced.code, sort_reads(traced.reads, {}).params


@pytest.mark.parametrize("name", HIDDEN)
def test_an_edit_of_what_is_held_is_seen(modules, name):
    text = HIDDEN[name]
    plain, edited, again = (described(modules(train=text.format(end))) for end in ("", " + 1", ""))

    assert plain != edited
    assert plain == again


@pytest.mark.parametrize(
    "line",
    [
        "import importlib; helpers = importlib.import_module('helpers')",
        "import sys, helpers as _; helpers = sys.modules['helpers']",
        "import helpers as _; helpers = _",
    ],
)
def test_a_module_imported_by_its_name_is_followed(modules, line):
    train = f"{line}\ndef train(x): return helpers.clean(x)\n"
    found = []
    for end in ("", " + 1"):
        found.append(code_of(modules(helpers=HELPERS.format(end), train=train).train))
        assert "helpers.clean" in found[-1].functions

    assert found[0] != found[1]


def test_a_function_put_in_the_place_of_another_counts(modules):
    module = modules(
        helpers=HELPERS.format(""),
        other="def faster(x): return x\n",
        train="import helpers\ndef train(x): return helpers.clean(x)\n",
    )
    before = code_of(module.train)
    sys.modules["helpers"].clean = importlib.import_module("other").faster

    assert {"other.faster"} == code_of(module.train).functions.keys() - before.functions.keys()


def test_what_is_met_by_name_has_no_second_row(modules):
    module = modules(
        helpers=HELPERS.format(""),
        train="""
            import functools
            import helpers
            def deco(f):
                def inner(x): return f(x)
                return inner
            @deco
            def one(x): return x
            @functools.lru_cache
            def two(x): return x
            three, four = lambda x: x, lambda x: 2
            five = functools.partial(helpers.clean)
            TABLE = {"one": one, "two": two, "six": lambda x: 6, "clean": helpers.clean}
            def train(x): return one(x), two(x), three(x), four(x), five(x), TABLE
            """,
    )

    names = ["TABLE", "deco", "five", "four", "helpers.clean", "one", "three", "train", "two"]
    assert names == sorted(code_of(module.train).functions)


def test_a_renamed_module_keeps_the_code_of_its_registry(modules, tmp_path):
    text = HIDDEN["a registry"].format("")
    code = code_of(modules(train=text, other=text).train)

    assert code == code_of(importlib.import_module("other").train)


def test_a_counter_in_a_class_changes_nothing(modules):
    module = modules(
        train="""
            class Net:
                made = 0
                def __init__(self): type(self).made += 1
            def train(x): return Net()
            """
    )
    before = described(module)
    module.train(1)

    assert before == described(module)
