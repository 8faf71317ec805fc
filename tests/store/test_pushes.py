"""What this machine saw at remotes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gitlab_journal.store.remotes.pushes import Push, pushes, record_push

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST, SECOND = "1" * 40, "2" * 40


def test_nothing_was_pushed_from_a_new_journal(tmp_path: Path):
    assert [] == pushes(tmp_path)


def test_pushes_are_read_in_the_order_they_were_recorded(tmp_path: Path):
    recorded = [Push("origin", FIRST, NOON), Push("backup", FIRST, NOON + timedelta(hours=1))]
    for push in recorded:
        record_push(tmp_path, push)

    assert recorded == pushes(tmp_path)


def test_the_first_time_that_a_remote_held_a_commit_stands(tmp_path: Path):
    record_push(tmp_path, Push("origin", FIRST, NOON))
    record_push(tmp_path, Push("origin", FIRST, NOON + timedelta(hours=1)))

    assert [Push("origin", FIRST, NOON)] == pushes(tmp_path)


def test_a_torn_line_takes_no_other_with_it(tmp_path: Path):
    record_push(tmp_path, Push("origin", FIRST, NOON))
    with (tmp_path / "pushes.jsonl").open("a") as file:
        file.write('{"remote": "ori')
    record_push(tmp_path, Push("origin", SECOND, NOON))

    assert [FIRST, SECOND] == [push.commit for push in pushes(tmp_path)]
