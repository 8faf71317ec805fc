"""Every test runs in a home of its own: no real git configuration, no real journal."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from gitlab_journal import Journal
from gitlab_journal.desk import create_desk

# No test has a time limit.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / ".gitconfig").write_text(
        "[user]\n\tname = Ada Example\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
    )
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITLAB_JOURNAL")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    return folder


@dataclass
class Project:
    """A user's project in git, with the journal beside it."""

    folder: Path
    journal_folder: Path

    def module(self, source: str, *, name: str = "train") -> ModuleType:
        """Write `source` as a module of the project, then import it afresh."""
        path = self.folder / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        specification = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(specification)
        sys.modules[name] = module
        specification.loader.exec_module(module)
        return module

    @property
    def journal(self) -> Journal:
        return Journal(self.journal_folder)

    def git(self, *arguments: str) -> str:
        """What git says in the project."""
        return run_git(self.folder, *arguments)

    def journal_git(self, *arguments: str) -> str:
        """What git says in the journal."""
        return run_git(self.journal_folder, *arguments)


def run_git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    folder = tmp_path / "digits"
    folder.mkdir()
    run_git(folder, "init", "-q")
    (folder / "README.md").write_text("A project.\n")
    run_git(folder, "add", ".")
    run_git(folder, "commit", "-qm", "Begin")
    journal = tmp_path / "digits-journal"
    create_desk(journal, title="Digits journal")
    monkeypatch.chdir(folder)
    before = set(sys.modules)
    yield Project(folder, journal)
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of pages."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium to look at the pages with")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield opened
        opened.close()
