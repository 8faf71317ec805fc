"""One scenario: two runs of a small project with a change between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME, DIFFERENT, UNABLE = "same", "different", "unable"

TRAINING = '''"""The experiment."""

from tracker import tracked


@tracked
def train(X, *, model=None, setting=None, width=64, depth=2, seed=0, n_jobs=1, verbose=0):
    """Return the score."""
    return {"score": float(X.shape[0] * width)}
'''
MAIN = """from training import train
from warehouse import X

train(X)
"""
COMMAND_LINE = """import argparse

from training import train
from warehouse import X

parser = argparse.ArgumentParser()
for name, default in {"width": 64, "depth": 2, "seed": 0, "n_jobs": 1, "verbose": 0}.items():
    parser.add_argument(f"--{name}", type=int, default=default)
train(X, **vars(parser.parse_args()))
"""
SMALL = "import numpy as np\n\nX = np.random.default_rng(0).random((200, 4))\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What stands on disk when a run starts: files of the project, modules outside of it.

    `outside` holds what the project does not: a database client that hands out data in memory, an
    installed library. `variables` are of the environment. `touched` files get another time,
    `kept_time` ones the time they had.
    """

    files: Mapping[str, str]
    outside: Mapping[str, str] = field(default_factory=lambda: {"warehouse.py": SMALL})
    arguments: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    script: str = "main.py"
    moved: bool = False
    touched: tuple[str, ...] = ()
    kept_time: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Two runs and whether the second is the same experiment as the first.

    `about` is what the change is in: data, files, params, state, code, run. `relation` is the word
    that gitlab_journal has for it (None: unrelated). `declared` are the modules that a user of a
    tool with declared dependencies would name. Counted apart are `debatable` truths, and `limit`s:
    what only the running process knows, not its arguments, data or code. `options` are given to
    gitlab_journal's decorator.
    """

    name: str
    truth: str
    reason: str
    about: str
    first: Step
    second: Step
    relation: str | None = None
    declared: tuple[str, ...] = ("main.py", "training.py")
    data_files: tuple[str, ...] = ()
    debatable: bool = False
    limit: bool = False
    keras: bool = False
    options: str = ""

    @property
    def counted(self) -> bool:
        """Tell whether the answers count in the summary's main columns."""
        return not (self.debatable or self.limit)

    def as_debatable(self) -> Scenario:
        """Return the scenario with a truth that people may see otherwise."""
        return replace(self, debatable=True)

    @property
    def expected_relation(self) -> str | None:
        """Return the word that gitlab_journal should say."""
        return "duplicate" if self.truth == SAME else self.relation


def in_memory(name: str, before: str, after: str, *, truth: str, reason: str) -> Scenario:
    """Return a scenario whose data come from outside of the project, as arrays or tables."""
    first = Step(files={"main.py": MAIN, "training.py": TRAINING}, outside={"warehouse.py": before})
    second = replace(first, outside={"warehouse.py": after})
    return Scenario(name=name, truth=truth, reason=reason, about="data", first=first, second=second)


def at_command_line(
    name: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    truth: str,
    reason: str,
    relation: str | None = None,
    debatable: bool = False,
) -> Scenario:
    """Return a scenario whose parameters are given on the command line."""
    files = {"main.py": COMMAND_LINE, "training.py": TRAINING}
    first = Step(files=files, arguments=before)
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about="params",
        first=first,
        second=replace(first, arguments=after),
        relation=relation,
        debatable=debatable,
    )


def at_the_call(
    name: str,
    before: str,
    after: str,
    *,
    truth: str,
    reason: str,
    about: str = "params",
    relation: str | None = None,
    debatable: bool = False,
    keras: bool = False,
) -> Scenario:
    """Return a scenario whose script is edited at the call; the last line of each is the call."""
    first = Step(files={"main.py": _script(before), "training.py": TRAINING})
    second = replace(first, files={**first.files, "main.py": _script(after)})
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about=about,
        first=first,
        second=second,
        relation=relation,
        debatable=debatable,
        keras=keras,
    )


def _script(text: str) -> str:
    *setup, call = text.strip().splitlines()
    imports = [line for line in setup if line.startswith(("import ", "from "))]
    rest = [line for line in setup if line not in imports]
    return "\n".join(
        [*imports, "from training import train", "from warehouse import X", "", *rest, call, ""]
    )
