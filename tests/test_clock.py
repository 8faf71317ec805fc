"""Clocks that step, stand still or are far off: no page is overwritten, no duration is wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from gitlab_journal import durable, hypothesis

TRAIN = """
from gitlab_journal import experiment
@experiment(predict="loss < 1", ignore=["step"])
def train(C, step=print):
    step()
    return {"loss": 0.5}
"""


@pytest.fixture
def clock(monkeypatch):
    """A clock that says what it is told to."""

    class Clock(datetime):
        shown = datetime(2026, 3, 1, 12, tzinfo=UTC)

        @classmethod
        def now(cls, zone=None):
            return cls.shown.astimezone(zone)

    for module in (hypothesis, durable):
        monkeypatch.setattr(module, "datetime", Clock)
    return Clock


def test_an_id_that_is_drawn_twice_is_given_once(project, clock, monkeypatch):
    drawn = iter([b"same", b"same", b"same", b"else"])
    real = os.urandom
    monkeypatch.setattr(os, "urandom", lambda size: next(drawn) if size == 4 else real(size))
    train = project.module(TRAIN).train
    train(1)
    (first,) = project.journal.entries()
    text = first.path.read_bytes()
    train(2)

    assert [] == list(drawn)
    assert {1, 2} == {entry.params["C"] for entry in project.journal.entries()}
    assert text == first.path.read_bytes()


@pytest.mark.parametrize("hours", [-30000, 30000])
def test_the_duration_of_a_run_does_not_see_the_clock_step(project, clock, hours):
    def step():
        clock.shown += timedelta(hours=hours)

    project.module(TRAIN).train(1, step=step)
    (entry,) = project.journal.entries()

    assert ("done", True) == (entry.status, 0 <= entry.duration < 600)
    assert datetime(2026, 3, 1, 12, tzinfo=UTC) == entry.date


@pytest.mark.parametrize("year", [1965, 2040, 2120])
def test_a_clock_that_is_far_off_makes_a_sound_journal(project, clock, year):
    clock.shown = datetime(year, 3, 1, 12, tzinfo=UTC)
    project.module(TRAIN).train(1)
    (entry,) = project.journal.entries()

    assert ("done", year, f"{year}0301") == (entry.status, entry.date.year, entry.id[:8])
    assert "" == project.journal_git("fsck", "--strict", "--no-dangling")
    assert "" == project.journal_git("status", "--porcelain")
