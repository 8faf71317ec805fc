"""A process killed at any moment at which it writes leaves a journal that loses nothing."""

from __future__ import annotations

import signal

import pytest
from promises import check_kill
from scene import chance_of, copy_scene

MANNERS = ("", "commit -a", "add -A")
KILLS = 40


@pytest.fixture(scope="module")
def moments(template, nursery, tmp_path_factory):
    scene = copy_scene(template, tmp_path_factory.mktemp("counted") / "scene", nursery, "calls")
    assert 0 == scene.run(act="count")
    return scene.moments


@pytest.mark.parametrize("kill", range(KILLS))
def test_nothing_is_lost_when_a_process_is_killed_where_it_writes(
    kill, moments, template, nursery, tmp_path
):
    at = 1 + kill * len(moments) // KILLS
    scene = copy_scene(template, tmp_path / "scene", nursery, "calls")
    ended = check_kill(scene, MANNERS[kill % len(MANNERS)], act="kill", at=at)

    # how many moments there are depends on the ids: the last may not be reached
    assert ended in (-9, 0)


@pytest.mark.parametrize("kill", range(6))
def test_nothing_is_lost_when_a_process_is_killed_from_outside(kill, template, nursery, tmp_path):
    delay = chance_of(kill).uniform(0, 0.4)
    scene = copy_scene(template, tmp_path / "scene", nursery, "threads")

    assert check_kill(scene, MANNERS[kill % 3], signal=signal.SIGKILL, delay=delay) in (-9, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("kill", range(4))
def test_a_process_ends_by_the_signal_it_got_and_loses_nothing(
    kill, number, template, nursery, tmp_path
):
    delay = chance_of(kill).uniform(0, 0.4)
    scene = copy_scene(template, tmp_path / "scene", nursery, "slow")

    # 0: it had ended before
    assert check_kill(scene, "", signal=number, delay=delay) in (-number, 0)
