from __future__ import annotations

import joblib
import numpy as np
import pytest
from scipy.stats import loguniform, rv_histogram
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params
from gitlab_journal.identity.state import describe_state

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


class Own(ClassifierMixin, BaseEstimator):
    def __init__(self, width=1):
        self.width = width

    def fit(self, table, _):
        self.mean_ = table.mean()
        return self

    def predict(self, table):
        return table[:, 0] > self.width


class OwnToo(Own):
    def predict(self, table):
        return table[:, 0] < self.width


class AgainstTheRules(BaseEstimator):
    def __init__(self, width=1):
        self.size = width


def first(table):
    return table[:, :1]


def second(table):
    return table[:, 1:]


def hash_of(value):
    return params_hash({"model": value})


def state_of(value):
    return describe_state({"model": value}).state_hash


@pytest.mark.parametrize(
    "make",
    [
        SVC,
        lambda: make_pipeline(StandardScaler(), SVC(C=10)),
        lambda: ColumnTransformer([("a", StandardScaler(), [0]), ("b", "drop", slice(1, 3))]),
        lambda: ColumnTransformer([("a", StandardScaler(), make_column_selector("x"))]),
        lambda: ColumnTransformer([("a", StandardScaler(), first)]),
        lambda: FunctionTransformer(first),
        lambda: GridSearchCV(SVC(), {"C": [1, 10]}, scoring=make_scorer(f1_score)),
        lambda: RandomizedSearchCV(SVC(), {"C": loguniform(1, 10)}, cv=StratifiedKFold(3)),
        lambda: VotingClassifier([("a", SVC()), ("b", Own())]),
        lambda: BaggingClassifier(SVC(), random_state=np.random.RandomState(0)),
        lambda: RBF(1.5),
        Own,
    ],
)
def test_an_equal_estimator_has_an_equal_digest(make):
    assert hash_of(make()) == hash_of(make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SVC(), SVC(C=2)),
        (SVC(), LogisticRegression()),
        (SVC(), SVC),
        (make_pipeline(StandardScaler(), SVC()), make_pipeline(StandardScaler(), SVC(C=2))),
        (make_pipeline(StandardScaler(), SVC()), make_pipeline("passthrough", SVC())),
        (Pipeline([("a", SVC())]), Pipeline([("b", SVC())])),
        (
            ColumnTransformer([("a", StandardScaler(), [0])]),
            ColumnTransformer([("a", StandardScaler(), [1])]),
        ),
        (FunctionTransformer(first), FunctionTransformer(second)),
        (GridSearchCV(SVC(), {"C": [1]}), GridSearchCV(SVC(), {"C": [1, 2]})),
        (
            RandomizedSearchCV(SVC(), {"C": loguniform(1, 10)}),
            RandomizedSearchCV(SVC(), {"C": loguniform(1, 100)}),
        ),
        (make_scorer(f1_score), make_scorer(f1_score, average="macro")),
        (RBF(1.0), RBF(2.0)),
        (Own(), Own(2)),
        (Own(), OwnToo()),
    ],
)
def test_class_and_parameters_count(one, other):
    assert hash_of(one) != hash_of(other)


def test_a_constructors_default_made_explicit_changes_nothing():
    assert hash_of(SVC()) == hash_of(SVC(C=1.0, kernel="rbf"))


def test_fitting_changes_no_parameters():
    assert hash_of(make_pipeline(StandardScaler(), SVC())) == hash_of(
        make_pipeline(StandardScaler(), SVC()).fit(X, Y)
    )


def test_a_page_shows_what_differs_and_the_defaults_apart():
    described = describe_params({"model": SVC(C=10.0)}, {"other": SVC()})

    assert {"model": {"class": "sklearn.svm.SVC", "C": 10.0}} == described.params
    assert "rbf" == described.defaults["model"]["kernel"]
    assert "C" not in described.defaults["model"]
    assert {"class": "sklearn.svm.SVC", "C": 1.0}.items() <= described.defaults["other"].items()


def test_a_page_shows_the_steps_of_a_pipeline_by_name():
    pipeline = Pipeline([("scale", StandardScaler()), ("svc", SVC(C=10.0))])
    described = describe_params({"model": pipeline}, {})

    assert {
        "class": "sklearn.pipeline.Pipeline",
        "steps": {
            "scale": {"class": "sklearn.preprocessing.StandardScaler"},
            "svc": {"class": "sklearn.svm.SVC", "C": 10.0},
        },
    } == described.params["model"]
    assert True is described.defaults["model"]["steps"]["scale"]["with_mean"]


def test_a_page_shows_the_columns_of_a_transformer():
    transformer = ColumnTransformer([("a", StandardScaler(), [0]), ("b", "passthrough", [1, 2])])

    assert {
        "a": {"class": "sklearn.preprocessing.StandardScaler", "columns": [0]},
        "b": {"use": "passthrough", "columns": [1, 2]},
    } == describe_params({"model": transformer}, {}).params["model"]["transformers"]


@pytest.mark.parametrize(
    ("params", "model"),
    [
        ({"model": SVC()}, "sklearn.svm.SVC"),
        ({"model": SVC}, "sklearn.svm.SVC"),
        ({"scale": StandardScaler(), "model": SVC()}, "sklearn.svm.SVC"),
        ({"scale": StandardScaler()}, "sklearn.preprocessing.StandardScaler"),
        ({"model": make_pipeline(StandardScaler(), SVC())}, "sklearn.svm.SVC"),
        ({"model": make_pipeline(make_pipeline(SVC()))}, "sklearn.svm.SVC"),
        ({"model": GridSearchCV(SVC(), {})}, "sklearn.model_selection.GridSearchCV"),
        ({"C": 1}, None),
    ],
)
def test_the_model_is_named_by_its_public_path(params, model):
    assert model == describe_params(params, {}).model


def test_an_estimator_against_the_rules_is_refused_with_its_path():
    with pytest.raises(
        DescriptionError, match=r"^params\.model: get_params\(\) of AgainstTheRules"
    ):
        hash_of(AgainstTheRules())


@pytest.mark.parametrize(
    "make",
    [
        SVC,
        LogisticRegression,
        KNeighborsClassifier,
        lambda: DecisionTreeClassifier(random_state=0),
        lambda: RandomForestClassifier(3, random_state=0),
        lambda: make_pipeline(StandardScaler(), SVC()),
        lambda: VotingClassifier([("a", SVC()), ("b", LogisticRegression())]),
        lambda: GridSearchCV(SVC(), {"C": [1, 10]}, cv=2),
        Own,
    ],
)
def test_what_fit_learns_is_state(make):
    fitted = make().fit(X, Y)

    assert state_of(make()) is None
    assert state_of(fitted) == state_of(make().fit(X, Y))
    assert state_of(fitted) != state_of(make().fit(X + 1 / 3, Y))


def test_predicting_changes_no_state():
    fitted = KNeighborsClassifier(algorithm="kd_tree").fit(X, Y)
    before = state_of(fitted)
    fitted.predict(X)

    assert before == state_of(fitted)


def test_no_address_in_memory_enters_the_state():
    texts = ["one two", "two three"]
    stop_words = [["one"], ["one"]]

    assert 1 == len(
        {state_of(TfidfVectorizer(stop_words=words).fit(texts)) for words in stop_words}
    )


def test_a_seed_that_the_state_does_not_show_is_no_state():
    one, other = (SVC(random_state=seed).fit(X, Y) for seed in (1, 2))

    assert state_of(one) == state_of(other)


def test_state_is_a_row_of_the_data_and_not_fresh():
    state = describe_state({"C": 1, "model": SVC().fit(X, Y), "models": [SVC(), SVC().fit(X, Y)]})

    assert ["model", "models[1]"] == list(state.rows)
    assert {"role": "state", "type": "sklearn.svm.SVC"}.items() <= state.rows["model"].items()
    assert not state.fresh


def test_without_fitted_estimators_there_is_no_state():
    state = describe_state({"C": 1, "model": SVC(), "kind": SVC})

    assert ({}, None, False) == (state.rows, state.state_hash, state.fresh)


def test_a_learnt_attribute_that_cannot_be_described_is_refused_with_its_path():
    fitted = Own().fit(X, Y)
    fitted.stream_ = object()

    with pytest.raises(DescriptionError, match=r"^params\.model\.stream_: a object"):
        state_of(fitted)


def test_a_count_is_another_than_a_share_where_scikit_learn_takes_it_so():
    def forest(share):
        return params_hash({"model": RandomForestClassifier(max_features=share)})

    assert forest(1) != forest(1.0)
    assert params_hash({"model": SVC(C=1)}) == params_hash({"model": SVC(C=1.0)})
    assert params_hash({"model": PCA(2)}) == params_hash({"model": PCA(n_components=np.int64(2))})


def test_where_a_pipeline_caches_does_not_count(tmp_path):
    plain = make_pipeline(StandardScaler(), LogisticRegression())
    cached = make_pipeline(StandardScaler(), LogisticRegression(), memory=str(tmp_path))
    other = make_pipeline(
        StandardScaler(), LogisticRegression(), memory=joblib.Memory(tmp_path, verbose=0)
    )

    assert params_hash({"model": plain}) == params_hash({"model": cached})
    assert params_hash({"model": plain}) == params_hash({"model": other})


def test_a_distribution_of_another_histogram_is_another_one():
    edges = [0, 1, 2]
    one, other = (rv_histogram((counts, edges), density=False) for counts in ([1, 3], [3, 1]))

    assert params_hash({"x": one}) != params_hash({"x": other})
