"""Nine cells over C and gamma, by hand, to see whether the width of the kernel decides alone."""

from accuracy import cross_validated
from sklearn.datasets import load_digits
from sklearn.svm import SVC

from gitlab_journal import DuplicateExperimentError

# 1 / (median squared distance between two digits)
RULE_OF_THUMB = 0.0004

WIDE = """A kernel of gamma = {gamma:g} is within a factor of ten of 1 / (median squared distance
between two digits) = {rule:g}, the rule of thumb of Jaakkola et al. (1999). If the width of the
kernel decides, as that rule assumes, then any C between 0.1 and 10 will do.

This is wrong if the accuracy stays below 0.98 at C = {C:g}."""

NARROW = """A kernel of gamma = {gamma:g} is {times:.0f} times too narrow by the rule of thumb of
Jaakkola et al. (1999), 1 / (median squared distance between two digits) = {rule:g}. Each image is
then similar to itself alone, the kernel matrix is close to the identity, and the machine learns
its training images by heart, whatever C is.

This is wrong if the accuracy reaches 0.9 at C = {C:g}."""

X, y = load_digits(return_X_y=True)

for gamma in (0.0001, 0.001, 0.01):
    for C in (0.1, 1.0, 10.0):
        times = gamma / RULE_OF_THUMB
        narrow = times > 10  # noqa: PLR2004  # the hypotheses say so in words
        cross_validated.options(
            title=f"SVC: C = {C:g}, gamma = {gamma:g}",
            hypothesis=(NARROW if narrow else WIDE).format(
                C=C, gamma=gamma, times=times, rule=RULE_OF_THUMB
            ),
            predict="accuracy < 0.9" if narrow else "accuracy >= 0.98",
            tags=["kernel-width"],
        )(SVC(C=C, gamma=gamma), X, y)

# C = 1 is the default, so this is one of the nine: it is refused rather than trained again.
try:
    cross_validated.options(on_duplicate="raise")(SVC(gamma=0.001), X, y)
except DuplicateExperimentError as known:
    print(known)  # noqa: T201  # a script talks to whoever started it
