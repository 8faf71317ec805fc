"""Three exptrack runs, told when each `with` block was left."""

from __future__ import annotations

import time

from exptrack import Experiment
from saying import CALLS, PAUSE, STEPS, say

say("start")
for number in CALLS:
    with Experiment(params={"C": number}) as run:
        for step in range(STEPS):
            time.sleep(PAUSE)
            run.log_metric("loss", 1 / (step + number), step=step)
            say("logged", number, step)
        run.log_metric("result", 0.5 / number)
    say("returned", number, 0.5 / number)
