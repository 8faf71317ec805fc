import os
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal.store import packing
from gitlab_journal.store.author import Author
from gitlab_journal.store.packing import loose_objects, pack_when_many
from gitlab_journal.store.repository import Repository

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADA = Author("Ada Example", "ada@example.org")


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


def git(journal, *arguments):
    return subprocess.run(
        ["git", *arguments], cwd=journal.root, check=True, capture_output=True, text=True
    ).stdout


def commit(journal, number):
    path = f"entries/2026/03/01/{number}.md"
    files = {path: f"# {number}\n".encode()}
    return journal.commit(
        files, message=f"{number}", author=ADA, date=NOON + timedelta(seconds=number)
    )


def loose(journal):
    return int(git(journal, "count-objects").split()[0])


def wait_for_packing(journal):
    """Wait until the git that packs has let go of its lock."""
    while pack_when_many(journal) or loose(journal):
        time.sleep(0.02)


def test_few_loose_objects_are_left_as_they_are(journal):
    commit(journal, 1)

    assert not pack_when_many(journal)
    assert 0 < loose(journal)


def test_loose_objects_are_counted_as_git_does(journal):
    for number in range(3):
        (journal.objects.folder / "17").mkdir(exist_ok=True)
        (journal.objects.folder / "17" / f"{number:038x}").touch()
    (journal.objects.folder / "17" / "tmp_obj_1").touch()

    assert 3 * 256 == loose_objects(journal)


def test_many_are_packed_beside_also_those_that_nothing_refers_to_yet(journal, monkeypatch):
    monkeypatch.setattr(packing, "MANY", -1)
    newest = commit(journal, 1)
    waiting = journal.objects.add("blob", b"of a commit that another process is making")
    journal.objects.flush()
    wait_for_packing(journal)

    assert "commit\n" == git(journal, "cat-file", "-t", newest)
    assert ("blob", b"of a commit that another process is making") == journal.objects.read(waiting)


def test_one_git_packs_at_a_time(journal, monkeypatch):
    monkeypatch.setattr(packing, "MANY", -1)
    started = []
    monkeypatch.setattr(packing, "start", lambda *words, **how: started.append(holding(how)))
    first, second = pack_when_many(journal), pack_when_many(journal)
    os.close(started[0])
    third = pack_when_many(journal)
    os.close(started[1])

    assert (True, False, True) == (first, second, third)


def holding(how):
    """Return a descriptor that keeps the lock, as a git that runs would."""
    return os.dup(how["holding"])


def test_an_old_git_collects_garbage(journal, monkeypatch):
    monkeypatch.setattr(packing, "_GEOMETRIC", (99, 0))
    monkeypatch.setattr(packing, "MANY", -1)
    commit(journal, 1)
    journal.flush()
    pack_when_many(journal)
    while loose(journal):
        time.sleep(0.02)

    assert "" == git(journal, "fsck", "--full")
    assert "" == git(journal, "status", "--porcelain")


def test_nothing_is_lost_while_one_writes_and_another_packs(journal):
    done = threading.Event()

    def pack():
        while not done.is_set():
            git(journal, *packing._words())

    packer = threading.Thread(target=pack)
    packer.start()
    commits = []
    reader = Repository.open(journal.root)
    for number in range(60):
        commits.append(commit(journal, number))
        # what another process reads is loose at one moment and packed at the next
        assert f"# {number}\n".encode() == reader.read(f"entries/2026/03/01/{number}.md")
        assert b"# 0\n" == reader.read("entries/2026/03/01/0.md")
    done.set()
    packer.join()
    journal.flush()
    listed = git(journal, "ls-files", "entries").split()

    assert 60 == len(listed) == len(set(commits))
    assert "" == git(journal, "fsck", "--full", "--no-dangling")
    assert "" == git(journal, "status", "--porcelain")
