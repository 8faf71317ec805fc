"""The installed libraries that code reaches count by version."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from importlib.metadata import version

import pytest

from gitlab_journal.environment import describe_environment
from gitlab_journal.identity.source import code_of, code_of_module
from gitlab_journal.identity.source.libraries import minor, versions_of


def libraries(module, name="train"):
    return list(code_of(getattr(module, name)).libraries)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return a function that installs a small distribution outside of the project."""
    folder = tmp_path.parent / f"{tmp_path.name}-installed"
    monkeypatch.syspath_prepend(str(folder))

    def install(name, release, **files):
        about = folder / f"{name.replace('-', '_')}-{release}.dist-info"
        for old in folder.glob(f"{name.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(old)
        about.mkdir(parents=True)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n"
        )
        for path, text in files.items():
            file = folder.joinpath(*path.split("/")).with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (about / "RECORD").write_text("".join(f"{path}.py,,\n" for path in files))

    return install


def test_libraries_that_the_reached_code_uses_are_named(modules):
    module = modules(
        helpers="""
            import scipy.stats as stats
            def clean(x): return stats.norm.pdf(x)
            """,
        train="""
            import numpy as np, pandas, json, yaml
            from sklearn.svm import SVC
            from gitlab_journal import current_run
            import helpers
            def train(x: pandas.Series):
                current_run()
                return SVC(), helpers.clean(np.mean(json.loads(x)))
            def plain(x): return x
            """,
    )

    assert ["numpy", "scikit-learn", "scipy"] == libraries(module)
    assert [] == libraries(module, "plain")


def test_an_import_inside_a_function_counts(modules):
    module = modules(train="def train(x):\n    import yaml\n    return yaml.safe_load(x)\n")

    assert {"pyyaml": minor(version("pyyaml"))} == code_of(module.train).libraries


def test_an_import_under_type_checking_does_not_count(modules):
    module = modules(
        train="""
            from __future__ import annotations
            from dataclasses import dataclass
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                import pandas
            @dataclass
            class Table:
                frame: pandas.DataFrame
            def train(x): return Table(x)
            """
    )

    assert [] == libraries(module)


def test_a_library_that_is_not_installed_does_not_count(modules):
    module = modules(
        train="""
            try:
                import surely_not_installed as np
            except ImportError:
                import numpy as np
            def train(x): return np.mean(x)
            """
    )

    assert ["numpy"] == libraries(module)


def test_without_libraries_the_code_is_its_definitions(modules):
    code = code_of(modules(train="def train(x): return x\n").train)

    assert code.definitions_hash == code.code_hash


def test_the_libraries_of_a_module_are_those_of_all_its_code(modules):
    module = modules(train="import numpy as np\nX = np.arange(3)\n")

    assert ["numpy"] == list(code_of_module(vars(module)).libraries)


DIGEST = """
    import sys
    sys.path[:0] = sys.argv[1:]
    import train
    from gitlab_journal.identity.source import code_of
    code = code_of(train.train)
    print(code.code_hash, code.definitions_hash, *code.libraries.items())
"""


def digest(*folders):
    """Return what another process says of the code in the first folder."""
    command = [sys.executable, "-c", textwrap.dedent(DIGEST), *map(str, folders)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split(" ", 2)


@pytest.mark.parametrize("held", ["", "__version__ = {release!r}\n"])
def test_another_minor_release_is_other_code_but_the_same_definitions(
    modules, installed, tmp_path, held
):
    modules(train="import toy_library\ndef train(x): return toy_library.fit(x)\n", toy_library="")
    (tmp_path / "toy_library.py").unlink()
    folder = tmp_path.parent / f"{tmp_path.name}-installed"
    found = []
    for release in ("1.2.3", "1.2.4+local", "1.2.5rc1", "1.3.0"):
        installed("toy-library", release, toy_library=held.format(release=release))
        found.append(digest(tmp_path, folder))

    assert ["('toy-library', '1.2')\n"] * 3 + ["('toy-library', '1.3')\n"] == [
        one[2] for one in found
    ]
    assert [True, True, False] == [one[0] == found[0][0] for one in found[1:]]
    assert 1 == len({one[1] for one in found})


def test_a_library_counts_the_same_before_and_after_it_is_loaded(modules, installed, tmp_path):
    modules(
        train="""
            def train(x):
                import toy_lazy
                return toy_lazy.fit(x)
            """
    )
    folder = tmp_path.parent / f"{tmp_path.name}-installed"
    installed("toy-lazy", "2.0.1", toy_lazy="__version__ = '2.0.1'\n")
    before = digest(tmp_path, folder)
    (tmp_path / "train.py").write_text(
        "import toy_lazy as loaded\n" + (tmp_path / "train.py").read_text()
    )

    assert before == digest(tmp_path, folder)


def test_two_distributions_of_one_namespace_are_told_apart(installed):
    installed("toy-space-one", "1.0", **{"toyspace/one": "", "toyspace/two/a": ""})
    installed("toy-space-two", "2.5.1", **{"toyspace/three": ""})
    from gitlab_journal.identity.source import libraries as module

    module._by_package.cache_clear()
    found = versions_of(["toyspace.three.fit", "toyspace.one"])
    module._by_package.cache_clear()

    assert {"toy-space-one": "1.0", "toy-space-two": "2.5.1"} == found


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("1.9.1", "1.9"),
        ("2.0rc1", "2.0"),
        ("2.3.0+cu121", "2.3"),
        ("1!4.5.dev0", "4.5"),
        ("2024", "2024"),
        ("2.9.9 (dt dec pq3)", "2.9"),
        ("v0.3", "0.3"),
        ("unknown", "unknown"),
    ],
)
def test_a_version_counts_as_its_minor_release(whole, short):
    assert short == minor(whole)


def test_the_environment_lists_reached_libraries_with_their_whole_version():
    assert version("pyyaml") == describe_environment({"pyyaml": "6.0"})["pyyaml"]
    assert "1.5" == describe_environment({"a-folder": "1.5"})["a-folder"]
