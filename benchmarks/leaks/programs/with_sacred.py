"""A Sacred experiment."""

from __future__ import annotations

import secret
from sacred import Experiment
from sacred.observers import FileStorageObserver

experiment = Experiment(secret.text("title"))
experiment.observers.append(FileStorageObserver("runs"))
experiment.add_config(**secret.parameters(), remark="", token="")


@experiment.automain
def train(note: str, api_key: str) -> float:
    """Pass the parameters by."""
    return secret.work(note, api_key)
