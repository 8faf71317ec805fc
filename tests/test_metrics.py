from __future__ import annotations

import csv
import math
import warnings
from collections import namedtuple
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ShuffleSplit, cross_val_score, cross_validate
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from gitlab_journal.metrics import Outcome, combine, direction, extract, headline
from gitlab_journal.prediction import parse_claim

X, Y = load_iris(return_X_y=True)


@dataclass
class History:
    """Has what a Keras History has."""

    history: dict
    epoch: list = field(default_factory=list)
    params: dict = field(default_factory=dict)
    model: object = None


class Network:
    """Has what a fitted Keras model has."""

    def fit(self):
        self.history = History({"loss": [2.0, 1.0], "val_loss": [2.5, 2.75]}, model=self)
        return self


def same(expected, actual):
    """Compare with NaN equal to NaN."""
    return repr(expected) == repr(actual)


@pytest.mark.parametrize(
    "value", [None, True, np.bool_(True), "0.5", b"1", object(), {}, [], (), X, Y, 1j, {"a": "b"}]
)
def test_what_is_no_result_gives_nothing(value):
    assert Outcome() == extract(value)


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (0.5, 0.5),
        (3, 3),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.array(0.5), 0.5),
        (np.array([0.5]), 0.5),
        (Fraction(1, 2), 0.5),
        (Decimal("0.5"), 0.5),
    ],
)
def test_a_number_is_the_score(value, score):
    metrics = extract(value).metrics

    assert {"score": score} == metrics
    assert type(metrics["score"]) is type(score)


def test_a_mapping_of_numbers_gives_metrics_in_its_order_in_python_numbers():
    metrics = extract({"b": np.float64(0.25), "a": np.array(3), 7: 1.5}).metrics

    assert [("b", 0.25), ("a", 3), ("7", 1.5)] == list(metrics.items())
    assert [float, int, float] == [type(value) for value in metrics.values()]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("high", "str 'high'"),
        (True, "bool"),
        (np.bool_(False), "bool"),
        (None, "NoneType"),
        ([1, "b"], "list"),
        (X, "ndarray"),
        (10**400, "int"),
        ("x" * 1000, f"str '{'x' * 38}…"),
    ],
)
def test_a_value_that_is_no_number_is_left_out_with_a_note(value, words):
    outcome = extract({"f1": 0.5, "x": value})

    assert {"f1": 0.5} == outcome.metrics
    assert (f"Metric x is no number but {words}: it is left out.",) == outcome.notes


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_stays(value):
    assert same({"loss": value}, extract({"loss": np.float64(value)}).metrics)


def test_a_named_tuple_is_a_mapping():
    scores = namedtuple("Scores", ["accuracy", "f1"])  # noqa: PYI024  # its fields are all it needs

    assert {"accuracy": 0.9, "f1": 0.8} == extract(scores(0.9, 0.8)).metrics


def test_a_name_that_the_page_uses_itself_gets_a_number():
    outcome = extract({"replicates": 3.0, "over": 4.0})

    assert {"replicates_2": 3.0, "over_2": 4.0} == outcome.metrics
    assert "The name replicates was taken: its value is replicates_2." == outcome.notes[0]


def test_a_keras_history_gives_curves_their_last_and_best_values():
    history = History(
        {"accuracy": [0.5, 0.75, 0.7], "loss": [2.0, 1.0, 1.5], "learning_rate": [1, 1, 1]}
    )

    outcome = extract(history)

    assert ["accuracy", "loss", "learning_rate"] == list(outcome.curves)
    assert {
        "accuracy": 0.7,
        "loss": 1.5,
        "learning_rate": 1,
        "best_accuracy": 0.75,
        "best_loss": 1.0,
    } == outcome.metrics


def test_a_fitted_keras_model_is_read_as_its_history():
    outcome = extract(Network().fit())

    assert {
        "loss": 1.0,
        "val_loss": 2.75,
        "best_loss": 1.0,
        "best_val_loss": 2.5,
    } == outcome.metrics
    assert outcome.model.endswith("Network")


def test_the_model_and_its_history_together_count_once():
    network = Network().fit()

    assert extract(network) == extract((network, network.history))


def test_a_model_beside_numbers_brings_its_curves():
    outcome = extract({"accuracy": 0.9, "model": Network().fit()})

    assert ["accuracy", "loss", "val_loss", "best_loss", "best_val_loss"] == list(outcome.metrics)
    assert () == outcome.notes


def test_a_model_that_was_not_fitted_gives_nothing():
    assert Outcome() == extract(Network())


@pytest.mark.parametrize("twin", [{"loss": [2.0, 1.0]}, {"f1": [1.0, 2.0], "val_f1": [0.0, 1.0]}])
def test_the_dict_of_a_history_gives_curves(twin):
    assert twin == extract(twin).curves


def test_an_axis_marks_curves_without_being_one():
    assert {"f1": [0.5, 0.75]} == extract({"epoch": [0, 1], "f1": [0.5, 0.75]}).curves


def test_a_curve_measured_every_second_epoch_is_spread():
    outcome = extract(History({"loss": [4, 3, 2, 1], "val_loss": [7, 5]}))

    assert same([math.nan, 7, math.nan, 5], outcome.curves["val_loss"])
    assert 5 == outcome.metrics["val_loss"]


def test_a_diverged_loss_ends_in_nan_and_keeps_its_best():
    metrics = extract(History({"loss": [2.0, 1.0, math.nan]})).metrics

    assert same({"loss": math.nan, "best_loss": 1.0}, metrics)


def test_a_mapping_of_lists_gives_replicates_over_seeds():
    outcome = extract({"accuracy": [0.1, 0.2, 0.3], "epochs": np.array([4, 5, 5])})

    assert {"accuracy": 0.2, "epochs": 14 / 3} == outcome.metrics
    assert {"over": "seed", "accuracy": [0.1, 0.2, 0.3], "epochs": [4, 5, 5]} == outcome.replicates
    assert {} == outcome.curves


def test_a_list_of_seeds_says_what_the_others_are_over_even_of_a_loss():
    outcome = extract({"seed": [0, 1], "loss": [0.25, 0.75]})

    assert {"loss": 0.5} == outcome.metrics
    assert {"over": "seed", "seed": [0, 1], "loss": [0.25, 0.75]} == outcome.replicates


def test_a_list_of_folds_says_what_the_others_are_over():
    outcome = extract({"fold": [0, 1], "accuracy": [0.5, 1.0]})

    assert {
        "over": "fold",
        "test_share": 0.5,
        "fold": [0, 1],
        "accuracy": [0.5, 1.0],
    } == outcome.replicates


def test_numbers_and_lists_stand_side_by_side_in_their_order():
    assert [("a", 1.5), ("b", 2), ("c", 3)] == list(
        extract({"a": [1, 2], "b": 2, "c": 3}).metrics.items()
    )


def test_a_list_too_long_for_replicates_is_left_out_with_a_note():
    outcome = extract({"accuracy": 0.9, "predicted": list(range(500))})

    assert {"accuracy": 0.9} == outcome.metrics
    assert outcome.notes[0].startswith("predicted has 500 values, too many for replicates")


def test_a_bare_list_draws_a_note_to_name_its_values():
    outcome = extract([0.25, 0.5])

    assert {} == outcome.metrics
    assert "return a mapping" in outcome.notes[0]


def test_an_array_of_scores_is_folds():
    scores = cross_val_score(SVC(), X, Y, cv=5)

    outcome = extract(scores)

    assert pytest.approx({"score": scores.mean()}) == outcome.metrics
    assert {"over": "fold", "test_share": 0.2, "score": scores.tolist()} == outcome.replicates


def test_a_long_array_is_no_fold_scores():
    assert Outcome(notes=("An array of 1000 numbers is too long for fold scores.",)) == extract(
        np.linspace(0, 1, 1000)
    )


def test_cross_validation_gives_tests_first_by_their_plain_names():
    result = cross_validate(SVC(), X, Y, cv=4, return_train_score=True, return_estimator=True)

    outcome = extract(result)

    assert ["score", "train_score", "fit_time", "score_time"] == list(outcome.metrics)
    assert pytest.approx(result["test_score"].mean()) == outcome.metrics["score"]
    assert ("fold", 0.25) == (outcome.replicates["over"], outcome.replicates["test_share"])
    assert result["test_score"].tolist() == outcome.replicates["score"]
    assert () == outcome.notes


def test_cross_validation_with_several_scores_drops_the_prefix_of_each():
    result = cross_validate(SVC(), X, Y, cv=3, scoring=["accuracy", "f1_macro"])

    assert ["accuracy", "f1_macro", "fit_time", "score_time"] == list(extract(result).metrics)


def test_indices_give_the_exact_share_that_is_tested():
    splits = ShuffleSplit(3, test_size=0.1, random_state=0)

    result = cross_validate(SVC(), X, Y, cv=splits, return_indices=True)

    assert 0.1 == extract(result).replicates["test_share"]


def test_more_folds_than_a_page_bears_leave_their_mean():
    outcome = extract(
        {"fit_time": [0.5] * 300, "score_time": [0.25] * 300, "test_score": [1.0] * 300}
    )

    assert {"score": 1.0, "fit_time": 0.5, "score_time": 0.25} == outcome.metrics
    assert {} == outcome.replicates
    assert ("There are 300 folds: the page keeps their mean only.",) == outcome.notes


def test_a_fitted_estimator_gives_its_facts():
    outcome = extract(LogisticRegression(max_iter=500).fit(X, Y == 1))

    assert ["intercept", "n_iter", "n_features_in"] == sorted(
        outcome.metrics, key=["intercept", "n_iter", "n_features_in"].index
    )
    assert 4 == outcome.metrics["n_features_in"]
    assert "sklearn.linear_model.LogisticRegression" == outcome.model


def test_a_pipeline_gives_the_facts_of_its_last_step():
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)

    outcome = extract(pipeline)

    assert "sklearn.linear_model.LogisticRegression" == outcome.model
    assert "n_iter" == next(iter(outcome.metrics))


def test_an_unfitted_estimator_and_a_class_give_no_metrics():
    assert {} == extract(SVC()).metrics
    assert Outcome() == extract(SVC)


def test_a_perceptron_gives_its_curves():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network = MLPClassifier((4,), max_iter=5, early_stopping=True, random_state=0).fit(X, Y)

    outcome = extract(network)

    assert {
        "loss": network.loss_curve_,
        "validation_score": network.validation_scores_,
    } == outcome.curves
    assert network.loss_ == outcome.metrics["loss"]
    assert network.validation_scores_[-1] == outcome.metrics["validation_score"]


def test_boosting_gives_its_curve():
    model = GradientBoostingClassifier(n_estimators=3, random_state=0).fit(X, Y)

    assert model.train_score_.tolist() == extract(model).curves["train_score"]


def _words(params):
    return ", ".join(f"{name} = {value!r}" for name, value in params.items())


def test_a_search_gives_its_best_score_params_and_table():
    grid = [{"svc__C": [1, 10], "svc__kernel": ["rbf"]}, {"svc__gamma": [0.5]}]
    search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), grid, cv=3).fit(X, Y)

    outcome = extract(search)

    assert ("best_score", search.best_score_) == next(iter(outcome.metrics.items()))
    assert [f"Best parameters: {_words(search.best_params_)}."] == list(outcome.notes)
    assert search.best_params_.get("svc__C") == outcome.metrics.get("best_svc__C")
    assert "sklearn.svm.SVC" == outcome.model
    rows = list(csv.DictReader(outcome.tables["cv_results.csv"].splitlines()))
    assert ["param_svc__C", "param_svc__gamma", "param_svc__kernel"] == list(rows[0])[:3]
    assert [("1", ""), ("10", ""), ("", "0.5")] == [
        (row["param_svc__C"], row["param_svc__gamma"]) for row in rows
    ]
    assert search.cv_results_["mean_test_score"].tolist() == [
        float(row["mean_test_score"]) for row in rows
    ]


def test_the_best_parameters_that_are_words_stand_in_a_note():
    search = GridSearchCV(SVC(), {"kernel": ["linear"], "C": [2.0]}, cv=3).fit(X, Y)

    assert ("Best parameters: C = 2.0, kernel = 'linear'.",) == extract(search).notes


def test_a_table_names_functions_without_their_address():
    from sklearn.neighbors import KNeighborsClassifier

    search = GridSearchCV(KNeighborsClassifier(), {"weights": [np.ones_like]}, cv=3).fit(X, Y)

    assert "0x" not in extract(search).tables["cv_results.csv"]


def test_a_search_over_several_scores_without_refit_still_gives_its_table():
    search = GridSearchCV(
        SVC(), {"C": [1.0]}, cv=3, scoring=["accuracy", "f1_macro"], refit=False
    ).fit(X, Y)

    assert "mean_test_f1_macro" in extract(search).tables["cv_results.csv"]


def test_a_tuple_is_the_sum_of_its_parts():
    outcome = extract((SVC().fit(X, Y), {"accuracy": 0.5}, "words", None))

    assert {"accuracy": 0.5}.items() <= outcome.metrics.items()
    assert "sklearn.svm.SVC" == outcome.model


def test_a_name_met_again_in_a_tuple_gets_a_number_and_a_note():
    outcome = extract(({"a": 1}, {"a": 2}, {"a": [3, 4]}))

    assert {"a": 1, "a_2": 2, "a_3": 3.5} == outcome.metrics
    assert {"over": "seed", "a_3": [3, 4]} == outcome.replicates
    assert "There are two values of a: the later one is a_2." == outcome.notes[0]


def test_replicates_over_one_thing_only_are_kept():
    outcome = extract(({"a": [1, 2]}, {"fold": [0, 1], "b": [3, 4]}))

    assert {"over": "seed", "a": [1, 2]} == outcome.replicates
    assert {"a": 1.5, "b": 3.5} == outcome.metrics
    assert "The page keeps replicates over seed, not those over fold." == outcome.notes[0]


def test_returned_metrics_come_before_those_set_before_the_ends_of_curves():
    outcome = combine(
        extract({"f1": 0.5}), logged={"size": 3}, observed={"loss": [2.0, 1.0], "f1": [0.1, 0.2]}
    )

    assert [("f1", 0.5), ("size", 3), ("loss", 1.0), ("best_loss", 1.0), ("best_f1", 0.2)] == list(
        outcome.metrics.items()
    )
    assert {"loss": [2.0, 1.0], "f1": [0.1, 0.2]} == outcome.curves


def test_returned_values_and_curves_stand_against_what_was_seen():
    outcome = combine(extract({"loss": [4.0, 3.0]}), logged={"loss": 9.0}, observed={"loss": [8.0]})

    assert {"loss": 3.0, "best_loss": 3.0} == outcome.metrics
    assert {"loss": [4.0, 3.0]} == outcome.curves
    assert (
        "Metric loss was returned as 3.0 and set to 9.0: the page keeps what was returned.",
    ) == outcome.notes


def test_a_gap_at_the_end_of_an_observed_curve_is_not_its_last_value():
    outcome = combine(Outcome(), logged={}, observed={"val_loss": [2.0, None, 1.0, None]})

    assert 1.0 == outcome.metrics["val_loss"]
    assert same([2.0, math.nan, 1.0, math.nan], outcome.curves["val_loss"])


def test_the_headline_is_the_first_claims_metric_else_the_first_one():
    claims = [parse_claim("f1 > 0.5"), parse_claim("loss < 1")]

    assert "f1" == headline({"loss": 1, "f1": 2}, claims)
    assert "loss" == headline({"loss": 1, "f1": 2}, [])
    assert headline({}, []) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("loss", "min"),
        ("val_loss", "min"),
        ("valLoss", "min"),
        ("MSELoss", "min"),
        ("RMSE", "min"),
        ("test/mae", "min"),
        ("mean_squared_error", "min"),
        ("epochs_to_95", "min"),
        ("fit.seconds", "min"),
        ("best_val_loss", "min"),
        ("accuracy", "max"),
        ("lossless", "max"),
        ("terror", "max"),
        ("neg_mean_squared_error", "max"),
        ("", "max"),
    ],
)
def test_a_name_tells_the_direction(name, expected):
    assert expected == direction(name)


def test_the_claims_sign_goes_before_the_name_and_the_journal_before_both():
    assert "max" == direction("loss", ">=")
    assert "min" == direction("accuracy", "<")
    assert "min" == direction("loss", "==")
    assert "max" == direction("loss", "<", {"loss": "max"})
    assert "min" == direction("best_perplexity", None, {"perplexity": "min"})


def test_the_journals_direction_decides_what_is_best():
    history = History({"perplexity": [3.0, 2.0, 4.0]})

    assert 2.0 == extract(history, settings={"perplexity": "min"}).metrics["best_perplexity"]


NUMBERS = st.one_of(st.floats(), st.integers(), st.booleans())
ANYTHING = st.recursive(
    st.one_of(st.none(), NUMBERS, st.text(max_size=5), st.binary(max_size=3)),
    lambda inside: st.one_of(
        st.lists(inside, max_size=4),
        st.tuples(inside, inside),
        st.dictionaries(st.one_of(st.text(max_size=8), st.integers()), inside, max_size=4),
        st.dictionaries(
            st.sampled_from(["loss", "val_loss", "fold", "fit_time", "test_a", "over", "epoch"]),
            st.lists(NUMBERS, max_size=3),
        ),
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_is_returned_all_metrics_are_numbers_and_curves_are_level(value):
    outcome = extract(value)

    assert all(type(number) in (int, float) for number in outcome.metrics.values())
    assert len({len(curve) for curve in outcome.curves.values()}) <= 1


def test_a_real_keras_model_gives_the_same_as_its_history():
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(X, Y, epochs=4, validation_data=(X, Y), validation_freq=2, verbose=0)

    outcome = extract(model)

    assert "keras.Sequential" == outcome.model
    assert same(outcome, extract(history))
    assert same(outcome, extract((model, history)))
    assert history.history["val_loss"][-1] == outcome.metrics["val_loss"]
    assert 4 == len(outcome.curves["val_loss"])
