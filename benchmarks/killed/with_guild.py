"""One Guild run: a script whose global names are its flags, whose printed numbers its scalars."""

from __future__ import annotations

import time

from saying import PAUSE, STEPS, say

C = 1

for step in range(STEPS):
    time.sleep(PAUSE)
    print(f"step: {step}")
    print(f"loss: {1 / (step + C)}", flush=True)
    say("logged", C, step)
print(f"result: {0.5 / C}", flush=True)
