"""A process killed at any moment at which it writes leaves a journal that loses nothing."""

from __future__ import annotations

import pytest
from promises import check_begun, check_recovered, commit_as_a_person
from scene import copy_scene

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
    manner = MANNERS[kill % len(MANNERS)]
    scene = copy_scene(template, tmp_path / "scene", nursery, "calls")
    died = scene.run(act="kill", at=at)
    check_begun(scene)
    commit_as_a_person(scene, manner)

    check_recovered(scene, manner)
    assert died in (-9, 0)
