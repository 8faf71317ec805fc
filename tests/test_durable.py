"""A result is kept where the disk is full, where git refuses, where it was given up for dead."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap

import pytest

from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.store import files, moving, pending
from gitlab_journal.store.runs import record
from gitlab_journal.store.runs.lease import LEASE, clock_of

TRAIN = """
from gitlab_journal import current_run, experiment
@experiment(predict="loss < 1", ignore=["fill"])
def train(fill):
    current_run().log(loss=0.7)
    fill()
    return {"loss": 0.5, "accuracy": 0.75}
"""


@pytest.fixture
def state(project):
    return project.journal_folder / ".git" / "gitlab-journal"


@pytest.fixture
def disk(monkeypatch, state):
    """A disk that is full from `fill` to `empty`, but for the room that was set aside."""
    full = []

    class Disk:
        where = (record,)

        def fill(self):
            full.append(True)

        def empty(self):
            full.clear()

    def write(path, content, **options):
        if full and (state / "reserve").exists():
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return files.write_file(path, content, **options)

    monkeypatch.setattr(record, "write_file", write)
    return Disk()


def fail(*_arguments, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_result_on_a_full_disk_waits_for_the_next_command(project, state, disk):
    train = project.module(TRAIN).train
    with pytest.warns(JournalWarning, match=r"is done, but not committed yet: .*full.*kept in"):
        result = train(disk.fill)
    running = project.journal_git("log", "--all", "--format=%s").count("\n")
    disk.empty()
    (entry,) = project.journal.entries()

    assert {"loss": 0.5, "accuracy": 0.75} == result
    assert 2 == running
    assert ("done", "supported", 0.75) == (entry.status, entry.verdict, entry.metrics["accuracy"])
    assert [] == list((state / "runs").iterdir())


def test_a_result_that_fits_into_the_users_own_folder_alone_is_found_there(
    project, state, home, monkeypatch
):
    def write(path, content, **options):
        if not path.is_relative_to(home):
            fail()
        return files.write_file(path, content, **options)

    train = project.module(TRAIN).train
    with pytest.warns(JournalWarning, match=rf"kept in {home}"):
        train(lambda: monkeypatch.setattr(record, "write_file", write))

    monkeypatch.setenv("HOME", "/nowhere")  # where the next one is another user
    (entry,) = project.journal.entries()
    assert ("done", 0.5) == (entry.status, entry.metrics["loss"])


def test_a_result_that_can_be_kept_nowhere_is_committed_all_the_same(project, monkeypatch):
    train = project.module(TRAIN).train
    train(lambda: monkeypatch.setattr(record, "write_file", fail))

    assert ["done"] == [entry.status for entry in project.journal.entries()]


def test_where_all_fails_the_warning_holds_the_metrics(project, monkeypatch):
    def fill():
        monkeypatch.setattr(record, "write_file", fail)
        monkeypatch.setattr(pending, "commit_tree", fail)

    train = project.module(TRAIN).train
    with pytest.warns(JournalWarning, match=r"kept nowhere(.|\n)*loss = 0.5, accuracy = 0.75"):
        result = train(fill)
    monkeypatch.undo()

    assert {"loss": 0.5, "accuracy": 0.75} == result
    assert ["interrupted"] == [entry.status for entry in project.journal.entries()]


def test_a_full_disk_before_the_run_is_an_error_that_leaves_nothing(project, state, monkeypatch):
    train = project.module(TRAIN).train
    monkeypatch.setattr(moving, "git_locked", fail)
    with pytest.raises(StoreError, match=r"No space left|is full"):
        train(fail)
    monkeypatch.undo()

    assert [] == list((state / "runs").iterdir())
    assert [] == project.journal.entries()
    assert "" == project.journal_git("status", "--porcelain")


def test_a_hypothesis_that_is_committed_before_its_run_fails_to_begin_is_marked(
    project, state, monkeypatch
):
    from gitlab_journal import hypothesis

    train = project.module(TRAIN).train
    monkeypatch.setattr(hypothesis, "Run", fail)
    with pytest.raises(OSError, match="No space"):
        train(fail)
    monkeypatch.undo()

    assert ["interrupted"] == [entry.status for entry in project.journal.entries()]
    assert [] == list((state / "runs").iterdir())


ELSEWHERE = """
    import fcntl, sys
    fcntl.lockf = lambda *arguments: None  # locks that no other machine sees
    from gitlab_journal import current_run, experiment

    @experiment(predict="loss < 1")
    def train():
        current_run().log(step=0, loss=0.7)
        print("open", flush=True)
        sys.stdin.readline()
        current_run().log(step=1, loss=0.6)
        return {"loss": 0.5}

    train()
"""


@pytest.fixture
def other_machine(project, state):
    """Start a run whose lock is not seen here, and whose lease has run out."""
    path = project.folder / "script.py"
    path.write_text(textwrap.dedent(ELSEWHERE))
    with subprocess.Popen(
        [sys.executable, path],
        cwd=project.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "open\n" == process.stdout.readline()
        (marker,) = (state / "runs").glob("*/marker.json")
        about = json.loads(marker.read_text())
        marker.write_text(json.dumps({**about, "host": "node7", "boot": "b", "machine": "m"}))
        then = clock_of(state) - LEASE - 60
        os.utime(marker, (then, then))
        yield process
        process.kill()


def test_a_live_run_that_was_called_dead_becomes_done_when_it_ends(project, state, other_machine):
    (called,) = project.journal.entries()
    said = other_machine.communicate("\n")[1]
    (entry,) = project.journal.entries()

    assert ("interrupted", True) == (called.status, "on node7." in called.section("Results"))
    assert ("done", "supported", "") == (entry.status, entry.verdict, said)
    assert "Interrupted" not in entry.section("Results")
    assert "step,loss\n0,0.7\n1,0.6\n" == (entry.path.parent / entry.id / "history.csv").read_text()
    assert [] == list((state / "runs").iterdir())
    assert "" == project.journal_git("status", "--porcelain")


def test_what_a_person_wrote_meanwhile_stays_when_a_run_ends_that_was_called_dead(
    project, other_machine
):
    page = project.journal.entries()[0].path
    assert "interrupted" in page.read_text()
    text = page.read_text().replace("\n## Inference\n", "\n## Inference\n\nIt will come back.\n")
    page.write_text(text)
    project.journal_git("commit", "-qam", "Hope")
    other_machine.communicate("\n")
    (entry,) = project.journal.entries()

    assert ("done", True) == (entry.status, "It will come back." in entry.section("Inference"))
    assert "It will come back." in page.read_text()


def test_a_live_run_that_was_called_dead_and_dies_stays_interrupted(project, other_machine):
    statuses = [project.journal.entries()[0].status]
    other_machine.kill()
    other_machine.wait()
    statuses.append(project.journal.entries()[0].status)

    assert ["interrupted", "interrupted"] == statuses
