"""A run of Weights & Biases."""

from __future__ import annotations

import secret
import wandb

secret.arguments()
with wandb.init(
    project="digits",
    name=secret.text("title"),
    tags=[secret.text("tag")],
    config=secret.parameters(),
):
    secret.work()
