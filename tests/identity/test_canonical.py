from __future__ import annotations

import dataclasses
import enum
import functools
import math
import operator
import subprocess
import sys
import threading
from collections import Counter, OrderedDict, deque, namedtuple
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash

Point = namedtuple("Point", "x y")  # noqa: PYI024 - what a user may pass


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Shade(enum.StrEnum):
    DARK = "dark"


@dataclasses.dataclass(frozen=True)
class Config:
    width: int = 64
    rate: float = 0.1


@dataclasses.dataclass
class OtherConfig:
    width: int = 64
    rate: float = 0.1


class Schedule:
    def __init__(self, start):
        self.start = start

    def __call__(self, epoch):
        return self.start / epoch


class Slotted:
    __slots__ = ("width",)

    def __init__(self, width):
        self.width = width


def half(value):
    return value / 2


def double(value):
    return value * 2


@functools.lru_cache
def cached(value):
    return value


@functools.lru_cache
def cached_otherwise(value):
    return value + 1


def hash_of(value):
    return params_hash({"value": value})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (0.0, -0.0),
        (float("nan"), -float("nan")),
        (2**70, float(2**70)),
        (np.float64(0.1), 0.1),
        (np.int32(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(3.0), 3),
        (np.datetime64("2026-03-01T12:00:00"), datetime(2026, 3, 1, 12)),  # noqa: DTZ001 - naive
        (np.datetime64("2026-03-01T12:00:00.000000000"), datetime(2026, 3, 1, 12)),  # noqa: DTZ001
        (np.datetime64("2026-03-01"), date(2026, 3, 1)),
        (np.timedelta64(90, "s"), timedelta(seconds=90)),
        (pd.Timestamp("2026-03-01"), datetime(2026, 3, 1)),  # noqa: DTZ001 - naive
        (pd.Timedelta(90, "s"), timedelta(seconds=90)),
        ((1, 2), [1, 2]),
        (Point(1, 2), [1, 2]),
        (deque([1, 2]), [1, 2]),
        ({3, 1, 2}, {2, 1, 3}),
        ({1, 2}, frozenset({2, 1})),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (OrderedDict(b=2, a=1), {"a": 1, "b": 2}),
        (Counter("aab"), {"a": 2, "b": 1}),
        ({1: "a", 2: "b"}, {2: "b", 1: "a"}),
        (Decimal("1.0"), Decimal("1.00")),
        (Decimal("-0"), Decimal(0)),
        (Decimal("1E+2"), Decimal(100)),
        (range(0), range(5, 5)),
        (range(0, 5, 2), range(0, 6, 2)),
        (Path("a/b"), PurePosixPath("a/b")),
        (
            datetime(2026, 3, 1, 12, tzinfo=UTC),
            datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2))),
        ),
        (bytearray(b"ab"), b"ab"),
        (functools.partial(half, value=1), functools.partial(half, value=1.0)),
        (np.dtype("<f8"), np.dtype(">f8")),
        (lambda x: x + 1, lambda x: x + 1),
    ],
)
def test_equal_values_have_equal_digests(one, other):
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (False, 0),
        (None, "null"),
        (1, "1"),
        (0.1, np.float32(0.1)),
        ([1, 2], [2, 1]),
        ([1, 2], {1, 2}),
        ([1, [2]], [[1], 2]),
        ([], {}),
        ({}, None),
        ({1: "a"}, {"1": "a"}),
        ({True: "a"}, {1: "a"}),
        ("a", b"a"),
        ("a", Path("a")),
        (1, Decimal(1)),
        (1, Fraction(1)),
        (1, complex(1)),
        (1, Colour.RED),
        (Colour.RED, Colour.BLUE),
        ("dark", Shade.DARK),
        (range(3), [0, 1, 2]),
        (date(2026, 3, 1), datetime(2026, 3, 1)),  # noqa: DTZ001 - naive
        (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 1)),  # noqa: DTZ001 - naive
        (float("inf"), -float("inf")),
        (float("inf"), "inf"),
        (Config(), Config(width=32)),
        (Config(), OtherConfig()),
        (Config(), {"width": 64, "rate": 0.1}),
        (Config, Config()),
        (half, double),
        (half, "half"),
        (cached, cached_otherwise),
        (functools.partial(half, 1), functools.partial(half, 2)),
        (functools.partial(half, 1), functools.partial(double, 1)),
        (lambda x: x + 1, lambda x: x + 2),
        (Schedule(1), Schedule(2)),
        (Slotted(1), Slotted(2)),
        (Schedule(1).__call__, Schedule(2).__call__),
        (len, max),
        (np.tanh, np.sin),
        (np.tanh, math.tanh),
        (np.float32, np.float64),
        (np, math),
        (np.zeros(3), np.zeros(4)),
        (np.random.RandomState(0), np.random.RandomState(1)),
        (np.random.default_rng(0), np.random.default_rng(1)),
    ],
)
def test_different_values_have_different_digests(one, other):
    assert hash_of(one) != hash_of(other)


@pytest.mark.parametrize(
    ("imitation", "value"),
    [
        ({"$set": [1, 2]}, {1, 2}),
        ({"$path": "a"}, Path("a")),
        ({"$float": "nan"}, float("nan")),
        ({"$map": [["$x", 1]]}, {"$x": 1}),
        ({"#shown": "x"}, {}),
    ],
)
def test_no_mapping_imitates_a_tag(imitation, value):
    assert hash_of(imitation) != hash_of(value)


def test_a_parameter_may_not_be_named_like_a_tag():
    with pytest.raises(DescriptionError, match=r"params: the name '\$set' begins like a tag"):
        params_hash({"$set": [1]})


def test_what_a_local_function_closes_over_counts():
    def scaled(factor):
        return lambda x: x * factor

    assert hash_of(scaled(2)) == hash_of(scaled(2))
    assert hash_of(scaled(2)) != hash_of(scaled(3))


def test_the_defaults_of_a_local_function_count():
    functions = [lambda x, k=k: x * k for k in (2, 3)]

    assert hash_of(functions[0]) != hash_of(functions[1])


def test_a_local_function_that_calls_itself_is_described():
    def count(n):
        return count(n - 1) if n else 0

    assert hash_of(count) == hash_of(count)


def test_a_class_inside_a_function_is_known_by_its_code():
    def make(step):
        class Local:
            pass

        instance = Local()
        instance.step = step
        return instance

    assert hash_of(make(1)) == hash_of(make(1))
    assert hash_of(make(1)) != hash_of(make(2))


def _cycle():
    cycle = [1]
    cycle.append({"again": cycle})
    return cycle


def _deep(levels):
    value = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"layers": [1, 2, object()]}, r"params\.layers\[2\]: a object has no stable description"),
        ({"a": {"b c": threading.Lock()}}, r"params\.a\['b c'\]: a _thread\.lock"),
        ({"a": {1: iter([])}}, r"params\.a\[1\]: a list_iterator can be read only once"),
        ({"a": Config(rate=object())}, r"params\.a\.rate: "),
        ({"a": np.array([1, object()], dtype=object)}, r"params\.a\[1\]: "),
        ({"a": functools.partial(half, object())}, r"params\.a\[0\]: "),
        ({"a": {"b": operator.itemgetter(object())}}, r"params\.a\.b\[0\]: "),
        ({"a": _cycle()}, r"params\.a\[1\]\.again: a list that contains itself"),
        ({"a": _deep(5000)}, r"params\.a(\[0\])+: nested more than 64 levels deep"),
        ({"a": np.frompyfunc(half, 1, 1)}, r"params\.a: a numpy\.ufunc has no stable"),
    ],
)
def test_what_has_no_stable_description_is_refused_with_its_path(value, said):
    with pytest.raises(DescriptionError, match=said):
        params_hash(value)


def test_the_same_part_twice_is_no_cycle():
    part = [1, 2]

    assert hash_of([part, part]) == hash_of([[1, 2], [1, 2]])


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), values, min_size=2), st.randoms())
def test_the_order_of_a_mapping_does_not_count(mapping, random):
    items = list(mapping.items())
    random.shuffle(items)

    assert hash_of(mapping) == hash_of(dict(items))


def _as_arrays_scalars(value):
    """Return the value with tuples for lists and numpy's scalars for Python's."""
    if isinstance(value, list):
        return tuple(map(_as_arrays_scalars, value))
    if isinstance(value, dict):
        return {name: _as_arrays_scalars(item) for name, item in value.items()}
    if isinstance(value, bool):
        return np.bool_(value)
    return np.float64(value) if isinstance(value, float) else value


@given(values)
def test_tuples_and_numpy_scalars_equal_lists_and_python_scalars(value):
    assert hash_of(value) == hash_of(_as_arrays_scalars(value))


SCRIPT = """
from pathlib import Path
from gitlab_journal.identity import params_hash
print(params_hash({"names": {"c", "a", "b"}, "by": {1: "x", "y": {2.5, None}}, "at": Path("a")}))
"""


def test_digests_are_equal_under_another_hash_seed():
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


def test_importing_identity_loads_no_heavy_library():
    heavy = ("numpy", "pandas", "scipy", "sklearn", "keras", "tensorflow")
    script = (
        "import sys, gitlab_journal.identity, gitlab_journal.identity.params as p\n"
        "p.describe_params({'a': [1, 'b', {'c': None}]}, {'f': len})\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout

    assert said == "[]\n"


def test_a_script_has_the_digests_of_the_imported_module(tmp_path):
    (tmp_path / "job.py").write_text(
        "import dataclasses, enum\n"
        "from gitlab_journal.identity import params_hash\n"
        "class Colour(enum.Enum):\n    RED = 1\n"
        "@dataclasses.dataclass\nclass Config:\n    width: int = 3\n"
        "def half(x):\n    return x / 2\n"
        "print(params_hash({'a': Colour.RED, 'b': Config(), 'c': half, 'd': Config}))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, capture_output=True, check=True, text=True
        ).stdout
        for arguments in (["job.py"], ["-c", "import job"])
    ]

    assert said[0] == said[1]


class Named(list):
    """A list that carries a name."""

    def __init__(self, items, name):
        super().__init__(items)
        self.name = name


class Open(dict):
    """A mapping whose entries are its attributes."""

    def __init__(self, **entries):
        super().__init__(**entries)
        self.__dict__ = self


def test_attributes_that_a_class_adds_to_a_list_count():
    digests = [params_hash({"x": Named([1], name)}) for name in ("a", "b", "a")]

    assert digests[0] != digests[1]
    assert digests[0] == digests[2]


def test_a_mapping_whose_entries_are_its_attributes_is_that_mapping():
    assert params_hash({"x": {"a": 1}}) == params_hash({"x": Open(a=1)})


def test_the_value_of_a_member_counts():
    one, other = (enum.Enum("Rate", {"LOW": value}) for value in (1, 2))

    assert params_hash({"x": one.LOW}) != params_hash({"x": other.LOW})


class Slotted:
    """An object with an attribute that may have no value yet."""

    __slots__ = ("rate", "unset")

    def __init__(self, rate):
        self.rate = rate


def test_a_slot_without_a_value_is_left_out():
    assert params_hash({"x": Slotted(1)}) == params_hash({"x": Slotted(1)})
    assert params_hash({"x": Slotted(1)}) != params_hash({"x": Slotted(2)})
