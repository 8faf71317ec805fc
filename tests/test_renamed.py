"""Earlier entries found although parameters were renamed or added since, or code declared equal."""

from __future__ import annotations

import numpy as np
import pytest

from gitlab_journal.cover import Cover
from gitlab_journal.identity.data import describe_data
from gitlab_journal.identity.params import describe_params
from gitlab_journal.identity.renamed import MOST, Former, former_data, former_states
from gitlab_journal.identity.state import describe_state

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])


def found(now, before, *, aliases=None, added=None, replicate=()):
    """Whether what is described now may have been described so before."""
    former = Former(aliases or {}, added or {})
    alternatives = describe_params(now, {}, replicate=replicate, former=former).alternatives
    known = describe_params(before, {}, replicate=replicate)
    return (known.params_hash, known.config_hash) in alternatives


@pytest.mark.parametrize(
    ("now", "before", "declared"),
    [
        ({"width": 1}, {"units": 1}, {"aliases": {"units": "width"}}),
        ({"c": 1}, {"a": 1}, {"aliases": {"a": "b", "b": "c"}}),
        ({"c": 1}, {"b": 1}, {"aliases": {"a": "b", "b": "c"}}),
        ({"c": 1}, {"b": 1}, {"aliases": {"a": "c", "b": "c"}}),
        ({"c": 1, "d": 2}, {"a": 1, "d": 2}, {"aliases": {"a": "c", "b": "d"}}),
        ({"c": 1, "d": 2}, {"a": 1, "b": 2}, {"aliases": {"a": "c", "b": "d"}}),
        ({"net": {"width": 1}}, {"net": {"units": 1}}, {"aliases": {"units": "width"}}),
        ({"net": [{"width": 1}]}, {"net": [{"units": 1}]}, {"aliases": {"units": "width"}}),
        ({"net__width": 1}, {"net__units": 1}, {"aliases": {"units": "width"}}),
        ({"svc__C": 1}, {"penalty": 1}, {"aliases": {"penalty": "svc__C"}}),
        # renamed at the top, never called otherwise inside
        (
            {"rate": 1, "opt": {"rate": 2}},
            {"lr": 1, "opt": {"rate": 2}},
            {"aliases": {"lr": "rate"}},
        ),
        ({"a": 1, "dropout": 0}, {"a": 1}, {"added": {"dropout": 0.0}}),
        ({"net": {"layers": (1, 2)}}, {"net": {}}, {"added": {"layers": [1, 2]}}),
        ({"net": {"x": None}}, {"net": {}}, {"added": {"x": None}}),
        (
            {"width": 1, "dropout": 0.0},
            {"units": 1},
            {"aliases": {"units": "width"}, "added": {"dropout": 0.0}},
        ),
        # added, then renamed
        ({"dropout": 0.0}, {}, {"aliases": {"drop": "dropout"}, "added": {"drop": 0.0}}),
        ({"dropout": 0.0}, {"drop": 0.0}, {"aliases": {"drop": "dropout"}, "added": {"drop": 0.0}}),
        ({"seeds": 1}, {"seed": 1}, {"aliases": {"seed": "seeds"}, "replicate": ["seeds"]}),
    ],
)
def test_what_was_called_otherwise_or_was_not_there_is_found(now, before, declared):
    assert found(now, before, **declared)


@pytest.mark.parametrize(
    ("now", "before", "declared"),
    [
        ({"width": 1}, {"units": 2}, {"aliases": {"units": "width"}}),
        ({"units": 1}, {"width": 1}, {"aliases": {"units": "width"}}),
        ({"width": 1, "units": 2}, {"units": 1}, {"aliases": {"units": "width"}}),
        ({"a": 1, "dropout": 0.5}, {"a": 1}, {"added": {"dropout": 0.0}}),
        ({"a": 1, "dropout": False}, {"a": 1}, {"added": {"dropout": 0}}),
        ({"a": 1}, {"a": 1, "dropout": 0.0}, {"added": {"dropout": 0.0}}),
    ],
)
def test_what_differs_in_more_than_a_declared_name_is_not_found(now, before, declared):
    assert not found(now, before, **declared)


def test_a_parameter_of_an_estimator_may_have_had_another_name():
    from sklearn.svm import SVC

    former = Former({"cost": "C"})
    alternatives = describe_params({"model": SVC(C=3)}, {}, former=former).alternatives

    assert 1 == len(alternatives)


def test_a_call_that_nothing_is_declared_of_has_no_alternatives():
    former = Former({"cost": "C"}, {"dropout": 0.0})

    assert () == describe_params({"width": 1}, {}, former=former).alternatives


def test_many_renamed_parameters_give_a_bounded_number_of_alternatives():
    names = [f"p{i}" for i in range(40)]
    aliases = {f"old_{name}": name for name in names}
    now = dict.fromkeys(names, 1)
    every = dict.fromkeys(aliases, 1)
    one = {**dict.fromkeys(names[1:], 1), "old_p0": 1}

    assert (True, True) == (found(now, every, aliases=aliases), found(now, one, aliases=aliases))
    former = Former(aliases)
    assert MOST >= len(describe_params(now, {}, former=former).alternatives)


def test_one_name_at_many_places_is_renamed_at_all_of_them():
    layers = [{"width": i} for i in range(40)]
    before = [{"units": i} for i in range(40)]

    assert found({"net": layers}, {"net": before}, aliases={"units": "width"})
    assert found(
        {"net": layers, "width": 1}, {"net": layers, "units": 1}, aliases={"units": "width"}
    )


def test_of_many_places_those_of_one_name_may_have_been_renamed_alone():
    now = [{"width": i, "rate": i} for i in range(40)]
    before = [{"units": i, "rate": i} for i in range(40)]

    assert found({"net": now}, {"net": before}, aliases={"units": "width", "lr": "rate"})


def test_data_arguments_may_have_had_other_names():
    now = describe_data({"features": X, "y": Y})
    before = describe_data({"inputs": X, "y": Y})
    with_role = describe_data({"features": X, "y": Y}, roles={"features": "rows"})

    assert (before.data_hash,) == former_data(now.rows, Former({"inputs": "features"}))
    assert () == former_data(with_role.rows, Former({"inputs": "features"}))


def test_data_that_got_a_name_with_a_role_are_found():
    now, before = describe_data({"X": X}), describe_data({"inputs": X})

    assert (before.data_hash,) == former_data(now.rows, Former({"inputs": "X"}))


def test_the_state_of_a_model_is_found_under_its_former_name():
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(X, Y)
    now, before = describe_state({"nets": [model]}), describe_state({"models": [model]})

    assert (before.state_hash,) == former_states(now.rows, Former({"models": "nets"}))


# What follows runs: the function changes, the journal stays.

BEFORE = """
from gitlab_journal import experiment

@experiment
def train(inputs, y, *, units=64):
    return {"loss": units / 100}
"""
AFTER = """
from gitlab_journal import current_run, experiment

@experiment
def train(features, y, *, width=64, dropout=0.0):
    return {"loss": width / 100}
"""


def set_cover(project, **settings):
    cover = project.journal_folder / "journal.md"
    cover.write_text(Cover.parse(cover.read_text()).set(**settings).render())


def code_of(project, source):
    return project.module(source).train._describe((X, Y), {})[1].fingerprint.code_hash


def test_an_entry_from_before_the_change_is_found(project):
    project.module(BEFORE).train(X, Y, units=8)
    (entry,) = project.journal.entries()
    code = code_of(project, AFTER)
    train = project.module(AFTER).train
    undeclared = train.find(X, Y, width=8)
    set_cover(
        project,
        aliases={"units": "width", "inputs": "features"},
        added={"dropout": 0.0},
        same_code=[entry.code_hash, code.partition(":")[2][:8]],
    )

    assert ([], [entry]) == (undeclared, train.find(X, Y, width=8))
    assert [[], []] == [train.find(X, Y, width=9), train.find(X, Y, width=8, dropout=0.1)]


def test_without_the_code_declared_equal_it_is_a_variant(project, capsys):
    project.module(BEFORE).train(X, Y, units=8)
    set_cover(project, aliases={"units": "width", "inputs": "features"}, added={"dropout": 0.0})
    capsys.readouterr()
    project.module(AFTER).train(X, Y, width=8)

    assert "Variant of" in capsys.readouterr().err


def test_of_entries_under_old_and_new_names_the_newest_comes_first(project):
    new = code_of(project, AFTER)
    project.module(BEFORE).train(X, Y, units=8)
    (first,) = project.journal.entries()
    set_cover(
        project,
        aliases={"units": "width", "inputs": "features"},
        added={"dropout": 0.0},
        same_code=[[first.code_hash, "43e12345"], [new, "43e12345"]],
    )
    train = project.module(AFTER).train.options(on_duplicate="run")
    train(X, Y, width=8)
    project.module(BEFORE, name="before").train(X, Y, units=8)

    assert [entry.id for entry in project.journal.entries()[::-1]] == [
        entry.id for entry in train.find(X, Y, width=8)
    ]


def test_data_met_inside_a_run_may_have_had_another_name(project, capsys):
    source = (
        "from gitlab_journal import current_run, experiment\n"
        "@experiment(ignore='name')\n"
        "def train(X, name):\n    current_run().data(**{name: X + 1})\n    return 1.0\n"
    )
    train = project.module(source).train
    train(X, "rows")
    set_cover(project, aliases={"rows": "lines"})
    capsys.readouterr()
    train(X, "lines")

    assert "You have run this before" in capsys.readouterr().err


def test_a_block_of_journal_run_finds_what_was_renamed(project, capsys):
    source = (
        "def train(journal, X, params):\n"
        "    with journal.run(title='By hand', params=params) as run:\n"
        "        run.data(X=X)\n"
    )
    train = project.module(source).train
    train(project.journal, X, {"lr": 1})
    set_cover(project, aliases={"lr": "learning_rate"})
    capsys.readouterr()
    train(project.journal, X, {"learning_rate": 1})

    assert "You have run this before" in capsys.readouterr().err


def test_entries_from_before_libraries_counted_are_found(project):
    source = "import numpy as np\n" + BEFORE.replace("units / 100", "np.sqrt(units)")
    train = project.module(source).train
    train(X, Y)
    page = project.journal.entries()[0].path
    definitions = train._describe((X, Y), {})[1].fingerprint
    (older,) = definitions.same_code - {definitions.code_hash}
    page.write_text(page.read_text().replace(definitions.code_hash, older))
    project.journal_git("commit", "-qam", "As it was written before")

    assert [older] == [entry.code_hash for entry in train.find(X, Y)]
