"""A command killed at any moment at which it writes does what it was asked whole, or not at all."""

from __future__ import annotations

import shutil

import pytest
from pair import COMMANDS, check_command_killed, prepare, words_of
from scene import copy_scene

KILLS = 4


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


@pytest.mark.soak
@pytest.mark.parametrize("group", [False, True], ids=["process", "with its git"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_moment_leaves_a_journal_that_syncs(
    command, group, moments, clones, tmp_path
):
    failed = []
    for at in range(1, moments[command] + 1):
        scene = clones(tmp_path / f"{at}")
        try:
            check_command_killed(scene, command, act="kill", at=at, group=group)
        except (AssertionError, KeyError, OSError, ValueError) as error:
            failed.append((at, f"{type(error).__name__}: {error}"))
        else:
            shutil.rmtree(scene.folder)

    assert [] == failed
