"""What Ada inferred from the results: her words, the numbers of the entries."""

from __future__ import annotations

from statistics import fmean
from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gitlab_journal import Entry

IMAGES = 1797


class Inference(NamedTuple):
    """The entry it belongs to, by title; the verdict its words rest on; the words."""

    title: str
    verdict: str | None
    words: Callable[[Mapping[str, Entry]], str]


def write_inference(inference: Inference, entries: Mapping[str, Entry]) -> str:
    """Return the text; raises ValueError where the verdict is not the one its words rest on."""
    found = entries[inference.title].verdict
    if found != inference.verdict:
        raise ValueError(
            f"{inference.title!r} is {found}, the words here are for {inference.verdict}: "
            "look at the page and write what it says"
        )
    return "\n\n".join(map(_wrapped, inference.words(entries).split("\n\n")))


def _wrapped(paragraph: str) -> str:
    return paragraph if paragraph.startswith("|") else fill(paragraph, width=88)


def _linear(entries: Mapping[str, Entry]) -> str:
    score = entries[LINEAR].score
    return f"""The classes are nearly linearly separable: {score:.4f} in five folds, about one
image in {round(1 / (1 - score))} is wrong. Whatever comes next has to do better than that to be
worth its parameters."""


def _best_cell(entries: Mapping[str, Entry]) -> str:
    score, larger = entries[_cell("1", "0.001")].score, entries[_cell("10", "0.001")].score
    apart = round(abs(score - larger) * IMAGES)
    return f"""Supported, and the best of the nine cells. C = 10 gives {larger:.4f}: {apart} of
1797 images apart, which is noise. The rule of thumb finds a good width; that it decides alone is
refuted by its neighbour at C = 0.1."""


def _small_c(entries: Mapping[str, Entry]) -> str:
    wide = [entries[_cell(c, "0.0001")].score for c in ("0.1", "1", "10")]
    narrow = [entries[_cell(c, "0.001")].score for c in ("0.1", "1", "10")]
    return f"""Refuted: the width does not decide alone. At C = 0.1 errors are cheap, so most
images become support vectors and the machine averages over them instead of drawing a boundary.

| gamma | C = 0.1 | C = 1 | C = 10 |
|---|---|---|---|
| 0.0001 | {" | ".join(f"{score:.4f}" for score in wide)} |
| 0.001 | {" | ".join(f"{score:.4f}" for score in narrow)} |

The wider the kernel, the larger the C it takes; the ridge seems to follow C · gamma.

Next: cells along C · gamma = 0.001, where the accuracy should stay level."""


def _raw(entries: Mapping[str, Entry]) -> str:
    epochs = _epochs(entries, RAW)
    return f"""Supported for each of the five seeds: {_listed(epochs)} epochs, mean
{fmean(epochs):.1f}. The slowest takes {max(epochs) / min(epochs):.1f} times as long as the
fastest, though nothing differs but the seed: a difference between two single runs means nothing
unless it is larger than that. What follows is compared seed by seed."""


def _failed(entries: Mapping[str, Entry]) -> str:
    del entries
    return """No result, but a cause: some pixels at the margin are blank on every training
image, their deviation is 0, and 0 / 0 is not a number. The fault is in `normalise`, not in the
network or in the idea.

Next: leave blank pixels as they are, that is divide them by 1."""


def _normalised(entries: Mapping[str, Entry]) -> str:
    raw, normalised = _epochs(entries, RAW), _epochs(entries, NORMALISED)
    return f"""Refuted by each of the five seeds. Normalised inputs take {_listed(normalised)}
epochs, mean {fmean(normalised):.1f}; raw inputs {_listed(raw)}, mean {fmean(raw):.1f}. Half was
claimed, nothing was gained.

I had compared at an equal rate. Normalising shrinks the inputs too (their root mean square falls
from 7.8 to 1), and the gradient of the first layer with them: the direction may be better, but
each step is shorter. The argument of section 4.3 is about how far the rate can be raised, and the
rate stood still.

Next: raise it, on both kinds of input."""


def _raw_fast(entries: Mapping[str, Entry]) -> str:
    metrics = entries[RAW_FAST].metrics
    return f"""Supported: the network ends at {metrics["val_accuracy"]:.2f}, which is guessing,
with a loss of {metrics["val_loss"]:.1f}. A rate of 1.0 is out of reach for raw inputs."""


def _normalised_fast(entries: Mapping[str, Entry]) -> str:
    fast, raw = (entries[title].metrics for title in (NORMALISED_FAST, RAW.format(0)))
    return f"""Supported: {fast["epochs_to_95"]} epochs against {raw["epochs_to_95"]}, and the
accuracy ends at {fast["val_accuracy"]:.4f} against {raw["val_accuracy"]:.4f}. Together with the
two experiments before it: normalising does not make a given step better, it allows a longer one.

What this does not show: it is one seed, and raw inputs may have a better rate of their own
between 0.1 and 1.0. Next: the best rate for each kind of input, in five seeds."""


def _unseen_writers(entries: Mapping[str, Entry]) -> str:
    score, parent = entries[UNSEEN].score, entries[_cell("1", "0.001")].score
    return f"""Supported: {score:.4f} against {parent:.4f}, or {(parent - score) * 100:.1f} points
lost on hands not seen before. The nine cells were all measured on shuffled folds, so their
accuracies flatter them; whether the order among them would stay is not known.

Next: the nine cells again, on folds in the given order."""


def _cell(c: str, gamma: str) -> str:
    return f"SVC: C = {c}, gamma = {gamma}"


def _epochs(entries: Mapping[str, Entry], title: str) -> list[int]:
    return [entries[title.format(seed)].metrics["epochs_to_95"] for seed in range(5)]


def _listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


LINEAR = "A linear model, to know where we stand"
RAW = "Raw inputs, seed {}"
NORMALISED = "Normalised inputs halve the epochs to 95 %, seed {}"
RAW_FAST = "Raw inputs break down at ten times the rate"
NORMALISED_FAST = "Normalised inputs halve the epochs once the rate may grow"
UNSEEN = "Shuffled folds flatter: the best kernel on unseen writers"

ON_LINEAR = Inference(LINEAR, None, _linear)
ON_BEST_CELL = Inference(_cell("1", "0.001"), "supported", _best_cell)
ON_SMALL_C = Inference(_cell("0.1", "0.001"), "refuted", _small_c)
ON_RAW = Inference(RAW.format(0), "supported", _raw)
ON_FAILED = Inference(NORMALISED.format(0), "open", _failed)
ON_NORMALISED = Inference(NORMALISED.format(0), "refuted", _normalised)
ON_RAW_FAST = Inference(RAW_FAST, "supported", _raw_fast)
ON_NORMALISED_FAST = Inference(NORMALISED_FAST, "supported", _normalised_fast)
ON_UNSEEN_WRITERS = Inference(UNSEEN, "supported", _unseen_writers)
