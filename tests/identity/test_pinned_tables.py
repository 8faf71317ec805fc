from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from gitlab_journal.identity import data_hash

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

# As in test_pinned.py: a digest that changes makes every earlier entry a stranger.
DATA = [
    (pd.array([1, None, 3], "Int8"), "0d88986c9133cbb8df130f7228572112"),
    (pd.array([True, None], "boolean"), "2299967fc6c39e54c5021df8b26570ad"),
    (pd.array([0.5, None], "Float32"), "48dc38baa805d572fcf6027cfa8dc39e"),
    (
        pd.Series(["a", None], dtype=pd.StringDtype("python", na_value=np.nan), name="w"),
        "c25f3afa09b18bcdf92c429d97199809",
    ),
    (pd.to_timedelta([1, None], "s"), "3090f1f4100dafc264bf905568995bc6"),
    (pd.period_range("2026-01", periods=2, freq="M"), "1944cdbc28229245034df1937ce838e3"),
    (pd.interval_range(0, 2, closed="both"), "b5d7e915671f9c2348f29bdc4d4c8555"),
    (pd.arrays.SparseArray([0.0, 1.5]), "bae98df89a78fcc98783baa0b3511fa5"),
    (pd.Categorical([2, None, 1], [2, 1, 3], ordered=True), "fe46cf4afe102713622dc875891c4557"),
    (
        pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]),
        "f862a1d2c8d991185085f2bcb16c020e",
    ),
    (pd.RangeIndex(0, 10, 3, name="r"), "56c80dce065e228f7ec4d34833ba8fc9"),
    (pd.DataFrame(), "b3443652f0a31ff1005782284d92fe53"),
    (
        pd.DataFrame([[1, "a", None]], columns=["n", "n", ("t", 1)], dtype=object),
        "5da414e43bcc119da87d58993031ae67",
    ),
    (pd.Series(pd.array([1, None], pd.ArrowDtype(pa.int64()))), "3a8985df175e910124f9eca0bdee997f"),
    (
        pd.Series(pd.array([["a"], None, []], pd.ArrowDtype(pa.list_(pa.string())))),
        "dd5d13ac66f7500fd7226e10ff832e19",
    ),
    (pa.array([1, None, 3]), "64ea1b03d6f6c5aa3df07b73c6e9dcbe"),
    (pa.array([True, None, False]), "4f53f5ce7ea1e432edce9bad2d15e7d8"),
    (pa.array(["a", None, ""]), "a44cd5fa3572c8108b2d6e823309ed9b"),
    (pa.array([b"a", None], pa.large_binary()), "2c8a8c168601ffc45f781823e88b8215"),
    (pa.array([1, None], pa.timestamp("ns", "UTC")), "7cab82fae20b882a35fb83c36d941c97"),
    (pa.array([Decimal("1.20"), None], pa.decimal128(10, 2)), "c8efd4cf548fece01c967fb3038361ec"),
    (pa.array([[1, 2], None, []]), "23e1250312961325f608cfadfa43077e"),
    (pa.array([{"a": 1, "b": "x"}, None]), "d133280a61e7f29885fe304b0f67a79d"),
    (
        pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        "58ca444e0909e773d0733d52924e259a",
    ),
    (pa.array(["a", "b", None]).dictionary_encode(), "bed765a276ae4c1b56e216c07d4fc760"),
    (pa.chunked_array([[1.5], [None]], pa.float32()), "0b904e118851b1893470f7de85bcf34f"),
    (pa.table({"n": [1, None], "t": ["a", "b"]}), "8558aa352ccb04d041fe7b0cf39b6c12"),
    (pa.table({}), "0f3d18a1a064384d9306895e74afe3a2"),
    (pl.Series("s", [1, None]), "295c2cb73023258eee63a039c43b8dad"),
    (pl.Series("s", ["a", None, ""]), "82774381e279d08e1af0b3f52456a0e6"),
    (pl.Series("s", [b"a", None]), "f7284ecff222791fc67faa5612789265"),
    (pl.Series("s", [True, None]), "7e83d01eb50c412430f512dba5fbacc6"),
    (pl.Series("s", [date(2026, 3, 1), None]), "cdb707ffe6a569e91aedbcd183fb254e"),
    (pl.Series("s", [1, None]).cast(pl.Datetime("us", "UTC")), "5fb25af1ea21aa95abc6ca40198e0c81"),
    (
        pl.Series("s", [Decimal("1.20"), None], dtype=pl.Decimal(10, 2)),
        "ecdff29e492307d150b8cceefb3fcb9a",
    ),
    (pl.Series("s", ["b", "a"], dtype=pl.Categorical), "d7d76acc92fa8a948648b039623c26f3"),
    (
        pl.Series("s", ["b", "a"], dtype=pl.Enum(["a", "b", "c"])),
        "af66ea0b793a053c9d219f3bcdd2d93e",
    ),
    (pl.Series("s", [[1, 2], None, []]), "3709ec8050bf59a62edea8552fa4e840"),
    (pl.Series("s", [[1, 2]], dtype=pl.Array(pl.Int8, 2)), "808db749db57e7b2b7537b4d41d304fc"),
    (pl.Series("s", [{"a": 1, "b": None}, None]), "1229b2823ec59e7b073f40c578d242e0"),
    (pl.DataFrame({"n": [1, None], "t": ["a", "b"]}), "a2af2c4a184d6c65e238929760eb6365"),
    (pl.DataFrame(), "fc9135f469a0417a7cf1fc3b6d6d10ca"),
    (np.arange(6, dtype=">i2").reshape(3, 2), "bd5ec595d1034d99982caaaaba3996a5"),
    (np.arange(3, dtype="f2"), "73cb41c6996c0db1a619f200fd61da58"),
    (np.arange(3).astype("m8[25s]"), "eb2675a2070d399ffcb81555a6704090"),
    (
        np.array([(1, [2.5, 3.5])], np.dtype([("a", "i1"), ("b", "f4", 2)], align=True)),
        "56c08a3a5024a79962d85c55e765dcde",
    ),
    (np.ma.masked_array([(1, 2.5)], [(0, 1)], "i4,f8"), "8a407b008618f6d62db2f55623f4165c"),
    (np.array([[1, 2], None, {"a": 1}], object), "e94a6605951ab5467ad60aac6506aa51"),
    (np.arange(6, dtype="u1").view("V3"), "cc523bbb9df42483798ffd2369034f63"),
    (
        sp.coo_array(([1.0, 2.0], ([0, 1], [1, 0], [1, 1])), shape=(2, 2, 2)),
        "12de89667b2d73d0325873e47ad3fb8f",
    ),
    (sp.dok_array(np.array([0.0, 2.0])), "fbce3156fdb367c822feaa352509447b"),
]


@pytest.mark.parametrize(("value", "pinned"), DATA)
def test_the_digest_of_a_table_or_array_is_what_it_always_was(value, pinned):
    assert f"xxh3_128:{pinned}" == data_hash(value)


def test_the_digest_of_the_files_of_a_pattern_is_what_it_always_was(tmp_path):
    (tmp_path / "a.csv").write_text("1,2\n")

    assert "xxh3_128:599ae8cdf6ed958304c297554a72ceac" == data_hash(tmp_path / "*.csv")
