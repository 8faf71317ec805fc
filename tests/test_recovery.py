"""Runs whose process died: nothing returned is lost, nothing stays running."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest

from gitlab_journal import Journal
from gitlab_journal.desk import open_desk
from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.history.trailers import statements
from gitlab_journal.recovery import recover

SCRIPT = """
    import os, signal, sys, time
    from gitlab_journal import current_run, experiment

    @experiment(predict="loss < 1")
    def train(C):
        for epoch in range(3):
            current_run().log(step=epoch, loss=1.0 / (epoch + 1))
        {action}
        return {{"loss": 0.5}}

    {before}
    train(1)
"""


def run_script(project, action, *, before=""):
    path = project.folder / "script.py"
    path.write_text(textwrap.dedent(SCRIPT).format(action=action, before=before))
    return subprocess.run(
        [sys.executable, path], cwd=project.folder, check=False, capture_output=True, text=True
    )


def test_a_killed_run_is_marked_interrupted_by_whoever_comes_next_with_its_points(project):
    died = run_script(project, "os.kill(os.getpid(), signal.SIGKILL)")
    (entry,) = project.journal.entries()

    assert (-signal.SIGKILL, "interrupted", "open") == (
        died.returncode,
        entry.status,
        entry.verdict,
    )
    history = entry.path.parent / entry.id / "history.csv"
    assert "step,loss\n0,1.0\n1,0.5\n2,0.3333333333333333\n" == history.read_text()
    assert "" == project.journal_git("status", "--porcelain")


def test_after_sigterm_the_run_is_recorded_and_the_process_ends_by_that_signal(project):
    died = run_script(project, "os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)")
    (entry,) = project.journal.entries()

    assert (-signal.SIGTERM, "interrupted") == (died.returncode, entry.status)
    assert "SIGTERM" in entry.section("Results")


def test_sigterm_ends_the_process_though_the_function_caught_it(project):
    died = run_script(
        project,
        "\n        try:\n            os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)"
        "\n        except BaseException:\n            pass",
    )
    (entry,) = project.journal.entries()

    assert (-signal.SIGTERM, "done") == (died.returncode, entry.status)


def test_a_handler_of_sigterm_that_the_function_sets_stays(project):
    train = project.module(
        "import signal\n"
        "from gitlab_journal import experiment\n"
        "def own(number, frame):\n    pass\n"
        "@experiment\n"
        "def train():\n    signal.signal(signal.SIGTERM, own)\n"
    )
    try:
        train.train()
        handler = signal.getsignal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    assert train.own is handler


def test_a_live_run_is_never_called_dead(project):
    path = project.folder / "script.py"
    waiting = "print('here', flush=True); sys.stdin.read()"
    path.write_text(textwrap.dedent(SCRIPT).format(action=waiting, before=""))
    process = subprocess.Popen(
        [sys.executable, path],
        cwd=project.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "here\n" == process.stdout.readline()
    status = project.journal.entries()[0].status
    process.communicate("")

    assert ["running", "done"] == [status, project.journal.entries()[0].status]


def test_a_run_that_cannot_be_committed_is_committed_by_the_next(project, monkeypatch):
    from gitlab_journal.store import moving

    monkeypatch.setattr(moving, "PATIENCE", 0.1)
    train = project.module(
        "from pathlib import Path\n"
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(lock):\n    Path(lock).touch()\n    return {'loss': 0.5}\n"
    ).train
    lock = project.journal_folder / ".git" / "refs" / "gitlab-journal" / "pending.lock"
    with pytest.warns(JournalWarning, match="not committed yet"):
        result = train(str(lock))
    with pytest.warns(JournalWarning, match="not finished yet"):
        project.journal.entries()
    lock.unlink()

    (entry,) = project.journal.entries()
    assert ({"loss": 0.5}, "done", {"loss": 0.5}) == (result, entry.status, entry.metrics)
    assert "" == project.journal_git("status", "--porcelain")


def test_a_locked_journal_is_an_error_before_the_run(project, monkeypatch):
    from gitlab_journal.store import moving

    monkeypatch.setattr(moving, "PATIENCE", 0.1)
    lock = project.journal_folder / ".git" / "refs" / "gitlab-journal" / "pending.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()

    with pytest.raises(StoreError, match=r"pending\.lock"), project.journal.run(title="x"):
        pass

    assert [] == list((project.journal_folder / ".git" / "gitlab-journal" / "runs").iterdir())


def test_a_process_killed_between_record_and_commit_loses_nothing(project):
    path = project.folder / "script.py"
    kill = (
        "import datetime, gitlab_journal.durable as durable;"
        "clock = staticmethod(lambda zone: datetime.datetime(2026, 3, 1, tzinfo=zone));"
        "durable.datetime = type('Clock', (), {'now': clock});"
        "durable.commit_record = lambda *a, **k: os.kill(os.getpid(), 9)"
    )
    path.write_text(textwrap.dedent(SCRIPT).format(action=kill, before=""))
    died = subprocess.run([sys.executable, path], cwd=project.folder, check=False)
    project.journal_git("config", "user.name", "Whoever Comes Next")
    (entry,) = project.journal.entries()

    assert -9 == died.returncode
    assert "2026-03-01\n" == project.journal_git("log", "-1", "--format=%as")
    assert "Ada Example" == project.journal_git("log", "-1", "--format=%an").strip()
    assert ("done", "supported", 0.5) == (entry.status, entry.verdict, entry.metrics["loss"])
    assert "" == project.journal_git("fsck", "--strict")
    assert [] == list((project.journal_folder / ".git" / "gitlab-journal" / "runs").iterdir())


def test_a_run_whose_hypothesis_never_reached_git_is_forgotten_by_whoever_comes_next(project):
    died = run_script(
        project,
        "",
        before="import gitlab_journal.store.pending as p; p.commit_tree = lambda *a: os._exit(9)",
    )
    runs = project.journal_folder / ".git" / "gitlab-journal" / "runs"
    left = len(list(runs.iterdir()))

    assert (9, 1) == (died.returncode, left)
    assert [] == project.journal.entries()
    assert "" == project.journal_git("status", "--porcelain")
    assert [] == list(runs.iterdir())


def test_a_run_left_behind_is_finished_though_the_journal_has_no_branch_checked_out(project):
    run_script(project, "os.kill(os.getpid(), signal.SIGKILL)")
    project.journal_git("checkout", "-q", "--detach")
    found = recover(open_desk(project.journal_folder))
    project.journal_git("checkout", "-q", "main")

    (entry,) = project.journal.entries()
    assert [entry.id] == found
    assert "interrupted" == entry.status


def test_a_forked_worker_ends_by_sigterm_without_a_word(project):
    died = run_script(
        project,
        "import multiprocessing; worker = multiprocessing.get_context('fork').Process("
        "target=time.sleep, args=(9,)); worker.start(); time.sleep(0.5); worker.terminate(); "
        "worker.join(); print(worker.exitcode)",
    )

    assert (f"-{signal.SIGTERM.value}\n", "") == (died.stdout, died.stderr)


def leave_dead_runs(project, count):
    """Leave runs whose process was killed, by one that opens them all."""
    script = project.folder / "many.py"
    script.write_text(
        "import os\n"
        "from gitlab_journal import Journal\n"
        f"journal = Journal({str(project.journal_folder)!r})\n"
        f"runs = [journal.run(title=f'Run {{n}}', params={{'n': n}}) for n in range({count})]\n"
        "for run in runs:\n    run.__enter__().log(loss=0.5)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, script], cwd=project.folder, check=False, capture_output=True)


def test_many_dead_runs_are_marked_by_one_commit_that_names_each(project):
    leave_dead_runs(project, 5)
    before = len(project.journal_git("log", "--all", "--format=%h").split())
    entries = project.journal.entries()
    said = project.journal_git("log", "-1", "--format=%B")

    assert ["interrupted"] * 5 == [entry.status for entry in entries]
    assert before + 1 == len(project.journal_git("log", "--all", "--format=%h").split())
    assert [entry.id for entry in entries] == [group["Entry"] for group in statements(said)]
    assert {"interrupted"} == {group["Status"] for group in statements(said)}
    assert "Ada Example" == project.journal_git("log", "-1", "--format=%an").strip()


def test_a_dead_run_that_cannot_be_finished_does_not_hold_up_the_others(project, monkeypatch):
    from gitlab_journal import recovery

    leave_dead_runs(project, 3)
    real = recovery._commit_by

    def refuse(desk, author, runs):
        if any("Run 1" in run.before.title for run in runs):
            raise OSError("no")
        return real(desk, author, runs)

    monkeypatch.setattr(recovery, "_commit_by", refuse)
    with pytest.warns(JournalWarning, match="is not finished yet"):
        statuses = {entry.title: entry.status for entry in project.journal.entries()}
    monkeypatch.undo()

    assert {"Run 0": "interrupted", "Run 1": "running", "Run 2": "interrupted"} == statuses


def test_a_process_that_dies_while_it_marks_dead_runs_is_followed_by_another(project):
    leave_dead_runs(project, 3)
    program = (
        "import os, sys; from gitlab_journal import Journal\n"
        "from gitlab_journal.store.runs.records import Runs\n"
        "Runs.forget = lambda *a: os._exit(9)\n"  # committed, not forgotten
        "Journal(sys.argv[1]).entries()\n"
    )
    subprocess.run([sys.executable, "-c", program, project.journal_folder], check=False)
    before = project.journal_git("log", "--all", "--format=%h")
    entries = project.journal.entries()

    assert ["interrupted"] * 3 == [entry.status for entry in entries]
    assert before == project.journal_git("log", "--all", "--format=%h")
    assert 1 == entries[0].section("Results").count("Interrupted")


def test_a_page_that_says_more_than_running_is_left_as_it_is(project):
    leave_dead_runs(project, 1)
    (page,) = (project.journal_folder / "entries").rglob("*-run-0.md")
    page.write_text(page.read_text().replace("status: running", "status: failed"))
    project.journal_git("commit", "-qam", "It crashed")

    assert ["failed"] == [entry.status for entry in project.journal.entries()]


def test_a_dead_run_whose_project_is_gone_is_finished_all_the_same(project, tmp_path, monkeypatch):
    run_script(project, "os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(project.folder)

    assert ["interrupted"] == [entry.status for entry in project.journal.entries()]


def test_a_journal_that_may_only_be_read_is_read_without_a_word(project, monkeypatch):
    def read_only(path, flags, *rest, **options):
        if flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT) and in_journal(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *rest, **options)

    def in_journal(path):
        return str(path).startswith(str(project.journal_folder))

    run_script(project, "os.kill(os.getpid(), signal.SIGKILL)")
    real, make = os.open, os.mkdir
    monkeypatch.setattr(os, "open", read_only)
    monkeypatch.setattr(
        os,
        "mkdir",
        lambda path, *a: read_only(path, os.O_CREAT) if in_journal(path) else make(path, *a),
    )

    assert ["running"] == [entry.status for entry in project.journal.entries()]
    with (
        pytest.raises(StoreError, match="read-only file system; mount it writable"),
        project.journal.run(title="x"),
    ):
        pass


@pytest.mark.parametrize(
    ("action", "ended"), [("os.kill(os.getpid(), 9)", "interrupted"), ("pass", "done")]
)
def test_a_page_that_a_person_moved_during_the_run_is_written_where_it_lies(project, action, ended):
    moved = project.journal_folder / "entries" / "best"
    move = (
        f"import pathlib, shutil, subprocess; moved = pathlib.Path({str(moved)!r}); moved.mkdir(); "
        "page, = moved.parent.rglob('*.md'); shutil.move(page, moved); "
        "[subprocess.run(['git', *words], cwd=moved, check=True) for words in "
        "(['add', '-A', '..'], ['commit', '-qm', 'Move'])]; "
    )
    run_script(project, move + action)
    (entry,) = project.journal.entries()

    assert (ended, moved) == (entry.status, entry.path.parent)
    assert [entry.path] == list((project.journal_folder / "entries").rglob("*.md"))
    assert "" == project.journal_git("status", "--porcelain")


def test_in_a_copy_of_the_journal_a_run_is_interrupted_that_goes_on_in_the_first(project, tmp_path):
    path = project.folder / "script.py"
    waiting = "print('here', flush=True); sys.stdin.read()"
    path.write_text(textwrap.dedent(SCRIPT).format(action=waiting, before=""))
    with subprocess.Popen(
        [sys.executable, path],
        cwd=project.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert "here\n" == process.stdout.readline()
        shutil.copytree(project.journal_folder, tmp_path / "copy")
        copied = Journal(tmp_path / "copy").entries()[0].status
        first = project.journal.entries()[0].status
        process.communicate("")

    assert ("interrupted", "running") == (copied, first)
    assert "done" == project.journal.entries()[0].status
