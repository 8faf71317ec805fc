"""The code of an experiment is what it reaches by name, as it was imported."""

from __future__ import annotations

import functools
import importlib
import linecache
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gitlab_journal.identity.source import (
    Code,
    code_of,
    code_of_module,
    is_of_project,
    project_root,
)


@pytest.fixture
def project(modules):
    return modules


def rows(module, name="train"):
    return sorted(code_of(functools.reduce(getattr, name.split("."), module)).functions)


def hashes(project, *versions, name="train"):
    """Return the code hash of `train` in each version of the modules."""
    found = []
    for version in versions:
        modules = {"train": version} if isinstance(version, str) else version
        module = project(**modules)
        found.append(code_of(functools.reduce(getattr, name.split("."), module)).code_hash)
    return found


def same(project, *versions, name="train"):
    return len(set(hashes(project, *versions, name=name))) == 1


def differ(project, *versions, name="train"):
    found = hashes(project, *versions, name=name)
    return len(set(found)) == len(found)


# What it is


def test_the_digest_is_pinned(project):
    module = project(train="RATE = 0.1\n\ndef train(x):\n    return x * RATE\n")

    assert Code(
        "xxh3_128:5e9d28322b475b8ff7ab88b0be208cf4",
        {
            "RATE": "xxh3_128:1661cbeb36e979e8c957ffc04a071234",
            "train": "xxh3_128:c50db84b75c3fb9fd858162193386f3b",
        },
        {},
        "xxh3_128:5e9d28322b475b8ff7ab88b0be208cf4",
    ) == code_of(module.train)


def test_definitions_of_the_module_and_of_others_have_rows(project):
    module = project(
        helpers="""
            def clean(x): return _strip(x)
            def _strip(x): return x
            def unused(x): return x
        """,
        train="""
            import helpers
            RATE = 0.1
            UNUSED = 1
            class Base: pass
            class Net(Base):
                def fit(self): return RATE
            def train(x): return Net().fit() + helpers.clean(x)
            def unused(): return 1
        """,
    )

    assert ["Base", "Net", "RATE", "helpers._strip", "helpers.clean", "train"] == rows(module)


@pytest.mark.parametrize(
    ("imports", "call", "row"),
    [
        ("import helpers", "helpers.clean(x)", "helpers.clean"),
        ("import helpers as h", "h.clean(x)", "helpers.clean"),
        ("from helpers import clean", "clean(x)", "helpers.clean"),
        ("from helpers import clean as c", "c(x)", "helpers.clean"),
        ("from helpers import *", "clean(x)", "helpers.clean"),
        ("import pkg.inner", "pkg.inner.clean(x)", "pkg.inner.clean"),
        ("import pkg.inner as i", "i.clean(x)", "pkg.inner.clean"),
        ("from pkg import inner", "inner.clean(x)", "pkg.inner.clean"),
        ("from pkg.inner import clean", "clean(x)", "pkg.inner.clean"),
        ("from pkg import clean", "clean(x)", "pkg.inner.clean"),
        ("import pkg", "pkg.clean(x)", "pkg.inner.clean"),
        ("import pkg", "pkg.tidy(x)", "pkg.inner.clean"),
        ("from bare import part", "part.clean(x)", "bare.part.clean"),
        ("import bare.part", "bare.part.clean(x)", "bare.part.clean"),
        ("try:\n    from helpers import clean\nexcept E:\n    pass", "clean(x)", "helpers.clean"),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_imports_are_followed(project, imports, call, row, inside):
    if inside and "*" in imports:
        pytest.skip("Python refuses it")
    lines = textwrap.indent(imports, "    ")
    text = f"def train(x):\n{lines}\n    return {call}\n"
    module = project(
        **{
            "helpers": "def clean(x): return x\n",
            "pkg/__init__": "from .inner import clean\nfrom .inner import clean as tidy\n",
            "pkg/inner": "def clean(x): return x\n",
            "bare/part": "def clean(x): return x\n",
            "train": text if inside else f"{imports}\ndef train(x): return {call}\n",
        }
    )

    assert row in rows(module)


def test_a_change_in_what_is_reached_makes_other_code(project):
    train = "import helpers\ndef train(x): return helpers.clean(x)\n"

    assert differ(
        project,
        {"train": train, "helpers": "def clean(x): return x\n"},
        {"train": train, "helpers": "def clean(x): return x + 1\n"},
        {"train": train, "helpers": "A = 1\ndef clean(x): return x + A\n"},
        {"train": train, "helpers": "A = 2\ndef clean(x): return x + A\n"},
    )


def test_a_change_in_what_is_not_reached_makes_none(project):
    train = "import helpers\ndef train(x): return helpers.clean(x)\n"

    assert same(
        project,
        {"train": train, "helpers": "def clean(x): return x\n"},
        {"train": train, "helpers": "A = 1\ndef clean(x): return x\ndef other(): return 1\n"},
        {"train": f"{train}\nprint\n", "helpers": "'Doc.'\nimport os\ndef clean(x): return x\n"},
    )


def test_a_module_used_as_a_value_counts_whole(project):
    module = project(
        helpers="from more import net\ndef clean(x): return x\nRATE = 1\n",
        more="def net(x): return x\ndef unused(x): return x\n",
        train="import helpers\ndef train(name): return getattr(helpers, name)\n",
    )

    assert ["helpers.RATE", "helpers.clean", "more.net", "train"] == rows(module)


def test_what_an_import_stands_for_counts(project):
    body = "def train(x): return np.dot(x, x)\n"

    assert differ(project, f"import math as np\n{body}", f"import cmath as np\n{body}")


def test_a_fallback_between_imports_counts(project):
    body = "def train(x): return np.dot(x, x)\n"
    text = "try:\n    import {} as np\nexcept ImportError:\n    np = None\n{}"

    assert differ(project, text.format("math", body), text.format("cmath", body))


def test_aliases_that_change_places_make_other_code(project):
    helpers = "def a(x): return x\ndef b(x): return -x\n"
    body = "def train(x): return f(x) + 2 * g(x)\n"

    assert differ(
        project,
        {"helpers": helpers, "train": f"from helpers import a as f, b as g\n{body}"},
        {"helpers": helpers, "train": f"from helpers import b as f, a as g\n{body}"},
    )


def test_recursion_and_import_cycles_end(project):
    module = project(
        helpers="import train\ndef clean(x): return train.train(x) if x else train.RATE\n",
        train="""
            import helpers
            RATE = 0.1
            def train(x): return other(x) + helpers.clean(x)
            def other(x): return train(x)
        """,
    )

    assert ["RATE", "helpers.clean", "other", "train"] == rows(module)


def test_imports_that_only_point_at_each_other_end(project, tmp_path):
    module = project(a="", b="", train="import a\ndef train(x): return a.x\n")
    (tmp_path / "a.py").write_text("from b import x\n")
    (tmp_path / "b.py").write_text("from a import x\n")

    assert ["train"] == rows(module)


@pytest.mark.parametrize(
    "text",
    [
        "def train(x, rate=RATE): return x",
        "def train(x, *, rate=RATE): return x",
        "@deco(RATE)\ndef train(x): return x",
        "def train(x):\n    def inner(): return RATE\n    return inner()",
        "def train(x): return [RATE for _ in x]",
        "def train(x): return (lambda: RATE)()",
        "def train(x):\n    global RATE\n    RATE = x",
        "def train(x):\n    class A:\n        RATE = RATE\n    return A",
        "class A:\n    rate = RATE\ndef train(x): return A()",
        "class A(Base, rate=RATE): pass\ndef train(x): return A()",
        "other = RATE\ndef train(x): return other",
        "other, more = 1, RATE\ndef train(x): return other",
        "for other in (RATE,): pass\ndef train(x): return other",
        "with deco(RATE) as other: pass\ndef train(x): return other",
        "if (other := RATE): pass\ndef train(x): return other",
        "other = 1\nother += RATE\ndef train(x): return other",
        "other = {}\nother['a'] = RATE\ndef train(x): return other",
        "other = {}\nother.update(a=RATE)\ndef train(x): return other",
        "def other(): pass\nother.a = RATE\ndef train(x): return other",
        "def train(x): return f'{RATE:>{x}}'",
        "def train(x):\n    match x:\n        case deco.a: return RATE",
        """
        import functools
        @functools.singledispatch
        def other(x): return x
        @other.register(int)
        def _(x): return RATE
        def train(x): return other(x)
        """,
    ],
)
def test_a_constant_is_reached(project, text):
    head = """
        class deco:
            a = 1
            def __init__(self, *a): pass
            def __call__(self, f): return f
            def __enter__(self): return 1
            def __exit__(self, *a): pass
        class Base:
            def __init_subclass__(cls, **k): pass
        RATE = 0.1
    """
    module = project(train=textwrap.dedent(head) + textwrap.dedent(text) + "\n")

    assert "RATE" in rows(module)


@pytest.mark.parametrize(
    "text",
    [
        "def train(RATE): return RATE",
        "def train(x):\n    RATE = 1\n    return RATE",
        "def train(x): return [RATE for RATE in x]",
        "def train(x): return (lambda RATE: RATE)(1)",
        "def train(x):\n    def inner(RATE): return RATE\n    return inner",
        "def train(x): return x.RATE",
        "def train(x):\n    try: pass\n    except E as RATE: return RATE",
        "def train(x):\n    import math as RATE\n    return RATE",
        "def train(x):\n    for RATE in x: print(RATE)",
        "def train(x):\n    with x as (RATE, y): print(RATE)",
        "def train(x):\n    match x:\n        case [*RATE]: return RATE",
        "def train(x: RATE) -> RATE: return x",
        "def train(x):\n    y: RATE = 1\n    return y",
    ],
)
def test_a_name_of_its_own_is_not_followed(project, text):
    head = "from __future__ import annotations\nRATE = 0.1\n"

    assert "RATE" not in rows(project(train=f"{head}{text}\n"))


# What does not count


PLAIN = """
def train(x, rate=1):
    return x * rate
"""


@pytest.mark.parametrize(
    "other",
    [
        "'A module.'\nimport os\n\ndef train(x, rate=1):\n    'Train.'\n    return x * rate\n",
        "def train(x: int, rate: float = 1) -> float:\n    # fast\n    return (x\n    * rate)\n",
        PLAIN + "if __name__ == '__main__':\n    train(1)\n",
        PLAIN + "def other(): pass\n",
    ],
)
def test_documentation_formatting_annotations_and_main_do_not_count(project, other):
    assert same(project, PLAIN, other)


OURS = """
import functools
{imports}
{decorator}
def train(x):
    return x
"""


@pytest.mark.parametrize(
    ("imports", "decorator"),
    [
        ("from gitlab_journal import experiment", "@experiment"),
        ("from gitlab_journal import experiment", "@experiment(hypothesis='A', tags=[RATE])"),
        ("from gitlab_journal import experiment as e", "@e(hypothesis='B')"),
        ("import gitlab_journal", "@gitlab_journal.experiment(predict='a < 1')"),
        ("import gitlab_journal as gj", "@gj.experiment()"),
        ("from gitlab_journal import experiment\nmine = experiment", "@mine"),
        ("from gitlab_journal import experiment\nmine = experiment(tags=1)", "@mine"),
        (
            "import gitlab_journal\nmine = functools.partial(gitlab_journal.experiment, tags=1)",
            "@mine(title='A')",
        ),
        ("from gitlab_journal import experiment\nmine = experiment\nhers = mine", "@hers"),
        ("from lab import experiment", "@experiment(title='A')"),
        (
            "from gitlab_journal import experiment\n@experiment\ndef first(x): return x",
            "@first.options(hypothesis='A')",
        ),
    ],
)
def test_what_is_said_by_our_decorator_does_not_count(project, monkeypatch, imports, decorator):
    import gitlab_journal

    class Experiment:
        def __call__(self, function=None, **said):
            if function is None:
                return self
            function.options = lambda **said: self
            return function

    monkeypatch.setattr(gitlab_journal, "experiment", Experiment(), raising=False)
    lab = "from gitlab_journal import experiment\n"
    text = OURS.format(imports=f"RATE = 1\n{imports}", decorator=decorator)
    plain = OURS.format(imports="", decorator="")

    assert same(project, {"train": text, "lab": lab}, {"train": plain, "lab": lab})


def test_another_decorator_counts(project):
    deco = "def deco(f):\n    return f\n"
    changed = "def deco(f):\n    print(1)\n    return f\n"
    plain = "def train(x):\n    return x\n"

    assert differ(project, plain, f"{deco}@deco\n{plain}", f"{changed}@deco\n{plain}")


def test_a_script_has_the_code_of_the_same_file_imported(project, tmp_path):
    module = project(
        helpers="import train\ndef clean(x): return x * train.RATE\n",
        train="""
            RATE = 0.1
            def train(x):
                import helpers
                return helpers.clean(x)
            if __name__ == "__main__":
                from gitlab_journal.identity.source import code_of
                print(code_of(train).code_hash)
        """,
    )
    words = (sys.executable, "train.py")
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert code_of(module.train).code_hash == done.stdout.strip()


def test_a_relative_import_is_followed_in_a_package_only(project):
    text = "try:\n    from . import helpers\nexcept ImportError:\n    import helpers\n"
    text += "def train(x): return helpers.clean(x)\n"
    helpers = "def clean(x): return x\n"
    module = project(
        **{
            "train": text,
            "helpers": helpers,
            "p/__init__": "",
            "p/train": text,
            "p/helpers": helpers,
        }
    )

    assert ["helpers", "helpers.clean", "train"] == rows(module)
    assert "p.helpers.clean" in rows(importlib.import_module("p.train"))


def test_the_name_of_the_own_module_does_not_count(project):
    module = project(train=PLAIN, other=PLAIN)

    assert code_of(module.train) == code_of(importlib.import_module("other").train)


# Where it stands


def test_a_method_comes_with_its_class(project):
    text = """
        class Base:
            def go(self): return 1
        class Net(Base):
            size = {}
            def fit(self, x): return x
            def score(self, x): return x
    """

    assert ["Base", "Net", "Net.fit"] == rows(project(train=text.format(1)), "Net.fit")
    assert differ(project, text.format(1), text.format(2), name="Net.fit")
    assert code_of(project(train=text.format(1)).Net().fit) == code_of(sys.modules["train"].Net.fit)


def test_two_methods_of_a_class_are_different_code(project):
    module = project(train="class Net:\n    def a(self): return 1\n    def b(self): return 1\n")

    assert code_of(module.Net.a).code_hash != code_of(module.Net.b).code_hash


def test_two_functions_that_call_each_other_are_different_code(project):
    module = project(train="def train(x): return other(x)\ndef other(x): return train(x)\n")

    assert code_of(module.train).functions == code_of(module.other).functions
    assert code_of(module.train).code_hash != code_of(module.other).code_hash


def test_a_class_is_code_too(project):
    module = project(train="RATE = 1\nclass Net:\n    class Part:\n        rate = RATE\n")

    assert ["Net", "RATE"] == rows(module, "Net")
    assert "Net.Part" in rows(module, "Net.Part")


LOCAL = """
import math
def make(k):
    {other}
    import cmath as m
    def helper(x): return x + {added}
    def train(x):
        return m.sqrt(x) + helper(x) + k + math.pi
    return train
def train(x): return 1
made = make(3)
"""


def test_a_local_function_is_found_by_its_line(project):
    module = project(train=LOCAL.format(other="pass", added=1))

    assert ["make.<locals>.helper", "make.<locals>.train"] == rows(module, "made")
    assert same(
        project,
        LOCAL.format(other="pass", added=1),
        LOCAL.format(other="print(2)\n    print(3)", added=1),
        name="made",
    )
    assert differ(
        project,
        LOCAL.format(other="pass", added=1),
        LOCAL.format(other="pass", added=2),
        name="made",
    )


def test_a_method_of_a_local_class_is_found(project):
    module = project(
        train="""
            def make():
                class Net:
                    def fit(self): return 1
                return Net
            Net = make()
        """
    )

    assert ["make.<locals>.Net", "make.<locals>.Net.fit"] == rows(module, "Net.fit")


def test_lambdas_on_one_line_are_told_apart(project):
    module = project(
        train="RATE = 1\nf, g, h = lambda x: x, lambda x: x + RATE, lambda: lambda x: x * 3\n"
    )
    codes = [code_of(one) for one in (module.f, module.g, module.h, module.h())]

    assert 4 == len({code.code_hash for code in codes})
    assert ["<lambda>"] == sorted(codes[0].functions)
    assert ["<lambda>", "RATE"] == sorted(codes[1].functions)
    assert ["<lambda>.<locals>.<lambda>"] == sorted(codes[3].functions)


def test_equal_lambdas_are_equal_code(project):
    module = project(train="f = lambda x: x\ng = [lambda x: x][0]\n")

    assert code_of(module.f) == code_of(module.g)


def test_the_function_of_two_that_runs_is_the_one(project):
    text = "import os\nif {}:\n    def train(x): return 1\nelse:\n    def train(x): return 2\n"

    assert differ(project, text.format("os.sep"), text.format("not os.sep"))
    one = project(train=text.format("os.sep")).train
    assert one(0) == 1


def test_wrapped_functions_are_unwrapped(project):
    module = project(train=PLAIN)
    wrapped = functools.wraps(module.train)(lambda x: module.train(x) + 1)

    assert code_of(module.train) == code_of(wrapped)
    assert code_of(module.train) == code_of(functools.partial(module.train, 1))


def test_an_object_that_is_called_is_its_class(project):
    module = project(train="class Net:\n    def __call__(self): return 1\nnet = Net()\n")

    assert code_of(module.Net) == code_of(module.net)


def test_the_code_of_a_builtin_is_none():
    assert code_of(len) is None
    assert code_of(int) is None


# When it was read


def test_an_edit_during_the_training_changes_nothing(project, tmp_path):
    train = "import helpers\ndef train(x): return helpers.clean(x)\n"
    module = project(train=train, helpers="def clean(x): return x\n")
    before = code_of(module.train)
    (tmp_path / "train.py").write_text("def train(x): return 5\n")
    (tmp_path / "helpers.py").write_text("def clean(x): return 5\n")
    linecache.checkcache()

    assert before == code_of(module.train)


def test_a_module_loaded_again_is_read_again(project, tmp_path):
    train = "import helpers\ndef train(x): return helpers.clean(x)\n"
    module = project(train=train, helpers="def clean(x): return x\n")
    before = code_of(module.train)
    (tmp_path / "helpers.py").write_text("def clean(x): return 555\n")
    importlib.reload(sys.modules["helpers"])

    assert before != code_of(module.train)


def test_a_module_far_away_that_is_loaded_again_is_read_again(project, tmp_path):
    train = "import helpers\ndef train(x): return helpers.clean(x)\n"
    helpers = "import inner\ndef clean(x): return inner.scale(x)\n"
    module = project(train=train, helpers=helpers, inner="def scale(x): return x\n")
    before = code_of(module.train)
    (tmp_path / "inner.py").write_text("def scale(x): return 555\n")
    importlib.reload(sys.modules["inner"])

    assert before != code_of(module.train)


def test_a_module_that_was_not_there_at_the_first_call_is_read(project, tmp_path):
    train = "def train(x):\n    import late\n    return late.clean(x)\n"
    module = project(train=train)
    before = code_of(module.train)
    (tmp_path / "late.py").write_text("def clean(x): return x\n")
    importlib.import_module("late")

    assert before != code_of(module.train)
    assert "late.clean" in code_of(module.train).functions


def test_a_script_run_again_in_one_process_is_read_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("def train(x): return 5\n")
    first = runpy.run_path(str(script))["train"]
    before = code_of(first)
    script.write_text("def train(x): return 66\n")
    second = runpy.run_path(str(script))["train"]

    assert before == code_of(first)
    assert before != code_of(second)
    assert code_of(second) == code_of(second)


def test_files_that_are_not_reached_are_not_read(project, tmp_path):
    module = project(
        train="import helpers, broken\ndef train(x): return helpers.clean(x)\n",
        helpers="def clean(x): return x\n",
        broken="X = 1\n",
    )
    (tmp_path / "broken.py").write_text("this is (no Python")

    assert ["helpers.clean", "train"] == rows(module)


def test_a_module_that_does_not_parse_any_more_counts_by_name(project, tmp_path):
    module = project(train="import helpers\ndef train(x): return helpers.a\n", helpers="a = 1\n")
    (tmp_path / "helpers.py").write_text("this is (no Python")

    assert ["train"] == rows(module)


def test_a_module_not_imported_yet_is_found_beside(project, tmp_path):
    text = "def train(x):\n    import later\n    return later.clean(x)\n"
    module = project(train=text, later="def clean(x): return x\n")
    before = code_of(module.train)
    importlib.import_module("later")

    assert ["later.clean", "train"] == sorted(before.functions)
    assert before == code_of(module.train)


# Notebooks


def run_cells(*texts):
    """Run cells as IPython does: source in `linecache`, all inputs in `In`."""
    namespace = {"__name__": "__main__", "In": [""]}
    for number, text in enumerate(texts):
        name = f"<ipython-input-{number}-{abs(hash(text))}>"
        namespace["In"].append(text)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        exec(compile(text, name, "exec"), namespace)  # noqa: S102 - what a notebook does
    return namespace


def test_a_notebook_is_read_from_its_cells():
    namespace = run_cells(
        "RATE = 1\ndef clean(x):\n    return x * RATE\n",
        "def train(x):\n    return clean(x)\n",
    )

    assert ["RATE", "clean", "train"] == sorted(code_of(namespace["train"]).functions)


def test_in_a_notebook_the_last_cell_decides():
    train = "def train(x):\n    return x * RATE\n"
    one = run_cells("RATE = 1\n", train, "RATE = 2\n")["train"]
    other = run_cells(train, "RATE = 2\n")["train"]
    third = run_cells("RATE = 2\n", train, "RATE = 1\n")["train"]

    assert code_of(one) == code_of(other)
    assert code_of(one) != code_of(third)


def test_a_cell_run_twice_changes_nothing():
    cells = ["C = {}\n", "C['a'] = 1\n", "def train(x):\n    return C\n"]

    assert code_of(run_cells(*cells)["train"]) == code_of(run_cells(*cells, *cells)["train"])


def test_in_a_notebook_a_function_keeps_its_own_cell():
    namespace = run_cells(
        "def train(x):\n    return 1\n", "old = train\ndef train(x):\n    return 2\n"
    )

    assert code_of(namespace["old"]).code_hash != code_of(namespace["train"]).code_hash


def test_a_notebook_without_inputs_is_read_from_its_functions():
    namespace = run_cells("def clean(x):\n    return x\n", "def train(x):\n    return clean(x)\n")
    del namespace["In"]

    assert ["clean", "train"] == sorted(code_of(namespace["train"]).functions)


def test_a_class_of_a_notebook_is_found():
    namespace = run_cells("RATE = 1\n", "class Net:\n    def fit(self):\n        return RATE\n")

    assert ["Net", "RATE"] == sorted(code_of(namespace["Net"]).functions)


def test_the_code_of_a_run_in_a_notebook_is_its_cell():
    cells = ["RATE = 1\n", "def clean(x):\n    return x * RATE\n", "print\n", "y = clean(1)\n"]

    assert ["RATE", "clean", "y"] == [
        name for name in code_of_module(run_cells(*cells)).functions if name != "<module>"
    ]


# Modules


def test_the_code_of_a_module_is_all_of_it(project):
    module = project(
        helpers="def clean(x): return x\ndef unused(x): return x\n",
        train="""
            '''A module.'''
            import helpers
            RATE = 0.1
            def train(x): return helpers.clean(x)
            print(train(RATE))
        """,
    )
    code = code_of_module(vars(module))

    assert ["<module>", "RATE", "helpers.clean", "train"] == sorted(code.functions)


def test_statements_of_a_module_count_their_order_too(project):
    texts = [
        "print(1)\nprint(2)\n",
        "print(2)\nprint(1)\n",
        "'Doc.'\nimport os\nprint(1)\nprint(2)\n",
    ]
    found = [code_of_module(vars(project(train=text))).code_hash for text in texts]

    assert found[0] != found[1]
    assert found[0] == found[2]


def test_what_a_run_is_said_to_be_does_not_count(project):
    text = """
        class Stand:
            def __init__(self, *a): pass
            def run(self, **k): return self
            def __enter__(self): return self
            def __exit__(self, *a): pass
        import gitlab_journal.identity.source as journal
        try:
            from gitlab_journal import Journal
        except ImportError:
            Journal = Stand
        def main():
            journal = Journal("folder")
            with journal.run(title="{said}", hypothesis="{said}", params=dict(a=1)) as run:
                print("{done}")
    """
    one, other, third = (
        code_of_module(vars(project(train=text.format(said=said, done=done)))).code_hash
        for said, done in (("A", "x"), ("B", "x"), ("A", "y"))
    )

    assert one == other
    assert one != third


def test_a_main_block_counts_where_it_runs(project, tmp_path):
    text = "X = 1\nif __name__ == '__main__':\n    print({})\n"
    found = []
    for value in (1, 2):
        (tmp_path / f"script{value}.py").write_text(text.format(value))
        namespace = runpy.run_path(str(tmp_path / f"script{value}.py"), run_name="__main__")
        imported = runpy.run_path(str(tmp_path / f"script{value}.py"))
        found.append((code_of_module(namespace).code_hash, code_of_module(imported).code_hash))

    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]


def test_a_module_without_source_is_none():
    assert code_of_module({"__name__": "__main__"}) is None


# Projects


def test_the_root_is_that_of_git(project, tmp_path):
    module = project(
        **{
            "pkg/__init__": "",
            "pkg/inner": "def f(): pass\n",
            "train": "from pkg.inner import f\n",
        }
    )

    assert tmp_path == project_root(module.f)
    assert tmp_path == project_root(tmp_path / "pkg")
    assert tmp_path == project_root(str(tmp_path / "pkg" / "inner.py"))


def test_without_git_the_root_is_the_folder(tmp_path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").touch()
    (tmp_path / "train.py").touch()

    assert tmp_path == project_root(tmp_path / "train.py")
    assert tmp_path == project_root(tmp_path / "pkg" / "inner.py")


def test_without_a_file_the_root_is_where_the_process_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert tmp_path == project_root(run_cells("def train(): pass\n")["train"])


def test_libraries_and_builtins_are_of_no_project(project):
    module = project(train="def train(): pass\nclass Net: pass\n")

    assert is_of_project(module.train)
    assert is_of_project(module.Net)
    assert not is_of_project(pytest.fixture)
    assert not is_of_project(textwrap.dedent)
    assert not is_of_project(Path)
    assert not is_of_project(len)
    assert not is_of_project(code_of)


def test_an_environment_inside_the_project_is_not_of_it(project, tmp_path):
    library = tmp_path / ".venv" / "lib" / "python3" / "site-packages"
    library.mkdir(parents=True)
    (library / "lib.py").write_text("def f(x): return x\n")
    sys.path.insert(0, str(library))
    try:
        module = project(train="import lib\ndef train(x): return lib.f(x)\n")
    finally:
        sys.path.remove(str(library))

    assert ["train"] == rows(module)
    assert not is_of_project(sys.modules["lib"].f)
