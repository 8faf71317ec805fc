"""The house as CONTRIBUTING.md draws it: every import points down, heavy libraries stay lazy."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "gitlab_journal"

# A folder stands for all of its modules.
LEVELS = {
    0: ["errors", "guard", "terminal"],
    1: ["page", "prediction", "evidence", "chart", "secrets", "sizes", "phrases"],
    2: [
        "identity",
        "entry",
        "cover",
        "outcome",
        "fitted",
        "metrics",
        "points",
        "curves",
        "fingerprint",
        "options",
        "returned",
        "compose",
        "environment",
        "call",
        "differences",
        "changed_data",
        "changed_params",
        "proposals",
    ],
    3: ["store", "worktree", "catalogue"],
    4: [
        "history",
        "amending",
        "clones",
        "dataset",
        "desk",
        "run",
        "alert",
        "earlier",
        "gate",
        "kept",
        "bounds",
        "observe",
        "describe",
        "recording",
        "signals",
        "durable",
        "verdict",
        "recovery",
        "hypothesis",
        "attachments",
        "code_section",
        "locate",
    ],
    5: ["journal", "audit"],
    6: ["decorator"],
    7: ["site"],
    8: ["commands", "cli", "__main__"],
}
LEVEL = {name: level for level, names in LEVELS.items() for name in names}

# Third-party libraries, each in the one place that may know it.
ALLOWED = {
    "yaml": {"page"},
    "xxhash": {"identity"},
    "numpy": {"identity", "kept", "metrics"},
    "pandas": {"identity"},
    "scipy": {"identity"},
    "sklearn": {"identity"},
    "git": set(),
    "gitdb": {"store"},
    "sqlite3": {"catalogue"},
    "cloudpickle": {"decorator"},
    "rich": {"alert", "commands"},
    "jinja2": {"site"},
    "markdown": {"site"},
    "nh3": {"site"},
    "latex2mathml": {"site"},
    "click": {"commands", "cli"},
}
HEAVY = [
    "numpy",
    "pandas",
    "scipy",
    "sklearn",
    "keras",
    "tensorflow",
    "torch",
    "git",
    "rich",
    "jinja2",
]

# What only a user's program may load.
OF_USERS = [
    *("pandas", "polars", "pyarrow", "scipy", "sklearn", "joblib", "keras", "tensorflow", "torch"),
    *("jax", "xgboost", "lightgbm", "catboost", "matplotlib", "pydantic", "attr", "IPython"),
]


def room(name: str) -> str:
    """The module or folder right below the package that a dotted name lies in."""
    return name.removeprefix("gitlab_journal.").split(".")[0]


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(tree: ast.AST) -> set[str]:
    """Every dotted name imported at run time: blocks under TYPE_CHECKING are left out."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        names |= imports(node)
    return names


MODULES = modules()


def module_of(imported: str) -> str | None:
    """The module of the package that an imported name is or lies in, None for a library's."""
    if imported in MODULES:
        return imported
    above = imported.rpartition(".")[0]
    return above if above in MODULES else None


EDGES = {
    name: {module_of(imported) for imported in imports(tree)} - {None, name, "gitlab_journal"}
    for name, tree in MODULES.items()
}


@pytest.mark.parametrize("name", [name for name in MODULES if name != "gitlab_journal"])
def test_every_module_has_a_level_and_imports_nothing_above_it(name):
    upwards = [target for target in EDGES[name] if LEVEL[room(target)] > LEVEL[room(name)]]

    assert [] == upwards


def test_no_import_goes_round_in_a_circle():
    def reached(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
        return {name} | {
            found for target in EDGES[name] - seen for found in reached(target, seen | {target})
        }

    circles = sorted(
        name
        for name in MODULES
        if name != "gitlab_journal" and any(name in reached(target) for target in EDGES[name])
    )

    assert [] == circles


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_is_known_in_its_own_place_only(library):
    places = {
        room(name)
        for name, tree in MODULES.items()
        if any(imported.split(".")[0] == library for imported in imports(tree))
    }

    assert places <= ALLOWED[library]


def test_importing_the_package_loads_nothing_heavy():
    program = (
        "import sys; from gitlab_journal import *;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout

    assert "[]\n" == loaded


def test_a_recorded_run_loads_no_library_that_the_program_did_not(project):
    script = project.folder / "train.py"
    script.write_text(
        "import sys\n"
        "import numpy as np\n"
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(X, *, C=1.0, kind=float):\n"
        "    return {'sum': float(X.sum())}\n"
        "train(np.arange(6.0))\n"
        "train(np.arange(6.0))\n"
        f"print([name for name in {OF_USERS!r} if name in sys.modules])\n"
    )
    ran = subprocess.run(
        [sys.executable, script], cwd=project.folder, capture_output=True, text=True, check=True
    )

    assert ("[]\n", True) == (ran.stdout, "You have run this before" in ran.stderr)


def test_the_picture_in_contributing_shows_every_module_on_its_floor():
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.partition("```text\n")[2].partition("```")[0]
    floors = re.split(r"^ (\d)  ", picture, flags=re.MULTILINE)[1:]
    shown = {
        int(level): set(re.findall(r"\w+", words))
        for level, words in zip(floors[::2], floors[1::2], strict=True)
    }

    assert {} == {
        name: level for level, names in LEVELS.items() for name in names if name not in shown[level]
    }


def test_every_module_says_in_one_sentence_what_it_is():
    silent = [name for name, tree in MODULES.items() if not ast.get_docstring(tree)]

    assert [] == silent


def test_the_public_names_are_there_and_few():
    import gitlab_journal

    missing = [name for name in gitlab_journal.__all__ if not hasattr(gitlab_journal, name)]

    assert ([], True) == (missing, len(gitlab_journal.__all__) <= 12)
