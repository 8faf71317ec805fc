"""What differs between two runs, in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitlab_journal.differences import differences, in_short, remarks
from gitlab_journal.identity.data import describe_data
from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.params import describe_params


@dataclass(frozen=True)
class Run:
    """A run as its page tells it, with the digests that the page would carry."""

    params: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    params_hash: str | None = None
    config_hash: str | None = None
    data_hash: str | None = None
    state_hash: str | None = None
    code_hash: str | None = None


def with_params(left_alone: dict[str, Any] | None = None, **given: Any) -> Run:
    found = describe_params(given, left_alone or {})
    return Run(found.params, found.defaults, params_hash=found.params_hash)


def with_data(**values: Any) -> Run:
    found = describe_data(values)
    return Run(data=found.rows, data_hash=found.data_hash)


def with_code(environment: dict[str, str] | None = None, **functions: str) -> Run:
    libraries = environment or {}
    return Run(
        functions=functions, environment=libraries, code_hash=digest({**functions, **libraries})
    )


def with_weights(**states: dict[str, Any]) -> Run:
    rows = {name: {"role": "state", "type": "keras.Model", **row} for name, row in states.items()}
    return Run(data=rows, state_hash=digest(rows) if rows else None)


def words(before: Run, after: Run) -> list[str]:
    return [one.words for one in differences(before, after)]


def svc(**settings):
    from sklearn.svm import SVC

    return SVC(**settings)


def pipeline(**settings):
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), svc(**settings))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (with_params(C=1), with_params(C=10), ["C 10, before 1"]),
        (with_params({"C": 1}), with_params(C=10), ["C 10, before 1 (the default)"]),
        (with_params(C=10), with_params({"C": 1}), ["C 1 (the default), before 10"]),
        (with_params({"C": 1}), with_params({"C": 2}), ["the default of C 2, before 1"]),
        (with_params({"C": 1}), with_params(C=1), []),
        (with_params(C=1), with_params(C=1.0), []),
        (with_params(fast=True), with_params(fast=1), ["fast 1, before true"]),
        (with_params(rate=1e-3), with_params(rate=0.00125), ["rate 0.00125, before 0.001"]),
        (with_params(C=1), with_params(C=1, dropout=0.2), ["dropout 0.2 is new"]),
        (with_params({"C": 1}), with_params({"C": 1, "k": 3}), ["k 3 (the default) is new"]),
        (with_params(C=1, momentum=0.9), with_params(C=1), ["momentum 0.9 is gone"]),
        (with_params(limit=None), with_params(limit=3), ["limit 3, before null"]),
        (
            with_params(model=pipeline(C=1.0)),
            with_params(model=pipeline(C=2.0)),
            ["model.svc.C 2.0, before 1.0 (the default)"],
        ),
        (
            with_params(model=pipeline()),
            with_params(model=pipeline(kernel="linear", gamma="scale")),
            ["model.svc.kernel linear, before rbf (the default)"],
        ),
        (
            with_params(model=svc(C=3.0)),
            with_params(model=pipeline()),
            ["model sklearn.pipeline.Pipeline, before sklearn.svm.SVC"],
        ),
        (
            with_params(layers=[32, 64, 64, 10]),
            with_params(layers=[32, 64, 128, 10]),
            ["layers[2] 128, before 64"],
        ),
        (
            with_params(sizes=[1, 2]),
            with_params(sizes=[1, 2, 3]),
            ["sizes [1, 2, 3], before [1, 2]"],
        ),
        (
            with_params(network={"units": 32, "rate": 0.1}),
            with_params(network={"units": 64, "rate": 0.1}),
            ["network.units 64, before 32"],
        ),
    ],
)
def test_a_parameter_is_named_with_both_values(before, after, said):
    assert said == words(before, after)


def test_a_difference_carries_part_name_and_both_values():
    (found,) = differences(with_params(model=svc(C=1.0)), with_params(model=svc(C=2.0)))

    assert ("params", "model.C", 1.0, 2.0) == (found.part, found.name, found.before, found.after)


leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
nested = st.recursive(
    leaf,
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=3), one),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from("abc"), nested), st.dictionaries(st.sampled_from("abc"), nested)
)
@example({"a": 1}, {"a": True})
@example({"a": [0.0, None]}, {"a": [-0.0, None]})
@example({"a": float("nan")}, {"a": float("nan")})
def test_parameters_differ_in_words_exactly_where_their_digests_differ(given_before, given_after):
    before, after = with_params(**given_before), with_params(**given_after)
    unhashed = [replace(run, params_hash=None) for run in (before, after)]

    assert (before.params_hash == after.params_hash) == (not words(*unhashed))


def test_long_values_are_cut_to_where_they_differ():
    one, other = "a photograph of " * 20 + "a cat", "a photograph of " * 20 + "a dog"
    (said,) = words(with_params(prompt=one), with_params(prompt=other))

    assert said == "prompt …ph of a dog, before …ph of a cat"
    assert len(said) <= 78


def test_very_long_values_leave_room_for_both():
    (said,) = words(with_params(prompt="x" * 300), with_params(prompt="y" * 300))

    assert len(said) <= 78
    assert "x" * 20 in said
    assert "y" * 20 in said


ROWS = np.arange(16384.0)
TABLE = pd.DataFrame({"age": [1, 2, 3], "income": [4.0, 5.0, 6.0], "name": ["a", "b", "c"]})


def changed(array, index):
    copy = array.copy()
    copy[index] += 1
    return copy


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"X": ROWS}, {"X": ROWS.copy()}, []),
        ({"X": ROWS}, {"X": ROWS.astype("f4")}, ["X: float32, before float64"]),
        ({"X": ROWS}, {"X": ROWS[:1500]}, ["X: 1,500 rows, before 16,384"]),
        ({"X": ROWS}, {"X": ROWS.reshape(-1, 4)}, ["X: 4,096 x 4, before 16,384"]),
        (
            {"X": ROWS.reshape(-1, 4)},
            {"X": ROWS.reshape(-1, 4)[:, :3]},
            ["X: 3 columns, before 4"],
        ),
        (
            {"X": ROWS.reshape(-1, 4)},
            {"X": ROWS.reshape(-1, 4)[1:, :3]},
            ["X: 4,095 rows, before 4,096; 3 columns, before 4"],
        ),
        (
            {"X": ROWS},
            {"X": changed(ROWS, 15000)},
            ["X: 1 of 16 parts differs, rows 14,336 to 15,359"],
        ),
        (
            {"X": ROWS},
            {"X": changed(ROWS, [5, 15000])},
            ["X: 2 of 16 parts differ, rows 0 to 1,023 and rows 14,336 to 15,359"],
        ),
        (
            {"X": ROWS},
            {"X": changed(ROWS, [5, 1030])},
            ["X: 2 of 16 parts differ, rows 0 to 2,047"],
        ),
        ({"X": ROWS[:3]}, {"X": changed(ROWS[:3], 1)}, ["X: 1 of 3 parts differs, row 1"]),
        ({"X": ROWS}, {"X": ROWS + 1}, ["X: the values differ from the first rows to the last"]),
        ({"X": ROWS[:1]}, {"X": ROWS[1:2]}, ["X: the values differ"]),
        ({"X": TABLE}, {"X": TABLE.assign(age=0)}, ["X: 1 of 3 columns differs: age"]),
        (
            {"X": TABLE},
            {"X": TABLE.assign(age=0, name="z")},
            ["X: 2 of 3 columns differ: age, name"],
        ),
        ({"X": TABLE}, {"X": TABLE[:2]}, ["X: 2 rows, before 3"]),
        ({"X": TABLE}, {"X": TABLE.assign(sex=1)}, None),
        (
            {"X": TABLE},
            {"X": TABLE.rename(columns={"age": "years"})},
            ["X: column years was called age"],
        ),
        (
            {"X": TABLE},
            {"X": TABLE[["name", "age", "income"]]},
            ["X: its columns stand in another order"],
        ),
        (
            {"X": TABLE},
            {"X": TABLE.set_index(pd.Index([7, 8, 9]))},
            ["X: its index differs, or the type of a label"],
        ),
        ({"X": ROWS}, {"X": ROWS, "w": ROWS[:4]}, ["w is new among the data, 4"]),
        ({"X": ROWS, "w": ROWS}, {"X": ROWS}, ["w is gone from the data"]),
        ({"rows": ROWS}, {"table": ROWS}, ["table was called rows"]),
        ({"X": ROWS}, {"x": ROWS}, []),
    ],
)
def test_a_data_argument_is_named_with_what_differs_in_it(before, after, said):
    found = words(with_data(**before), with_data(**after))

    if said is None:
        assert "X: 1 of 4 columns is new: sex" in found[0]
    else:
        assert said == found


def test_another_version_of_a_data_set_is_named():
    rows = [
        {"X": {"name": name, "shape": [3], "dtype": "int64", "hash": name}}
        for name in ("digits", "digits (2)")
    ]
    before, after = (Run(data=row, data_hash=str(row)) for row in rows)

    assert ["X: digits (2), before digits; the values differ"] == words(before, after)


@pytest.mark.parametrize("rows", [2, 5, 16, 17, 40, 1000])
def test_the_rows_that_are_named_hold_the_one_that_differs(rows):
    array = np.arange(float(rows))
    for index in {0, 1, rows // 3, rows - 1}:
        (said,) = words(with_data(X=array), with_data(X=changed(array, index)))
        first, last = said.rpartition("row")[2].removeprefix("s ").partition(" to ")[::2]

        assert int(first) <= index <= int(last or first)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            {"model": {"steps": 0, "hash": "a"}},
            {"model": {"steps": 40, "hash": "b"}},
            ["starts from other weights: trained for 40 steps, before fresh"],
        ),
        (
            {"model": {"steps": 0, "hash": "a"}},
            {"model": {"steps": 0, "hash": "b"}},
            ["starts from other weights, both fresh"],
        ),
        (
            {"model": {"hash": "a"}},
            {"model": {"hash": "b"}},
            ["comes in fitted otherwise"],
        ),
        ({}, {"model": {"hash": "b"}}, ["comes in fitted, before unfitted"]),
        (
            {},
            {"model": {"steps": 1, "hash": "b"}},
            ["starts from other weights: trained for 1 step, before none"],
        ),
        (
            {"one": {"hash": "a"}, "other": {"hash": "a"}},
            {"one": {"hash": "a"}, "other": {"hash": "b"}},
            ["other comes in fitted otherwise"],
        ),
    ],
)
def test_weights_are_fresh_or_trained_for_some_steps(before, after, said):
    assert said == words(with_weights(**before), with_weights(**after))


def test_functions_are_changed_new_or_gone():
    before = with_code(train="1", clean="1", old="1")

    assert [
        "the code of clean changed",
        "extra is new in the code",
        "old is gone from the code",
    ] == words(before, with_code(train="1", clean="2", extra="1"))


def test_code_that_no_page_tells_of_just_changed():
    assert ["the code changed"] == words(Run(code_hash="a"), Run(code_hash="b"))


def test_a_library_of_another_minor_version_is_named_where_the_code_hash_differs():
    before = with_code({"python": "3.11.7", "scikit-learn": "1.8.2", "numpy": "2.4.5"}, train="1")
    after = with_code({"python": "3.12.1", "scikit-learn": "1.9.1", "numpy": "2.4.6"}, train="1")
    (found,) = differences(before, after)

    assert ("libraries", "scikit-learn", "scikit-learn 1.8 -> 1.9") == (
        found.part,
        found.name,
        found.words,
    )
    assert ("python 3.11.7 -> 3.12.1", "numpy 2.4.5 -> 2.4.6") == remarks(before, after)


def test_equal_digests_differ_in_nothing_whatever_the_pages_say():
    before = Run({"C": 1}, functions={"f": "1"}, params_hash="p", code_hash="c")
    after = Run({"C": 2}, functions={"f": "2"}, params_hash="p", code_hash="c")

    assert [] == words(before, after)


def test_unequal_digests_differ_in_something_even_where_the_pages_are_alike():
    assert [
        "the parameters differ in what the pages do not show",
        "the data differ in what the pages do not show",
        "starts from other weights",
        "the code changed",
    ] == words(
        Run(params_hash="a", data_hash="a", state_hash="a", code_hash="a"),
        Run(params_hash="b", data_hash="b", state_hash="b", code_hash="b"),
    )


def test_pages_written_by_hand_are_compared_by_what_they_say():
    assert ["C 2, before 1"] == words(Run({"C": 1}), Run({"C": 2}))


def test_several_differences_fit_into_one_line():
    before = with_code({"scikit-learn": "1.8.2"}, train="1", clean="1")
    after = with_code({"scikit-learn": "1.9.1"}, train="2", clean="2")

    assert "the code of clean, train changed; scikit-learn 1.8 -> 1.9" == in_short(
        differences(before, after)
    )


def test_what_has_no_room_is_counted():
    before = with_params(**{f"parameter_{i}": 1 for i in range(9)})
    after = with_params(**{f"parameter_{i}": 2 for i in range(9)})
    said = in_short(differences(before, after))

    assert "parameter_0 2, before 1; parameter_1 2, before 1; and 7 more" == said
    assert len(said) <= 78
