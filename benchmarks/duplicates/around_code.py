"""Scenarios in which what is around the code changes: its place, a library, how a run ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from duplicates.scenario import DIFFERENT, MAIN, SAME, SMALL, Scenario, Step
from duplicates.study import FILES, TRAINING

AS_SCRIPT = (
    TRAINING + '\n\nif __name__ == "__main__":\n    from warehouse import X\n\n    train(X)\n'
)
LIBRARY_USER = """import smoother

from tracker import tracked


@tracked
def train(X):
    return {"score": float(smoother.smooth(X).sum())}
"""
FLAKY = """import warehouse

from tracker import tracked


@tracked
def train(X):
    warehouse.connect()
    return {"score": float(X.sum())}
"""


READS_VARIABLE = """import os

from tracker import tracked


@tracked
def train(X):
    return {"score": float(X.sum() * int(os.environ["FACTOR"]))}
"""
CALLER = """import numpy as np

from training import train
from warehouse import X

np.random.seed(0)
train(X)
"""
DRAWS = """import numpy as np

from tracker import tracked

WEIGHTS = [1, 2, 3]


@tracked
def train(X):
    return {"score": float(X.sum() + np.random.random() + sum(WEIGHTS))}
"""


def _by_the_caller(name: str, change: str, *, reason: str) -> Scenario:
    first = Step(files={"main.py": CALLER, "training.py": DRAWS})
    main = CALLER.replace("np.random.seed(0)", change)
    return Scenario(
        name=name,
        truth=DIFFERENT,
        reason=reason,
        about="code",
        first=first,
        second=replace(first, files={**first.files, "main.py": main}),
        limit=True,
    )


def _library(version: str, factor: int) -> dict[str, str]:
    """Return the files of an installed library."""
    info = f"smoother-{version}.dist-info"
    return {
        "warehouse.py": SMALL,
        "smoother/__init__.py": f"def smooth(X):\n    return X * {factor}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: smoother\nVersion: {version}\n",
        f"{info}/top_level.txt": "smoother\n",
        f"{info}/RECORD": f"smoother/__init__.py,,\n{info}/METADATA,,\n{info}/RECORD,,\n",
        f"{info}/INSTALLER": "pip\n",
    }


def _upgrade(name: str, before: str, after: str, *, factor: int, **said: Any) -> Scenario:
    first = Step(files={"main.py": MAIN, "training.py": LIBRARY_USER}, outside=_library(before, 1))
    return Scenario(
        name=name,
        about="code",
        first=first,
        second=replace(first, outside=_library(after, factor)),
        **said,
    )


def _broken(name: str, failure: str, *, reason: str, relation: str | None) -> Scenario:
    first = Step(
        files={"main.py": MAIN, "training.py": FLAKY},
        outside={"warehouse.py": f"{SMALL}\n\ndef connect():\n    {failure}\n"},
    )
    second = replace(
        first, outside={"warehouse.py": f"{SMALL}\n\ndef connect():\n    return None\n"}
    )
    return Scenario(
        name=name,
        truth=DIFFERENT,
        reason=reason,
        about="run",
        first=first,
        second=second,
        relation=relation,
    )


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="script against import",
        truth=SAME,
        about="code",
        reason="The same function, started as a script or from another one.",
        first=Step(files={**FILES, "training.py": AS_SCRIPT}, script="training.py"),
        second=Step(files={**FILES, "training.py": AS_SCRIPT}),
    ),
    Scenario(
        name="project folder moved",
        truth=SAME,
        about="code",
        reason="The same files elsewhere.",
        first=Step(files=FILES),
        second=Step(files=FILES, moved=True),
    ),
    _upgrade(
        "library upgraded, 1.0 to 2.0",
        "1.0.0",
        "2.0.0",
        factor=2,
        truth=DIFFERENT,
        reason="The experiment calls it.",
        relation="variant",
    ),
    _upgrade(
        "library repaired, 1.0.0 to 1.0.1",
        "1.0.0",
        "1.0.1",
        factor=1,
        truth=SAME,
        debatable=True,
        reason="The repair is not in what the experiment calls, but it might have been.",
    ),
    _broken(
        "first run failed",
        'raise ConnectionError("try again")',
        relation="failed before",
        reason="There is no result yet.",
    ),
    _broken(
        "first run killed",
        "import os\n    os.kill(os.getpid(), 9)",
        relation=None,
        reason="There is no result yet.",
    ),
    Scenario(
        name="variable of the environment read inside",
        truth=DIFFERENT,
        about="code",
        limit=True,
        reason="The experiment reads it; only the running process knows.",
        first=Step(
            files={"main.py": MAIN, "training.py": READS_VARIABLE}, variables={"FACTOR": "1"}
        ),
        second=Step(
            files={"main.py": MAIN, "training.py": READS_VARIABLE}, variables={"FACTOR": "2"}
        ),
    ),
    _by_the_caller(
        "global seed set otherwise by the caller",
        "np.random.seed(1)",
        reason="Another draw; only the running process knows.",
    ),
    _by_the_caller(
        "list of a module changed by the caller",
        "np.random.seed(0)\nimport training\n\ntraining.WEIGHTS.append(4)",
        reason="The experiment reads it; only the running process knows.",
    ),
)
