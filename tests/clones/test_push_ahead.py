"""A hypothesis that is pushed while its run goes on."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gitlab_journal.clones.push_ahead import failed_push, push_what_is_wanted, start_push
from gitlab_journal.clones.sync import sync
from gitlab_journal.desk import open_desk
from gitlab_journal.errors import StoreError
from gitlab_journal.store.remotes.pushes import pushes

TRAIN = """
from gitlab_journal import experiment

@experiment(hypothesis="It helps.", predict="accuracy >= 0.9")
def train(*, wait):
    return {"accuracy": 0.95, "seen": wait()}
"""
_LONGEST = 60.0


def run_git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def wait_for(there: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + _LONGEST
    while not there() and time.monotonic() < give_up:
        time.sleep(0.05)
    return there()


@pytest.fixture
def remote(project, tmp_path: Path) -> Path:
    """A bare repository that the project's journal is synced with, pushing before each run."""
    folder = tmp_path / "shared.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
    cover = open_desk(project.journal_folder).cover
    (project.journal_folder / "journal.md").write_text(cover.set(push_before_run=True).text)
    project.journal_git("commit", "-qam", "Push before each run")
    sync(open_desk(project.journal_folder).repository, str(folder))
    return folder


def subjects(remote: Path) -> list[str]:
    return run_git(remote, "log", "--format=%s", "main").splitlines()


def test_a_hypothesis_is_at_the_remote_while_its_run_goes_on(project, remote: Path):
    train = project.module(TRAIN).train

    def seen() -> bool:
        return wait_for(lambda: "hypothesis: It helps" in subjects(remote)[0])

    result = train.options(ignore=("wait",))(wait=seen)
    state = project.journal_folder / ".git" / "gitlab-journal"
    hypothesis = run_git(remote, "rev-parse", "main").strip()

    assert True is result["seen"]
    assert wait_for(lambda: hypothesis == pushes(state)[-1].commit)


def test_a_push_that_fails_is_told_once_by_the_next_command(project, remote: Path):
    remote.rename(remote.with_name("gone.git"))
    train = project.module(TRAIN).train
    failed = project.journal_folder / ".git" / "gitlab-journal" / "push-failed.json"
    result = train.options(ignore=("wait",))(wait=lambda: 1)
    assert wait_for(failed.exists)
    said = [failed_push(failed.parent) for _ in range(2)]

    assert ({"accuracy": 0.95, "seen": 1}, True, None) == (
        result,
        "there is no repository at this address" in str(said[0]),
        said[1],
    )


def test_nothing_is_pushed_where_the_journal_does_not_ask_for_it(project, tmp_path: Path):
    project.module(TRAIN).train.options(ignore=("wait",))(wait=lambda: 1)

    assert not (project.journal_folder / ".git" / "gitlab-journal" / "push-wanted").exists()


def test_a_push_that_never_began_is_told(project):
    state = open_desk(project.journal_folder).repository.state
    (state / "push-wanted").touch()
    soon = failed_push(state)
    os.utime(state / "push-wanted", (0, 0))
    said = [failed_push(state) for _ in range(2)]

    assert (None, True, None) == (soon, "never began" in str(said[0]), said[1])


def test_a_push_asked_for_while_one_goes_on_starts_no_other(
    project, remote: Path, monkeypatch: pytest.MonkeyPatch
):
    from gitlab_journal.clones import push_ahead

    repository = open_desk(project.journal_folder).repository
    asked = []

    def ask_again(*_: object, **__: object) -> None:
        asked.append(1)
        if len(asked) < 3:
            (repository.state / "push-wanted").touch()

    monkeypatch.setattr(push_ahead, "_BETWEEN", 0)
    monkeypatch.setattr("gitlab_journal.clones.sync.sync", ask_again)
    (repository.state / "push-wanted").touch()
    push_what_is_wanted(repository)

    assert (3, False) == (len(asked), (repository.state / "push-wanted").exists())


def test_nothing_in_the_journals_folder_is_run_by_a_push(project, remote: Path):
    (project.journal_folder / "click.py").write_text("open('ran', 'w')")
    repository = open_desk(project.journal_folder).repository
    (repository.root / ".git" / "info" / "exclude").write_text("click.py\n")
    before = len(pushes(repository.state))
    (project.journal_folder / "note.md").write_text("A note.\n")
    project.journal_git("add", "note.md")
    project.journal_git("commit", "-qm", "A note")
    start_push(repository)

    assert wait_for(lambda: len(pushes(repository.state)) > before)
    assert not (project.journal_folder / "ran").exists()


def test_an_unattended_sync_leaves_what_a_person_should_see_to_them(
    project, remote: Path, tmp_path: Path
):
    run_git(tmp_path, "clone", "-q", str(remote), "other")
    for folder, content in ((tmp_path / "other", b"\0one"), (project.journal_folder, b"\0two")):
        (folder / "figure.bin").write_bytes(content)
        run_git(folder, "add", "figure.bin")
        run_git(folder, "commit", "-qm", "A figure")
    run_git(tmp_path / "other", "push", "-q")
    before = project.journal_git("rev-parse", "HEAD")
    repository = open_desk(project.journal_folder).repository
    with pytest.raises(StoreError, match="look at it: glj sync"):
        sync(repository, unattended=True)

    assert before == project.journal_git("rev-parse", "HEAD")
    assert 1 == len(sync(repository).warnings)


def test_an_unattended_sync_leaves_a_rewritten_remote_to_a_person(project, remote: Path):
    run_git(remote, "update-ref", "refs/heads/main", "main~1")
    repository = open_desk(project.journal_folder).repository
    (project.journal_folder / "note.md").write_text("A note.\n")
    project.journal_git("add", "note.md")
    project.journal_git("commit", "-qm", "A note")
    for _ in range(2):
        with pytest.raises(StoreError, match="was rewritten"):
            sync(repository, unattended=True)

    assert "was rewritten" in sync(repository).warnings[0]
