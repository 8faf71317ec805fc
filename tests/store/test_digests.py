import os

from gitlab_journal.store.digests import FileDigests


def old_file(tmp_path, content="1,2\n"):
    path = tmp_path / "data.csv"
    path.write_text(content)
    os.utime(path, ns=(10**18, 10**18))
    return path


def test_a_digest_outlives_the_process_that_learnt_it(tmp_path):
    path = old_file(tmp_path)
    learnt = FileDigests(tmp_path / "files.json")
    learnt.put(path, path.stat(), "xxh3_128:1")
    learnt.save()

    assert "xxh3_128:1" == FileDigests(tmp_path / "files.json").get(path, path.stat())


def test_a_changed_file_is_not_known(tmp_path):
    path = old_file(tmp_path)
    digests = FileDigests(tmp_path / "files.json")
    digests.put(path, path.stat(), "xxh3_128:1")
    path.write_text("2,1\n")

    assert None is digests.get(path, path.stat())


def test_a_file_written_just_now_is_not_kept(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("1,2\n")
    digests = FileDigests(tmp_path / "files.json")
    digests.put(path, path.stat(), "xxh3_128:1")

    assert None is digests.get(path, path.stat())


def test_a_damaged_cache_is_forgotten(tmp_path):
    (tmp_path / "files.json").write_text("[1, 2")
    path = old_file(tmp_path)

    assert None is FileDigests(tmp_path / "files.json").get(path, path.stat())
