"""Git's own locks, held so that a crash leaves none."""

import os
import subprocess
import sys

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store import gitlock
from gitlab_journal.store.gitlock import drafted, git_locked, wait_until_free


@pytest.fixture
def file(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "index").write_text("old\n")
    return tmp_path / "index"


@pytest.fixture
def state(file):
    return file.parent / "state"


def left(file):
    return sorted(path.name for path in file.parent.rglob("*") if path.is_file())


def test_the_lock_has_gits_name_and_the_new_content(file, state):
    with drafted(file, state=state) as draft:
        draft.write_text("new\n")
        with git_locked(file, draft, patience=0) as lock:
            assert (file.with_name("index.lock"), "new\n") == (lock, lock.read_text())
            lock.replace(file)

    assert "new\n" == file.read_text()
    assert ["index"] == left(file)


def test_a_block_that_raises_leaves_the_file_as_it_was(file, state):
    def fail():
        with drafted(file, state=state) as draft:
            draft.write_text("new\n")
            with git_locked(file, draft, patience=0):
                raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert "old\n" == file.read_text()
    assert ["index"] == left(file)


def test_a_lock_of_somebody_else_is_waited_for_then_named_and_never_removed(file, state):
    lock = file.with_name("index.lock")
    lock.write_text("theirs\n")
    with drafted(file, state=state) as draft:
        draft.write_text("new\n")
        with (
            pytest.raises(StoreError, match=f"rm {lock}"),
            git_locked(file, draft, patience=0.1),
        ):
            pass
    with pytest.raises(StoreError, match=f"rm {lock}"):
        wait_until_free(file, state=state, patience=0.1)

    assert "theirs\n" == lock.read_text()


def test_a_lock_that_somebody_takes_right_after_ours_stays(file, state):
    with drafted(file, state=state) as draft:
        draft.write_text("new\n")
        with git_locked(file, draft, patience=0) as lock:
            lock.replace(file)
            lock.write_text("theirs\n")

    assert "theirs\n" == file.with_name("index.lock").read_text()


@pytest.mark.parametrize("links", ["", "def refuse(*a): raise PermissionError\nos.link = refuse"])
def test_a_lock_that_a_dead_process_of_ours_left_is_removed_where_it_can_be_told(
    file, state, links
):
    program = (
        "import os, sys\nfrom pathlib import Path\n"
        "from gitlab_journal.store.gitlock import drafted, git_locked\n"
        f"{links}\n"
        "file = Path(sys.argv[1])\n"
        "with drafted(file, state=Path(sys.argv[2])) as draft:\n"
        "    draft.write_text('new')\n"
        "    with git_locked(file, draft, patience=0):\n"
        "        os._exit(9)\n"
    )
    died = subprocess.run([sys.executable, "-c", program, file, state], check=False)
    assert 9 == died.returncode
    assert file.with_name("index.lock").exists()

    if links:  # a file system without second names: it looks like git's own
        with pytest.raises(StoreError, match="rm "):
            wait_until_free(file, state=state, patience=0)
    else:
        wait_until_free(file, state=state, patience=0)
        assert ["index"] == left(file)


def test_a_lock_on_a_file_system_without_second_names_is_taken_all_the_same(
    file, state, monkeypatch
):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    with drafted(file, state=state) as draft:
        draft.write_text("new\n")
        with git_locked(file, draft, patience=0) as lock:
            lock.replace(file)

    assert "new\n" == file.read_text()
    assert ["index"] == left(file)


def test_an_interrupt_right_after_a_lock_is_taken_leaves_none(file, state, monkeypatch):
    def interrupt(path):
        monkeypatch.undo()
        raise KeyboardInterrupt

    def take():
        with drafted(file, state=state) as draft:
            draft.write_text("new")
            with git_locked(file, draft, patience=1):
                pass

    monkeypatch.setattr(gitlock, "_key", interrupt)
    with pytest.raises(KeyboardInterrupt):
        take()

    assert not file.with_name(f"{file.name}.lock").exists()
