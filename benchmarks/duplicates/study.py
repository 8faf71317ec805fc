"""A study of several modules, whose files a scenario edits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from duplicates.scenario import MAIN, Scenario, Step

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


def edit(
    name: str,
    changes: Mapping[str, str],
    *,
    truth: str,
    reason: str,
    limit: bool = False,
    debatable: bool = False,
    files: Mapping[str, str] | None = None,
    relation: str | None = "variant",
    data_files: tuple[str, ...] = (),
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
        data_files=data_files,
        limit=limit,
        debatable=debatable,
    )
