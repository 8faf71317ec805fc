"""Every estimator that scikit-learn lists: its parameters, and what it learns from two tables."""

from __future__ import annotations

import copy
import inspect
import json
import math
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone, is_regressor
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler
from sklearn.utils.discovery import all_estimators
from threadpoolctl import threadpool_limits

from gitlab_journal.identity import params_hash
from gitlab_journal.identity.state import describe_state

CLASSES = dict(all_estimators())
REGRESSORS = {"estimator": Ridge(), "estimators": [("a", Ridge()), ("b", Ridge(2.0))]}
CLASSIFIERS = {
    "estimator": LogisticRegression(),
    "estimators": [("a", LogisticRegression()), ("b", GaussianNB())],
}
# What a constructor cannot do without, by the name of the parameter.
NEEDED = {
    "base_estimator": LogisticRegression(),
    "dictionary": np.eye(4),
    "param_distributions": {"C": [0.5, 1.0]},
    "param_grid": {"C": [0.5, 1.0]},
    "score_func": None,
    "steps": [("scale", StandardScaler()), ("last", PCA(2))],
    "transformer_list": [("scale", StandardScaler()), ("pca", PCA(2))],
    "transformers": [("a", StandardScaler(), [0, 1]), ("b", PCA(1), [2, 3])],
}
# What keeps a fit short or the table within its bounds.
SHORT = {
    "cv": 2,
    "Cs": 2,
    "max_iter": 20,
    "n_components": 2,
    "n_estimators": 3,
    "n_features_to_select": 2,
    "n_iter": 3,
    "n_quantiles": 10,
    "n_resampling": 3,
    "perplexity": 5.0,
    "random_state": 0,
}
TEXTS = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}
LABELS = {"LabelBinarizer", "LabelEncoder"}
# Of these nothing is fitted, or only before.
STATELESS = {"FeatureHasher", "FrozenEstimator", "HashingVectorizer", "PatchExtractor"}
SUITED = {
    "DBSCAN": {"eps": 1.0},
    "OrthogonalMatchingPursuitCV": {"max_iter": 2},
    "SelfTrainingClassifier": {"estimator": LogisticRegression()},
    "SpectralBiclustering": {"n_best": 1},
    "TSNE": {"max_iter": 250},
    "TheilSenRegressor": {"max_subpopulation": 100},
}
# Of these neither table shows: what they learn is a shape, or drawn by the seed alone.
BLIND = {
    *("BernoulliNB", "DummyClassifier", "FeatureAgglomeration", "TfidfTransformer"),
    *("AdditiveChi2Sampler", "Binarizer", "FunctionTransformer", "Normalizer"),
    *("GaussianRandomProjection", "PolynomialCountSketch", "PolynomialFeatures", "RBFSampler"),
    *("SkewedChi2Sampler", "SparseCoder", "SparseRandomProjection", "MissingIndicator"),
}


def required(kind):
    names = [
        name
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    inner = REGRESSORS if "Regressor" in kind.__name__ else CLASSIFIERS
    return {name: (NEEDED | inner)[name] for name in names}


# How it is computed, or where what was fitted is looked up.
UNSEEN = {"n_jobs", "verbose", "memory"}


def make(name, **others):
    kind = CLASSES[name]
    return kind(**copy.deepcopy(required(kind)) | others)


def hash_of(value):
    return params_hash({"model": value})


def state_of(value):
    return describe_state({"model": value}).state_hash


def another(value):
    """Return a value of the same kind that differs."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if math.isfinite(value) else 1.5
    if isinstance(value, BaseEstimator):
        return PCA(3)
    return "other"


# Some are deprecated.
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("name", CLASSES)
def test_an_estimator_is_known_by_its_class_and_parameters(name):
    kind = CLASSES[name]
    plain = hash_of(make(name))
    defaults = {
        parameter: one.default
        for parameter, one in inspect.signature(kind).parameters.items()
        if one.default is not inspect.Parameter.empty
    }

    assert plain == hash_of(make(name))
    assert plain == hash_of(clone(make(name)))
    assert plain == hash_of(make(name, **defaults))
    for parameter, value in make(name).get_params(deep=False).items():
        changed = hash_of(make(name, **{parameter: changed_value(value)}))
        assert (plain == changed) == (parameter in UNSEEN), parameter


def changed_value(value):
    return [*value, "more"] if isinstance(value, list) else another(value)


def table(seed):
    random = np.random.default_rng(seed)
    features = np.abs(random.normal(size=(30, 4))) + 0.1
    return features, np.array([0, 1, 2] * 10), features @ [1.0, 2.0, 3.0, 4.0] + seed


def fitted(name, seed):
    """Return the estimator fitted on one of the tables, in the shape that it asks for."""
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore")
        model = make(name)
        last = {key: key.rsplit("__", 1)[-1] for key in model.get_params()}
        short = {key: SHORT[name] for key, name in last.items() if name in SHORT}
        return fit(model.set_params(**short | SUITED.get(name, {})), name, seed)


def fit(model, name, seed):
    features, classes, target = table(seed)
    if name in TEXTS:
        return model.fit([f"word{int(value * 10)} other" for value in features[:, 0]])
    if name in ("DictVectorizer", "FeatureHasher"):
        return model.fit([{"a": 1, f"b{seed}": value} for value in features[:, 0]])
    if name in LABELS:
        return model.fit(classes + seed)
    if name == "MultiLabelBinarizer":
        return model.fit([[value + seed] for value in classes])
    if name == "IsotonicRegression":
        return model.fit(features[:, 0], target)
    if name == "PatchExtractor":
        return model.fit(features.reshape(2, 15, 4))
    if name in ("MultiOutputClassifier", "ClassifierChain"):
        return model.fit(features, np.c_[classes % 2, (classes + (features[:, 0] > 1)) % 2])
    if name.startswith("MultiTask") or name in ("MultiOutputRegressor", "RegressorChain", "CCA"):
        return model.fit(features, np.c_[target, features[:, 0]])
    if name.startswith("PLS"):
        return model.fit(features, np.c_[target, features[:, 1]])
    if name == "KernelCenterer":
        return model.fit(features @ features.T)
    if name in ("TunedThresholdClassifierCV", "FixedThresholdClassifier"):
        return model.fit(features, features[:, 0] > np.median(features[:, 0]))
    return model.fit(features, target if is_regressor(model) else np.sort(classes))


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("name", [name for name in CLASSES if name not in STATELESS])
def test_what_an_estimator_learns_is_state(name):
    model = fitted(name, 0)

    assert hash_of(model) == hash_of(clone(model))
    assert state_of(clone(model)) is None
    assert state_of(model) is not None
    assert state_of(model) == state_of(fitted(name, 0))
    assert (state_of(model) == state_of(fitted(name, 1))) == (name in BLIND)


def test_what_is_frozen_keeps_its_state_in_a_clone():
    frozen = FrozenEstimator(fitted("GaussianNB", 0))

    assert state_of(frozen) is not None
    assert state_of(frozen) == state_of(clone(frozen))
    assert state_of(frozen) != state_of(FrozenEstimator(fitted("GaussianNB", 1)))


def said():
    """Return the digests of every estimator that is quick to fit, by name."""
    slow = {"MeanShift", "OPTICS", "RFECV", "SequentialFeatureSelector", "TSNE"}
    names = [name for name in CLASSES if name not in STATELESS and not name.endswith("CV")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = {name: fitted(name, 0) for name in names if name not in slow}
        return {name: [hash_of(model), state_of(model)] for name, model in models.items()}


def test_another_process_with_another_hash_seed_finds_the_same_digests():
    script = "import json, test_all_estimators as t; print(json.dumps(t.said()))"
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert said() == json.loads(found)
