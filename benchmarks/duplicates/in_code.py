"""Scenarios whose code changes, or only its text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from duplicates.scenario import DIFFERENT, MAIN, SAME, Scenario, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAINING = '''"""The experiment."""

from preparation import LIMIT, Scaler, prepare

from tracker import tracked

WEIGHTS = [1, 2, 3]


def unrelated(x):
    return x


@tracked
def train(X, *, width=64):
    """Return the score."""
    # The scaler has no state.
    total = Scaler().scale(prepare(X)).sum() + LIMIT + sum(WEIGHTS)
    return {"score": float(total * width)}
'''
PREPARATION = '''"""What is done to the data before."""

from constants import FACTOR

LIMIT = 7


def prepare(X, power=2):
    """Return the data, raised."""
    # Raised twice.
    return X**power * FACTOR


class Base:
    def shift(self):
        return 1


class Scaler(Base):
    def scale(self, X):
        return X + self.shift()
'''
FILES = {
    "main.py": MAIN,
    "training.py": TRAINING,
    "preparation.py": PREPARATION,
    "constants.py": "FACTOR = 3\n",
    "plots.py": "def plot():\n    return 1\n",
    "README.md": "# A study\n",
}
FORMATTED = TRAINING.replace(
    "total = Scaler().scale(prepare(X)).sum() + LIMIT",
    "total = (\n        Scaler().scale(prepare(X)).sum()\n        + LIMIT",
).replace("sum(WEIGHTS)\n", "sum(WEIGHTS)\n    )\n\n")
GLOBAL = """import numpy as np

from tracker import tracked

TABLE = np.arange(5.0)


@tracked
def train(X):
    return {"score": float(X.sum() + TABLE.sum())}
"""
DYNAMIC = """import preparation

from tracker import tracked


@tracked
def train(X):
    return {"score": float(getattr(preparation, "pre" + "pare")(X).sum())}
"""
READS_FILE = """from pathlib import Path

from tracker import tracked


@tracked
def train(X):
    return {"score": float(X.sum() + len(Path("weights.txt").read_text()))}
"""


def _edit(
    name: str,
    changes: Mapping[str, str],
    *,
    truth: str,
    reason: str,
    limit: bool = False,
    debatable: bool = False,
    files: Mapping[str, str] | None = None,
    relation: str | None = "variant",
) -> Scenario:
    """Return a scenario in which files are rewritten: {file: its new text}."""
    first = Step(files=files or FILES)
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about="code",
        first=first,
        second=replace(first, files={**first.files, **changes}),
        relation=relation,
        limit=limit,
        debatable=debatable,
    )


SCENARIOS: tuple[Scenario, ...] = (
    _edit(
        "nothing changed",
        {},
        truth=SAME,
        reason="Nothing changed.",
    ),
    _edit(
        "experiment function edited",
        {"training.py": TRAINING.replace("* width", "/ width")},
        truth=DIFFERENT,
        reason="It computes something else.",
    ),
    _edit(
        "helper function edited",
        {"preparation.py": PREPARATION.replace("X**power", "X*power")},
        truth=DIFFERENT,
        reason="The experiment calls it.",
    ),
    _edit(
        "default of a helper edited",
        {"preparation.py": PREPARATION.replace("=2", "=3")},
        truth=DIFFERENT,
        reason="The experiment calls it without that argument.",
    ),
    _edit(
        "constant of another module edited",
        {"preparation.py": PREPARATION.replace("7", "8")},
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    _edit(
        "constant two imports away edited",
        {"constants.py": "FACTOR = 4\n"},
        truth=DIFFERENT,
        reason="A helper reads it.",
    ),
    _edit(
        "method of a class edited",
        {"preparation.py": PREPARATION.replace("X + self", "X - self")},
        truth=DIFFERENT,
        reason="The experiment calls it.",
    ),
    _edit(
        "method of a base class edited",
        {"preparation.py": PREPARATION.replace("return 1", "return 2")},
        truth=DIFFERENT,
        reason="The experiment calls it through the class.",
    ),
    _edit(
        "list at module level edited",
        {"training.py": TRAINING.replace("[1, 2, 3]", "[1, 2, 4]")},
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    _edit(
        "array at module level edited",
        {"training.py": GLOBAL.replace("arange(5.0)", "arange(6.0)")},
        files={"main.py": MAIN, "training.py": GLOBAL},
        relation=None,
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    _edit(
        "helper's comment edited",
        {"preparation.py": PREPARATION.replace("twice", "once")},
        truth=SAME,
        reason="A comment computes nothing.",
    ),
    _edit(
        "helper's docstring edited",
        {"preparation.py": PREPARATION.replace(", raised.", ", up.")},
        truth=SAME,
        reason="A docstring computes nothing.",
    ),
    _edit(
        "experiment's docstring edited",
        {"training.py": TRAINING.replace("Return", "Give")},
        truth=SAME,
        reason="A docstring computes nothing.",
    ),
    _edit(
        "experiment formatted otherwise",
        {"training.py": FORMATTED},
        truth=SAME,
        reason="The same statements.",
    ),
    _edit(
        "type hints added",
        {"training.py": TRAINING.replace("width=64):", "width: int = 64) -> dict:")},
        truth=SAME,
        reason="Python does not look at them here.",
    ),
    _edit(
        "unrelated function of the file edited",
        {"training.py": TRAINING.replace("return x", "return -x")},
        truth=SAME,
        reason="Nothing that runs calls it.",
    ),
    _edit(
        "unrelated module edited",
        {"plots.py": "def plot():\n    return 2\n"},
        truth=SAME,
        reason="Nothing that runs imports it.",
    ),
    _edit(
        "function moved down in its file",
        {"training.py": TRAINING.replace("WEIGHTS =", "OTHER = 1\n\n\nWEIGHTS =")},
        truth=SAME,
        reason="The same function on another line.",
    ),
    _edit(
        "README edited",
        {"README.md": "# Another study\n"},
        truth=SAME,
        reason="Nothing that runs reads it.",
    ),
    _edit(
        "local variable renamed",
        {"training.py": TRAINING.replace("total", "sum_")},
        truth=SAME,
        debatable=True,
        relation=None,
        reason="It computes the same, but to know that is more than to compare.",
    ),
    _edit(
        "function reached by a computed name",
        {"preparation.py": PREPARATION.replace("**", "*")},
        files={**FILES, "training.py": DYNAMIC},
        limit=True,
        truth=DIFFERENT,
        reason="The experiment calls it; no reader of the text can know.",
    ),
    _edit(
        "file read inside, by a path in the code",
        {"weights.txt": "more words\n"},
        files={"main.py": MAIN, "training.py": READS_FILE, "weights.txt": "words\n"},
        limit=True,
        relation=None,
        truth=DIFFERENT,
        reason="The experiment reads it; it is no argument, `run.data` tells of it.",
    ),
)
