"""What the alert says of an earlier run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gitlab_journal import current_run
from gitlab_journal.alert import not_reused, refusal, reused

TRAIN = """
from gitlab_journal import experiment

def clean(width):
    return width

@experiment
def train(width, *, X=None, model=None, seed=None, text=""):
    return float(clean(width))
"""
UNSEEN = "Data not seen: nothing was passed or met; run.data(...) makes them count."


def panel(said: str) -> list[str]:
    """The lines of the panel, without its frame."""
    return [line.strip("│ ") for line in said.splitlines()]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Same parameters, code, unseeded: may differ by chance."),
        ({"seed": 1}, "Same parameters, code."),
        ({"seed": 1, "X": np.arange(3)}, "Same parameters, data, code."),
    ],
)
def test_the_alert_says_what_is_the_same(project, capsys, settings, words):
    train = project.module(TRAIN).train
    train(3, **settings)
    capsys.readouterr()
    train(3, **settings)

    assert words in panel(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("options", "settings", "is_said"),
    [({}, {}, True), ({"data": ()}, {}, False), ({}, {"X": np.arange(3)}, False)],
)
def test_data_that_were_not_seen_have_a_line_of_their_own(
    project, capsys, options, settings, is_said
):
    train = project.module(TRAIN).train.options(**options)
    train(3, **settings)
    capsys.readouterr()
    train(3, **settings)

    assert is_said == (UNSEEN in panel(capsys.readouterr().err))


def test_a_text_that_names_a_file_is_said_not_to_count_by_its_content(project, capsys):
    (project.folder / "a.csv").write_text("1\n")
    train = project.module(TRAIN).train
    train(3, text="a.csv")
    capsys.readouterr()
    train(3, text="a.csv")

    assert "text is the text 'a.csv', which names a file; its content does not count." in " ".join(
        panel(capsys.readouterr().err)
    )


def test_the_readme_shows_what_is_said(project, capsys):
    train = project.module(TRAIN).train
    train(3, X=np.arange(3))
    capsys.readouterr()
    train(3, X=np.arange(3))
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    blank = f"│{' ' * 78}│\n"
    shown, said = (
        text.partition(blank)[2].splitlines()[:4]
        for text in (readme.partition("<!-- the alert -->")[2], capsys.readouterr().err)
    )

    assert (said, "╰") == (shown, shown[-1][0])


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


def second_run(project, capsys, source=TRAIN, **settings) -> tuple[str, str]:
    """Run once with seed 0, then again; returns the entry's short id and what was said."""
    project.module(TRAIN).train(3, seed=0)
    (entry,) = project.journal.entries()
    capsys.readouterr()
    project.module(source).train(3, **{"seed": 0, **settings})
    return entry.id[-4:], capsys.readouterr().err


def test_a_replicate_names_both_seeds(project, capsys):
    earlier, said = second_run(project, capsys, seed=1)

    assert f"Replicate of {earlier}: seed 1, before 0" == said.splitlines()[0]


def test_a_variant_names_the_functions(project, capsys):
    source = TRAIN.replace("return width", "return 2 * width").replace("float(", "2.0 * (")
    earlier, said = second_run(project, capsys, source)

    assert f"Variant of {earlier}: the code of clean, train changed" == said.splitlines()[0]


def test_a_variant_names_the_library_of_another_version(project, capsys, monkeypatch):
    source = "import numpy\n" + TRAIN.replace(
        "float(clean(width))", "float(numpy.abs(clean(width)))"
    )
    project.module(source).train(3)
    (entry,) = project.journal.entries()
    capsys.readouterr()
    monkeypatch.setattr("numpy.__version__", "9.9.1")
    from gitlab_journal.identity.source import libraries

    libraries._library.cache_clear()
    project.module(source).train(3)
    libraries._library.cache_clear()
    was = ".".join(entry.environment["numpy"].split(".")[:2])

    first = capsys.readouterr().err.splitlines()[0]
    assert f"Variant of {entry.id[-4:]}: numpy {was} -> 9.9" == first


def test_another_fit_is_other_weights(project, capsys):
    from sklearn.dummy import DummyRegressor

    train = project.module(TRAIN).train
    train(3, model=DummyRegressor().fit([[0]], [0]))
    (entry,) = project.journal.entries()
    capsys.readouterr()
    train(3, model=DummyRegressor().fit([[0]], [1]))

    first = capsys.readouterr().err.splitlines()[0]
    assert f"Other weights than {entry.id[-4:]}: comes in fitted otherwise" == first


def test_a_fit_is_not_the_unfitted_model(project, capsys):
    from sklearn.dummy import DummyRegressor

    train = project.module(TRAIN).train
    train(3, model=DummyRegressor())
    capsys.readouterr()
    train(3, model=DummyRegressor().fit([[0]], [1]))

    assert "comes in fitted, before unfitted" in capsys.readouterr().err.splitlines()[0]


def test_a_run_like_none_before_says_nothing_of_near_ones(project, capsys):
    train = project.module(TRAIN).train
    train(3, X=np.arange(3))
    capsys.readouterr()
    train(3, X=np.arange(4))
    train(4, X=np.arange(3))

    assert "" == capsys.readouterr().err


@pytest.mark.parametrize("seed", [0, 1])
def test_no_line_is_longer_than_a_terminal(project, capsys, seed):
    train = project.module(TRAIN).train.options(
        title="A title that goes on and on, " * 5, predict=["score >= 1.25", "score <= 300.75"]
    )
    train(3, seed=0, text="x" * 300)
    capsys.readouterr()
    train(3, seed=seed, text="x" * 300)
    lines = [line for line in capsys.readouterr().err.splitlines() if ".md" not in line]

    assert lines
    assert 80 >= max(map(len, lines))


def test_lines_name_the_entry_its_result_and_what_to_do(project):
    project.module(TRAIN).train(3)
    (entry,) = project.journal.entries()
    result = "score 3: exploratory"

    assert f"this experiment is done already: {entry.id}, {entry.title!r}, {result}; " in refusal(
        entry
    )
    assert reused(entry, seeded=True).startswith(f"Reused {entry.id[-4:]} instead of training: ")
    assert reused(entry, seeded=False).endswith(f"{result}, unseeded")
    assert not_reused(entry, "nothing was kept").startswith(
        f"Not reused {entry.id[-4:]}, nothing was kept: "
    )


MEET = """
from gitlab_journal import current_run, experiment

@experiment
def train(data):
    current_run().data(X=data["X"])
    return 1.0
"""


def test_data_met_in_the_run_make_the_alert_certain(project, capsys):
    train = project.module(MEET).train.options(ignore=("data",))
    train({"X": np.arange(3)})
    capsys.readouterr()
    train({"X": np.arange(3)})

    said = capsys.readouterr().err
    assert "Same parameters, data, code, unseeded: may differ by chance." in said
    assert UNSEEN not in said
    assert current_run().id is None


NAME = """
import numpy as np
from gitlab_journal import current_run, experiment

X = np.arange(3)

@experiment
def train():
    current_run().data(X=X)
    return {"n": len(X)}
"""


def test_data_of_a_global_that_the_run_names_are_told_of_once(project, capsys):
    train = project.module(NAME).train
    train()
    train()

    assert 1 == capsys.readouterr().err.count("You have run this before")
