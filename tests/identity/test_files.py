from __future__ import annotations

import os
from pathlib import Path

import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.files import digest_file, digest_folder


class Cache:
    def __init__(self):
        self.kept = {}
        self.read = []

    def get(self, path, stat):
        self.read.append(path)
        return self.kept.get((path, stat.st_size, stat.st_mtime_ns, stat.st_ino))

    def put(self, path, stat, digest):
        self.kept[path, stat.st_size, stat.st_mtime_ns, stat.st_ino] = digest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "data" / "a.csv").write_text("1,2\n")
    (tmp_path / "data" / "inner" / "b.csv").write_text("3,4\n")
    return tmp_path / "data"


def test_a_file_counts_by_content_not_by_name(folder):
    (folder / "copy.txt").write_bytes((folder / "a.csv").read_bytes())

    assert data_hash(folder / "a.csv") == data_hash(folder / "copy.txt")
    assert data_hash(folder / "a.csv") != data_hash(folder / "inner" / "b.csv")


def test_a_file_larger_than_the_buffer_counts_to_its_end(tmp_path):
    (tmp_path / "one").write_bytes(b"a" * 3_000_000 + b"b")
    (tmp_path / "other").write_bytes(b"a" * 3_000_000 + b"c")

    assert data_hash(tmp_path / "one") != data_hash(tmp_path / "other")


def test_text_that_names_a_file_counts_by_content_among_data(folder):
    assert data_hash(str(folder / "a.csv")) == data_hash(folder / "a.csv")
    assert data_hash("digits") != data_hash("iris")


def test_an_edit_of_equal_size_inside_a_folder_counts(folder):
    before = digest_folder(folder)
    (folder / "inner" / "b.csv").write_text("3,5\n")

    assert before != digest_folder(folder)


def test_the_names_inside_a_folder_count_and_its_own_does_not(folder):
    before = digest_folder(folder)
    moved = folder.rename(folder.parent / "moved")

    assert before == digest_folder(moved)

    (moved / "a.csv").rename(moved / "c.csv")

    assert before != digest_folder(moved)


def test_an_empty_folder_inside_does_not_count(folder):
    before = digest_folder(folder)
    (folder / "empty").mkdir()

    assert before == digest_folder(folder)


def test_a_link_counts_as_what_it_leads_to(folder):
    before = digest_folder(folder)
    (folder / "link.csv").symlink_to("a.csv")
    linked = digest_folder(folder)
    (folder / "link.csv").unlink()
    (folder / "link.csv").write_text("1,2\n")

    assert before != linked == digest_folder(folder)


def test_an_edit_in_a_linked_folder_counts(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.csv").write_text("5,6\n")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    before = digest_folder(folder)
    (tmp_path / "elsewhere" / "c.csv").write_text("5,7\n")

    assert before != digest_folder(folder)


@pytest.mark.parametrize("target", [".", "inner", "..", "/", "inner/../../data"])
def test_links_in_a_circle_end_and_do_not_tell_where_the_folder_lies(folder, tmp_path, target):
    before = digest_folder(folder)
    (folder / "inner" / "loop").symlink_to(folder / target)
    looped = digest_folder(folder)

    assert before != looped
    assert looped == digest_folder(folder)


def test_two_folders_that_link_to_one_another_end(tmp_path):
    for one, other in ("ab", "ba"):
        (tmp_path / one).mkdir()
        (tmp_path / one / "values.csv").write_text(one)
        (tmp_path / one / "link").symlink_to(tmp_path / other)
    before = digest_folder(tmp_path / "a")
    (tmp_path / "b" / "values.csv").write_text("c")

    assert before != digest_folder(tmp_path / "a")


def test_hidden_files_count_but_for_what_the_finder_leaves(folder):
    before = digest_folder(folder)
    (folder / ".DS_Store").write_text("where the icons stand")

    assert before == digest_folder(folder)

    (folder / ".zattrs").write_text("{}")

    assert before != digest_folder(folder)


def test_a_link_to_nothing_is_refused(folder):
    (folder / "gone.csv").symlink_to("nowhere.csv")

    with pytest.raises(DescriptionError, match=r"^data: .*gone\.csv is a link to nothing"):
        digest_folder(folder)


def test_a_pipe_in_a_folder_is_refused(folder):
    os.mkfifo(folder / "pipe")

    with pytest.raises(DescriptionError, match="pipe is no regular file"):
        digest_folder(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["a.csv", "inner"])
def test_what_may_not_be_read_is_refused(folder, name):
    (folder / name).chmod(0)

    with pytest.raises(DescriptionError, match=f"{name} cannot be read: Permission denied"):
        digest_folder(folder)


def test_a_name_that_is_no_text_is_described(folder):
    before = digest_folder(folder)
    (folder / os.fsdecode(b"\xff.csv")).touch()

    assert before != digest_folder(folder)


def test_the_cache_spares_reading_until_the_file_changes(folder):
    cache, path = Cache(), folder / "a.csv"
    first = digest_file(path, cache=cache)
    cache.kept = dict.fromkeys(cache.kept, "kept")

    assert "kept" == digest_file(path, cache=cache)

    path.write_text("1,3\n")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))

    assert digest_file(path, cache=cache) not in ("kept", first)


def test_lists_and_mappings_of_files_count_by_content(folder):
    files = [folder / "a.csv", folder / "inner" / "b.csv"]
    before = data_hash(files)
    files[1].write_text("3,5\n")

    assert before != data_hash(files)


def test_a_missing_file_is_refused_with_its_argument(tmp_path):
    with pytest.raises(
        DescriptionError, match=r"^data\.train: .*none\.csv cannot be read: No such"
    ):
        data_hash({"train": tmp_path / "none.csv"})


def test_a_pipe_is_no_data(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(DescriptionError, match="is no regular file"):
        data_hash(Path(tmp_path / "pipe"))
