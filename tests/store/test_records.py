import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository
from gitlab_journal.store.runs import records
from gitlab_journal.store.runs.records import Record, Runs

ID = "20260301-120000-00k7m2"
RECORD = Record(
    ID,
    {"entries/k7m2.md": b"page\r\n", f"entries/{ID}/history.csv": b"\xff\x00"},
    "Judge k7m2\n\nEntry: k7m2",
    Author("Zoë", "zoe@example.org"),
    datetime(2026, 3, 1, 12, tzinfo=UTC),
)
CHILD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from gitlab_journal.store.author import Author
from gitlab_journal.store.runs.records import Record, Runs
from gitlab_journal.store.repository import Repository
runs = Runs(Path(sys.argv[1]))
ID = sys.argv[2]
marker = runs.open_run(ID, {"path": "entries/k7m2.md"})
record = Record(ID, {"entries/k7m2.md": b"page"}, "Judge", Author("A", "a@b"), datetime.now(UTC))
"""
WAIT = "print('ready', flush=True); time.sleep(600)\n"


@pytest.fixture
def state(tmp_path):
    return tmp_path


@pytest.fixture
def child(state):
    """Start a process that opens a run and goes on with the given lines; it ends with the test."""
    started = []

    def start(lines="", identity=ID):
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD + lines + WAIT, state, identity],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert "ready\n" == process.stdout.readline()
        return process

    yield start
    for process in started:
        kill(process)
        process.stdout.close()


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_run_of_this_process_is_live_and_not_left_behind(state):
    runs = Runs(state)
    runs.open_run(ID, {})

    assert runs.is_live(ID)
    assert [] == runs.left_behind()
    assert [] == Runs(state).left_behind()
    assert Runs(state).is_live(ID)


def test_looking_at_a_run_does_not_drop_its_lock(state):
    Runs(state).open_run(ID, {})
    Runs(state).is_live(ID)
    Runs(state).left_behind()

    program = (
        "import sys; from pathlib import Path; from gitlab_journal.store.runs.records import Runs\n"
        f"runs = Runs(Path(sys.argv[1])); print(runs.is_live({ID!r}), runs.left_behind())"
    )
    said = subprocess.run([sys.executable, "-c", program, state], capture_output=True, check=True)
    assert b"True []\n" == said.stdout


def test_a_run_of_another_process_is_live_until_it_dies(state, child):
    process = child()
    runs = Runs(state)

    assert runs.is_live(ID)
    assert [] == runs.left_behind()
    kill(process)
    assert not runs.is_live(ID)
    assert [ID] == [leftover.id for leftover in runs.left_behind()]


def test_a_killed_run_leaves_its_payload_and_its_record(state, child):
    process = child("runs.save(record)\n")
    kill(process)
    (leftover,) = Runs(state).left_behind()

    assert "entries/k7m2.md" == leftover.payload["path"]
    assert process.pid == leftover.payload["pid"]
    assert {"entries/k7m2.md": b"page"} == leftover.record.files


def test_a_run_killed_while_it_saves_has_no_record(state, child):
    lines = (
        "import os\n"
        "def stop(*a, **k): print('ready', flush=True); time.sleep(600)\n"
        "os.fsync = stop\n"  # the record is written, its name is not there
        "runs.save(record)\n"
    )
    kill(child(lines))
    (leftover,) = Runs(state).left_behind()

    assert leftover.record is None


def test_what_a_dead_run_logged_is_still_there(state, child):
    kill(child("(marker.folder / 'points').write_text('step 1')\n"))
    (leftover,) = Runs(state).left_behind()

    assert "step 1" == (leftover.folder / "points").read_text()


def test_a_dead_run_is_left_to_one_process_alone(state, child):
    kill(child())
    lines = "print('found', len(runs.left_behind()), flush=True)\n"
    first = Runs(state)
    (leftover,) = first.left_behind()
    other = child_says(state, lines)
    leftover.release()

    assert "found 0" == other
    assert "found 1" == child_says(state, lines)


def child_says(state, lines):
    program = (
        "import sys; from pathlib import Path; from gitlab_journal.store.runs.records import Runs\n"
        "runs = Runs(Path(sys.argv[1]))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program + lines, state], capture_output=True, check=True, text=True
    )
    return said.stdout.strip()


def test_a_forgotten_run_is_gone(state, child):
    kill(child("runs.save(record)\n"))
    runs = Runs(state)
    (leftover,) = runs.left_behind()
    runs.forget(leftover.id)

    assert [] == runs.left_behind()
    assert [] == list((state / "runs").iterdir())


def test_a_crash_while_forgetting_does_not_bring_a_run_back(state, monkeypatch):
    runs = Runs(state)
    runs.open_run(ID, {})
    monkeypatch.setattr(records.shutil, "rmtree", lambda *_a, **_k: None)
    runs.forget(ID)
    monkeypatch.undo()

    assert [] == Runs(state).left_behind()
    assert [] == list((state / "runs").iterdir())


def test_a_record_comes_back_as_it_was_saved(state, child):
    kill(child())
    runs = Runs(state)
    (leftover,) = runs.left_behind()
    runs.save(RECORD)
    leftover.release()

    (again,) = Runs(state).left_behind()
    assert RECORD == again.record


def test_a_later_record_takes_the_place_of_an_earlier_one(state, child):
    lines = (
        "runs.save(record)\nruns.save(Record(ID, {'b': b'2'}, 'm', record.author, record.date))\n"
    )
    kill(child(lines))
    (leftover,) = Runs(state).left_behind()

    assert {"b": b"2"} == leftover.record.files


def test_a_damaged_record_is_named_and_stays(state, child):
    kill(child("runs.save(record)\n"))
    file = state / "runs" / ID / "record"
    file.write_bytes(file.read_bytes().removesuffix(b"page") + b"pale")

    with pytest.warns(JournalWarning, match="damaged.*entries/k7m2.md"):
        assert [] == Runs(state).left_behind()
    assert file.exists()


def test_a_run_of_another_host_is_not_called_dead_within_its_lease(state, child):
    kill(child())
    marker = state / "runs" / ID / "marker.json"
    marker.write_text(json.dumps({"host": f"not-{socket.gethostname()}"}))

    assert Runs(state).is_live(ID)
    assert [] == Runs(state).left_behind()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_reader_who_may_not_write_finds_no_dead_runs_and_hears_no_warning(
    state, child, monkeypatch, number
):
    def read_only(path, flags, *rest):
        if flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT):
            raise OSError(number, os.strerror(number), path)
        return real(path, flags, *rest)

    kill(child())
    real = os.open
    monkeypatch.setattr(os, "open", read_only)

    assert [] == Runs(state).left_behind()
    assert Runs(state).is_live(ID)


def test_runs_that_may_not_be_listed_are_none(state, monkeypatch):
    def refuse(_folder):
        raise PermissionError(errno.EACCES, "Permission denied")

    (state / "runs").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)

    assert [] == Runs(state).left_behind()


def test_a_marker_that_is_damaged_is_named_and_its_run_not_called_dead(state, child):
    kill(child())
    (state / "runs" / ID / "marker.json").write_text('{"host": ')

    with pytest.warns(JournalWarning, match=rf"runs/{ID} is damaged"):
        assert [] == Runs(state).left_behind()
    assert Runs(state).is_live(ID)


def test_a_run_that_was_called_dead_by_mistake_is_held_again_once_it_has_a_result(state, child):
    process = child("(marker.folder / 'marker.json').unlink()\nruns.save(record)\n")
    live = Runs(state).is_live(ID), Runs(state).left_behind()
    kill(process)
    (leftover,) = Runs(state).left_behind()

    assert (True, []) == live
    assert {"entries/k7m2.md": b"page"} == leftover.record.files


def test_a_missing_run_is_not_live(state):
    assert not Runs(state).is_live(ID)


def test_a_run_is_opened_once(state):
    runs = Runs(state)
    runs.open_run(ID, {})

    with pytest.raises(StoreError, match="cannot be opened"):
        runs.open_run(ID, {})
    assert [ID] == [folder.name for folder in (state / "runs").iterdir()]
    assert runs.is_live(ID)


def test_an_id_is_no_path(state):
    with pytest.raises(StoreError, match="no id"):
        Runs(state).forget("../out")


def test_threads_may_hold_different_runs(state):
    runs = Runs(state)
    ids = [f"20260301-12000{number}-00k7m2" for number in range(5)]
    threads = [threading.Thread(target=runs.open_run, args=(one, {})) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(runs.is_live(one) for one in ids)
    assert [] == runs.left_behind()


def test_a_forked_child_neither_holds_nor_drops_the_runs_of_its_parent(state):
    runs = Runs(state)
    marker = runs.open_run(ID, {})
    child = os.fork()
    if child == 0:
        fine = runs.is_live(ID) and not runs.left_behind() and not marker.hold.held
        marker.hold.release()
        os._exit(0 if fine else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert "True" == child_says(state, f"print(runs.is_live({ID!r}))")


def test_a_run_killed_between_record_and_commit_is_finished_once(tmp_path, child, state):
    journal = Repository.create(tmp_path / "journal", {"journal.md": b"x"}, message="Begin")
    lines = "runs.save(record)\nRepository.open(Path(sys.argv[1]) / 'journal').commit(\n"
    lines += "    record.files, message='Judge', author=record.author, date=record.date)\n"
    kill(child(lines))
    runs = Runs(state)
    (leftover,) = runs.left_behind()
    record = leftover.record
    journal.commit(record.files, message=record.message, author=record.author, date=record.date)
    runs.forget(leftover.id)

    assert b"page" == journal.read("entries/k7m2.md")
    said = subprocess.run(
        ["git", "log", "--all", "--format=%s"], cwd=journal.root, capture_output=True, check=True
    )
    assert b"Judge\nBegin\n" == said.stdout


@pytest.mark.parametrize("where", ["objects.Objects._write", "moving.git_locked"])
def test_a_run_killed_inside_a_commit_is_finished(tmp_path, child, state, where):
    journal = Repository.create(tmp_path / "journal", {"journal.md": b"x"}, message="Begin")
    lines = (
        "from gitlab_journal.store import moving, objects\n"
        "def stop(*a, **k): print('ready', flush=True); time.sleep(600)\n"
        "runs.save(record)\n"
        f"{where} = stop\n"
        "Repository.open(Path(sys.argv[1]) / 'journal').commit(\n"
        "    record.files, message='Judge', author=record.author, date=record.date)\n"
    )
    kill(child(lines))
    runs = Runs(state)
    (leftover,) = runs.left_behind()
    record = leftover.record
    journal.commit(record.files, message=record.message, author=record.author, date=record.date)
    runs.forget(leftover.id)
    journal.flush()

    assert b"page" == journal.read("entries/k7m2.md")
    for check in (["status", "--porcelain"], ["fsck", "--strict", "--no-dangling"]):
        said = subprocess.run(["git", *check], cwd=journal.root, capture_output=True, check=True)
        assert b"" == said.stdout
