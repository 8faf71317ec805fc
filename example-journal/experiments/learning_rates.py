"""Ten times the rate, on raw and on normalised inputs."""

from network import train
from sklearn.datasets import load_digits
from yardstick import raw_run

X, y = load_digits(return_X_y=True)

raw = raw_run(seed=0)

train.options(
    title="Raw inputs break down at ten times the rate",
    hypothesis="""Gradient descent diverges above a rate of 2 / (largest eigenvalue of the Hessian)
(LeCun et al. 1998, section 4.7). If the offset of raw pixels makes that eigenvalue large, a rate
of {learning_rate:.1f} is far beyond it: the tanh units saturate in the first steps, and the network
stays near the 10 % of guessing.

This is wrong if the network still learns: half of the held-out images right, or a loss no higher
than at the rate of 0.1.""",
    predict=["val_accuracy < 0.5", "val_loss > parent"],
    parents=[raw.id],
    tags=["efficient-backprop", "learning-rate"],
)(X, y, inputs="raw", learning_rate=1.0, seed=0)

train.options(
    title="Normalised inputs halve the epochs once the rate may grow",
    hypothesis="""At an equal rate, normalising saved nothing. But the argument is about the largest
rate that is stable: what a better Hessian buys is room for a larger step. So at a rate of
{learning_rate:.1f}, where raw inputs should break down, normalised inputs reach 95 % in at most
half the epochs that raw inputs need at their own rate of 0.1.

This is wrong if more than half are needed, or if the accuracy falls back below 95 % in the end.""",
    predict=["epochs_to_95 <= parent / 2", "val_accuracy >= 0.95"],
    parents=[raw.id],
    tags=["efficient-backprop", "learning-rate"],
)(X, y, inputs="normalised", learning_rate=1.0, seed=0)
