"""Three MLflow runs, told when each `with` block was left."""

from __future__ import annotations

import time

import mlflow
from saying import CALLS, PAUSE, STEPS, say

mlflow.search_experiments()  # makes the store where there is none
say("start")
for number in CALLS:
    with mlflow.start_run():
        mlflow.log_param("C", number)
        for step in range(STEPS):
            time.sleep(PAUSE)
            mlflow.log_metric("loss", 1 / (step + number), step=step)
            say("logged", number, step)
        mlflow.log_metric("result", 0.5 / number)
    say("returned", number, 0.5 / number)
