"""Records, namespaces, objects of the project and of Python's own library."""

from __future__ import annotations

import abc
import argparse
import array
import collections
import configparser
import dataclasses
import enum
import functools
import ipaddress
import itertools
import operator
import re
import types
import typing
import zoneinfo
from random import Random
from typing import Annotated, Generic, Literal, NamedTuple, Optional, TypedDict, TypeVar

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import pytest
from scipy import interpolate, stats
from sklearn import config_context
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import DistanceMetric, f1_score, get_scorer, make_scorer
from sklearn.model_selection import GridSearchCV, PredefinedSplit, TimeSeriesSplit
from sklearn.neighbors import KDTree

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import params_hash
from gitlab_journal.identity.params import describe_params

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    width: int = 64
    name: str = dataclasses.field(default="a", compare=False)


@dataclasses.dataclass
class Seeded:
    width: int
    seed: dataclasses.InitVar[int]

    def __post_init__(self, seed):
        self._random = np.random.default_rng(seed)


@attrs.define
class Attrs:
    width: int = 64
    name: str = attrs.field(default="a", eq=False)


@attrs.frozen(slots=False)
class FrozenAttrs:
    width: int = 64


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    width: int = 64
    _secret: int = pydantic.PrivateAttr(default=0)


class Point(NamedTuple):
    x: int
    y: int


class Options(TypedDict):
    width: int


class Flags(enum.IntFlag):
    FAST = 1
    SAFE = 2


class Base(abc.ABC):
    @property
    @abc.abstractmethod
    def doubled(self): ...


class Rule(Base):
    def __init__(self, width):
        self.width = width

    @functools.cached_property
    def doubled(self):
        return self.width * 2


class Boxed(Generic[T]):
    def __init__(self, width):
        self.width = width


class Tied:
    """What holds its parts, and is held by them."""

    def __init__(self, width, parts=()):
        self.width = width
        self.parts = list(parts)
        self.above = None
        for part in self.parts:
            part.above = self


class Link:
    def __init__(self, value):
        self.value = value
        self.next = self.last = None


def chain(values):
    links = [Link(value) for value in values]
    for one, other in itertools.pairwise(links):
        one.next, other.last = other, one
    return links[0]


def scaled(factor):
    def decorate(function):
        @functools.wraps(function)
        def inner(value):
            return function(value) * factor

        return inner

    return decorate


def half(value):
    return value / 2


class Holder:
    @staticmethod
    def still(value):
        return value

    moved = functools.partialmethod(half)


def cached(factor):
    @functools.lru_cache
    def inner(value):
        return value * factor

    return inner


def routed(**requests):
    with config_context(enable_metadata_routing=True):
        return Ridge().set_fit_request(**requests)


def with_private(value):
    model = Model()
    model._secret = value
    return model


def parser():
    found = configparser.ConfigParser()
    found.read_string("[model]\nwidth = 3\n")
    return found


def used(value):
    """Return a rule that has computed from itself already."""
    rule = Rule(value)
    assert rule.doubled == 2 * value
    return rule


def hash_of(value):
    return params_hash({"value": value})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Slotted(), Slotted(width=64.0)),
        (Attrs(), Attrs(64)),
        (Model(), Model(width=64)),
        (Point(1, 2), (1, 2)),
        (Options(width=3), {"width": 3}),
        (Rule(1), used(1)),
        (Tied(1, [Tied(2), Tied(3)]), Tied(1, [Tied(2), Tied(3)])),
        (chain(range(500)), chain(range(500))),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (collections.ChainMap({"a": 1}, {"a": 2, "b": 3}), {"a": 1, "b": 3}),
        (collections.defaultdict(list, a=1), {"a": 1}),
        (collections.UserDict(a=1), {"a": 1}),
        (collections.UserString("a"), "a"),
        ({"a": 1}.values(), [1]),
        (parser(), {"DEFAULT": {}, "model": {"width": "3"}}),
        (memoryview(b"ab"), b"ab"),
        (memoryview(array.array("d", [1.0])), array.array("d", [1.0])),
        (re.compile("a"), re.compile("a", re.UNICODE)),
        (operator.itemgetter(1, "a"), operator.itemgetter(1, "a")),
        (operator.methodcaller("f", 1, k=2), operator.methodcaller("f", 1, k=2)),
        (Optional[int], int | None),  # noqa: UP045 - what a user may pass
        (int | str, str | int),
        (typing.List[int], list[int]),  # noqa: UP006 - what a user may pass
        (zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo.no_cache("Europe/Berlin")),
        (Random(3), Random(3)),  # noqa: S311 - what a user may pass
        (np.random.SeedSequence(3), np.random.SeedSequence(3)),
        (np.polynomial.Polynomial([1, 2]), np.polynomial.Polynomial([1.0, 2.0])),
        (np.float16(1.5), 1.5),
        (Holder.__dict__["still"], Holder.still),
        (stats.norm(0, 1), stats.norm(scale=1)),
        (stats.loguniform(1, 10), stats.loguniform(a=1, b=10)),
        (stats.multivariate_normal([0, 1]), stats.multivariate_normal([0, 1])),
        (get_scorer("accuracy"), get_scorer("accuracy")),
        (routed(sample_weight=None), Ridge()),
        (pd.Interval(0, 1), pd.Interval(0.0, 1.0)),
        (pd.offsets.Day(2), pd.offsets.Day(2)),
    ],
)
def test_equal_values_have_equal_digests(one, other):
    assert hash_of(one) == hash_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Slotted(), Slotted(width=32)),
        (Slotted(), Slotted(name="b")),
        (Seeded(1, 2), Seeded(1, 3)),
        (Attrs(), Attrs(32)),
        (Attrs(), Attrs(name="b")),
        (Attrs(), FrozenAttrs()),
        (Model(), Model(width=32)),
        (Model(), Model(more=1)),
        (Model(), with_private(1)),
        (Options, dict),
        (Flags.FAST, Flags.FAST | Flags.SAFE),
        (Flags.FAST, 1),
        (Rule(1), Rule(2)),
        (Rule(1), Boxed(1)),
        (Boxed(1), Boxed(2)),
        (Tied(1, [Tied(2), Tied(3)]), Tied(1, [Tied(2), Tied(4)])),
        (Tied(1, [Tied(2), Tied(3)]), Tied(1, [Tied(3), Tied(2)])),
        (Tied(1, [Tied(2)]), Tied(1, [Tied(2, [Tied(2)])])),
        (chain(range(500)), chain([*range(499), 0])),
        (chain(range(500)), chain(range(499))),
        (types.SimpleNamespace(a=1), types.SimpleNamespace(a=2)),
        (types.SimpleNamespace(a=1), argparse.Namespace(a=1)),
        (types.SimpleNamespace(a=1), {"a": 1}),
        (argparse.Namespace(a=1), argparse.Namespace(b=1)),
        (array.array("d", [1.0]), array.array("d", [2.0])),
        (array.array("d", [1.0]), array.array("f", [1.0])),
        (array.array("i", [1]), [1]),
        (re.compile("a"), re.compile("b")),
        (re.compile("a"), re.compile("a", re.IGNORECASE)),
        (re.compile("a"), re.compile(b"a")),
        (operator.itemgetter(1), operator.itemgetter(2)),
        (operator.itemgetter("a"), operator.attrgetter("a")),
        (operator.methodcaller("f", 1), operator.methodcaller("f", k=1)),
        (list[int], list[str]),
        (list[int], list),
        (dict[str, list[int]], dict[str, list[str]]),
        (int | None, int),
        (Literal["a", "b"], Literal["a", "c"]),
        (Annotated[int, 1], Annotated[int, 2]),
        (ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("10.0.0.2")),
        (ipaddress.ip_address("10.0.0.1"), "10.0.0.1"),
        (scaled(2)(half), scaled(3)(half)),
        (cached(2), cached(3)),
        (functools.lru_cache(len), functools.lru_cache(max)),
        (functools.partialmethod(half, 1), functools.partialmethod(half, 2)),
        (np.vectorize(half), np.vectorize(abs)),
        (Random(3), Random(4)),  # noqa: S311 - what a user may pass
        (np.random.SeedSequence(3), np.random.SeedSequence(4)),
        (np.random.SeedSequence(3), np.random.SeedSequence(3).spawn(1)[0]),
        (np.random.PCG64(1), np.random.PCG64(2)),
        (np.random.PCG64(1), np.random.MT19937(1)),
        (np.polynomial.Polynomial([1, 2]), np.polynomial.Chebyshev([1, 2])),
        (np.poly1d([1, 2]), np.poly1d([1, 3])),
        (np.dtype([("a", "i4")]), np.dtype([("b", "i4")])),
        (np.dtypes.StringDType(), np.dtype("O")),
        (
            interpolate.CubicSpline([0, 1, 2], [0, 1, 4]),
            interpolate.CubicSpline([0, 1, 2], [0, 1, 5]),
        ),
        (interpolate.interp1d([0, 1], [0, 1]), interpolate.interp1d([0, 1], [0, 1], "nearest")),
        (stats.norm(0, 1), stats.norm(0, 2)),
        (stats.norm(0, 1), stats.norm),
        (stats.randint(0, 3), stats.randint(0, 4)),
        (
            stats.rv_discrete(values=([1, 2], [0.5, 0.5])),
            stats.rv_discrete(values=([1, 3], [0.5, 0.5])),
        ),
        (
            stats.rv_histogram(np.histogram([1, 2, 2], bins=2)),
            stats.rv_histogram(np.histogram([1, 1, 2], bins=2)),
        ),
        (stats.multivariate_normal([0, 1]), stats.multivariate_normal([0, 1], [[1, 0], [0, 2]])),
        (stats.dirichlet([1, 2]), stats.dirichlet([1, 3])),
        (stats.gaussian_kde([1.0, 2.0, 3.0]), stats.gaussian_kde([1.0, 2.0, 4.0])),
        (DistanceMetric.get_metric("minkowski", p=3), DistanceMetric.get_metric("minkowski", p=4)),
        (KDTree([[0.0, 1.0], [1.0, 0.0]]), KDTree([[0.0, 1.0], [1.0, 2.0]])),
        (get_scorer("accuracy"), get_scorer("f1")),
        (make_scorer(f1_score), make_scorer(f1_score, greater_is_better=False)),
        (PredefinedSplit([0, 1]), PredefinedSplit([1, 0])),
        (TimeSeriesSplit(3), TimeSeriesSplit(3, gap=1)),
        (
            GridSearchCV(Ridge(), {}, cv=[(np.arange(2), np.arange(3))]),
            GridSearchCV(Ridge(), {}, cv=[(np.arange(2), np.arange(4))]),
        ),
        (routed(sample_weight=True), Ridge()),
        (routed(sample_weight=True), routed(sample_weight="weight")),
        (LogisticRegression(class_weight={0: 1}), LogisticRegression(class_weight={0: 2})),
        (pd.CategoricalDtype(["a"]), pd.CategoricalDtype(["b"])),
        (pd.CategoricalDtype(["a"]), pd.CategoricalDtype(["a"], ordered=True)),
        (pd.Int64Dtype(), pd.Int32Dtype()),
        (pd.Period("2026-01"), pd.Period("2026-02")),
        (pd.Interval(0, 1), pd.Interval(0, 1, closed="left")),
        (pd.DateOffset(months=1), pd.DateOffset(months=2)),
        (pl.List(pl.Int64), pl.List(pl.Int32)),
        (pa.int64(), pa.int32()),
        (pa.schema([("a", pa.int64())]), pa.schema([("b", pa.int64())])),
    ],
)
def test_different_values_have_different_digests(one, other):
    assert hash_of(one) == hash_of(one)
    assert hash_of(one) != hash_of(other)


class Cubed(stats.rv_continuous):
    def _pdf(self, x):
        return 4 * x**3


class Squared(stats.rv_continuous):
    def _pdf(self, x):
        return 3 * x**2


def test_a_distribution_of_the_project_is_known_by_its_code_and_support():
    assert hash_of(Cubed(0, name="own")()) == hash_of(Cubed(0, name="own")())
    assert hash_of(Cubed(name="own")()) != hash_of(Squared(name="own")())
    assert hash_of(Cubed(a=0, b=1)()) != hash_of(Cubed(a=0, b=2)())


def test_a_page_shows_records_and_distributions_plainly():
    described = describe_params(
        {
            "config": Slotted(),
            "space": stats.uniform(0, 4),
            "pattern": re.compile("a+"),
            "by": operator.itemgetter(1),
            "kind": list[int],
            "flags": Flags.FAST,
        },
        {},
    )

    assert {
        "config": {"class": "Slotted", "width": 64, "name": "a"},
        "space": "uniform(scale=4)",
        "pattern": "a+",
        "by": "itemgetter(1)",
        "kind": "list[int]",
        "flags": "Flags.FAST",
    } == described.params


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Tied(object()), r"params\.value\.width: a object has no stable"),
        (Tied(1, [Tied(object())]), r"params\.value\.parts\[0\]\.width: a object has no stable"),
        (Slotted(width=object()), r"params\.value\.width: a object"),
        (np.frompyfunc(half, 1, 1), r"params\.value: a numpy\.ufunc has no stable"),
    ],
)
def test_a_refusal_names_the_path(value, said):
    with pytest.raises(DescriptionError, match=said):
        hash_of(value)


def test_the_same_ufunc_of_a_library_is_known_by_its_name():
    from scipy.special import expit

    assert hash_of(expit) != hash_of(np.tanh)


def test_a_method_of_a_library_is_named_where_its_class_is_exported():
    shown = describe_params({"of_c": str.upper, "of_python": Ridge.fit}, {}).params

    assert {"of_c": "builtins.str.upper", "of_python": "sklearn.linear_model.Ridge.fit"} == shown
