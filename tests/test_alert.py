"""What the alert says of an earlier run."""

from __future__ import annotations

import pytest

TRAIN = """
from gitlab_journal import experiment

@experiment
def train(width, *, seed=None):
    return float(width)
"""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Same parameters, code; data not seen, unseeded: may differ by chance."),
        ({"seed": 1}, "Same parameters, code; data not seen."),
    ],
)
def test_the_alert_says_what_it_does_not_know(project, capsys, settings, words):
    train = project.module(TRAIN).train
    train(3, **settings)
    capsys.readouterr()
    train(3, **settings)

    said = " ".join(line.strip("│ ") for line in capsys.readouterr().err.splitlines())
    assert words in said


def test_several_duplicates_are_counted_the_newest_first(project, capsys):
    train = project.module(TRAIN).train.options(on_duplicate="run")
    for _ in range(3):
        train(3)
    ids = [entry.id[-4:] for entry in project.journal.entries()]
    capsys.readouterr()
    train.options(on_duplicate="warn")(3)

    said = capsys.readouterr().err
    assert f"You have run this before: {ids[2]}" in said
    assert f"and 2 more: {ids[1]}, {ids[0]}" in said
