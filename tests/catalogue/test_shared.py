"""One catalogue, many processes: while one writes, others read, die, delete."""

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal.catalogue import Catalogue, catalogue
from gitlab_journal.entry import draft, page_path
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADA = Author("Ada Example", "ada@example.org")
PROGRAM = """
import sys
from pathlib import Path
from gitlab_journal.catalogue import Catalogue, catalogue
from gitlab_journal.store.repository import Repository
catalogue._BATCH = 20
opened = Catalogue(Repository.open(Path(sys.argv[1])))
{}
"""


@pytest.fixture
def journal(tmp_path):
    return Repository.create(tmp_path / "journal", {"journal.md": b"# J\n"}, message="Begin")


def commit(journal, numbers, *, title="Wide"):
    files = {}
    for number in numbers:
        date = NOON + timedelta(seconds=number)
        identity = f"{date:%Y%m%d-%H%M%S}-000000"
        page = draft(front={"id": identity, "date": date, "format": 1}, title=title)
        # a page keeps its path, whatever its title becomes
        files[str(page_path(identity, "page"))] = page.render().encode()
    return journal.commit(files, message="pages", author=ADA, date=NOON)


def refreshed(journal):
    found = Catalogue(journal)
    found.refresh()
    return found


def process(journal, program):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(program), journal.root], stdout=subprocess.PIPE
    )


def of_another_version(file):
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE pages")
        database.execute("CREATE TABLE pages (path TEXT, news TEXT)")
        database.execute("PRAGMA user_version = 999")


def titles(rows):
    return {row.title for row in rows}


def test_a_reader_sees_the_pages_before_or_after_a_refresh_and_never_half_of_them(journal):
    commit(journal, range(200))
    reader = refreshed(journal)
    commit(journal, range(200), title="Wider")
    seen = []
    with process(journal, "opened.refresh()") as writer:
        while writer.poll() is None:
            rows = reader.rows()
            seen.append((len(rows), len(titles(rows))))

    assert 0 == writer.returncode
    assert {(200, 1)} == set(seen)
    assert {"Wider"} == titles(reader.rows())


def test_a_commit_is_taken_over_or_left_without_a_wait_while_another_process_writes(journal):
    commit(journal, range(2))
    ours = refreshed(journal)
    new = commit(journal, range(3))
    with closing(sqlite3.connect(journal.state / "catalogue.sqlite")) as other:
        other.execute("UPDATE about SET head = 'of another commit'")
        other.commit()
        other.execute("BEGIN IMMEDIATE")
        ours.advance(new, {})  # would wait a minute for the other
        other.rollback()

    assert 2 == len(ours.rows())


def test_two_processes_read_all_pages_at_once(journal):
    commit(journal, range(200))
    others = [process(journal, "opened.refresh(); print(len(opened.rows()))") for _ in range(2)]

    assert [b"200\n"] * 2 == [other.communicate()[0] for other in others]
    assert 200 == len(refreshed(journal).rows())


def test_a_refresh_that_is_killed_leaves_what_was_there(journal):
    commit(journal, range(100))
    before = refreshed(journal).rows()
    commit(journal, range(100), title="Wider")
    killed = process(
        journal,
        "put = catalogue.put\n"
        "def die(*arguments):\n"
        "    put(*arguments)\n"
        "    import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
        "catalogue.put = die\n"
        "opened.refresh()",
    )
    killed.communicate()
    after = Catalogue(journal)

    assert -signal.SIGKILL == killed.returncode
    assert before == after.rows()
    after.refresh()
    assert {"Wider"} == titles(after.rows())


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
        lambda file: file.write_bytes(b"no database at all" * 1000),
        of_another_version,
    ],
    ids=["deleted", "half-written", "overwritten", "of another version"],
)
def test_a_catalogue_that_is_harmed_while_it_is_open_comes_back(journal, harm):
    commit(journal, range(50))
    ours = refreshed(journal)
    harm(journal.state / "catalogue.sqlite")
    other = refreshed(journal)
    commit(journal, range(50), title="Wider")
    ours.refresh()
    other.refresh()

    assert {"Wider"} == titles(ours.rows()) == titles(other.rows())
    assert 50 == len(ours.rows()) == len(other.rows())


def test_memory_holds_a_batch_of_pages_at_a_time(journal, monkeypatch):
    monkeypatch.setattr(catalogue, "_BATCH", 20)
    commit(journal, range(50))
    wanted = []
    blobs = journal.blobs
    monkeypatch.setattr(journal, "blobs", lambda ids: blobs(wanted.append(w := list(ids)) or w))
    found = refreshed(journal)

    assert [20, 20, 10] == [len(ids) for ids in wanted]
    assert 50 == len(found.rows())


def test_threads_read_while_one_refreshes(journal):
    commit(journal, range(100))
    ours = refreshed(journal)
    commit(journal, range(100), title="Wider")
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(titles(ours.rows()))) for _ in range(4)]
    threads.append(threading.Thread(target=ours.refresh))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {1} == {len(found) for found in seen}
    assert {"Wider"} == titles(ours.rows())
