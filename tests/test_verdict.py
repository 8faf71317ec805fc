"""What is committed after a run."""

from __future__ import annotations

from gitlab_journal.cover import Cover

LOGGING = """
from gitlab_journal import current_run, experiment

@experiment
def train():
    for gain in (3.0, 1.0, 2.0):
        current_run().log(gain=gain)
"""


def test_the_cover_says_which_way_a_metric_is_better(project):
    cover = project.journal_folder / "journal.md"
    cover.write_text(Cover.parse(cover.read_text()).set(metrics={"gain": "min"}).render())
    project.module(LOGGING).train()

    assert {"gain": 2.0, "best_gain": 1.0} == project.journal.entries()[0].metrics
