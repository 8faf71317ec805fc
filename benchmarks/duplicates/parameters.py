"""Scenarios whose parameters change, or only the way they are written."""

from __future__ import annotations

from duplicates.scenario import DIFFERENT, SAME, Scenario, at_command_line, at_the_call

NUMBERS = "import numpy as np\n"
ENUM = """from enum import Enum
class Loss(Enum):
    HINGE = "hinge"
    LOG = "log"
"""
CLOSURE = """def weighted(alpha):
    def loss(error):
        return alpha * error
    return loss
"""
SETTINGS = """class Settings:
    def __init__(self, rate):
        self.rate = rate
"""

SCENARIOS: tuple[Scenario, ...] = (
    at_command_line(
        "another width",
        {"width": 64},
        {"width": 65},
        truth=DIFFERENT,
        reason="A parameter changed.",
    ),
    at_command_line(
        "arguments in another order",
        {"width": 32, "depth": 3},
        {"depth": 3, "width": 32},
        truth=SAME,
        reason="The same arguments.",
    ),
    at_command_line(
        "default made explicit on the command line",
        {},
        {"width": 64},
        truth=SAME,
        reason="The same value reaches the function.",
    ),
    at_command_line(
        "another seed",
        {"seed": 0},
        {"seed": 1},
        truth=DIFFERENT,
        reason="Another draw: a replicate, no repetition.",
        relation="replicate",
    ),
    at_command_line(
        "verbose changed",
        {"verbose": 0},
        {"verbose": 1},
        truth=SAME,
        reason="It prints more and computes the same.",
    ),
    at_command_line(
        "n_jobs changed",
        {"n_jobs": 1},
        {"n_jobs": 2},
        truth=SAME,
        debatable=True,
        reason="Meant to change time alone, although sums in another order may round otherwise.",
    ),
    at_the_call(
        "default made explicit at the call",
        "train(X)",
        "train(X, width=64)",
        truth=SAME,
        reason="The same value reaches the function.",
    ),
    at_the_call(
        "keywords in another order",
        "train(X, width=32, depth=3)",
        "train(X, depth=3, width=32)",
        truth=SAME,
        reason="The same call.",
    ),
    at_the_call(
        "variable renamed at the call",
        "rate = 32\ntrain(X, width=rate)",
        "units = 32\ntrain(X, width=units)",
        truth=SAME,
        reason="The same value under another name outside of the function.",
    ),
    at_the_call(
        "dict in another order",
        'train(X, setting={"a": 1, "b": {"c": 2, "d": 3}})',
        'train(X, setting={"b": {"d": 3, "c": 2}, "a": 1})',
        truth=SAME,
        reason="Equal mappings.",
    ),
    at_the_call(
        "a value deep inside a dict",
        'train(X, setting={"a": 1, "b": {"c": 2, "d": [3, {"e": 4}]}})',
        'train(X, setting={"a": 1, "b": {"c": 2, "d": [3, {"e": 5}]}})',
        truth=DIFFERENT,
        reason="A parameter changed.",
    ),
    at_the_call(
        "key with None for no key",
        'train(X, setting={"a": 1})',
        'train(X, setting={"a": 1, "b": None})',
        truth=DIFFERENT,
        reason='`"b" in setting` and `setting.get("b", 5)` tell them apart.',
    ),
    at_the_call(
        "set of words, other hash seed",
        'train(X, setting={"red", "green", "blue"})',
        'train(X, setting={"red", "green", "blue"})',
        truth=SAME,
        reason="Nothing changed but the order in which Python walks the set.",
    ),
    at_the_call(
        "numpy number for Python's",
        "train(X, width=32)",
        NUMBERS + "train(X, width=np.int64(32))",
        truth=SAME,
        reason="The same number, as taken from np.arange.",
    ),
    at_the_call(
        "1.0 for 1",
        "train(X, setting=1)",
        "train(X, setting=1.0)",
        truth=SAME,
        debatable=True,
        reason="Equal numbers; a function could ask for the type.",
    ),
    at_the_call(
        "True for 1",
        "train(X, setting=1)",
        "train(X, setting=True)",
        truth=DIFFERENT,
        debatable=True,
        reason="A flag is no count, although Python has them equal.",
    ),
    at_the_call(
        "1 as text for 1",
        "train(X, setting=1)",
        'train(X, setting="1")',
        truth=DIFFERENT,
        reason="A text is no number.",
    ),
    at_the_call(
        "list for tuple",
        "train(X, setting=(3, 3))",
        "train(X, setting=[3, 3])",
        truth=SAME,
        debatable=True,
        reason="Equal sequences; a function could ask for the type.",
    ),
    at_the_call(
        "NaN, fresh process",
        'train(X, setting=float("nan"))',
        'train(X, setting=float("nan"))',
        truth=SAME,
        reason="Nothing changed, although NaN is not equal to NaN.",
    ),
    at_the_call(
        "same member of an enum",
        ENUM + "train(X, setting=Loss.LOG)",
        ENUM + "train(X, setting=Loss.LOG)",
        truth=SAME,
        reason="Nothing changed.",
    ),
    at_the_call(
        "other member of an enum",
        ENUM + "train(X, setting=Loss.LOG)",
        ENUM + "train(X, setting=Loss.HINGE)",
        truth=DIFFERENT,
        reason="A parameter changed.",
    ),
    at_the_call(
        "object of a plain class, fresh process",
        SETTINGS + "train(X, setting=Settings(0.1))",
        SETTINGS + "train(X, setting=Settings(0.1))",
        truth=SAME,
        reason="Nothing changed but the object's address.",
    ),
    at_the_call(
        "an attribute of an object",
        SETTINGS + "train(X, setting=Settings(0.1))",
        SETTINGS + "train(X, setting=Settings(0.2))",
        truth=DIFFERENT,
        reason="A parameter changed.",
    ),
    at_the_call(
        "value of an enum's member",
        ENUM + "train(X, setting=Loss.LOG)",
        ENUM.replace('"log"', '"log2"') + "train(X, setting=Loss.LOG)",
        truth=DIFFERENT,
        reason="Code that reads the member's value gets another.",
    ),
    at_the_call(
        "class attribute of an object",
        SETTINGS + "    scale = 1\ntrain(X, setting=Settings(0.1))",
        SETTINGS + "    scale = 2\ntrain(X, setting=Settings(0.1))",
        truth=DIFFERENT,
        reason="`setting.scale` gives another value.",
    ),
    at_the_call(
        "keys of a dict as texts",
        'train(X, setting={1: "a"})',
        'train(X, setting={"1": "a"})',
        truth=DIFFERENT,
        reason="`setting[1]` finds it no more.",
    ),
    at_the_call(
        "lambda changed",
        "train(X, setting=lambda x: x + 1)",
        "train(X, setting=lambda x: x + 2)",
        truth=DIFFERENT,
        reason="Another function is passed.",
    ),
    at_the_call(
        "same lambda, fresh process",
        "train(X, setting=lambda x: x + 1)",
        "train(X, setting=lambda x: x + 1)",
        truth=SAME,
        reason="Nothing changed but the lambda's address.",
    ),
    at_the_call(
        "value in a closure changed",
        CLOSURE + "train(X, setting=weighted(0.5))",
        CLOSURE + "train(X, setting=weighted(0.6))",
        truth=DIFFERENT,
        reason="Another loss is passed.",
    ),
    at_the_call(
        "partial with another argument",
        "from functools import partial\ntrain(X, setting=partial(round, ndigits=2))",
        "from functools import partial\ntrain(X, setting=partial(round, ndigits=3))",
        truth=DIFFERENT,
        reason="Another function is passed.",
    ),
    at_the_call(
        "random generator, same seed",
        NUMBERS + "train(X, setting=np.random.default_rng(3))",
        NUMBERS + "train(X, setting=np.random.default_rng(3))",
        truth=SAME,
        reason="The same draws.",
    ),
    at_the_call(
        "random generator, one draw further on",
        NUMBERS + "rng = np.random.default_rng(3)\ntrain(X, setting=rng)",
        NUMBERS + "rng = np.random.default_rng(3)\nrng.random()\ntrain(X, setting=rng)",
        truth=DIFFERENT,
        reason="Other draws.",
    ),
)
