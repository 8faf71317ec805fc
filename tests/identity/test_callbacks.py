from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # TensorFlow's own, on import
    import keras

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params

callbacks = keras.callbacks
# numpy warns of how Keras reads its own variables.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
X, Y = np.ones((8, 4)), np.ones((8, 1))


def halved(epoch, rate):
    return rate / 2


class Warmup(callbacks.Callback):
    def __init__(self, epochs, peak=0.1):
        super().__init__()
        self.epochs = epochs
        self._peak = peak
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        self.now = self._peak
        self.seen.append(epoch)


class Cooldown(callbacks.Callback):
    def __init__(self, epochs, peak=0.1):
        super().__init__()
        self.epochs = epochs
        self._peak = peak

    def on_epoch_begin(self, epoch, logs=None):
        self.now = self._peak


class Planned(callbacks.Callback):
    """A callback that keeps something else than it was given."""

    def __init__(self, start, stop):
        super().__init__()
        self.rates = [start, stop]

    def on_epoch_begin(self, epoch, logs=None):
        self.now = self.rates[0]


class Patient(callbacks.EarlyStopping):
    def __init__(self, factor, **rest):
        super().__init__(**rest)
        self.factor = factor


def hash_of(value):
    return params_hash({"callback": value})


def trained(*given):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, epochs=3, verbose=0, callbacks=list(given), validation_data=(X, Y))


@pytest.mark.parametrize(
    "make",
    [
        lambda: callbacks.EarlyStopping(patience=2, min_delta=0.1, restore_best_weights=True),
        lambda: callbacks.ReduceLROnPlateau(patience=1),
        lambda: callbacks.LearningRateScheduler(halved),
        lambda: callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None),
        callbacks.TerminateOnNaN,
        callbacks.History,
        lambda: Warmup(3),
        lambda: Patient(2, patience=1),
        lambda: Planned(0.1, 0.2),
    ],
)
def test_a_callback_that_has_been_used_equals_a_new_one(make):
    used = make()
    trained(used)

    assert hash_of(make()) == hash_of(used)


def test_files_written_by_a_callback_play_no_part(tmp_path):
    used = (
        callbacks.ModelCheckpoint(str(tmp_path / "a.keras")),
        callbacks.CSVLogger(str(tmp_path / "a.csv")),
    )
    before = [hash_of(callback) for callback in used]
    trained(*used)

    assert before == [hash_of(callback) for callback in used]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: Warmup(3), lambda: Warmup(4)),
        (lambda: Warmup(3), lambda: Warmup(3, peak=0.2)),
        (lambda: Warmup(3), lambda: Cooldown(3)),
        (lambda: Planned(0.1, 0.2), lambda: Planned(0.1, 0.3)),
        (lambda: Patient(2), lambda: Patient(3)),
        (lambda: Patient(2), lambda: Patient(2, patience=3)),
        (
            lambda: callbacks.LambdaCallback(on_test_end=lambda logs: None),
            lambda: callbacks.LambdaCallback(on_test_end=lambda logs: logs.clear()),
        ),
        (
            lambda: callbacks.CallbackList([callbacks.EarlyStopping()]),
            lambda: callbacks.CallbackList([callbacks.EarlyStopping(patience=3)]),
        ),
    ],
)
def test_code_and_arguments_of_a_callback_count(one, other):
    assert hash_of(one()) == hash_of(one())
    assert hash_of(one()) != hash_of(other())


def test_an_attribute_set_from_outside_counts():
    changed = Warmup(3)
    changed.threshold = 0.5

    assert hash_of(Warmup(3)) != hash_of(changed)


def test_where_a_callback_writes_can_be_ignored():
    one, other = (callbacks.TensorBoard(log_dir=name) for name in ("logs/1", "logs/2"))

    assert hash_of(one) != hash_of(other)
    assert params_hash({"callback": one}, ignore=["log_dir"]) == params_hash(
        {"callback": other}, ignore=["log_dir"]
    )


def test_a_page_shows_what_a_callback_was_given():
    described = describe_params({"callback": callbacks.EarlyStopping(patience=3)}, {})

    assert {"class": "keras.callbacks.EarlyStopping", "patience": 3} == described.params["callback"]
    assert "val_loss" == described.defaults["callback"]["monitor"]


def test_a_callback_of_a_library_that_hides_an_argument_is_refused(monkeypatch):
    class Hiding(callbacks.Callback):
        def __init__(self, rate=0.1):
            super().__init__()

    monkeypatch.setattr(Hiding, "__module__", "keras.hiding")

    with pytest.raises(DescriptionError, match="Hiding does not keep its argument 'rate'"):
        hash_of(Hiding())
