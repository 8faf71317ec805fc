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
# numpy warns of how Keras reads its own variables, Keras of an optimizer that took no step.
of_keras = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning", "ignore:Skipping variable loading"
)
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


class Uncovered(keras.Model):
    """A model whose constructor takes what Keras cannot write."""

    def __init__(self, function):
        super().__init__()
        self.function = function
        self.dense = layers.Dense(2)

    def call(self, table):
        return self.function(self.dense(table))


class Trained(keras.Model):
    def train_step(self, data):
        return super().train_step(data)


class TrainedTwice(keras.Model):
    def train_step(self, data):
        super().train_step(data)
        return super().train_step(data)


class Constant(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate

    def get_config(self):
        return {"rate": self.rate}


def as_class(kind):
    given = keras.Input((4,))
    return kind(given, layers.Dense(1)(given))


def with_layers(*parts):
    return keras.Sequential([keras.Input((4, 2)), *parts])


def unbuilt(**compiled):
    model = keras.Sequential([layers.Dense(3), layers.Dense(1)])
    if compiled:
        model.compile(**compiled)
    return model


def silent(function=keras.ops.tanh, *, skip=False):
    """A graph with a layer that cannot tell its arguments, used twice."""
    given = keras.Input((4,))
    layer = Applied(function)
    dense = layers.Dense(4)(layer(given))
    return keras.Model(given, [layer(given if skip else dense), dense])


def nested(*, units=3, twice=False, function=None):
    given = keras.Input((3,))
    hidden = given if function is None else Applied(function)(given)
    inner = keras.Model(given, layers.Dense(units)(hidden))
    outer = keras.Input((3,))
    return keras.Model(outer, inner(inner(outer)) if twice else inner(outer))


def branched(*, shared=True, swapped=False, name=None):
    left, right = keras.Input((4,), name=name), keras.Input((4,))
    dense = layers.Dense(3)
    parts = [dense(left), (dense if shared else layers.Dense(3))(right)]
    joint = layers.Subtract()(parts[::-1] if swapped else parts)
    return keras.Model([left, right], {"joint": joint, "out": layers.Dense(1)(joint)})


def adapted(kind, words, **settings):
    layer = kind(**settings)
    layer.adapt(np.array(words))
    return layer


@pytest.mark.parametrize(
    "make",
    [
        sequential,
        functional,
        branched,
        silent,
        nested,
        lambda: nested(twice=True),
        lambda: nested(function=keras.ops.tanh),
        lambda: layers.TimeDistributed(Applied(keras.ops.tanh)),
        lambda: Uncovered(keras.ops.tanh),
        keras.random.SeedGenerator,
        lambda: with_layers(layers.RandomCrop(2, 2)),
        lambda: keras.DTypePolicy("mixed_float16"),
        lambda: keras.optimizers.MultiOptimizer(
            keras.optimizers.OptimizerMap(keras.optimizers.SGD())
        ),
        keras.distillation.LogitsDistillation,
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
        (branched, lambda: branched(shared=False)),
        (branched, lambda: branched(swapped=True)),
        (branched, lambda: branched(name="mine")),
        (silent, lambda: silent(keras.ops.sin)),
        (silent, lambda: silent(skip=True)),
        (nested, lambda: nested(units=4)),
        (nested, lambda: nested(twice=True)),
        (nested, lambda: nested(function=keras.ops.tanh)),
        (lambda: nested(function=keras.ops.sin), lambda: nested(function=keras.ops.tanh)),
        (
            lambda: layers.TimeDistributed(Applied(keras.ops.sin)),
            lambda: layers.TimeDistributed(Applied(keras.ops.tanh)),
        ),
        (lambda: Uncovered(keras.ops.sin), lambda: Uncovered(keras.ops.tanh)),
        (
            lambda: keras.random.SeedGenerator(1),
            lambda: keras.random.SeedGenerator(2),
        ),
        (
            lambda: keras.DTypePolicy("mixed_float16"),
            lambda: keras.DTypePolicy("float32"),
        ),
        (
            lambda: keras.optimizers.OptimizerMap(keras.optimizers.SGD()),
            lambda: keras.optimizers.OptimizerMap(keras.optimizers.Adam()),
        ),
        (lambda: unbuilt(loss="mse"), lambda: unbuilt(loss="mse", loss_weights=0.5)),
        (lambda: unbuilt(loss="mse"), lambda: unbuilt(loss="mse", steps_per_execution=2)),
        (
            lambda: unbuilt(loss="mse"),
            lambda: unbuilt(loss=keras.losses.MeanSquaredError(reduction="sum")),
        ),
        (
            lambda: unbuilt(loss="binary_crossentropy"),
            lambda: unbuilt(loss=keras.losses.BinaryCrossentropy(from_logits=True)),
        ),
        (
            lambda: with_layers(layers.Flatten()),
            lambda: keras.Sequential([keras.Input((5, 2)), layers.Flatten()]),
        ),
        (
            lambda: adapted(layers.StringLookup, ["a", "b"]),
            lambda: adapted(layers.StringLookup, ["a", "c"]),
        ),
        (
            lambda: adapted(layers.TextVectorization, ["a b", "a"], output_mode="tf_idf"),
            lambda: adapted(layers.TextVectorization, ["a b", "a", "a"], output_mode="tf_idf"),
        ),
        (
            lambda: adapted(layers.Discretization, [0.0, 1.0, 2.0], num_bins=2),
            lambda: adapted(layers.Discretization, [0.0, 5.0, 9.0], num_bins=2),
        ),
        (lambda: as_class(Trained), lambda: as_class(TrainedTwice)),
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


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("mse", "mean_squared_error"),
        ("mse", keras.losses.mean_squared_error),
        ("mse", keras.losses.MeanSquaredError()),
        ("huber", keras.losses.Huber()),
        ("binary_crossentropy", keras.losses.BinaryCrossentropy()),
    ],
)
def test_a_loss_by_name_equals_its_function_and_its_class_by_defaults(name, item):
    assert hash_of(unbuilt(loss=name)) == hash_of(unbuilt(loss=item))


def test_a_model_compiled_again_is_as_it_was_compiled_last():
    model = unbuilt(optimizer="sgd", loss="mae")
    model.compile("adam", "mse")

    assert hash_of(model) == hash_of(unbuilt(optimizer="adam", loss="mse"))


@pytest.mark.parametrize(
    "build",
    [
        lambda model: model(X),
        lambda model: model.build((None, 4)),
        lambda model: model.fit(X, Y, verbose=0),
    ],
)
def test_a_sequential_model_equals_itself_after_the_first_batch(build):
    model = unbuilt(loss="mse")
    build(model)

    assert hash_of(model) == hash_of(unbuilt(loss="mse"))
    assert describe_state({"model": model}).state_hash is not None


@pytest.mark.parametrize("make", [unbuilt, sequential, functional, nested, branched])
def test_a_clone_equals_its_model(make):
    model = make()
    clone = keras.models.clone_model(model)
    if model.compiled:
        clone.compile(**model._compile_config.config)

    assert hash_of(model) == hash_of(clone)


@pytest.mark.parametrize("make", [sequential, functional, nested, branched])
@of_keras
def test_a_model_that_was_saved_equals_what_is_loaded(make, tmp_path):
    model = make()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")

    assert hash_of(model) == hash_of(loaded)
    one, other = describe_state({"model": model}), describe_state({"model": loaded})
    assert one.state_hash == other.state_hash


def test_mixed_precision_counts():
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        mixed = [hash_of(sequential()) for _ in range(2)]
    finally:
        keras.mixed_precision.set_global_policy("float32")

    assert mixed[0] == mixed[1]
    assert mixed[0] != hash_of(sequential())


def test_a_vocabulary_counts_however_a_layer_came_to_it(tmp_path):
    (tmp_path / "words.txt").write_text("b\na\n")
    given = hash_of(layers.StringLookup(vocabulary=["b", "a"]))

    assert given == hash_of(layers.StringLookup(vocabulary=str(tmp_path / "words.txt")))
    assert given == hash_of(adapted(layers.StringLookup, ["a", "b", "b"]))


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


@of_keras
def test_weights_that_were_loaded_or_compiled_anew_are_not_fresh(tmp_path):
    model = sequential()
    model.fit(X, Y, verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    other = sequential()
    assert describe_state({"model": other}).fresh
    other.load_weights(tmp_path / "model.weights.h5")
    model.compile("adam", "mse")

    assert not describe_state({"model": other}).fresh
    assert not describe_state({"model": model}).fresh
    assert "steps" not in describe_state({"model": model}).rows["model"]


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.LSTM(3),
        lambda: layers.GRU(3),
        lambda: layers.Bidirectional(layers.LSTM(3)),
        layers.BatchNormalization,
        layers.LayerNormalization,
        lambda: layers.SeparableConv1D(3, 2),
        layers.Normalization,
        layers.PReLU,
    ],
)
def test_layers_as_they_begin_are_fresh(layer):
    model = with_layers(layer())

    assert describe_state({"model": model}).fresh


def test_what_a_layer_adapted_to_is_no_fresh_state():
    layer = layers.Normalization()
    layer.adapt(np.arange(12.0).reshape(3, 4))

    assert not describe_state({"model": keras.Sequential([layer])}).fresh


def test_a_layer_that_comes_alone_brings_its_weights():
    def embedding(value):
        return layers.Embedding(3, 2, weights=[np.full((3, 2), value)])

    one, other = (describe_state({"layer": embedding(value)}).state_hash for value in (1, 2))

    assert hash_of(embedding(1)) == hash_of(embedding(2))
    assert one != other
    assert describe_state({"layer": layers.Dense(3)}).state_hash is None


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
