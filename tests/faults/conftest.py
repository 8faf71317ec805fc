"""A warm process and an empty journal, shared by the tests of a file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("promises", "pair")

from scene import Nursery  # noqa: E402  # promises.py comes with the tests

from gitlab_journal.desk import create_desk  # noqa: E402

# What git waits for at the disk is no matter when a process is killed.
SETTINGS = "[user]\n\tname = Ada Example\n\temail = ada@example.org\n[core]\n\tfsync = none\n"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("GIT_", "GITLAB_JOURNAL", "XDG_")):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("NO_COLOR", "1")
        nursery = Nursery(home)
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def template(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in git beside a journal without entries."""
    folder = tmp_path_factory.mktemp("template")
    project = folder / "digits"
    project.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", nursery.home)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        create_desk(folder / "digits-journal", title="Digits journal")
        (project / "README.md").write_text("A project.\n")
        for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "Begin")):
            subprocess.run(["git", *words], cwd=project, check=True)
    return folder
