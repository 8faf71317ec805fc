"""Three runs of a Sacred experiment, told when each returned."""

from __future__ import annotations

import time
from typing import Any

from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver
from saying import CALLS, PAUSE, STEPS, say

SETTINGS.CAPTURE_MODE = "no"
experiment = Experiment("train", save_git_info=False)
experiment.observers.append(FileStorageObserver("runs"))
experiment.add_config(C=1)


@experiment.main
def train(C: int, _run: Any) -> float:  # noqa: N803  # the parameter's name
    """Log a curve and return a result."""
    for step in range(STEPS):
        time.sleep(PAUSE)
        _run.log_scalar("loss", 1 / (step + C), step)
        say("logged", C, step)
    return 0.5 / C


say("start")
for number in CALLS:
    run = experiment.run(config_updates={"C": number})
    say("returned", number, run.result)
