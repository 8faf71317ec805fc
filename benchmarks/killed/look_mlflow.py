"""Print as JSON what MLflow's store says: C, status, result, number of points."""

from __future__ import annotations

import json

import mlflow

client = mlflow.MlflowClient()
found = [
    (
        int(run.data.params.get("C", 0)),
        run.info.status,
        run.data.metrics.get("result"),
        len(client.get_metric_history(run.info.run_id, "loss")),
    )
    for run in mlflow.search_runs(output_format="list")
]
print(json.dumps(found))
