"""Names of data on the pages of real runs."""

from __future__ import annotations

from textwrap import dedent

import pytest

from gitlab_journal.catalogue import Query
from gitlab_journal.desk import open_desk

TRAIN = """
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits, load_iris

from gitlab_journal import current_run, experiment


@experiment(on_duplicate="run")
def train(X, y=None, *, C=1.0):
    return {"score": C}
"""
HOUSES = "rooms,price\n1,2.5\n3,4.5\n5,6.5\n"


@pytest.fixture
def run(project):
    """Run a script of the project with these last lines; returns what its newest entry says."""

    def run(lines: str):
        project.module(TRAIN + dedent(lines), name="script")
        return project.journal.entries()[-1]

    return run


def names(entry):
    return entry.dataset, {name: row.get("name") for name, row in entry.data.items()}


def test_a_page_speaks_of_the_data_by_the_name_of_their_loader(run):
    entry = run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")

    assert ("digits", {"X": "digits", "y": "digits"}) == names(entry)


def test_a_data_set_seen_before_keeps_its_name_where_the_code_tells_nothing(run):
    run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")
    hidden = "X, y = globals()['load_' + 'digits'](return_X_y=True)\n"
    whole, part = run(hidden + "train(X, y, C=2)"), run(hidden + "train(X, C=3)")
    labels = run(hidden + "train(y, C=4)")

    assert ("digits", {"X": "digits", "y": "digits"}) == names(whole)
    assert ("digits", {"X": "digits"}) == names(part)
    assert labels.dataset is None  # other data may have the same labels


def test_other_values_under_a_name_are_numbered_as_they_appear(run):
    load = "X, y = load_digits(return_X_y=True)\n"
    found = [
        run(load + call).dataset
        for call in (
            "train(X, y)",
            "train(X[:100], y[:100])",
            "train(X / 16, y)",
            "train(X[:100], y[:100], C=2)",
            "train(X, y, C=2)",
            "train(X)",
            "train(y)",
        )
    ]

    assert [
        *("digits", "digits (2)", "digits (3)"),
        *("digits (2)", "digits", "digits", "digits"),
    ] == found


def test_the_roles_of_the_arguments_make_no_other_version(run):
    run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")
    entry = run("""
        @experiment
        def validate(X_val, y_val):
            return 1.0

        X, y = load_digits(return_X_y=True)
        validate(X, y)
    """)

    assert "digits" == entry.dataset


def test_a_table_with_the_same_columns_and_other_rows_is_a_version(run, project):
    (project.folder / "houses.csv").write_text(HOUSES)
    first = run("train(pd.read_csv('houses.csv'))")
    more = run("made = {'rooms': [7], 'price': [8.5]}\ntrain(pd.DataFrame(made))")
    other = run("made = {'rooms': [7], 'size': [8.5]}\ntrain(pd.DataFrame(made))")
    whole = run("made = {'rooms': [7], 'price': [8]}\ntrain(pd.DataFrame(made))")

    assert ["houses", "houses (2)", None, None] == [
        entry.dataset for entry in (first, more, other, whole)
    ]


def test_arrays_of_the_same_shape_are_no_version(run):
    run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")
    entry = run("train(np.zeros((1797, 64)), np.zeros(1797))")

    assert (None, {"X": None, "y": None}) == names(entry)


def test_what_two_data_sets_are_called_is_listed(run):
    entry = run("train(load_digits().data, load_iris().target)")

    assert "digits, iris" == entry.dataset


def test_the_names_in_journal_md_win(run, project):
    entry = run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")
    cover = project.journal_folder / "journal.md"
    text = cover.read_text()
    assert "\nnames: {} " in text
    digits = entry.data["X"]["hash"].removeprefix("xxh3_128:")[:8]
    cover.write_text(text.replace("\nnames: {}", f"\nnames: {{{digits}: pixels}}"))
    part = run("X, y = load_digits(return_X_y=True)\ntrain(X, y, C=2)")
    digits = entry.data_hash.removeprefix("xxh3_128:")
    cover.write_text(text.replace("\nnames: {}", f"\nnames: {{{digits}: pixels}}"))
    whole = run("X, y = load_digits(return_X_y=True)\ntrain(X, y, C=3)")

    assert ("pixels, digits", {"X": "pixels", "y": "digits"}) == names(part)
    assert ("pixels", {"X": "pixels", "y": "pixels"}) == names(whole)


def test_failed_runs_count_for_the_names(run):
    run("""
        @experiment
        def fail(X):
            raise ValueError(X.shape)

        try:
            fail(load_digits().data)
        except ValueError:
            pass
    """)
    entry = run("train(load_digits().data[:5])")

    assert "digits (2)" == entry.dataset


def test_data_met_inside_a_run_are_named_by_the_loader_inside(run):
    entry = run("""
        @experiment
        def fit(*, C=1.0):
            X, y = load_digits(return_X_y=True)
            current_run().data(X_train=X[:100], y_train=y[:100])
            current_run().data(X_test=X[100:])
            return C

        fit()
    """)

    assert "digits" == entry.dataset
    assert {"digits"} == {row["name"] for row in entry.data.values()}


def test_data_read_from_globals_are_named(run):
    entry = run("""
        X, y = load_digits(return_X_y=True)

        @experiment
        def fit(C=1.0):
            return float(X.mean() + y.mean())

        fit()
    """)

    assert ("digits", {"X": "digits", "y": "digits"}) == names(entry)


def test_data_that_the_lines_of_a_block_read_are_named(run):
    entry = run("""
        from gitlab_journal import Journal

        def main():
            X, y = load_digits(return_X_y=True)
            with Journal().run(title="In a block") as block:
                block.metric("mean", X.mean() + y.mean())

        main()
    """)

    assert ("digits", {"X": "digits", "y": "digits"}) == names(entry)


def test_data_that_were_not_seen_have_no_name(run):
    entry = run("""
        @experiment
        def fit(C=1.0):
            return float(load_digits().data.mean())

        fit()
    """)

    assert (None, None) == (entry.data_hash, entry.dataset)


def test_a_name_that_looks_like_a_key_is_not_written(run, project):
    key = "ghp_" + "a1B2" * 9
    (project.folder / f"{key}.csv").write_text(HOUSES)
    entry = run(f"train(pd.read_csv('{key}.csv'))")

    assert entry.dataset is None
    assert key not in entry.text.partition("## Code")[0]


def test_the_versions_of_a_data_set_are_listed_together(run, project):
    run("X, y = load_digits(return_X_y=True)\ntrain(X, y)")
    run("X, y = load_digits(return_X_y=True)\ntrain(X[:9], y[:9])")
    desk = open_desk(project.journal_folder)
    desk.catalogue.refresh()

    found = [row.dataset for row in desk.catalogue.search(Query(dataset="digits"))]

    assert ["digits (2)", "digits"] == found
