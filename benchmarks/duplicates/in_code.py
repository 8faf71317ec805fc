"""Scenarios in which the code that the experiment reaches changes."""

from __future__ import annotations

from duplicates.scenario import DIFFERENT, MAIN, Scenario
from duplicates.study import FILES, PREPARATION, TRAINING, edit

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
IMPORTS = """import importlib

from tracker import tracked


@tracked
def train(X):
    return {"score": float(importlib.import_module("prepa" + "ration").prepare(X).sum())}
"""
PASSES = """import losses
from training import train
from warehouse import X

train(X, loss=losses.hinge)
"""
TAKES_LOSS = """from tracker import tracked


@tracked
def train(X, *, loss):
    return {"score": float(loss(X).sum())}
"""
LOSSES = """def margin(X):
    return 1 - X


def hinge(X):
    return margin(X).clip(0)
"""
OWN_MODEL = """from sklearn.base import BaseEstimator


class Mean(BaseEstimator):
    def __init__(self, power=1):
        self.power = power

    def fit(self, X):
        self.mean_ = (X**self.power).mean()
        return self
"""
FITS = """from tracker import tracked


@tracked
def train(X, *, model):
    return {"score": float(model.fit(X).mean_)}
"""
PASSES_MODEL = """from models import Mean
from training import train
from warehouse import X

train(X, model=Mean())
"""
DECORATED = PREPARATION.replace(
    "def prepare(",
    "def twice(function):\n    return lambda X: 2 * function(X)\n\n\n@twice\ndef prepare(",
)
READS_FILE = """from pathlib import Path

from tracker import tracked


@tracked
def train(X):
    return {"score": float(X.sum() + len(Path("weights.txt").read_text()))}
"""


SCENARIOS: tuple[Scenario, ...] = (
    edit(
        "experiment function edited",
        {"training.py": TRAINING.replace("* width", "/ width")},
        truth=DIFFERENT,
        reason="It computes something else.",
    ),
    edit(
        "helper function edited",
        {"preparation.py": PREPARATION.replace("X**power", "X*power")},
        truth=DIFFERENT,
        reason="The experiment calls it.",
    ),
    edit(
        "default of a helper edited",
        {"preparation.py": PREPARATION.replace("=2", "=3")},
        truth=DIFFERENT,
        reason="The experiment calls it without that argument.",
    ),
    edit(
        "constant of another module edited",
        {"preparation.py": PREPARATION.replace("7", "8")},
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    edit(
        "constant two imports away edited",
        {"constants.py": "FACTOR = 4\n"},
        truth=DIFFERENT,
        reason="A helper reads it.",
    ),
    edit(
        "method of a class edited",
        {"preparation.py": PREPARATION.replace("X + self", "X - self")},
        truth=DIFFERENT,
        reason="The experiment calls it.",
    ),
    edit(
        "method of a base class edited",
        {"preparation.py": PREPARATION.replace("return 1", "return 2")},
        truth=DIFFERENT,
        reason="The experiment calls it through the class.",
    ),
    edit(
        "list at module level edited",
        {"training.py": TRAINING.replace("[1, 2, 3]", "[1, 2, 4]")},
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    edit(
        "array at module level edited",
        {"training.py": GLOBAL.replace("arange(5.0)", "arange(6.0)")},
        files={"main.py": MAIN, "training.py": GLOBAL},
        relation=None,
        truth=DIFFERENT,
        reason="The experiment reads it.",
    ),
    edit(
        "decorator of a helper edited",
        {"preparation.py": DECORATED.replace("2 *", "3 *")},
        files={**FILES, "preparation.py": DECORATED},
        truth=DIFFERENT,
        reason="The helper does something else.",
    ),
    edit(
        "default of the experiment edited",
        {"training.py": TRAINING.replace("=64", "=32")},
        relation=None,
        truth=DIFFERENT,
        reason="The call leaves it alone, so that another value reaches the function.",
    ),
    edit(
        "helper of a function that is passed edited",
        {"losses.py": LOSSES.replace("1 - X", "2 - X")},
        files={"main.py": PASSES, "training.py": TAKES_LOSS, "losses.py": LOSSES},
        relation=None,
        truth=DIFFERENT,
        reason="The experiment calls it through its argument.",
    ),
    edit(
        "method of the project's own estimator edited",
        {"models.py": OWN_MODEL.replace(".mean()", ".std()")},
        files={"main.py": PASSES_MODEL, "training.py": FITS, "models.py": OWN_MODEL},
        relation=None,
        truth=DIFFERENT,
        reason="The experiment calls it through its argument.",
    ),
    edit(
        "function reached by a computed name",
        {"preparation.py": PREPARATION.replace("**", "*")},
        files={**FILES, "training.py": DYNAMIC},
        truth=DIFFERENT,
        reason="The experiment calls it, if by `getattr`.",
    ),
    edit(
        "module imported by a computed name edited",
        {"preparation.py": PREPARATION.replace("X**power", "X*power")},
        files={**FILES, "training.py": IMPORTS},
        limit=True,
        truth=DIFFERENT,
        reason="The experiment calls it; only the running process knows.",
    ),
    edit(
        "file read inside, by a path in the code",
        {"weights.txt": "more words\n"},
        files={"main.py": MAIN, "training.py": READS_FILE, "weights.txt": "words\n"},
        data_files=("weights.txt",),
        limit=True,
        relation=None,
        truth=DIFFERENT,
        reason="The experiment reads it; it is no argument, `run.data` tells of it.",
    ),
)
