"""A journal with one run, which tests then tamper with as a person would: by hand, with git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gitlab_journal.audit import Report, audit
from gitlab_journal.desk import Desk, open_desk

TRAIN = """
import numpy as np

from gitlab_journal import current_run, experiment


@experiment(hypothesis="A wider layer lowers the loss.", predict="loss < 0.5")
def train(X, *, width=64, seed=0):
    for step in range(3):
        current_run().log(step=step, loss=1 / (step + 1))
    return {"loss": 16 / width, "accuracy": 0.75}


def run(width=64, seed=0):
    return train(np.arange(6.0), width=width, seed=seed)
"""


class Notebook:
    """The journal of a project and what a person does to it."""

    def __init__(self, project) -> None:
        self.project = project
        self.folder: Path = project.journal_folder
        self.module = project.module(TRAIN)

    def run(self, **params) -> Path:
        """Record a run; returns its page."""
        known = set(self.pages())
        self.module.run(**params)
        self.desk().flush()
        (page,) = set(self.pages()) - known
        return page

    def pages(self) -> list[Path]:
        return sorted(self.folder.glob("entries/**/*.md"))

    def desk(self) -> Desk:
        return open_desk(self.folder)

    def git(self, *arguments: str, **env: str) -> str:
        return subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | env,
        ).stdout

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def commit(self, message: str = "tidy up", **env: str) -> str:
        """Commit everything by hand; returns the commit."""
        self.git("add", "-A")
        self.git("commit", "-qm", message, **env)
        return self.head()

    def edit(self, page: Path, *changes: tuple[str, str], message: str = "tidy up") -> str:
        """Replace texts of a page by hand and commit that; returns the commit."""
        text = page.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        page.write_text(text)
        return self.commit(message)

    def audit(self, **options) -> Report:
        return audit(self.desk(), **options)

    def codes(self, **options) -> list[str]:
        return [found.code for found in self.audit(**options).findings]


@pytest.fixture
def notebook(project) -> Notebook:
    return Notebook(project)
