"""A command killed at any moment at which it writes does what it was asked whole, or not at all."""

from __future__ import annotations

import shutil
import signal

import pytest
from pair import COMMANDS, check_command_killed, check_synced, prepare, words_of
from scene import chance_of, copy_scene

KILLS = 4
RANDOM_KILLS = 60


@pytest.fixture(scope="module")
def clones(template, nursery, tmp_path_factory):
    """Copy two clones that have something to sync to a folder."""
    made = prepare(template, tmp_path_factory.mktemp("clones") / "scene", nursery)
    return lambda folder: copy_scene(made, folder, nursery, "calls")


@pytest.fixture(scope="module")
def moments(clones, tmp_path_factory):
    """How often each command can be killed."""
    counted = {}
    for command in COMMANDS:
        scene = clones(tmp_path_factory.mktemp("counted") / "scene")
        assert 0 == scene.glj(*words_of(scene, command), act="count")[0]
        counted[command] = len(scene.moments)
    return counted


@pytest.mark.parametrize("kill", range(KILLS))
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_where_it_writes_leaves_a_journal_that_syncs(
    command, kill, moments, clones, tmp_path
):
    at = 1 + (2 * kill + 1) * moments[command] // (2 * KILLS)
    scene = clones(tmp_path / "scene")

    assert -9 == check_command_killed(scene, command, act="kill", at=at)


def test_a_lock_that_a_killed_git_left_is_named_with_what_mends_it(clones, tmp_path):
    scene = clones(tmp_path / "scene")
    (lock,) = [
        path.with_name(f"{path.name}.lock")
        for path in (scene.journal / ".git" / "refs" / "remotes" / "origin").iterdir()
    ]
    lock.touch()
    status, _ = scene.glj("sync")

    assert (1, True) == (status, f"one that was killed left it: rm {lock}" in scene.err)
    lock.unlink()
    check_synced(scene, scene.files(), deleted=None)


@pytest.fixture
def kills(clones, tmp_path):
    """Kill a command in fresh clones as often as told; returns what failed, with what it said."""

    def kill(command, tries):
        failed = []
        for number, how in enumerate(tries):
            scene = clones(tmp_path / f"{number}")
            try:
                check_command_killed(scene, command, **how)
            except (AssertionError, KeyError, OSError, ValueError) as error:
                failed.append((number, how, f"{type(error).__name__}: {error}"))
            else:
                shutil.rmtree(scene.folder)
        return failed

    return kill


@pytest.mark.soak
@pytest.mark.parametrize("group", [False, True], ids=["process", "with its git"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_moment_leaves_a_journal_that_syncs(command, group, moments, kills):
    tries = [{"act": "kill", "at": at, "group": group} for at in range(1, moments[command] + 1)]

    assert [] == kills(command, tries)


@pytest.mark.soak
def test_a_sync_killed_at_random_with_its_git_leaves_clones_that_sync(kills):
    chance = chance_of("sync")
    tries = [
        {"signal": signal.SIGKILL, "delay": chance.uniform(0, 0.5), "group": True}
        for _ in range(RANDOM_KILLS)
    ]

    assert [] == kills("sync", tries)
