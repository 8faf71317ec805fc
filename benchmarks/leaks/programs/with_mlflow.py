"""An MLflow run."""

from __future__ import annotations

import mlflow
import secret

secret.arguments()
with mlflow.start_run(run_name=secret.text("title")):
    mlflow.log_params(secret.parameters())
    mlflow.set_tag("purpose", secret.text("tag"))
    secret.work()
