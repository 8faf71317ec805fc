from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold
from sklearn.svm import SVC

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params


def describe(given=None, left_alone=None, **options):
    return describe_params(given or {}, left_alone or {}, **options)


@given(st.dictionaries(st.text("abc", min_size=1), st.integers()), st.sets(st.text("abc")))
def test_a_default_made_explicit_changes_no_hash(params, made_explicit):
    set_by_caller = {name: value for name, value in params.items() if name in made_explicit}
    left_alone = {name: value for name, value in params.items() if name not in made_explicit}

    assert describe(params).params_hash == describe(set_by_caller, left_alone).params_hash
    assert params_hash(params) == describe(left_alone=params).params_hash


def test_what_was_set_and_what_was_left_alone_are_shown_apart():
    described = describe({"width": 128}, {"rate": 0.1, "seed": 0})

    assert {"width": 128} == described.params
    assert {"rate": 0.1, "seed": 0} == described.defaults


def test_seeds_are_left_out_of_the_config_hash_at_any_depth():
    one = describe({"seed": 1, "model": SVC(random_state=1), "parts": [{"svc__random_state": 1}]})
    other = describe({"seed": 2, "model": SVC(), "parts": [{"svc__random_state": 3}]})

    assert one.config_hash == other.config_hash
    assert one.params_hash != other.params_hash


def test_a_seed_that_is_absent_equals_one_that_is_set_in_the_config_hash():
    assert describe({"seed": 1, "C": 1}).config_hash == describe({"C": 1}).config_hash


def test_a_seed_among_names_that_are_no_text_is_left_out_too():
    one, other = ({"parts": {1: "a", "seed": seed}} for seed in (1, 2))

    assert describe(one).config_hash == describe(other).config_hash
    assert describe(one).seeded


def test_the_seed_of_a_splitter_counts():
    one, other = (describe({"cv": KFold(3, shuffle=True, random_state=seed)}) for seed in (1, 2))

    assert one.config_hash != other.config_hash
    assert not one.seeded


def test_further_replication_parameters_join_the_defaults():
    one, other = (describe({"fold": i, "seed": i}, replicate=["fold"]) for i in (1, 2))

    assert one.config_hash == other.config_hash
    assert describe({"fold": 1}).config_hash != describe({"fold": 2}).config_hash


@pytest.mark.parametrize(
    ("params", "seeded"),
    [
        ({"seed": 0}, True),
        ({"seed": None}, False),
        ({"model": SVC(random_state=0)}, True),
        ({"model": SVC()}, False),
        ({"svc__random_state": 0}, True),
        ({"seeds": 3}, False),
    ],
)
def test_seeded_tells_whether_a_seed_is_set(params, seeded):
    assert seeded == describe(params).seeded


def test_what_is_ignored_is_left_out_at_any_depth():
    one = describe({"n_jobs": 1, "model": SVC(verbose=True), "log": {"svc__verbose": 2}})
    other = describe({"n_jobs": 2, "model": SVC(), "log": {}})

    assert one.params_hash == other.params_hash
    assert "n_jobs" not in one.params


def test_what_is_ignored_need_not_be_describable():
    described = describe({"model": {"out": object(), "C": 1}}, ignore=["out"])

    assert {"model": {"C": 1}} == described.params


def test_values_are_shown_plainly():
    described = describe(
        {
            "rate": np.float64(0.1),
            "sizes": (1, 2),
            "words": {"b", "a"},
            "by": {1: "a"},
            "path": Path("a/b"),
            "price": Decimal("1.50"),
            "activation": np.tanh,
            "part": 2 + 1j,
            "rows": range(3),
            "kind": SVC,
            "none": None,
            "flag": np.bool_(True),
            "dtype": np.dtype("f4"),
            "cv": KFold(3),
        }
    )

    assert {
        "rate": 0.1,
        "sizes": [1, 2],
        "words": ["a", "b"],
        "by": {"1": "a"},
        "path": "a/b",
        "price": "1.50",
        "activation": "numpy.tanh",
        "part": "2+1j",
        "rows": "range(0, 3)",
        "kind": "sklearn.svm.SVC",
        "none": None,
        "flag": True,
        "dtype": "float32",
        "cv": "KFold(n_splits=3, shuffle=False, random_state=None)",
    } == described.params
    assert type(described.params["rate"]) is float
    assert type(described.params["flag"]) is bool


def test_long_values_are_shown_short_and_hashed_whole():
    one = describe({"array": np.zeros((1797, 64)), "text": "a" * 5000, "list": list(range(1000))})
    other = describe({"array": np.zeros((1797, 64)), "text": "a" * 5000, "list": list(range(999))})

    assert one.params["array"].startswith("ndarray(1797, 64) float64 xxh3 ")
    assert len(one.params["text"]) < 300
    assert one.params["list"].startswith("list(1000) xxh3 ")
    assert one.params_hash != other.params_hash


def test_there_is_no_model_among_plain_values():
    assert describe({"C": 1}).model is None


def test_a_refusal_names_the_path():
    with pytest.raises(DescriptionError, match=r"^params\.layers\[2\]: a object has no stable"):
        describe({"layers": [1, 2, object()]})


@pytest.mark.parametrize(
    ("name", "form"), [("api_key", "word-{}"), ("client", "gh" + "p_{}")], ids=["name", "shape"]
)
def test_what_name_or_shape_show_to_be_a_key_counts_in_no_hash(name, form):
    given = [{name: form.format(digit * 36), "C": 1} for digit in "12"]
    first, second = map(describe, given)

    assert (first.params_hash, first.config_hash) == (second.params_hash, second.config_hash)
    assert params_hash(given[0]) == params_hash(given[1]) == first.params_hash
    assert params_hash(given[0]) != params_hash(given[0] | {"C": 2})


def test_a_random_text_without_a_name_counts_and_is_not_shown():
    given = [{"opaque": f"q7Rz2LmX9vBn4KtY8pWd3HsJ6fCg1Za{last}"} for last in "TU"]
    first, second = map(describe, given)

    assert first.params_hash != second.params_hash
    assert ({"opaque": "[redacted: random]"}, ("opaque",)) == (first.params, first.hidden)
