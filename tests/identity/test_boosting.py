"""Boosted trees: parameters, and what was learnt less threads, times and versions."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params
from gitlab_journal.identity.state import describe_state

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of their own imports
    catboost = pytest.importorskip("catboost")
    lightgbm = pytest.importorskip("lightgbm")
    xgboost = pytest.importorskip("xgboost")

# Some of the models are deprecated in the newest versions.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*is deprecated"),
]

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4))
Z = RANDOM.normal(size=(60, 4))
Y = (X[:, 0] > 0).astype(int)
GROUPS = np.repeat([0, 1, 2], 20)
# Name, the parameters that keep a fit short and quiet, what else fit needs.
MODELS = [
    (xgboost.XGBClassifier, {"n_estimators": 3}, {}),
    (xgboost.XGBRegressor, {"n_estimators": 3, "booster": "dart"}, {}),
    (xgboost.XGBRFClassifier, {"n_estimators": 3}, {}),
    (xgboost.XGBRanker, {"n_estimators": 3}, {"qid": GROUPS}),
    (lightgbm.LGBMClassifier, {"n_estimators": 3, "verbose": -1}, {}),
    (lightgbm.LGBMRegressor, {"n_estimators": 3, "verbose": -1}, {}),
    (lightgbm.LGBMRanker, {"n_estimators": 3, "verbose": -1}, {"group": [20, 20, 20]}),
    (catboost.CatBoostClassifier, {"iterations": 3, "allow_writing_files": False}, {"verbose": 0}),
    (catboost.CatBoostRegressor, {"iterations": 3, "allow_writing_files": False}, {"verbose": 0}),
]


def hash_of(value):
    return params_hash({"model": value})


def state_of(value):
    return describe_state({"model": value}).state_hash


@pytest.mark.parametrize(("kind", "params", "more"), MODELS)
def test_a_boosted_model_is_known_by_its_parameters_and_what_it_learnt(kind, params, more):
    fitted = kind(**params).fit(X, Y, **more)
    plain = hash_of(kind(**params))

    assert plain == hash_of(fitted)
    assert plain == hash_of(clone(fitted))
    assert plain != hash_of(kind(**params, max_depth=2))
    assert (
        plain == hash_of(kind(**params).set_params(n_jobs=1)) or kind.__module__ == "catboost.core"
    )
    assert state_of(kind(**params)) is None
    assert state_of(fitted) == state_of(kind(**params).fit(X, Y, **more))
    assert state_of(fitted) != state_of(kind(**params).fit(Z, Y, **more))


@pytest.mark.parametrize(("kind", "params", "more"), MODELS)
def test_predicting_changes_no_state(kind, params, more):
    fitted = kind(**params).fit(X, Y, **more)
    before = state_of(fitted)
    fitted.predict(X)

    assert before == state_of(fitted)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            xgboost.XGBClassifier(n_estimators=3, n_jobs=1),
            xgboost.XGBClassifier(n_estimators=3, n_jobs=2),
        ),
        (
            lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1),
            lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=2),
        ),
        (
            catboost.CatBoostClassifier(iterations=3, verbose=0, allow_writing_files=False),
            catboost.CatBoostClassifier(
                iterations=3, verbose=0, allow_writing_files=False, thread_count=1
            ),
        ),
    ],
)
def test_the_number_of_threads_is_no_part_of_the_state(one, other):
    assert state_of(one.fit(X, Y)) == state_of(other.fit(X, Y))


def test_state_is_found_inside_a_pipeline():
    model = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=3))

    assert state_of(model) is None
    assert state_of(clone(model).fit(X, Y)) == state_of(clone(model).fit(X, Y))
    assert state_of(clone(model).fit(X, Y)) != state_of(clone(model).fit(Z, Y))


def raw_boosters():
    matrix = xgboost.DMatrix(X, Y)
    table = lightgbm.Dataset(X, Y)
    return {
        "xgboost": xgboost.train({"nthread": 1}, matrix, 3),
        "xgboost again": xgboost.train({"nthread": 2}, matrix, 3),
        "lightgbm": lightgbm.train({"verbose": -1}, table, 3),
        "lightgbm again": lightgbm.train({"verbose": -1, "num_threads": 1}, table, 3),
    }


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_a_raw_booster_is_state_of_its_class(library):
    found = raw_boosters()
    booster, again = found[library], found[f"{library} again"]
    longer = {
        "xgboost": lambda: xgboost.train({}, xgboost.DMatrix(X, Y), 4),
        "lightgbm": lambda: lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, Y), 4),
    }[library]()

    assert f"{library}.Booster" == describe_params({"model": booster}, {}).params["model"]
    assert f"{library}.Booster" == describe_params({"model": booster}, {}).model
    assert hash_of(booster) == hash_of(longer)
    assert state_of(booster) == state_of(again)
    assert state_of(booster) != state_of(longer)


def test_a_matrix_of_xgboost_is_known_by_all_that_it_holds():
    plain = hash_of(xgboost.DMatrix(X, Y))
    missing = X.copy()
    missing[0, 0] = np.nan
    zero = X.copy()
    zero[0, 0] = 0

    assert plain == hash_of(xgboost.DMatrix(X, Y))
    assert plain != hash_of(xgboost.DMatrix(Z, Y))
    assert plain != hash_of(xgboost.DMatrix(X, 1 - Y))
    assert plain != hash_of(xgboost.DMatrix(X, Y, weight=np.ones(60)))
    assert hash_of(xgboost.DMatrix(missing)) != hash_of(xgboost.DMatrix(zero))


def test_a_data_set_of_lightgbm_is_refused_with_a_hint():
    with pytest.raises(DescriptionError, match=r"^params\.model: .* pass the arrays it is made"):
        hash_of(lightgbm.Dataset(X, Y))


def said():
    return [state_of(kind(**params).fit(X, Y, **more)) for kind, params, more in MODELS]


def test_another_process_finds_the_same_state():
    script = "import test_boosting as t; print(*t.said())"
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=Path(__file__).parent,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert said() == found.split()
