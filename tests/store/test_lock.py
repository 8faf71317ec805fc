import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store import lock
from gitlab_journal.store.lock import held_here, locked, read_unheld, take

OTHER = """
import sys; from pathlib import Path; from gitlab_journal.store.lock import take
print(take(Path(sys.argv[1])) is not None)
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "lock").write_bytes(b"words")
    return tmp_path / "lock"


def other_takes(file):
    said = subprocess.run([sys.executable, "-c", OTHER, file], check=True, capture_output=True)
    return said.stdout == b"True\n"


def test_a_held_file_is_taken_by_nobody_else(file):
    hold = take(file)

    assert take(file) is None
    assert not other_takes(file)
    hold.release()
    assert other_takes(file)


def test_another_path_to_a_held_file_does_not_drop_the_lock(file, tmp_path):
    hold = take(file)
    (tmp_path / "link").symlink_to(file)

    assert held_here(tmp_path / "link")
    assert take(tmp_path / "link") is None
    assert read_unheld(tmp_path / "link") is None
    assert not other_takes(file)
    hold.release()
    assert b"words" == read_unheld(file)


def test_a_missing_file_is_not_taken(tmp_path):
    assert take(tmp_path / "gone") is None
    assert read_unheld(tmp_path / "gone") is None


def test_a_lock_lets_one_thread_in_at_a_time(tmp_path):
    inside, most = [], []

    def enter():
        with locked(tmp_path / "lock"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [1] * 8 == most


def test_a_lock_that_is_never_free_is_an_error(tmp_path):
    with (
        locked(tmp_path / "lock"),
        pytest.raises(StoreError, match="is it stuck"),
        locked(tmp_path / "lock", patience=0.01),
    ):
        pass


def test_a_loop_that_takes_a_lock_without_pause_keeps_nobody_waiting(tmp_path):
    loop = """
import sys, pathlib
from gitlab_journal.store.lock import locked
while True:
    with locked(pathlib.Path(sys.argv[1])), open(sys.argv[1] + ".times", "a") as times:
        times.write("x" * 5000)
        sum(range(100000))
"""
    times = tmp_path / "lock.times"
    with subprocess.Popen([sys.executable, "-c", loop, tmp_path / "lock"]) as process:
        while not times.exists():
            time.sleep(0.01)
        taken = 0
        for _ in range(20):
            time.sleep(0.01)  # the other's turn
            before = times.stat().st_size
            with locked(tmp_path / "lock"):
                taken += (times.stat().st_size - before) // 5000
        process.kill()

    assert taken < 200


@pytest.mark.parametrize("line", range(1, 7))
def test_an_interrupt_before_a_lock_is_held_leaves_none(tmp_path, line):
    def interrupt(frame, event, _):
        nonlocal line
        if frame.f_code.co_filename != lock.__file__:
            return None
        line -= event == "line" and frame.f_code.co_name == "locked"
        if event == "line" and line == 0:
            raise KeyboardInterrupt
        return interrupt

    def enter():
        with locked(tmp_path / "lock"):
            pass

    before, held = sys.gettrace(), set(lock._held)
    sys.settrace(interrupt)
    try:
        with suppress(KeyboardInterrupt):
            enter()
    finally:
        sys.settrace(before)

    assert held == set(lock._held)
    enter()


def test_a_failing_block_lets_the_lock_go(file):
    with pytest.raises(ZeroDivisionError), locked(file):
        1 / 0  # noqa: B018 - fails

    assert other_takes(file)


def test_a_forked_child_takes_what_its_parent_let_go(file):
    hold = take(file)
    hold.release()
    child = os.fork()
    if child == 0:
        os._exit(0 if take(file) is not None else 1)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
