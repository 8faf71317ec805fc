"""Normalised against raw inputs, seed by seed: `python normalised_inputs.py 0 1 2`."""

import sys

from network import train
from sklearn.datasets import load_digits
from yardstick import raw_run

X, y = load_digits(return_X_y=True)

for seed in map(int, sys.argv[1:]):
    raw = raw_run(seed)
    train.options(
        title="Normalised inputs halve the epochs to 95 %, seed {seed}",
        hypothesis=f"""If every pixel is shifted to mean 0 and scaled to variance 1, the epochs
until 95 % of the held-out images are right fall by at least half. The Hessian of a first layer is
governed by the covariance of its inputs; inputs far from zero give it one very large eigenvalue,
so that a rate which is stable along that direction crawls along all others (LeCun et al. 1998,
*Efficient BackProp*, section 4.3). Raw pixels have mean 4.9 and none is negative.

Only the inputs change: first weights, batches, rate are those of the parent, which needed
{raw.metrics["epochs_to_95"]} epochs. This is wrong if more than half of them are needed.""",
        predict="epochs_to_95 <= parent / 2",
        parents=[raw.id],
    )(X, y, inputs="normalised", seed=seed)
