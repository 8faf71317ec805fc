"""Scenarios in which what is around the code changes: its place, a library, how a run ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from duplicates.in_code import FILES, TRAINING
from duplicates.scenario import DIFFERENT, MAIN, SAME, SMALL, Scenario, Step

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


def _upgrade(name: str, before: str, after: str, **said: Any) -> Scenario:
    first = Step(files={"main.py": MAIN, "training.py": LIBRARY_USER}, outside=_library(before, 1))
    return Scenario(
        name=name,
        about="code",
        first=first,
        second=replace(first, outside=_library(after, 2)),
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
        truth=DIFFERENT,
        reason="The experiment calls it.",
        relation="variant",
    ),
    _upgrade(
        "library upgraded, 1.0.0 to 1.0.1",
        "1.0.0",
        "1.0.1",
        truth=DIFFERENT,
        debatable=True,
        reason="A repair may change results; to train all anew for each one is too dear for many.",
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
)
