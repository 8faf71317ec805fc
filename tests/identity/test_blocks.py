"""What the lines of a `with` block read counts as data."""

from __future__ import annotations

import sys
import textwrap

import numpy as np
import pytest

from gitlab_journal.identity.source.block import reads_of_block

BLOCK = """
import contextlib, sys
from gitlab_journal.identity.source.block import reads_of_block

X, y, Z, found = 1, 2, 3, []

@contextlib.contextmanager
def run(*_):
    yield

def note(*_, **__):
    found[:] = reads_of_block(sys._getframe(1))
    return contextlib.nullcontext()

{block}
"""


def names(modules, block):
    module = modules(train=BLOCK.format(block=textwrap.dedent(block)))
    return sorted(read.name for read in module.found if read.name in {"X", "y", "Z", "W"})


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("with note():\n    print(X, end='')", ["X"]),
        ("with run(), note(\n    title=1,\n) as one:\n    X.real\nprint(y)", ["X"]),
        ("with note():\n    X = 5\n    X.real", []),
        ("with note():\n    X = X + 5", ["X"]),
        ("with note():\n    X += 5", ["X"]),
        ("with note():\n    X: int = y", ["y"]),
        ("with note():\n    for X in (1, y):\n        X.real\n    X.real", ["y"]),
        ("with note():\n    for i in (1, 2):\n        Z = y\n    Z.real", ["y"]),
        ("with note():\n    while X < 2:\n        X += y", ["X", "y"]),
        ("with note():\n    if y:\n        X = 1\n    X.real", ["X", "y"]),
        ("with note():\n    if y:\n        X = 1\n    else:\n        X = 2\n    X.real", ["y"]),
        (
            "with note():\n    try:\n        X = y\n    except ValueError:\n        Z\n    X",
            ["Z", "y"],
        ),
        ("with note():\n    with run(y) as Z:\n        Z, X", ["X", "y"]),
        ("with note():\n    def f(X):\n        return X, y\n    f(1)", ["y"]),
        ("with note():\n    [X for X in (y, Z)]", ["Z", "y"]),
        ("with note():\n    import math as X\n    X.pi", []),
        ("with note():\n    with note():\n        X\n    y", ["X"]),
        ("def inside(W):\n    with note():\n        W, X\ninside(1)", ["W", "X"]),
        ("if __name__ == 'train':\n    with note():\n        X", ["X"]),
        ("one = note()\nwith one:\n    X", []),
    ],
)
def test_names_that_the_block_reads_before_it_binds_them_are_found(modules, block, expected):
    assert expected == names(modules, block)


def test_what_is_read_is_what_stands_there_at_the_head_of_the_block(modules):
    module = modules(train=BLOCK.format(block="X = [4]\nwith note():\n    X\nX = 5\n"))

    assert [[4]] == [read.value for read in module.found]


def test_without_a_source_nothing_is_found():
    assert [] == reads_of_block(sys._getframe(0))  # a frame at the head of no block
    namespace = {"reads_of_block": reads_of_block, "sys": sys}
    exec("found = reads_of_block(sys._getframe(0))", namespace)  # noqa: S102 - what a prompt does

    assert [] == namespace["found"]


JOURNALED = """
from gitlab_journal import Journal
import numpy as np

X = np.arange(6.0)
OTHER = np.ones(3)
def fit(): return OTHER.sum()

def train(rate, **met):
    with Journal().run(params={{"rate": rate}}, on_duplicate="run") as run:
        {line}
        run.metric("loss", 0.5)
"""


def rows(project, line, value=None):
    module = project.module(JOURNALED.format(line=line))
    if value is not None:
        module.X = value
    module.train(0.1, X=module.X)
    return project.journal.entries()[-1]


def test_the_data_of_a_block_are_in_its_entry(project):
    entry = rows(project, "X.sum()")

    assert ["X"] == list(entry.data)
    assert entry.data_hash != rows(project, "X.sum()", np.ones(6)).data_hash
    assert entry.data_hash == rows(project, "X.sum()", np.arange(6.0)).data_hash


def test_what_functions_read_that_the_block_calls_is_in_its_entry(project):
    assert ["OTHER"] == list(rows(project, "fit()").data)


def test_a_block_that_reads_no_data_has_none(project):
    assert rows(project, "rate + 1").data_hash is None


def test_data_met_in_the_run_take_the_place_of_the_same_data_read_by_name(project):
    met = rows(project, "run.data(X_train=X)")

    assert ["X_train"] == list(met.data)
    assert {"X", "X_test"} == set(rows(project, "run.data(X_test=X[:3])").data)
    assert ["X"] == list(rows(project, "run.data(X=X)").data)
