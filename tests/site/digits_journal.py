"""A journal about digits with an entry of every kind, to be rendered and looked at."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

from gitlab_journal.catalogue import Catalogue
from gitlab_journal.chart import curves
from gitlab_journal.entry import attachments_path, draft, page_path
from gitlab_journal.store.author import Author
from gitlab_journal.store.repository import Repository

COVER = """---
title: Digits journal
format: 1
---

What makes a small network learn handwritten digits quickly? Every entry states a hypothesis
before the run and is judged after it. Begin with
[the refuted one][1].

[1]: entries/2026/03/01/20260301-184307-d7k7m2-normalised-inputs-halve-the-epochs-to-95.md
"""

DIFF = """diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -11,5 +11,6 @@ def load(seed):
     a, b, c, d = train_test_split(X, y, test_size=.3, stratify=y, random_state=0)
-    return a / 16, b / 16, c, d
+    m, s = a.mean(0), a.std(0) + 1e-7
+    a, b = (a - m) / s, (b - m) / s
+    return a, b, c, d
"""

HYPOTHESIS = r"""If every input is shifted to zero mean and scaled to unit variance, then the
number of epochs needed to reach 95 % validation accuracy falls by at least half, because the
Hessian is better conditioned (LeCun et al. 1998, § 4.3): its condition number
$\kappa = \lambda_{\max} / \lambda_{\min}$ bounds the rate of gradient descent,

$$\|w_t - w^*\| \le \left(\frac{\kappa - 1}{\kappa + 1}\right)^t \|w_0 - w^*\|$$

The [parent run](../../02/27/20260227-013211-b4eec9-raw-inputs-tanh-sgd-0-1.md) needs 5.4 epochs
on raw 0-16 pixels."""

TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 42, in train
    model.fit(X, y, batch_size=4096)
  File "keras/src/trainers/trainer.py", line 1140, in fit
    raise ValueError(f"the loss is not finite at step {step}")
ValueError: the loss is not finite at step 3"""

DATA = {
    "X": {
        "name": "digits",
        "role": "X",
        "type": "ndarray",
        "shape": [1797, 64],
        "dtype": "float64",
        "hash": "xxh3_128:a1f0c35be2b84e1c9a4b0a55d1c9e0d7",
    },
    "y": {
        "name": "digits",
        "role": "y",
        "type": "ndarray",
        "shape": [1797],
        "dtype": "int64",
        "hash": "xxh3_128:5be7d21f0c6a4a3e8f1f2f44c6aa90b3",
    },
}
PARAMS = {
    "batch_size": 32,
    "epochs": 30,
    "layers": ["Dense(64, tanh, lecun_normal)", "Dense(10, softmax, lecun_normal)"],
    "normalise": "none",
    "optimizer": {"class": "SGD", "learning_rate": 0.1, "momentum": 0.0},
    "seed": 0,
}
DEFAULTS = {"optimizer": {"nesterov": False, "weight_decay": None, "clipnorm": None}}
ENVIRONMENT = {
    "python": "3.11.7",
    "keras": "3.15.1",
    "scikit-learn": "1.9.1",
    "backend": "tensorflow 2.21.0",
    "device": "cpu",
}


def history(seed, *, start=1.6, floor=0.1, speed=4.0, epochs=30):
    chance = random.Random(seed)  # noqa: S311  # noise on a curve
    decay = [math.exp(-epoch / speed) for epoch in range(epochs)]
    return {
        "epoch": list(range(epochs)),
        "accuracy": [0.995 - 0.8 * d for d in decay],
        "loss": [start * d + floor / 4 + chance.random() * 0.01 for d in decay],
        "val_accuracy": [0.972 - 0.8 * d + chance.random() * 0.008 for d in decay],
        "val_loss": [start * d + floor + chance.random() * 0.02 for d in decay],
    }


def as_csv(columns):
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(repr, row)) for row in rows), ""])


class Shelf:
    """A journal under construction."""

    def __init__(self, folder):
        self.repository = Repository.create(
            folder, {"journal.md": COVER.encode(), ".gitignore": b"site/\n"}, message="Begin"
        )
        self.catalogue = Catalogue(self.repository)
        self.paths = {}

    def commit(self, files, *, message="By hand", date=datetime(2026, 3, 9, tzinfo=UTC)):
        author = Author("J. Deshpande", "j@example.org")
        encoded = {
            path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()
        }
        new = self.repository.commit(encoded, message=message, author=author, date=date)
        self.repository.flush()
        return new

    def add(self, entry_id, title, *, files=None, **changes):
        """Commit an entry twice, before its run and after it; return its path."""
        entry, date = page(entry_id, title, **changes), moment(entry_id)
        path = str(page_path(entry_id, title))
        before = entry.set(status="running", verdict="open" if entry.prediction else None)
        self.commit({path: before.text}, message=message(before), date=date)
        beside = attachments_path(page_path(entry_id, title), entry_id)
        files = {f"{beside}/{name}": content for name, content in (files or {}).items()}
        if entry.status != "running":
            later = date + timedelta(seconds=round(entry.duration or 0))
            self.commit({path: entry.text, **files}, message=message(entry), date=later)
        self.paths[entry_id] = path
        return path


def moment(entry_id):
    return datetime.strptime(entry_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def message(entry):
    trailers = {
        "Entry": entry.id,
        "Status": entry.status,
        "Verdict": entry.verdict,
        "Params": entry.params_hash,
        "Data": entry.data_hash,
        "Code": entry.code_hash,
    }
    return f"{entry.status}: {entry.title}\n\n" + "\n".join(
        f"{name}: {value or '-'}" for name, value in trailers.items()
    )


def page(
    entry_id,
    title,
    *,
    front=None,
    metrics=None,
    claims=(),
    results=(),
    inference="",
    hypothesis="",
    **parts,
):
    front = {
        "id": entry_id,
        "prediction": [row["claim"] for row in claims] or None,
        "model": "keras.Sequential",
        "dataset": "digits",
        "author": "J. Deshpande",
        "date": moment(entry_id),
        "status": "done",
        "duration": 133.5,
        "params_hash": f"xxh3_128:3fa4{entry_id[-6:].encode().hex()}22b2e5baa0cb2503",
        "config_hash": f"xxh3_128:3fa4{entry_id[-6:].encode().hex()}22b2e5baa0cb2503",
        "data_hash": "xxh3_128:30eb1ac3a9eb0441ec93c87ad1830568",
        "code_hash": "xxh3_128:7c1be6a0d7715c9d64f0a3f1f6d4d0c9",
        "code": "git:408c32bc30d736b98858d5a69f83e8cce6a1ba70",
        "format": 1,
    } | (front or {})
    front = {key: value for key, value in front.items() if value not in (None, [])}
    entry = draft(
        front=front,
        title=title,
        hypothesis=hypothesis,
        claims=claims,
        **({"params": PARAMS, "data": DATA, "environment": ENVIRONMENT} | parts),
    )
    for paragraph in results[:1]:
        entry = entry.append("Results", paragraph)
    if metrics:
        entry = entry.set_block("metrics", metrics)
    for paragraph in results[1:]:
        entry = entry.append("Results", paragraph)
    return entry.append("Inference", inference) if inference else entry


PARENT = "20260227-013211-b4eec9"
REFUTED = "20260301-184307-d7k7m2"
FAILED = "20260303-101502-x9q2ab"
RUNNING = "20260303-094811-m3t8wk"
EXPLORATORY = "20260302-085001-h0b5zz"
SUPPORTED = "20260302-091500-0ap3xz"
INVALID = "20260303-120000-inv4dd"


def fill(shelf):
    """Put an entry of every kind into a journal."""
    raw = history(1, start=1.9, floor=0.11, speed=5.5)
    shelf.add(
        PARENT,
        "Raw inputs, tanh, SGD 0.1",
        front={"verdict": "supported", "metric": "val_accuracy", "score": 0.9726},
        hypothesis="A single hidden layer of 64 tanh units reaches 95 % on raw 0-16 pixels.",
        claims=[{"claim": "val_accuracy >= 0.95", "bound": 0.95}],
        metrics={
            "val_accuracy": 0.9726,
            "epochs_to_95": 5.4,
            "val_loss": 0.1117,
            "fit_seconds": 26.1,
            "replicates": {
                "over": "seed",
                "epochs_to_95": [5, 4, 7, 5, 6],
                "val_accuracy": [0.9722, 0.9741, 0.9704, 0.9722, 0.9741],
            },
        },
        results=["Predicted val_accuracy >= 0.95, observed 0.9726: supported."],
        inference="Supported, with room to spare. The first five epochs are slow.",
        files={"history.csv": as_csv(raw), "curves.svg": curves(raw, title="Raw inputs")},
    )
    own = history(2)
    shelf.add(
        REFUTED,
        "Normalised inputs halve the epochs to 95 %",
        front={
            "verdict": "refuted",
            "metric": "epochs_to_95",
            "score": 4.6,
            "tags": ["efficient-backprop", "normalisation"],
            "parents": [PARENT],
        },
        hypothesis=HYPOTHESIS,
        claims=[{"claim": "epochs_to_95 <= parent / 2", "bound": 2.7}],
        procedure=(
            "The same network, optimiser and split as the parent. One change: z-score with\n"
            "mean and variance of the training part only."
        ),
        params=PARAMS | {"normalise": "zscore"},
        defaults=DEFAULTS,
        silence={"inputs-offset": "pixels start at zero, on purpose"},
        code="Run on commit [408c32b](https://example.org/commit/408c32b) with this change:",
        diff=DIFF,
        functions={"train.load": "xxh3_128:aa11", "train.train": "xxh3_128:bb22"},
        metrics={
            "epochs_to_95": 4.6,
            "val_accuracy": 0.9741,
            "val_loss": 0.102,
            "fit_seconds": 26.7,
            "replicates": {
                "over": "seed",
                "epochs_to_95": [4, 4, 4, 6, 5],
                "val_accuracy": [0.9704, 0.9778, 0.9704, 0.9778, 0.9741],
            },
        },
        results=[
            "Predicted epochs_to_95 <= 2.7, observed 4.6: refuted.",
            f"![Curves by epoch]({REFUTED}/curves.svg)",
            f"![Confusion of the ten digits]({REFUTED}/confusion.svg)",
            f"Files: [history.csv]({REFUTED}/history.csv).",
        ],
        inference=(
            "Normalising saves 0.8 of 5.4 epochs (15 %), far from half, and the five seeds of the\n"
            "two runs overlap. Digit pixels already share one scale, so the Hessian gains little;\n"
            "the claim needs data with unequal feature scales.\n\n"
            "Next: the same test on `adult-income`, whose columns span five decades."
        ),
        files={
            "history.csv": as_csv(own),
            "curves.svg": curves(own, title="Normalised inputs"),
            "confusion.svg": confusion(),
        },
    )
    shelf.add(
        SUPPORTED,
        "SVC on digits: C = 1, gamma = 0.001",
        front={
            "verdict": "supported",
            "metric": "accuracy",
            "score": 0.99,
            "model": "sklearn.svm.SVC",
            "duration": 0.66,
            "tags": ["svc"],
        },
        hypothesis="Accuracy peaks on the diagonal where $C \\cdot \\gamma \\approx 0.001$.",
        claims=[
            {"claim": "accuracy >= 0.985", "bound": 0.985},
            {"claim": "fit_seconds < 2", "bound": 2},
        ],
        params={"class": "sklearn.svm.SVC", "C": 1.0, "gamma": 0.001, "kernel": "rbf"},
        defaults={"shrinking": True, "tol": 0.001, "cache_size": 200},
        metrics={
            "accuracy": 0.99,
            "fit_seconds": 0.66,
            "replicates": {
                "over": "fold",
                "test_share": 0.2,
                "accuracy": [0.9944, 0.9889, 0.9833, 0.9916, 0.9916],
            },
        },
    )
    shelf.add(
        EXPLORATORY,
        "Histogram boosting, a first look",
        front={
            "metric": "log_loss",
            "score": 0.1352,
            "model": "sklearn.ensemble.HistGradientBoostingClassifier",
            "author": "L. Brandt",
            "duration": 7.2,
        },
        metrics={"log_loss": 0.1352, "accuracy": 0.9611},
        inference="Slower than the support vectors and no better. Not pursued.",
    )
    shelf.add(
        RUNNING,
        "Label smoothing improves calibration without costing accuracy",
        front={
            "verdict": "open",
            "status": "running",
            "duration": None,
            "author": "M. Okafor",
            "parents": [REFUTED],
        },
        hypothesis="Smoothing by 0.1 halves the expected calibration error.",
        claims=[{"claim": "ece <= 0.03", "bound": 0.03}],
    )
    shelf.add(
        FAILED,
        "Batch size 4096 with linear learning-rate scaling",
        front={
            "verdict": "open",
            "status": "failed",
            "duration": 2.1,
            "author": "M. Okafor",
            "parents": [REFUTED],
        },
        hypothesis="Scaling the rate with the batch keeps the accuracy.",
        claims=[{"claim": "val_accuracy >= 0.9", "bound": 0.9}],
        results=[f"```text traceback\n{TRACEBACK}\n```"],
    )
    shelf.add(
        INVALID,
        "Dropout 0.3 closes the train-validation gap below 2 %",
        front={"verdict": "invalid", "author": "S. Ito", "duration": 41.0},
        hypothesis="The gap closes.",
        claims=[{"claim": "gap <= 0.02", "bound": 0.02}],
        metrics={"gap": float("nan"), "val_accuracy": 0.968},
    )
    return shelf


def confusion():
    cells = "".join(
        f'<rect x="{20 * x}" y="{20 * y}" width="19" height="19" fill="#0b55c4" '
        f'fill-opacity="{0.9 if x == y else ((x * 7 + y * 3) % 5) / 40}"/>'
        for x in range(10)
        for y in range(10)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300" viewBox="0 0 200 200">'
        f"{cells}</svg>"
    )
