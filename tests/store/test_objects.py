import errno
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitlab_journal.errors import StoreError
from gitlab_journal.store.changes import changes
from gitlab_journal.store.objects import FILE, FOLDER, Item, Objects
from gitlab_journal.store.trees import parse_tree, render_tree

NAMES = st.text("ab.-0é", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
FILES = st.dictionaries(PATHS, st.binary(max_size=3), min_size=1, max_size=8).filter(
    lambda files: not any(other.startswith(f"{path}/") for path in files for other in files)
)
ITEMS = st.dictionaries(
    NAMES.map(str.encode),
    st.builds(
        Item, st.sampled_from([FILE, FOLDER]), st.text("0123456789abcdef", min_size=40, max_size=40)
    ),
)
WITH_GIT = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def root(tmp_path):
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.fixture
def objects(root):
    return Objects(root / ".git" / "objects")


def git(root, *arguments):
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout


def grow(objects, tree, files):
    tree = objects.grow(
        tree, {path: objects.add("blob", content) for path, content in files.items()}
    )
    objects.flush()
    return tree


@given(ITEMS)
def test_a_tree_is_read_as_it_was_written(items):
    assert items == parse_tree(render_tree(items))


@given(files=FILES)
@WITH_GIT
def test_git_reads_the_trees_that_we_write(root, objects, files):
    tree = grow(objects, None, files)
    listed = git(root, "ls-tree", "-r", "-z", "--name-only", tree).decode().split("\0")[:-1]

    assert set(files) == set(listed)
    assert files == {path: objects.read(objects.find(tree, path).object)[1] for path in files}
    git(root, "fsck", "--strict")


@given(first=FILES, second=FILES)
@WITH_GIT
def test_changes_are_those_that_git_sees(root, objects, first, second):
    old, new = grow(objects, None, first), grow(objects, None, second)
    said = git(root, "diff-tree", "-r", "-z", "--no-renames", old, new).decode().split("\0")[:-1]
    theirs = {
        path: None if about.split()[1] == "000000" else about.split()[3]
        for about, path in zip(said[::2], said[1::2], strict=True)
    }

    assert theirs == {change.path: change.blob for change in changes(objects, old, new)}


def test_an_object_is_read_before_it_is_flushed(objects):
    assert ("blob", b"page") == objects.read(objects.add("blob", b"page"))


def test_our_objects_are_gits_objects(root, objects):
    digest = objects.add("blob", b"page" * 10_000)
    objects.flush()

    assert b"page" * 10_000 == git(root, "cat-file", "blob", digest)
    file = root / ".git" / "objects" / digest[:2] / digest[2:]
    assert 0o444 == file.stat().st_mode & 0o777


def test_an_object_that_a_power_cut_left_empty_is_written_again(root, objects):
    digest = objects.add("blob", b"page")
    objects.flush()
    file = root / ".git" / "objects" / digest[:2] / digest[2:]
    file.chmod(0o644)
    file.write_bytes(b"")
    objects.add("blob", b"page")
    objects.flush()

    assert b"page" == git(root, "cat-file", "blob", digest)


def test_a_damaged_object_is_named(root, objects):
    digest = objects.add("blob", b"page")
    objects.flush()
    file = root / ".git" / "objects" / digest[:2] / digest[2:]
    file.chmod(0o644)
    file.write_bytes(b"garbage")

    with pytest.raises(StoreError, match=f"{digest} .*damaged"):
        objects.read(digest)


def test_a_missing_object_is_named(objects):
    with pytest.raises(StoreError, match="missing"):
        objects.read("0" * 40)


def test_a_failing_disk_leaves_no_object_under_its_name(root, objects, monkeypatch):
    def refuse(_descriptor):
        raise OSError(28, "No space left on device")

    digest = objects.add("blob", b"page")
    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(OSError, match="No space"):
        objects.flush()
    assert [] == list((root / ".git" / "objects" / digest[:2]).iterdir())
    with pytest.raises(StoreError):
        objects.read(digest)


def test_a_disk_that_fills_up_in_the_midst_of_an_object_leaves_nothing(root, objects, monkeypatch):
    def full(descriptor, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    objects.add("blob", b"content")
    open_before = len(list(Path("/dev/fd").iterdir()))
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        objects.flush()
    monkeypatch.undo()

    assert [] == [path for path in objects.folder.glob("*/*") if path.is_file()]
    assert open_before == len(list(Path("/dev/fd").iterdir()))


def test_an_object_that_is_there_has_a_durable_name_once_flushed(root, objects, monkeypatch):
    digest = objects.add("blob", b"content")
    objects.flush()
    synced = []
    monkeypatch.setattr("gitlab_journal.store.objects.sync_folder", synced.append)
    again = Objects(objects.folder)
    again.add("blob", b"content")
    again.flush()

    assert [str(objects.folder / digest[:2])] == synced


def test_a_shared_repository_stays_shared(root, objects):
    (root / ".git" / "objects").chmod(0o2775)
    digest = objects.add("blob", b"page")
    objects.flush()

    assert 0o2775 == (root / ".git" / "objects" / digest[:2]).stat().st_mode & 0o7777
