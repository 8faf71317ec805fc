"""Keras trainings are seen from inside a run, whatever the function returns."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")

NET = """
import keras
from gitlab_journal import experiment

def build():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    net = keras.Sequential([keras.Input((2,)), layers.Dense(3, "tanh"), layers.Dense(1)])
    net.compile("sgd", "mse", metrics=["mae"])
    return net

@experiment(predict="val_loss < 100")
def train(X, y, *, epochs=2, result=None):
    net = build()
    history = net.fit(X, y, epochs=epochs, validation_split=0.5, verbose=0)
    return history if result == "history" else net if result == "model" else None
"""
GIVEN = (
    NET
    + """
@experiment
def fit(net, X, y):
    return net.fit(X, y, epochs=1, verbose=0).history["loss"][-1]
"""
)
X = np.arange(12.0).reshape(6, 2) / 12
Y = X.sum(axis=1)


@pytest.mark.parametrize("result", [None, "history", "model"])
def test_a_keras_run_gets_its_history_and_curves(project, result):
    project.module(NET).train(X, Y, result=result)

    (entry,) = project.journal.entries()
    beside = entry.path.parent / entry.id
    header = (beside / "history.csv").read_text().splitlines()[0]
    assert ["epoch", "loss", "mae", "val_loss", "val_mae"] == sorted(header.split(","))
    assert "</svg>" in (beside / "curves.svg").read_text()
    assert ("supported", "val_loss", "keras.Sequential") == (
        entry.verdict,
        entry.metric,
        entry.model,
    )


def test_several_fits_are_told_apart_by_a_column(project):
    source = NET + (
        "\n@experiment\ndef twice(X, y):\n"
        "    for _ in range(2):\n        build().fit(X, y, epochs=2, verbose=0)\n"
    )
    project.module(source).twice(X, Y)

    (entry,) = project.journal.entries()
    rows = (entry.path.parent / entry.id / "history.csv").read_text().splitlines()
    assert ["fit,epoch", "1,0", "1,1", "2,0", "2,1"] == [
        ",".join(row.split(",")[:2]) for row in rows
    ]


def test_outside_a_run_keras_is_left_alone(project):
    before = keras.Model.fit
    project.module(NET).train(X, Y)

    assert before is keras.Model.fit


def test_the_users_own_callbacks_stay(project):
    source = NET + (
        "\nseen = []\n"
        "@experiment\ndef watched(X, y):\n"
        "    own = [keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: seen.append(e))]\n"
        "    build().fit(X, y, epochs=3, verbose=0, callbacks=own)\n"
        "    return float(len(own))\n"
    )
    module = project.module(source)

    assert (1.0, [0, 1, 2]) == (module.watched(X, Y), module.seen)


def test_keras_imported_within_the_function_is_seen_too(project):
    (project.folder / "script.py").write_text(
        "import numpy as np\n"
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(X):\n"
        "    import keras\n"
        "    net = keras.Sequential([keras.layers.Dense(1)])\n"
        "    net.compile('sgd', 'mse')\n"
        "    net.fit(X, X, epochs=2, verbose=0)\n"
        "train(np.ones((4, 1)))\n"
    )
    subprocess.run([sys.executable, "script.py"], cwd=project.folder, check=True)

    (entry,) = project.journal.entries()
    assert "loss" in entry.metrics
    assert "keras" in entry.environment


def test_a_model_that_comes_in_is_a_parameter_and_its_weights_are_state(project, capsys):
    module = project.module(GIVEN)
    module.fit(module.build(), X, Y)
    trained = module.build()
    trained.fit(X, Y, epochs=1, verbose=0)
    capsys.readouterr()
    module.fit(trained, X, Y)
    said = capsys.readouterr().err

    entry = project.journal.entries()[0]
    assert "Other weights than" in said
    assert ("keras.Sequential", True) == (
        entry.params["net"]["class"],
        entry.state_hash is not None,
    )


def test_the_same_network_with_other_first_weights_is_a_replicate(project, capsys):
    module = project.module(GIVEN)
    module.fit(module.build(), X, Y)
    other = module.build()
    other.set_weights([one + 1 if one.ndim > 1 else one for one in other.get_weights()])
    capsys.readouterr()
    module.fit(other, X, Y)

    assert "Replicate of" in capsys.readouterr().err


def test_a_fresh_network_starts_from_other_weights_than_a_trained_one(project, capsys):
    module = project.module(GIVEN)
    trained = module.build()
    trained.fit(X, Y, verbose=0)
    module.fit(trained, X, Y)
    capsys.readouterr()
    module.fit(module.build(), X, Y)

    said = capsys.readouterr().err
    assert (True, False) == ("Other weights than" in said, "Replicate of" in said)
