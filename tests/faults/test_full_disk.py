"""On a full disk a result reaches its caller and is kept; a read-only one is read all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest
from promises import check_recovered, check_store
from scene import copy_scene

FAULTS = 16


@pytest.fixture(scope="module")
def moments(template, nursery, tmp_path_factory):
    scene = copy_scene(template, tmp_path_factory.mktemp("counted") / "scene", nursery, "refused")
    assert 0 == scene.run(act="count")
    return scene.moments


@pytest.fixture
def small_disk(tmp_path):
    """A file system of eight megabytes, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder]
    if (
        sys.platform != "linux"
        or subprocess.run(command, capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def check_heard(scene):
    """Each call that began returned its result to the caller; each other one was told why not."""
    assert scene.numbers("began") == scene.numbers("returned")
    assert {1, 2} == scene.numbers("returned") | scene.numbers("refused")
    for line in scene.said:
        if line[0] == "refused":
            assert "is full" in " ".join(line)


def check_disk_full(scene, at):
    ended = scene.run(act="ENOSPC", at=at)
    check_heard(scene)
    done = {each.params["C"] for each in scene.entries_ever() if each.status == "done"}
    if scene.numbers("returned") - done:
        assert "free some space" in scene.err
    check_store(scene)
    check_recovered(scene, points=False)

    assert 0 == ended


@pytest.mark.parametrize("fault", range(FAULTS))
def test_results_reach_their_caller_when_the_disk_becomes_full(
    fault, moments, template, nursery, tmp_path
):
    scene = copy_scene(template, tmp_path / "scene", nursery, "refused")
    check_disk_full(scene, at=1 + fault * len(moments) // FAULTS)


@pytest.mark.soak
def test_results_reach_their_caller_wherever_the_disk_becomes_full(
    moments, template, nursery, tmp_path
):
    for at in range(1, len(moments) + 1):
        scene = copy_scene(template, tmp_path / str(at), nursery, "refused")
        check_disk_full(scene, at)


@pytest.mark.parametrize("home", ["elsewhere", "there too"])
def test_a_result_is_kept_on_a_disk_that_its_run_filled(home, small_disk, template, nursery):
    scene = copy_scene(template, small_disk / "scene", nursery, "filling")
    own = {"XDG_STATE_HOME": str(small_disk / "state")} if home == "there too" else {}
    scene.environment |= own
    ended = scene.run()
    said, warned = scene.said, scene.err
    status, listed = scene.glj("ls")
    check_store(scene)
    (scene.folder / "checkpoint").unlink()

    assert 0 == ended
    assert ["began", "filled", "returned", "refused"] == [line[0] for line in said]
    assert "free some space" in warned
    assert "is full" in " ".join(said[-1])
    assert (0, True) == (status, "fill: C = 1" in listed)
    check_recovered(scene, points=False)
    (entry,) = scene.entries().values()
    assert ("done", "supported") == (entry.status, entry.verdict)


READERS = (
    ("ls",),
    ("ls", "--json"),
    ("show", "{id}"),
    ("show", "{id}", "--history"),
    ("diff", "{id}", "{id}"),
    ("render", "--output", "{elsewhere}"),
)


def check_readers(scene, **how):
    """Each reader works."""
    (identifier,) = (entry.id for entry in scene.entries().values())
    for words in READERS:
        named = [word.format(id=identifier, elsewhere=scene.outside / "site") for word in words]
        status, said = scene.glj(*named, **how)
        assert (0, True) == (status, bool(said))


@pytest.fixture
def with_entry(template, nursery, tmp_path):
    """A scene with one entry in its journal."""

    def make(folder):
        scene = copy_scene(template, folder / "scene", nursery, "once", outside=tmp_path)
        assert 0 == scene.run()
        scene.change("refused")
        return scene

    return make


def check_refused(scene, **how):
    before = scene.git("log", "--all", "--format=%H")
    ended = scene.run(**how)

    assert 0 == ended
    assert ({3}, {1, 2}) == (scene.numbers("began"), scene.numbers("refused"))
    for line in scene.said:
        if line[0] == "refused":
            assert "read-only file system; mount it writable" in " ".join(line)
    assert before == scene.git("log", "--all", "--format=%H")


def test_a_read_only_journal_is_read_and_refuses_to_record(with_entry, tmp_path):
    scene = with_entry(tmp_path)
    check_readers(scene, act="EROFS", at=1)
    check_refused(scene, act="EROFS", at=1)


def test_a_journal_on_a_read_only_disk_is_read_and_refuses_to_record(with_entry, small_disk):
    scene = with_entry(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    check_readers(scene)
    assert (0, True) == (scene.glj("verify")[0], "Nothing was found" in scene.glj("verify")[1])
    check_refused(scene)
