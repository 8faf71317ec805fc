"""A key in any text that a run takes: nothing of it stays in the journal, whatever git unpacks."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from gitlab_journal.desk import open_desk
from gitlab_journal.site.render import render

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
contents = importlib.import_module("leaks.search").contents

# In pieces, so that a diff of this very file holds neither.
KEY = "gh" + "p_" + "a1B2" * 9
WORDS = "correct-" + "horse-7"
ADDRESS = f"postgres://ada:{WORDS}@db/digits"


def holding(journal, *secrets):
    """Name what in the journal holds a secret, its site and its own state included."""
    desk = open_desk(journal)
    desk.repository.flush()
    render(desk.repository, desk.catalogue, journal / "site")
    return sorted(
        {
            str(path.relative_to(journal))
            for path, content in contents(journal, but=frozenset())
            if any(secret.encode() in content for secret in secrets)
        }
    )


def run(project, **options):
    return project.journal.run(**{"title": "One", **options})


@pytest.mark.parametrize(
    "options",
    [
        {"title": f"With {KEY}"},
        {"hypothesis": f"{ADDRESS} is quicker."},
        {"tags": [KEY]},
        {"params": {"url": ADDRESS, "nested": [{"api_key": KEY}], "words": f"use {KEY}"}},
        {"silence": {"seed": f"since {KEY}"}},
    ],
    ids=lambda options: next(iter(options)),
)
def test_a_key_in_what_is_declared_is_nowhere(project, options):
    with run(project, **options):
        pass

    assert [] == holding(project.journal_folder, KEY, WORDS)


@pytest.mark.parametrize("way", ["note", "figure", "attach", "error"])
def test_a_key_in_what_a_run_says_is_nowhere(project, way):
    try:
        with run(project) as opened:
            if way == "note":
                opened.note(f"Read from {ADDRESS} with {KEY}.")
            if way == "figure":
                opened.figure(f"of {KEY}", "<svg xmlns='http://www.w3.org/2000/svg'/>")
            if way == "attach":
                (project.folder / f"{KEY}.txt").write_text("harmless")
                opened.attach(project.folder / f"{KEY}.txt")
            if way == "error":
                raise ConnectionError(f"{ADDRESS} refused {KEY}")  # noqa: TRY301  # that is the case
    except ConnectionError:
        pass

    assert [] == holding(project.journal_folder, KEY, WORDS)


def test_a_key_in_the_code_or_what_it_returns_is_nowhere(project):
    source = f"""
from gitlab_journal import experiment
URL = "{ADDRESS}"
@experiment
def train(C, token="{KEY}"):
    return {{"loss": 0.5, "at": URL, "by": token}}
"""
    project.module(source).train(1)

    assert [] == holding(project.journal_folder, KEY, WORDS)
