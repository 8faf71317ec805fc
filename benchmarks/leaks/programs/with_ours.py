"""A recorded call."""

from __future__ import annotations

import secret

from gitlab_journal import experiment

secret.arguments()


@experiment(title=secret.text("title"), tags=[secret.text("tag")])
def train(note: str, api_key: str) -> float:
    """Pass the parameters by."""
    return secret.work(note, api_key)


train(**secret.parameters())
