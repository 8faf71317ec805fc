"""Scenarios whose Keras model changes."""

from __future__ import annotations

from duplicates.scenario import DIFFERENT, SAME, Scenario, at_the_call


def _network(
    *, seed: int = 0, optimizer: str = "SGD(0.1)", before: str = "", after: str = ""
) -> str:
    return f"""import keras
{before}
keras.utils.set_random_seed({seed})
net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])
net.compile(optimizer=keras.optimizers.{optimizer}, loss="mse")
{after}
train(X, model=net)"""


_DECAY = "SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 100, {rate}))"

SCENARIOS: tuple[Scenario, ...] = (
    at_the_call(
        "same network, fresh process",
        _network(),
        _network(),
        truth=SAME,
        reason="Nothing changed.",
        keras=True,
    ),
    at_the_call(
        "another model built before",
        _network(),
        _network(before="keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])"),
        truth=SAME,
        reason="Only the names change that Keras counts up by itself.",
        keras=True,
    ),
    at_the_call(
        "other optimizer",
        _network(),
        _network(optimizer="RMSprop(0.1)"),
        truth=DIFFERENT,
        reason="Another way to train.",
        keras=True,
    ),
    at_the_call(
        "other learning-rate schedule",
        _network(optimizer=_DECAY.format(rate=0.9)),
        _network(optimizer=_DECAY.format(rate=0.8)),
        truth=DIFFERENT,
        reason="Another way to train.",
        keras=True,
    ),
    at_the_call(
        "other initial weights",
        _network(),
        _network(seed=1),
        truth=DIFFERENT,
        reason="Another draw: a replicate, no repetition.",
        about="state",
        relation="replicate",
        keras=True,
    ),
    at_the_call(
        "trained weights for fresh ones",
        _network(),
        _network(after="net.fit(X, X[:, :1], verbose=0)"),
        truth=DIFFERENT,
        reason="It has learned something already.",
        about="state",
        relation="other weights",
        keras=True,
    ),
)
