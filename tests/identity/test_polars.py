from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.arguments import sort_arguments
from gitlab_journal.identity.data import describe_data

pl = pytest.importorskip("polars")

PAIRS = pl.Struct({"a": pl.Int64, "b": pl.String})
# For each dtype three values that differ, the second of which is null.
VALUES = [
    (pl.Boolean, [True, None, False]),
    (pl.Int8, [1, None, 2]),
    (pl.UInt64, [1, None, 2**63]),
    (pl.Int128, [1, None, 2**100]),
    (pl.Float32, [1.5, None, -0.0]),
    (pl.Float64, [1.5, None, 0.0]),
    (pl.Decimal(10, 2), [Decimal("1.20"), None, Decimal("1.30")]),
    (pl.String, ["a", None, "é\0"]),
    (pl.Binary, [b"a", None, b"\xff\0"]),
    (pl.Date, [date(2026, 3, 1), None, date(2026, 3, 2)]),
    (pl.Time, [time(1), None, time(2)]),
    (pl.Datetime("us"), [datetime(2026, 3, 1), None, datetime(2026, 3, 2)]),  # noqa: DTZ001 - naive
    (pl.Duration("ms"), [timedelta(1), None, timedelta(2)]),
    (pl.Categorical, ["a", None, "b"]),
    (pl.Enum(["b", "a"]), ["a", None, "b"]),
    (pl.List(pl.Int64), [[1, 2], None, []]),
    (pl.List(pl.String), [["a", None], None, [None]]),
    (pl.List(pl.List(PAIRS)), [[[{"a": 1, "b": "x"}], []], None, [[]]]),
    (pl.Array(pl.Int64, 2), [[1, 2], None, [3, None]]),
    (pl.Array(pl.Int64, (2, 1)), [[[1], [2]], None, [[3], [4]]]),
    (PAIRS, [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]),
    (pl.Object, [{1}, None, {2}]),
]
SERIES = [pl.Series("s", values, dtype=dtype) for dtype, values in VALUES]
IDS = [str(series.dtype) for series in SERIES]


@pytest.mark.parametrize("series", SERIES, ids=IDS)
def test_chunks_do_not_count(series):
    chunked = pl.concat([series.slice(0, 1), series.slice(1)], rechunk=False)

    assert data_hash(series) == data_hash(chunked)
    assert data_hash(series) == data_hash(pl.concat([series, series]).slice(3))


@pytest.mark.parametrize("series", SERIES, ids=IDS)
def test_each_value_counts_and_so_does_their_number(series):
    takes = [[0, 1, 2], [0, 1, 0], [2, 1, 2], [0, 2, 2], [0, 1], [0, 1, 2, 2], [2, 1, 0]]
    found = {data_hash(pl.concat([series.slice(i, 1) for i in take])) for take in takes}

    assert len(takes) == len(found)


def test_each_dtype_counts():
    dtypes = [pl.Int8, pl.Int64, pl.Int128, pl.Float64, pl.String, pl.Decimal(10, 2), pl.Boolean]
    units = [pl.Datetime("us"), pl.Datetime("ns"), pl.Datetime("us", "UTC"), pl.Duration("us")]
    numbers = [pl.Series("s", [1, 0]).cast(dtype) for dtype in dtypes + units]
    words = [pl.Series("s", ["a"]).cast(d) for d in (pl.String, pl.Categorical, pl.Binary)]
    enums = [pl.Series("s", ["a"], dtype=pl.Enum(names)) for names in (["a", "b"], ["b", "a"])]
    series = numbers + words + enums

    assert len(series) == len({data_hash(one) for one in series})


def test_how_categories_are_numbered_does_not_count():
    first = pl.Series("s", ["b", "a"], dtype=pl.Categorical)
    later = pl.Series("s", ["a", "b", "a"], dtype=pl.Categorical).slice(1)

    assert data_hash(first) == data_hash(later)


def test_long_columns_are_the_same_in_pieces():
    words = pl.Series("s", [None if i % 7 == 0 else f"word {i}" for i in range(200_000)])
    lists = pl.Series("s", [[i] * (i % 3) for i in range(200_000)])
    for series in (words, lists, words.cast(pl.Categorical)):
        parts = pl.concat([series.slice(0, 70_001), series.slice(70_001)], rechunk=False)

        assert data_hash(series) == data_hash(parts)
        assert data_hash(series) != data_hash(series.reverse())


def frame(**changes):
    return pl.DataFrame({"n": [1, 2, None], "t": ["a", "b", "c"]} | changes)


def test_frames_of_equal_columns_agree():
    chunked = pl.concat([frame().slice(0, 1), frame().slice(1)], rechunk=False)

    assert data_hash(frame()) == data_hash(chunked)


@pytest.mark.parametrize(
    "other",
    [
        frame(n=[1, 2, 3]),
        frame(n=pl.Series([1, 2, None], dtype=pl.Int32)),
        frame().rename({"t": "u"}),
        frame().select("t", "n"),
        frame().select("n"),
        frame().slice(1),
        frame()["n"],
        pl.DataFrame(),
    ],
)
def test_names_dtypes_values_and_order_of_columns_count(other):
    assert data_hash(frame()) != data_hash(other)


def test_the_name_of_a_series_counts():
    assert data_hash(frame()["n"]) != data_hash(frame()["n"].alias("m"))


def test_a_frame_of_polars_is_data_told_by_column():
    row = describe_data(sort_arguments({"X": frame()}).data).rows["X"]

    assert ["DataFrame", [3, 2], "Int64 (1), String (1)"] == [
        row[key] for key in ("type", "shape", "dtype")
    ]
    assert {"n", "t"} == set(row["columns"])
    assert 3 == len(describe_data({"y": frame()["n"]}).rows["y"]["parts"].split())


def test_a_lazy_frame_is_refused_with_a_hint():
    with pytest.raises(DescriptionError, match=r"^data\.X: a LazyFrame .*\.collect\(\)"):
        data_hash({"X": frame().lazy()})


def test_an_object_without_a_description_is_refused_with_its_column():
    things = pl.Series("things", [object()], dtype=pl.Object)

    with pytest.raises(DescriptionError, match=r"^data\['things'\]\[0\]: a object"):
        data_hash(pl.DataFrame([things]))
