from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # TensorFlow's own, on import
    import keras

from sklearn.base import BaseEstimator

from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params
from gitlab_journal.identity.state import describe_state

layers = keras.layers
X, Y = np.ones((8, 4)), np.ones((8, 1))


def sequential(*, units=3, optimizer="adam", loss="mse", seed=None, metrics=("mae",)):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(
                units, "tanh", kernel_initializer=keras.initializers.LecunNormal(seed=seed)
            ),
            layers.Dropout(0.1, seed=seed),
            layers.Dense(1),
        ]
    )
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model


def functional(*, name=None, activation="relu", skip=False):
    given = keras.Input((4,))
    left = layers.Dense(3, activation=activation)(given)
    right = layers.Dense(3, name=name)(given if skip else left)
    model = keras.Model(given, {"out": layers.Add()([left, keras.ops.relu(right)])})
    model.compile("sgd", loss={"out": "mse"})
    return model


def hash_of(value):
    return params_hash({"model": value})


def config_of(value):
    return describe_params({"model": value}, {}).config_hash


def squared(one, other):
    return keras.ops.mean((one - other) ** 2)


def cubed(one, other):
    return keras.ops.mean((one - other) ** 3)


def twice(table):
    return table * 2


def thrice(table):
    return table * 3


class Scaled(layers.Layer):
    def __init__(self, factor, **rest):
        super().__init__(**rest)
        self.factor = factor

    def call(self, table):
        return table * self.factor


class Squeezed(layers.Layer):
    def __init__(self, factor, **rest):
        super().__init__(**rest)
        self.factor = factor

    def call(self, table):
        return table / self.factor


class Applied(layers.Layer):
    def __init__(self, function, **rest):
        super().__init__(**rest)
        self.function = function

    def call(self, table):
        return self.function(table)


class Net(keras.Model):
    def __init__(self, units=3, **rest):
        super().__init__(**rest)
        self.units = units
        self.dense = layers.Dense(units)

    def call(self, table):
        return self.dense(table)


class Listed(keras.Model):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes

    def get_config(self):
        return {"layers": self.sizes}


class Graph(keras.Model):
    def __init__(self, units, *, skip=False):
        given = keras.Input((4,))
        dense = layers.Dense(units)(given)
        super().__init__(given, layers.Dense(units)(given if skip else dense))


class Constant(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate

    def get_config(self):
        return {"rate": self.rate}


def with_layers(*parts):
    return keras.Sequential([keras.Input((4, 2)), *parts])


@pytest.mark.parametrize(
    "make",
    [
        sequential,
        functional,
        lambda: functional(name="mine"),
        lambda: with_layers(layers.Bidirectional(layers.LSTM(3))),
        lambda: with_layers(layers.RNN([layers.LSTMCell(2), layers.LSTMCell(3)])),
        lambda: with_layers(sequential(), layers.Flatten()),
        lambda: with_layers(layers.Lambda(lambda table: table * 2)),
        lambda: with_layers(Scaled(2), Scaled(3)),
        lambda: with_layers(Applied(keras.ops.tanh)),
        lambda: sequential(loss=squared, metrics=[cubed]),
        lambda: sequential(optimizer=keras.optimizers.SGD(Constant(0.1))),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, 10)),
        lambda: layers.Dense(3),
        lambda: keras.losses.Huber(2.0),
        keras.metrics.AUC,
        keras.initializers.HeNormal,
        lambda: keras.regularizers.L2(0.1),
        lambda: Net(units=4),
        lambda: Graph(3),
        lambda: Listed([4, 2]),
    ],
)
def test_equal_parts_built_twice_in_one_process_are_equal(make):
    assert hash_of(make()) == hash_of(make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (sequential, lambda: sequential(units=4)),
        (sequential, lambda: sequential(optimizer="sgd")),
        (sequential, lambda: sequential(optimizer=keras.optimizers.Adam(0.01))),
        (sequential, lambda: sequential(loss="mae")),
        (sequential, lambda: sequential(loss=squared)),
        (sequential, lambda: sequential(metrics=[])),
        (lambda: sequential(loss=squared), lambda: sequential(loss=cubed)),
        (
            lambda: sequential(loss=keras.losses.Huber(1.0)),
            lambda: sequential(loss=keras.losses.Huber(2.0)),
        ),
        (
            lambda: sequential(optimizer=keras.optimizers.SGD(Constant(0.1))),
            lambda: sequential(optimizer=keras.optimizers.SGD(Constant(0.2))),
        ),
        (functional, lambda: functional(name="mine")),
        (functional, lambda: functional(skip=True)),
        (functional, lambda: functional(activation="tanh")),
        (lambda: functional(activation=twice), lambda: functional(activation=thrice)),
        (lambda: with_layers(layers.LSTM(3)), lambda: with_layers(layers.GRU(3))),
        (lambda: with_layers(Scaled(2)), lambda: with_layers(Scaled(3))),
        (lambda: with_layers(Scaled(2)), lambda: with_layers(Squeezed(2))),
        (
            lambda: with_layers(Applied(keras.ops.tanh)),
            lambda: with_layers(Applied(keras.ops.sin)),
        ),
        (
            lambda: with_layers(layers.Lambda(lambda table: table * 2)),
            lambda: with_layers(layers.Lambda(lambda table: table * 3)),
        ),
        (
            lambda: with_layers(layers.Dense(2)),
            lambda: with_layers(layers.Dense(2, trainable=False)),
        ),
        (lambda: Net(units=4), lambda: Net(units=5)),
        (lambda: Listed([4, 2]), lambda: Listed([4, 3])),
        (lambda: Graph(3), lambda: Graph(3, skip=True)),
        (lambda: layers.Dense(3), lambda: layers.Dense(4)),
        (lambda: layers.Dense, lambda: layers.Dense(3)),
        (lambda: keras.losses.Huber(1.0), lambda: keras.losses.Huber(2.0)),
        (keras.losses.MeanSquaredError, lambda: keras.losses.mean_squared_error),
    ],
)
def test_architecture_and_compilation_count(one, other):
    assert hash_of(one()) != hash_of(other())


def test_an_optimizer_by_name_equals_one_by_its_defaults():
    assert hash_of(sequential(optimizer="adam")) == hash_of(
        sequential(optimizer=keras.optimizers.Adam())
    )


def test_a_name_that_was_chosen_is_kept_apart_from_automatic_ones():
    given = keras.Input((4,))
    one = keras.Model(given, layers.Dense(3, name="head")(layers.Dense(3)(given)))
    other = keras.Model(given, layers.Dense(3)(layers.Dense(3, name="head")(given)))

    assert hash_of(one) != hash_of(other)


def test_seeds_in_layers_are_left_out_of_the_config_hash():
    one, other, none = (sequential(seed=seed) for seed in (1, 2, None))

    assert 3 == len({hash_of(model) for model in (one, other, none)})
    assert 1 == len({config_of(model) for model in (one, other, none)})
    assert describe_params({"model": one}, {}).seeded
    assert not describe_params({"model": none}, {}).seeded


def test_training_changes_state_and_no_parameters():
    model = sequential()
    before, state = hash_of(model), describe_state({"model": model})
    model.fit(X, Y, verbose=0)
    after = describe_state({"model": model})

    assert before == hash_of(model)
    assert state.state_hash != after.state_hash
    assert state.fresh
    assert not after.fresh


def test_initial_weights_are_fresh_state():
    def seeded(seed):
        keras.utils.set_random_seed(seed)
        return {"model": sequential()}

    state = describe_state(seeded(1))

    assert {"role": "state", "type": "keras.Sequential"}.items() <= state.rows["model"].items()
    assert state.state_hash == describe_state(seeded(1)).state_hash
    assert state.state_hash != describe_state(seeded(2)).state_hash


def test_a_model_that_is_not_built_has_no_state():
    assert describe_state({"model": keras.Sequential([layers.Dense(3)])}).state_hash is None


def test_a_network_inside_an_estimator_brings_its_state():
    class Wrapper(BaseEstimator):
        def __init__(self, network=None):
            self.network = network

    states = [
        describe_state({"model": Wrapper(sequential(seed=seed))}).state_hash for seed in (1, 2)
    ]

    assert states[0] != states[1]


def test_a_page_shows_a_model_in_a_few_lines():
    model = sequential(optimizer=keras.optimizers.SGD(0.1, momentum=0.9))

    assert {
        "class": "keras.Sequential",
        "layers": [
            "Dense(3, tanh, kernel_initializer=LecunNormal)",
            "Dropout(0.1)",
            "Dense(1)",
        ],
        "optimizer": {"class": "SGD", "learning_rate": 0.1, "momentum": 0.9},
        "loss": "mse",
        "metrics": ["mae"],
    } == describe_params({"model": model}, {}).params["model"]


def test_a_page_shows_parts_that_come_alone():
    given = {
        "model": functional(),
        "layer": layers.Bidirectional(layers.LSTM(3)),
        "inner": with_layers(sequential(), layers.Conv1D(4, 3, padding="same")),
        "optimizer": keras.optimizers.Adam(0.01),
        "loss": keras.losses.Huber(2.0),
        "function": keras.losses.mean_squared_error,
        "net": Net(4),
    }
    shown = describe_params(given, {}).params

    assert "keras.Model" == shown["model"]["class"]
    assert ["Input(4)", "Dense(3, relu)"] == shown["model"]["layers"][:2]
    assert "Bidirectional(LSTM(3))" == shown["layer"]
    assert "Conv1D(4, (3,), padding=same)" == shown["inner"]["layers"][1]
    assert {"class": "keras.optimizers.Adam", "learning_rate": 0.01} == shown["optimizer"]
    assert {"class": "keras.losses.Huber", "delta": 2.0} == shown["loss"]
    assert "keras.losses.mean_squared_error" == shown["function"]
    assert ["Dense(4)"] == shown["net"]["layers"]


def test_a_network_is_the_model_of_an_experiment():
    assert "keras.Sequential" == describe_params({"C": 1, "model": sequential()}, {}).model
    assert "keras.Model" == describe_params({"model": functional()}, {}).model
