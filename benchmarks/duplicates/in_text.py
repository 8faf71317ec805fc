"""Scenarios in which the text of the code changes, what it computes does not."""

from __future__ import annotations

from duplicates.scenario import SAME, Scenario
from duplicates.study import PREPARATION, TRAINING, edit

FORMATTED = TRAINING.replace(
    "total = Scaler().scale(prepare(X)).sum() + LIMIT",
    "total = (\n        Scaler().scale(prepare(X)).sum()\n        + LIMIT",
).replace("sum(WEIGHTS)\n", "sum(WEIGHTS)\n    )\n\n")

SCENARIOS: tuple[Scenario, ...] = (
    edit(
        "nothing changed",
        {},
        truth=SAME,
        reason="Nothing changed.",
    ),
    edit(
        "helper's comment edited",
        {"preparation.py": PREPARATION.replace("twice", "once")},
        truth=SAME,
        reason="A comment computes nothing.",
    ),
    edit(
        "helper's docstring edited",
        {"preparation.py": PREPARATION.replace(", raised.", ", up.")},
        truth=SAME,
        reason="A docstring computes nothing.",
    ),
    edit(
        "experiment's docstring edited",
        {"training.py": TRAINING.replace("Return", "Give")},
        truth=SAME,
        reason="A docstring computes nothing.",
    ),
    edit(
        "experiment formatted otherwise",
        {"training.py": FORMATTED},
        truth=SAME,
        reason="The same statements.",
    ),
    edit(
        "type hints added",
        {"training.py": TRAINING.replace("width=64):", "width: int = 64) -> dict:")},
        truth=SAME,
        reason="Python does not look at them here.",
    ),
    edit(
        "unrelated function of the file edited",
        {"training.py": TRAINING.replace("return x", "return -x")},
        truth=SAME,
        reason="Nothing that runs calls it.",
    ),
    edit(
        "unrelated module edited",
        {"plots.py": "def plot():\n    return 2\n"},
        truth=SAME,
        reason="Nothing that runs imports it.",
    ),
    edit(
        "function moved down in its file",
        {"training.py": TRAINING.replace("WEIGHTS =", "OTHER = 1\n\n\nWEIGHTS =")},
        truth=SAME,
        reason="The same function on another line.",
    ),
    edit(
        "number written otherwise",
        {"preparation.py": PREPARATION.replace("power=2", "power=0x02")},
        truth=SAME,
        reason="The same number.",
    ),
    edit(
        "import added that nothing uses",
        {"training.py": TRAINING.replace("from prep", "import os\n\nfrom prep")},
        truth=SAME,
        reason="Nothing that runs uses it.",
    ),
    edit(
        "line ends of Windows",
        {"preparation.py": PREPARATION.replace("\n", "\r\n")},
        truth=SAME,
        reason="The same lines.",
    ),
    edit(
        "README edited",
        {"README.md": "# Another study\n"},
        truth=SAME,
        reason="Nothing that runs reads it.",
    ),
    edit(
        "local variable renamed",
        {"training.py": TRAINING.replace("total", "sum_")},
        truth=SAME,
        debatable=True,
        relation=None,
        reason="It computes the same, but to know that is more than to compare.",
    ),
    edit(
        "helper moved to another module",
        {
            "training.py": TRAINING.replace(
                "Scaler, prepare\n", "Scaler\nfrom powers import prepare\n"
            ),
            "powers.py": PREPARATION.split("class Base", maxsplit=1)[0],
        },
        truth=SAME,
        debatable=True,
        relation=None,
        reason="It computes the same, but to know that is more than to compare.",
    ),
)
