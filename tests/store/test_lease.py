"""The lease by which machines that do not see each other's locks know a live run."""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from gitlab_journal.store.runs import lease
from gitlab_journal.store.runs.records import Runs

ID = "20260301-120000-00k7m2"
HEADER = """
import os, sys, threading, time
from pathlib import Path
from gitlab_journal.store.runs import lease
from gitlab_journal.store.runs.records import Runs
lease.BEAT = 0.05
marker = Path(sys.argv[1]) / "runs" / sys.argv[2] / "marker.json"
def renewed():
    os.utime(marker, (0, 0))
    for _ in range(200):
        time.sleep(0.05)
        if marker.exists() and marker.stat().st_mtime:
            return True
    return False
def threads():
    return [t.name for t in threading.enumerate() if t.name == "gitlab-journal-lease"]
"""


def say(state, lines):
    return subprocess.run(
        [sys.executable, "-c", HEADER + lines, state, ID],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def leave(state, *, host="another", age=0.0, identity=ID):
    """A run that another machine opened, whose lease was renewed `age` seconds ago."""
    folder = state / "runs" / identity
    folder.mkdir(parents=True)
    marker = folder / "marker.json"
    marker.write_text(json.dumps({"host": host, "pid": 1, "boot": "b", "machine": "m"}))
    then = lease.clock_of(state) - age
    os.utime(marker, (then, then))
    return marker


def test_an_open_run_is_renewed_by_one_thread_for_all(tmp_path):
    lines = (
        "print(threads())\n"
        "runs = Runs(Path(sys.argv[1]))\n"
        "for name in (sys.argv[2], 'a', 'b'): runs.open_run(name, {})\n"
        "print(threads(), renewed(), runs.is_live('a'))\n"
    )

    assert "[]\n['gitlab-journal-lease'] True True\n" == say(tmp_path, lines)


def test_the_thread_ends_after_the_last_run_and_begins_again_with_the_next(tmp_path):
    lines = (
        "runs = Runs(Path(sys.argv[1]))\n"
        "runs.open_run('a', {}); runs.forget('a')\n"
        "while threads(): time.sleep(0.01)\n"
        "runs.open_run(sys.argv[2], {})\n"
        "print(len(threads()), renewed())\n"
    )

    assert "1 True\n" == say(tmp_path, lines)


def test_a_forked_child_renews_its_own_runs_and_not_those_of_its_parent(tmp_path):
    lines = (
        "runs = Runs(Path(sys.argv[1]))\n"
        "runs.open_run('parents', {})\n"
        "if os.fork() == 0:\n"
        "    before = threads()\n"
        "    Runs(Path(sys.argv[1])).open_run(sys.argv[2], {})\n"
        "    print(before, renewed(), list(lease._open) == [marker], flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )

    assert "[] True True\n" == say(tmp_path, lines)


def test_a_process_with_an_open_run_ends_at_once(tmp_path):
    begun = time.monotonic()
    say(tmp_path, "lease.BEAT = 600\nRuns(Path(sys.argv[1])).open_run(sys.argv[2], {})\n")

    assert time.monotonic() - begun < 60


def test_a_run_is_opened_where_no_thread_can_be_started(tmp_path, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(lease, "_thread", None)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    runs = Runs(tmp_path)
    runs.open_run(ID, {})

    assert runs.is_live(ID)
    runs.forget(ID)


def test_a_run_of_another_machine_lives_while_its_lease_is_renewed(tmp_path):
    leave(tmp_path, age=lease.LEASE - 60)

    assert Runs(tmp_path).is_live(ID)
    assert [] == Runs(tmp_path).left_behind()


def test_a_run_of_another_machine_is_dead_once_its_lease_ran_out(tmp_path):
    leave(tmp_path, age=lease.LEASE + 60)
    runs = Runs(tmp_path)
    live = runs.is_live(ID)
    (leftover,) = runs.left_behind()

    assert (False, ID, False) == (live, leftover.id, leftover.surely_dead)
    leftover.release()


def test_a_lease_that_ran_out_is_no_death_while_the_lock_is_held(tmp_path):
    marker = leave(tmp_path, age=lease.LEASE + 60)
    program = (
        "import sys; from pathlib import Path; from gitlab_journal.store.lock import take\n"
        "hold = take(Path(sys.argv[1])); print(hold.held, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, marker],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        held = process.stdout.readline()
        live, left = Runs(tmp_path).is_live(ID), Runs(tmp_path).left_behind()
        process.communicate("")

    assert ("True\n", True, []) == (held, live, left)


def test_the_clock_of_this_machine_plays_no_part(tmp_path, monkeypatch):
    leave(tmp_path, age=60)
    monkeypatch.setattr(time, "time", lambda: 4e9)

    assert [] == Runs(tmp_path).left_behind()


def test_the_lease_of_a_marker_from_the_future_begins_when_it_is_found(tmp_path):
    marker = leave(tmp_path, age=-400 * 86400)

    assert [] == Runs(tmp_path).left_behind()
    assert abs(lease.clock_of(tmp_path) - marker.stat().st_mtime) < 600


def test_what_one_machine_has_taken_up_the_others_leave_alone(tmp_path):
    marker = leave(tmp_path, age=lease.LEASE + 60)
    (leftover,) = Runs(tmp_path).left_behind()

    assert lease.clock_of(tmp_path) - marker.stat().st_mtime < 600
    leftover.release()


@pytest.mark.parametrize(
    "about",
    [
        {"host": socket.gethostname(), "boot": "of before", "machine": "another"},
        {"host": "renamed", "boot": "of before"},
        {"host": socket.gethostname()},
    ],
    ids=["a host of the same name", "a host of another name", "nothing but the name"],
)
def test_the_name_of_a_host_alone_makes_no_run_one_of_this_machine(tmp_path, about):
    folder = tmp_path / "runs" / ID
    folder.mkdir(parents=True)
    (folder / "marker.json").write_text(json.dumps(about))

    assert [] == Runs(tmp_path).left_behind()


@pytest.mark.parametrize("changed", ["host", "boot"])
def test_a_host_that_was_renamed_or_rebooted_knows_its_dead_runs_at_once(tmp_path, changed):
    say(tmp_path, "Runs(Path(sys.argv[1])).open_run(sys.argv[2], {})\nos._exit(0)\n")
    marker = tmp_path / "runs" / ID / "marker.json"
    about = json.loads(marker.read_text())
    if len({"boot", "machine"} & set(about)) < 2:
        pytest.skip("this machine has no id, or its kernel says nothing of its boot")
    marker.write_text(json.dumps({**about, changed: "of before"}))
    (leftover,) = Runs(tmp_path).left_behind()

    assert (ID, True) == (leftover.id, leftover.surely_dead)
    leftover.release()


def test_a_reader_who_may_not_write_calls_no_run_of_another_machine_dead(tmp_path, monkeypatch):
    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    leave(tmp_path, age=lease.LEASE + 60)
    monkeypatch.setattr(lease, "clock_of", refuse)

    assert Runs(tmp_path).is_live(ID)
    assert [] == Runs(tmp_path).left_behind()
