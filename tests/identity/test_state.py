"""Where state is found, and what is never taken for it."""

from __future__ import annotations

import dataclasses
import functools
import logging
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import Birch
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity, KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.state import describe_state

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Z = RANDOM.normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


@dataclasses.dataclass
class Config:
    model: object
    width: int = 3


class Own(ClassifierMixin, BaseEstimator):
    """An estimator that names nothing as scikit-learn asks."""

    def fit(self, table, _):
        self.mean = table.mean()
        return self


class Tied:
    def __init__(self, model):
        self.model = model
        self.me = self


class Opaque(BaseEstimator):
    def fit(self, *_):
        self._inside = object()
        return self

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_inside")


class Logged(Own):
    def fit(self, table, _):
        self.mean_ = table.mean()
        self._log = logging.getLogger("a")
        return self


def fitted(table=X):
    return GaussianNB().fit(table, Y)


def predict(model, table):
    return model.predict(table)


def closing_over(model):
    return lambda table: model.predict(table) + 1


def state_of(value):
    return describe_state({"model": value}).state_hash


@pytest.mark.parametrize(
    ("wrap", "name"),
    [
        (lambda model: model, "model"),
        (lambda model: [1, model], "model[1]"),
        (lambda model: {"a": {"b": model}}, "model.a.b"),
        (Config, "model.model"),
        (lambda model: Config([model]), "model.model[0]"),
        (lambda model: SimpleNamespace(inside=model), "model.inside"),
        (lambda model: model.predict, "model.__self__"),
        (lambda model: functools.partial(predict, model), "model[0]"),
        (lambda model: functools.partial(predict, model=model), "model.model"),
        (closing_over, "model.model"),
        (Tied, "model.model"),
    ],
)
def test_state_is_found_wherever_a_model_stands_and_named_by_the_path(wrap, name):
    found = describe_state({"model": wrap(fitted())})

    assert [name] == list(found.rows)
    assert found.state_hash == state_of(wrap(fitted()))
    assert found.state_hash != state_of(wrap(fitted(Z)))
    assert state_of(wrap(GaussianNB())) is None


def test_what_is_fitted_counts_as_state_not_among_the_parameters():
    one, other = (params_hash({"model": Config(fitted(table))}) for table in (X, Z))

    assert one == other


@pytest.mark.parametrize(
    "wrap",
    [
        make_pipeline,
        lambda model: VotingClassifier([("a", model)]),
        lambda model: VotingClassifier([("a", Tied(model))]),
    ],
)
def test_state_inside_an_estimator_that_is_not_fitted_itself_counts(wrap):
    assert state_of(wrap(fitted())) == state_of(wrap(fitted()))
    assert state_of(wrap(fitted())) != state_of(wrap(fitted(Z)))


@pytest.mark.parametrize(
    "make",
    [
        KernelDensity,
        lambda: KNeighborsClassifier(algorithm="kd_tree"),
        lambda: KNeighborsClassifier(algorithm="ball_tree"),
        lambda: Birch(threshold=0.1, branching_factor=3),
        Own,
        Logged,
    ],
)
def test_what_hides_in_c_or_goes_round_in_a_circle_is_state(make):
    model = make().fit(X, Y)

    assert state_of(model) == state_of(make().fit(X, Y))
    assert state_of(model) != state_of(make().fit(X + X**2, Y))


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
def test_asking_a_tree_of_neighbours_changes_no_state(algorithm):
    model = KNeighborsClassifier(algorithm=algorithm).fit(X, Y)
    before = state_of(model)
    model.predict(Z)

    assert before == state_of(model)


def test_an_estimator_that_shows_nothing_of_its_fit_is_refused_with_its_path():
    assert state_of(Opaque()) is None
    with pytest.raises(DescriptionError, match=r"^params\.model\._inside: a object"):
        state_of(Opaque().fit())


def test_a_model_that_stands_in_two_arguments_is_two_rows():
    model = LogisticRegression().fit(X, Y)

    assert ["a", "b[0]"] == list(describe_state({"a": model, "b": [model]}).rows)
