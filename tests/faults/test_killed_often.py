"""The long run: every moment at which any program writes, then a killer that strikes anywhere."""

from __future__ import annotations

import shutil
import signal

import pytest
from programs import PROGRAMS
from promises import check_kill
from scene import chance_of, copy_scene

pytestmark = pytest.mark.soak
MANNERS = ("", "commit -a", "add -A")
RANDOM_KILLS = 60
KILLED = sorted(PROGRAMS.keys() - {"filling"})


@pytest.fixture
def kills(template, nursery, tmp_path):
    """Kill a program in a fresh journal as often as told; returns what failed, with what it said.

    A journal in which something failed stays under the folder of the test.
    """

    def kill(program, tries):
        failed = []
        for number, how in enumerate(tries):
            scene = copy_scene(template, tmp_path / f"{program}-{number}", nursery, program)
            manner = MANNERS[number % len(MANNERS)]
            try:
                check_kill(scene, manner, **how)
            except (AssertionError, KeyError, OSError, ValueError) as error:
                failed.append((number, how, manner, f"{type(error).__name__}: {error}"))
            else:
                shutil.rmtree(scene.folder)
        return failed

    return kill


@pytest.mark.parametrize("program", KILLED)
def test_nothing_is_lost_at_any_moment_at_which_a_program_writes(
    program, kills, template, nursery, tmp_path
):
    scene = copy_scene(template, tmp_path / "counted", nursery, program)
    assert 0 == scene.run(act="count")
    moments = range(1, len(scene.moments) + 1)

    assert [] == kills(program, [{"act": "kill", "at": at} for at in moments])


@pytest.mark.parametrize("program", KILLED)
@pytest.mark.parametrize("group", [False, True], ids=["process", "with its git"])
def test_nothing_is_lost_when_a_program_is_killed_at_random(group, program, kills):
    chance = chance_of(f"{program} {group}")
    tries = [
        {"signal": signal.SIGKILL, "delay": chance.uniform(0, 0.5), "group": group}
        for _ in range(RANDOM_KILLS)
    ]

    assert [] == kills(program, tries)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_lost_by_signals_at_random(number, kills):
    chance = chance_of(int(number))
    tries = [{"signal": number, "delay": chance.uniform(0, 0.5)} for _ in range(RANDOM_KILLS)]

    assert [] == kills("slow", tries)
