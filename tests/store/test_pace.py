"""A process joins what waits to the branch at once, a moment later, or at its end."""

import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from gitlab_journal.store import pace
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

ADA = Author("Ada Example", "ada@example.org")
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path, monkeypatch):
    monkeypatch.setattr(pace, "_paces", {})
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


def commit(journal, name):
    new = journal.commit({f"entries/{name}.md": b"x"}, message=name, author=ADA, date=NOON)
    pace.committed(journal)
    return new


def wait_for_timers():
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()


def test_the_first_commit_of_a_process_is_on_the_branch_at_once(journal):
    assert commit(journal, "one") == journal.head()


def test_the_next_waits_until_flushes_take_two_percent_of_the_time_then_joins_by_itself(journal):
    first, second = commit(journal, "one"), commit(journal, "two")

    assert (first, second) == (journal.head(), journal.pending())
    wait_for_timers()
    assert (second, None) == (journal.head(), journal.pending())


def test_a_flush_costs_fifty_times_its_own_time_before_the_next(journal, monkeypatch):
    clock = iter([100.0, 100.0, 100.5])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(journal, "flush", lambda **_: True)
    pace.committed(journal)

    assert 100.5 + 0.5 / pace.SHARE == pace._paces[journal.git_dir].due


def test_a_commit_never_waits_for_a_persons_git_but_is_joined_after_it(journal, monkeypatch):
    monkeypatch.setattr(pace, "_AGAIN", 0.05)
    lock = journal.git_dir / "index.lock"
    lock.touch()
    new = commit(journal, "one")

    assert new == journal.pending()
    lock.unlink()
    wait_for_timers()
    assert new == journal.head()


PROGRAM = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from gitlab_journal.store import pace
from gitlab_journal.store.repository import Repository
journal = Repository.open(Path(sys.argv[1]))
def commit(name):
    journal.commit({f"entries/{name}.md": b"x"}, message=name, author=journal.author(),
        date=datetime.now(UTC))
    pace.committed(journal)
commit("one")
pace.SHARE = 1e-9
pace._paces[journal.git_dir].due += 600
commit("two")
assert journal.pending()
"""


def run(journal, more=""):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + more, journal.root], check=True, capture_output=True
    ).stderr.decode()


def test_a_process_that_ends_joins_what_waits(journal):
    run(journal)

    assert journal.pending() is None
    assert b"x" == (journal.root / "entries" / "two.md").read_bytes()


def test_a_process_that_ends_while_a_person_holds_the_index_says_where_the_entries_are(journal):
    said = run(journal, "pace._AT_EXIT = 0.1\n(journal.git_dir / 'index.lock').touch()\n")

    assert "the next command of glj shows them" in said
    assert journal.pending() is not None


def test_a_fork_leaves_the_flush_to_its_parent(journal):
    said = run(
        journal,
        # Python from 3.12 on remarks on a fork beside any thread, as numpy's
        "import warnings; warnings.simplefilter('ignore', DeprecationWarning)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    assert not pace._paces\n"
        "    raise SystemExit(0)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert journal.pending()\n",
    )

    assert ("", None) == (said, journal.pending())


def test_a_journal_that_was_deleted_meanwhile_disturbs_nobody(journal):
    said = run(journal, "import shutil; shutil.rmtree(journal.root)\n")

    assert "" == said
