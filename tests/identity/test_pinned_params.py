"""Digests of what users pass beside plain values, as they always were."""

from __future__ import annotations

import argparse
import array
import collections
import dataclasses
import enum
import functools
import ipaddress
import operator
import pathlib
import re
import signal
import types
import typing
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import attrs
import numpy as np
import pandas as pd
import pydantic
import pytest
from scipy import stats
from sklearn.compose import ColumnTransformer
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    ParameterGrid,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
)
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from gitlab_journal.identity import params_hash


@dataclasses.dataclass(frozen=True)
class Config:
    width: int = 64

    def scaled(self, value):
        return value * self.width


@attrs.define
class Attrs:
    width: int = 64


class Model(pydantic.BaseModel):
    width: int = 64


class Point(NamedTuple):
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1


class Flags(enum.IntFlag):
    FAST = 1
    SAFE = 2


class Ring:
    pass


def half(value):
    return value / 2


def ring():
    one, other = Ring(), Ring()
    one.next, other.next = other, one
    return one


PARAMS = [
    (re.compile("a+", re.IGNORECASE), "0274f8e89ebc257143f7e8078eca48a8"),
    (re.compile(b"a"), "555599c8b2e0f951ca2261189957ab35"),
    (operator.itemgetter(1), "9e072d2c778a0a1066f467b329f9ec2d"),
    (operator.itemgetter("a", 2), "3b21c2c06a020891959d64a65cbab737"),
    (operator.attrgetter("a.b"), "82c4ccb8d1634d7ba18047a00ffc1492"),
    (operator.methodcaller("fit", 1, k=2), "56c686485008371fa15f61745fea9691"),
    (functools.partialmethod(len, 1), "6621c3e623abb22fd4878dd7a1ad2c4f"),
    (types.SimpleNamespace(a=1, b="x"), "e8f76f1ff474339795e7e552b0466489"),
    (argparse.Namespace(a=1), "d73bcf0d251dd734b8119c48cc19c967"),
    (types.MappingProxyType({"a": 1}), "0138cad603a45437504d6b927c730f52"),
    (collections.ChainMap({"a": 1}, {"b": 2}), "6539cfaff4d0e18ffc1fbe268fae5263"),
    (collections.defaultdict(list, a=[1]), "883171a3e395f1fefd9fc479a000d0ae"),
    (collections.Counter("aab"), "efab0141377e4fdda4c7258515c5feae"),
    (collections.OrderedDict(a=1), "0138cad603a45437504d6b927c730f52"),
    (collections.deque([1, 2]), "75293c4d3c019ff8c72f9ad84c115d25"),
    (collections.UserDict(a=1), "0138cad603a45437504d6b927c730f52"),
    ({"a": 1}.values(), "f11b7c81e736f5b25bd41a21645e57e9"),
    (array.array("d", [1.0, 2.5]), "a0b08e8d1c717d10d91570c9df6ee7a3"),
    (array.array("i", [1, 2]), "0bef1c1d9b55455733d5c48cf94a0e0c"),
    (array.array("q", [1, 2]), "76637587f66295596ce6e01ab6e5004b"),
    (memoryview(b"ab"), "c171d8bb78192e98c28da2354ab49b99"),
    (ipaddress.ip_address("10.0.0.1"), "a2d1b75603d35197c7fcca5aac927feb"),
    (ipaddress.ip_network("2001:db8::/32"), "270206181234bab825bfe7ef94164aba"),
    (ipaddress.ip_interface("10.0.0.1/8"), "4c9d94f1dbd20288802cd6e5e6eef392"),
    (zoneinfo.ZoneInfo("Europe/Berlin"), "88f5b68f4f0519e57af10312f476bc26"),
    (UTC, "4737e392d78caa340bf299dc236e4548"),
    (
        datetime(2026, 3, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
        "c6651ce484e263fa4e77da04214f3479",
    ),
    (list[int], "484e69bd1e785eb39a3372b2ddbe7eb2"),
    (dict[str, list[float]], "2f5700ab864a8a8e195fcb9cbf42d852"),
    (int | None, "61106f5da9a6b9f6df2bbbdaefa48555"),
    (Literal["a", 1], "d5e4ecc43025685c434f8e662ef448f4"),
    (Callable[[int], str], "ebe2e4ef9a51c027412830c84fb29e5d"),
    (typing.Any, "e94cb61e490cb6dc5ca71aa56a44bdf3"),
    (list, "6be855f8a57e14939e0a90c3b2bf9ec7"),
    (str.upper, "d84d5d8b659a7b4595b7ed4cd320c8b7"),
    (dict.fromkeys, "fe813db3f5ac6f476d7540867c08f477"),
    (pathlib.PurePath.joinpath, "3fa92cb5756ddbef04af10aaf1ca894c"),
    (functools.reduce, "124d329447d0615e3ecff02cc401c7c0"),
    (functools.lru_cache(len), "3207c6f0af1a36a93660bb02b907eeeb"),
    (signal.Signals.SIGTERM, "4c88a3135ebfac2575688bdb5662f8e2"),
    (re.RegexFlag.IGNORECASE | re.RegexFlag.ASCII, "4d6189a72397ddc8935041d0c210ba41"),
    (np.ma.masked_array([1.0], [True]), "cde6b0c757c70a79a19520fdf942d502"),
    (np.random.RandomState(0), "30c0e59099c31b583f62c7c7a7cc9ccc"),
    (np.random.default_rng(0), "0a7e596df922951de871561f1b10eda1"),
    (np.random.PCG64(1), "e8cd1d9c88f7b726e25a3d91141a6661"),
    (np.random.MT19937(1), "eb767d494e207f38bb120b72453b9e40"),
    (np.random.Philox(1), "70dc146de1a666607355a2070d6804d6"),
    (np.random.SFC64(1), "da86e9d21ccd0efd2d87820db5089ee6"),
    (np.random.SeedSequence(3), "18774b38b81efe152d49558e81d15b72"),
    (np.float16(1.5), "76f92613f114dc1b16c0d200473c4da6"),
    (np.float32(0.1), "aade946f1b9b83ccb497d19c453b0798"),
    (np.int8(-3), "b01c8a3837890d0a3d218832619e97a1"),
    (np.str_("a"), "e148164335550c6fecec20bd1c134121"),
    (np.bytes_(b"a"), "ca222b50f20fe1cc3aa606c72fbefef7"),
    (np.timedelta64(3, "h"), "24537faccf42bb29777d4928045329da"),
    (np.datetime64("NaT", "s"), "66e655aa84fe52a2b57816ac3022cba6"),
    (np.array(3.5), "4c9a99b7c7080d1b42edafca243f8af5"),
    (np.void(b"ab"), "c171d8bb78192e98c28da2354ab49b99"),
    (np.dtype([("a", "i4"), ("b", "f8", (2,))]), "1b8387f47dd9b6099e9652160a7bbff8"),
    (np.dtype("M8[ns]"), "cb9d7ebf7dd9c58e4f0dddea1fbae4d9"),
    (np.dtypes.StringDType(), "0d11f4836caa6bd0e5b0f384bd691ee9"),
    (np.polynomial.Polynomial([1, 2]), "6e781fff34f9c38882f2da06d4c05e7b"),
    (np.polynomial.Chebyshev([1, 2]), "3d9c92598d8333f4d8eb839bc691fccb"),
    (np.poly1d([1, 2]), "92c9a0b492e3f1c163745819660e6b3b"),
    (np.add, "daad382dca2589b1397229e52f4eca81"),
    (np.linalg.norm, "58132d63cc4d1cc0db8dced4906e197b"),
    (np.vectorize(len), "93d2264132e2b0853b9e50f6f6e7f0a0"),
    (stats.norm(0, 1), "bc0b566c0bdddb950f275925ef83310a"),
    (stats.norm(loc=2), "7255a3f6c4f6d12277988e707ae044d1"),
    (stats.loguniform(1, 10), "25c525ba6ceea561e29288428d3c68e0"),
    (stats.randint(1, 5), "3d08676ba589a51cdedc8e03761a6925"),
    (stats.uniform(0, 4), "acf20f8e87fa2b185dc9c1810e33f893"),
    (stats.rv_discrete(values=([1, 2], [0.5, 0.5])), "f580c85a8b3b2485c3df24746f4bf549"),
    (stats.dirichlet([1, 2]), "9dad8e0b5a46a1b7d2abbc7b025e6d9d"),
    (stats.multivariate_normal([0, 1]), "105dd609b8a44096bf1ba207464e1d8a"),
    (stats.expon, "9baaf67f3e02cfb0f74916cb94bbce16"),
    (RBF(1.5), "afc94f654745c741b0998e9533c01569"),
    (ConstantKernel(2.0) * RBF(1.5) + WhiteKernel(), "04443c9c3d5ec8ba4ca317771ed17cc7"),
    (StratifiedKFold(3), "f320ba810563d73b15d03d4debe3470a"),
    (GroupKFold(3), "95244ffcf2a7d717dca0f5c0bf2b7ffc"),
    (PredefinedSplit([0, 1, -1]), "f370c2caf64f07cf4fbaa34ada3531ac"),
    (TimeSeriesSplit(3, gap=1), "2e7c529e27316ab547946906f48f4330"),
    (ShuffleSplit(3, random_state=0), "2c749f56d9097caa125dc1ec741cfafb"),
    (make_scorer(f1_score, average="macro"), "16e75c1e592534e6431e2b451b4d7cf1"),
    (FunctionTransformer(np.log1p), "ba3736a40168bafd3cfba4742c10f9d0"),
    (make_pipeline(StandardScaler(), "passthrough"), "2198b9af84c3ac2d8085929f480f51f9"),
    (FeatureUnion([("a", StandardScaler()), ("b", "drop")]), "c6f87eb06fcd441872fc076c141608e8"),
    (
        ColumnTransformer([("a", StandardScaler(), [0]), ("b", "drop", slice(1, 3))]),
        "cdb046e2d6cfdee21ae5bd95ed7f25ed",
    ),
    (ParameterGrid({"C": [1, 10]}), "a19b4a605a2de5f13f7a1c7205cd8dda"),
    (pd.CategoricalDtype(["a", "b"], ordered=True), "03949a73eac520d1962314c82449c48a"),
    (pd.Int64Dtype(), "575dbf423374f87168cd70cd29aeb425"),
    (pd.DatetimeTZDtype(tz="UTC"), "dff7cb7666bb463b335225c270872e57"),
    (pd.Period("2026-01", "M"), "bc51d54dd23d7db5ba7425202ab5880a"),
    (pd.Interval(0, 1), "5d9ba43b2cd7e0c3da2b7a5b506732c9"),
    (pd.offsets.MonthEnd(2), "cb0f0b781455efdbef2df3ab0c012ec1"),
    (pd.Timestamp("2026-03-01", tz="UTC"), "ea17d3872244baef4306777a4928057c"),
    (pd.Timedelta(90, "s"), "ab04539119d702faf812730b42d7d2a6"),
    (pd.NaT, "66e655aa84fe52a2b57816ac3022cba6"),
    (pd.NA, "5d839e6154477950dfac9d6e2e8de17c"),
    (Point(1, 2), "75293c4d3c019ff8c72f9ad84c115d25"),
    (Config(), "6e12227fc6ec8bfb177daefc7a02dda0"),
    (Attrs(32), "0f8ef74849ee7f0a8eda5c1e43da7607"),
    (Model(width=3), "6130812c513d6985a58f170965673275"),
    (Colour.RED, "580585ea892e4952f6178d2b9dbda645"),
    (Flags.FAST | Flags.SAFE, "d4f55b4ea278586294a919a84808100f"),
    (ring(), "852d021005ff6acf6d3e54dfb998a5dc"),
    (half, "808b2051e0e8c5133a8b2d25216a9c58"),
    (lambda x: x + 1, "5244e23cf22c5e6f90f4ab727fdb678e"),
    (functools.partial(half, value=2), "3739ffecde7f2cb71a879a7821f12091"),
    (Config(3).scaled, "5b84a6fca01aac8b466c993ec1540a23"),
]


@pytest.mark.parametrize(("value", "pinned"), PARAMS)
def test_the_digest_of_what_is_no_plain_value_is_what_it_always_was(value, pinned):
    assert f"xxh3_128:{pinned}" == params_hash({"value": value})
