"""Three recorded calls, told when each returned."""

from __future__ import annotations

import time

from saying import CALLS, PAUSE, STEPS, say

from gitlab_journal import current_run, experiment


@experiment
def train(C: int) -> dict[str, float]:  # noqa: N803  # the parameter's name
    """Log a curve and return a result."""
    for step in range(STEPS):
        time.sleep(PAUSE)
        current_run().log(step=step, loss=1 / (step + C))
        say("logged", C, step)
    return {"result": 0.5 / C}


say("start")
for number in CALLS:
    say("returned", number, train(number)["result"])
