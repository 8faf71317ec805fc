"""The data that a function reads from globals."""

from __future__ import annotations

import numpy as np

from gitlab_journal.identity.reached import sort_reads
from gitlab_journal.identity.source import trace_of

MODULE = """
import config
import numpy as np

X = np.arange(3.0)
Y = np.arange(4.0)
NAME = "digits"

class Net:
    @property
    def size(self):
        return len(Y)

    @staticmethod
    def fit():
        return X

def direct():
    return X, NAME, np.pi

def nested():
    return [x for x in (lambda: X)()]

def through_a_class():
    return Net().size, Net.fit()

def of_a_module():
    return config.TABLE

def attribute(net):
    return net.X

def again(n):
    return again(n - 1) if n else X
"""


def read_by(function, **arguments):
    return sort_reads(trace_of(function).reads, arguments)


def reached(project, name, **arguments):
    (project.folder / "config.py").write_text("import numpy as np\nTABLE = np.ones(2)\n")
    project.module((project.folder / "config.py").read_text(), name="config")
    module = project.module(MODULE)
    return read_by(getattr(module, name), **arguments).data, module


def test_arrays_read_directly_in_comprehensions_and_by_recursion_are_found(project):
    for name in ("direct", "nested", "again"):
        found, module = reached(project, name)

        assert {"X": module.X} == found


def test_what_methods_and_properties_of_a_class_of_the_project_read_is_found(project):
    found, _ = reached(project, "through_a_class")

    assert ["X", "Y"] == sorted(found)


def test_what_is_read_of_a_module_of_the_project_is_found(project):
    found, _ = reached(project, "of_a_module")

    assert ["TABLE"] == list(found)


def test_an_attribute_of_the_name_of_a_global_is_no_global(project):
    assert {} == reached(project, "attribute")[0]


def test_what_is_among_the_arguments_counts_once(project):
    _, module = reached(project, "direct")

    assert {} == read_by(module.direct, features=module.X).data


def test_a_global_under_the_name_of_an_argument_carries_its_module(project):
    found, _ = reached(project, "direct", X=np.ones(1))

    assert ["train.X"] == list(found)


def test_a_global_is_read_anew_at_each_call(project):
    module = project.module(
        "import os\nimport numpy as np\nRATE = float(os.environ.get('RATE', 1))\nX = np.ones(3)\n"
        "DEPTH = 3\ndef train():\n    return RATE, DEPTH, X\n"
    )
    before = read_by(module.train)
    module.RATE, module.DEPTH, module.X = 2.0, 4, np.zeros(3)
    after = read_by(module.train)

    assert before.params == {"RATE": 1.0}
    assert after.params == {"RATE": 2.0, "DEPTH": 4}
    assert after.data["X"] is module.X
