import os
import time

import pytest

from gitlab_journal.store.digests import FileDigests


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setattr(
        "gitlab_journal.store.digests.time_ns", lambda: time.time_ns() + 3_000_000_000
    )


def a_file(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("1,2\n")
    return path


def test_a_digest_outlives_the_process_that_learnt_it(tmp_path, later):
    path = a_file(tmp_path)
    learnt = FileDigests(tmp_path / "files.json")
    learnt.put(path, path.stat(), "xxh3_128:1")
    learnt.save()

    assert "xxh3_128:1" == FileDigests(tmp_path / "files.json").get(path, path.stat())


def test_a_changed_file_is_not_known(tmp_path, later):
    path = a_file(tmp_path)
    digests = FileDigests(tmp_path / "files.json")
    digests.put(path, path.stat(), "xxh3_128:1")
    path.write_text("2,1\n")

    assert None is digests.get(path, path.stat())


def test_an_edit_of_equal_size_that_puts_the_time_back_is_seen(tmp_path, later):
    path = a_file(tmp_path)
    digests = FileDigests(tmp_path / "files.json")
    before = path.stat()
    digests.put(path, before, "xxh3_128:1")
    time.sleep(0.02)  # longer than a tick of the file system's clock
    path.write_text("1,3\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert before.st_mtime_ns == path.stat().st_mtime_ns
    assert None is digests.get(path, path.stat())


def test_a_path_is_known_from_any_folder(tmp_path, later, monkeypatch):
    path = a_file(tmp_path)
    digests = FileDigests(tmp_path / "files.json")
    monkeypatch.chdir(tmp_path)
    digests.put("data.csv", path.stat(), "xxh3_128:1")

    assert "xxh3_128:1" == digests.get(path, path.stat())


@pytest.mark.parametrize("old", [False, True])
def test_a_file_written_just_now_is_not_kept_whatever_time_it_shows(tmp_path, old):
    path = a_file(tmp_path)
    if old:
        os.utime(path, ns=(10**18, 10**18))
    digests = FileDigests(tmp_path / "files.json")
    digests.put(path, path.stat(), "xxh3_128:1")

    assert None is digests.get(path, path.stat())


def test_a_damaged_cache_is_forgotten(tmp_path):
    (tmp_path / "files.json").write_text("[1, 2")
    path = a_file(tmp_path)

    assert None is FileDigests(tmp_path / "files.json").get(path, path.stat())
