"""A small network for the digits, trained by plain gradient descent."""

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from gitlab_journal import experiment

TARGET = 0.95


@experiment(tags=["efficient-backprop"])
def train(X, y, *, inputs="raw", learning_rate=0.1, epochs=15, seed=0):  # noqa: N803  # X is its name everywhere
    """Train 64 tanh units on 70 % of the images; return how soon 95 % of the others are right.

    The seed draws the first weights and the order of the batches; the split is always the same,
    so two runs of one seed differ in nothing but their settings.
    """
    keras.utils.set_random_seed(seed)
    x_train, x_val, y_train, y_val = train_test_split(
        X, y, test_size=0.3, stratify=y, random_state=0
    )
    if inputs == "normalised":
        x_train, x_val = normalise(x_train, x_val)
    model = tanh_network(learning_rate)
    history = model.fit(
        x_train,
        y_train,
        validation_data=(x_val, y_val),
        epochs=epochs,
        batch_size=32,
        callbacks=[keras.callbacks.TerminateOnNaN()],
        verbose=0,
    ).history
    if not np.isfinite(history["loss"][-1]):
        raise FloatingPointError(f"the loss is no longer finite in epoch {len(history['loss'])}")
    reached = [epoch for epoch, share in enumerate(history["val_accuracy"], 1) if share >= TARGET]
    soonest = {"epochs_to_95": reached[0]} if reached else {}
    return {
        **soonest,
        "val_accuracy": history["val_accuracy"][-1],
        "val_loss": history["val_loss"][-1],
    }


def normalise(x_train, x_val):
    """Shift each pixel to mean 0 and scale it to variance 1, as measured on the training part."""
    mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / deviation, (x_val - mean) / deviation


def tanh_network(learning_rate):
    """Return 64 tanh units and a softmax, with the first weights of LeCun et al. (section 4.6)."""
    model = keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(64, activation="tanh", kernel_initializer="lecun_normal"),
            keras.layers.Dense(10, activation="softmax", kernel_initializer="lecun_normal"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
