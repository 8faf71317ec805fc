"""Scenarios whose scikit-learn estimator changes, or only the way it is written."""

from __future__ import annotations

from duplicates.scenario import DIFFERENT, SAME, Scenario, at_the_call

FOREST = "from sklearn.ensemble import RandomForestClassifier as Forest\n"
PIPELINE = """from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
"""

SCENARIOS: tuple[Scenario, ...] = (
    at_the_call(
        "nested parameter of an estimator",
        PIPELINE + "train(X, model=make_pipeline(StandardScaler(), SVC(C=1.0, gamma=0.1)))",
        PIPELINE + "train(X, model=make_pipeline(StandardScaler(), SVC(C=1.0, gamma=0.2)))",
        truth=DIFFERENT,
        reason="A parameter changed.",
    ),
    at_the_call(
        "estimator's default made explicit",
        PIPELINE + "train(X, model=SVC())",
        PIPELINE + "train(X, model=SVC(C=1.0))",
        truth=SAME,
        reason="The same estimator.",
    ),
    at_the_call(
        "estimator's verbosity",
        PIPELINE + "train(X, model=SVC())",
        PIPELINE + "train(X, model=SVC(verbose=True))",
        truth=SAME,
        reason="It prints more and computes the same.",
    ),
    at_the_call(
        "estimator's n_jobs",
        FOREST + "train(X, model=Forest(random_state=0))",
        FOREST + "train(X, model=Forest(random_state=0, n_jobs=2))",
        truth=SAME,
        debatable=True,
        reason="Meant to change time alone, although sums in another order may round otherwise.",
    ),
    at_the_call(
        "max_features: one feature or all",
        FOREST + "train(X, model=Forest(max_features=1, random_state=0))",
        FOREST + "train(X, model=Forest(max_features=1.0, random_state=0))",
        truth=DIFFERENT,
        reason="scikit-learn takes 1 as a count and 1.0 as a share.",
    ),
    at_the_call(
        "estimator's random state",
        FOREST + "train(X, model=Forest(random_state=0))",
        FOREST + "train(X, model=Forest(random_state=1))",
        truth=DIFFERENT,
        reason="Another draw: a replicate, no repetition.",
        relation="replicate",
    ),
    at_the_call(
        "another estimator of equal parameters",
        "from sklearn.preprocessing import MaxAbsScaler, Normalizer\n"
        "train(X, model=MaxAbsScaler(copy=True))",
        "from sklearn.preprocessing import MaxAbsScaler, Normalizer\n"
        "train(X, model=Normalizer(copy=True))",
        truth=DIFFERENT,
        reason="Another model.",
    ),
    at_the_call(
        "fitted estimator for a fresh one",
        PIPELINE + "train(X, model=StandardScaler())",
        PIPELINE + "train(X, model=StandardScaler().fit(X))",
        truth=DIFFERENT,
        reason="It has learned something already.",
        about="state",
        relation="other weights",
    ),
)
