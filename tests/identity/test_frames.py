from __future__ import annotations

import tracemalloc
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.tables.kinds import kind_of

pa = pytest.importorskip("pyarrow")


def frame(**changes):
    columns = {
        "number": [1.5, 2.5, np.nan],
        "count": [1, 2, 3],
        "word": ["a", "b", None],
        "flag": [True, False, True],
        "when": pd.to_datetime(["2026-03-01", "2026-03-02", None]),
    }
    return pd.DataFrame(columns | changes)


def test_an_equal_frame_has_an_equal_digest():
    assert data_hash(frame()) == data_hash(frame())


def test_the_blocks_of_a_frame_do_not_count():
    whole = pd.DataFrame(np.arange(12.0).reshape(4, 3), columns=["a", "b", "c"])
    parts = pd.DataFrame({name: whole[name].to_numpy().copy() for name in whole})

    assert data_hash(whole) == data_hash(parts)
    assert data_hash(whole) == data_hash(whole.iloc[::-1].iloc[::-1])


@pytest.mark.parametrize(
    "other",
    [
        frame(number=[1.5, 2.5, 0.0]),
        frame(word=["a", "c", None]),
        frame(count=[1.0, 2.0, 3.0]),
        frame().rename(columns={"count": "counts"}),
        frame()[["count", "number", "word", "flag", "when"]],
        frame().iloc[::-1],
        frame().set_index(pd.Index([0, 1, 3])),
        frame().rename_axis("row"),
        frame().rename_axis("column", axis=1),
        frame().to_numpy(),
        frame().iloc[:, :4],
    ],
)
def test_values_names_order_dtypes_and_index_count(other):
    assert data_hash(frame()) != data_hash(other)


def test_a_range_equals_the_same_numbers_as_an_index():
    numbered = frame().set_index(pd.Index([0, 1, 2], dtype="int64"))

    assert data_hash(frame()) == data_hash(numbered)


def test_a_series_is_no_frame_and_its_name_counts():
    series = frame()["number"]

    assert data_hash(series) == data_hash(frame()["number"])
    assert data_hash(series) != data_hash(series.rename("other"))
    assert data_hash(series) != data_hash(series.to_frame())


def test_values_under_a_null_mask_do_not_count():
    mask = np.array([False, True, False])
    one = pd.arrays.IntegerArray(np.array([1, 2, 3]), mask)
    other = pd.arrays.IntegerArray(np.array([1, 9, 3]), mask)

    assert data_hash(pd.Series(one)) == data_hash(pd.Series(other))
    assert data_hash(pd.Series(one)) != data_hash(pd.Series([1, 0, 3], dtype="Int64"))


def test_every_missing_text_is_the_same():
    series = [pd.Series(["a", missing], dtype="string") for missing in (None, np.nan, pd.NA)]

    assert 1 == len({data_hash(one) for one in series})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"], ["b", "a"])),
        (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"], ["a", "b", "c"])),
        (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"], ordered=True)),
        (pd.Categorical(["a", "b"]), ["a", "b"]),
        (pd.Categorical(["a", None]), pd.Categorical([None, "a"])),
    ],
)
def test_categories_their_order_and_unused_ones_count(one, other):
    assert data_hash(pd.Series(one)) != data_hash(pd.Series(other))


def test_unused_levels_of_an_index_do_not_count():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2), ("c", 3)], names=["x", "y"])
    series = pd.Series([1.0, 2.0, 3.0], index)
    part = series.iloc[:2]

    assert data_hash(part) == data_hash(part.set_axis(part.index.remove_unused_levels()))
    assert data_hash(part) != data_hash(part.rename_axis(["x", "z"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pd.date_range("2026", periods=3, tz="UTC"), pd.date_range("2026", periods=3)),
        (
            pd.date_range("2026", periods=3, tz="UTC"),
            pd.date_range("2026", periods=3, tz="UTC").tz_convert("Asia/Kolkata"),
        ),
        (pd.period_range("2026-01", periods=3, freq="M"), pd.period_range("2026", periods=3)),
        (pd.interval_range(0, 3), pd.interval_range(0, 3, closed="left")),
        (pd.to_timedelta([1, 2], "s"), pd.to_timedelta([1, 3], "s")),
        (pd.array([0, 0, 1.5], "Sparse[float]"), pd.array([0, 0, 2.5], "Sparse[float]")),
        (pd.array([True, None], "boolean"), pd.array([False, None], "boolean")),
        (pd.cut([1, 2, 3], 2), pd.cut([1, 2, 3], 3)),
    ],
)
def test_columns_of_every_kind_are_described(one, other):
    assert data_hash(pd.Series(one)) == data_hash(pd.Series(one.copy()))
    assert data_hash(pd.Series(one)) != data_hash(pd.Series(other))


def test_columns_of_one_name_are_two_columns():
    twice = pd.DataFrame([[1, 2]], columns=["a", "a"])

    assert data_hash(twice) != data_hash(twice.iloc[:, ::-1])


def test_a_value_that_cannot_be_described_is_refused_with_its_column():
    with pytest.raises(DescriptionError, match=r"^data\['thing'\]\[1\]: a object"):
        data_hash(pd.DataFrame({"n": [1, 2], "thing": ["a", object()]}))


def told(one):
    found, detail = kind_of(one).detail(one, root("data"))

    assert data_hash(one) == found
    return detail


def test_the_columns_of_a_frame_tell_which_one_changed():
    before, after = told(frame())["columns"], told(frame(word=["a", "b", "c"]))["columns"]

    assert list(frame()) == list(before)
    assert ["word"] == [name for name in before if before[name] != after[name]]
    assert {8} == {len(digits) for digits in before.values()}


def test_the_label_and_the_index_play_no_part_in_the_digits_of_a_column():
    renamed = frame().rename(columns={"count": "counts"}).set_index(pd.Index([7, 8, 9]))

    assert told(frame())["columns"]["count"] == told(renamed)["columns"]["counts"]


def test_columns_of_one_label_are_numbered():
    twice = pd.DataFrame([[1, 2, 3]], columns=["a", "a", ("a", 1)])

    assert ["a", "a (2)", "('a', 1)"] == list(told(twice)["columns"])


def test_a_wide_frame_is_not_told_by_column():
    assert {} == told(pd.DataFrame(np.zeros((2, 65))))


def arrow(kind, values):
    return pd.arrays.ArrowExtensionArray(pa.array(values, kind))


class Point(pd.api.extensions.ExtensionDtype):
    """The dtype of an extension that some library might bring."""

    name, type, na_value = "point", tuple, None

    @classmethod
    def construct_array_type(cls):
        return Points


class Points(pd.api.extensions.ExtensionArray):
    dtype = Point()

    def __init__(self, points):
        self.points = list(points)

    @classmethod
    def _from_sequence(cls, scalars, **options):
        return cls(scalars)

    def __getitem__(self, item):
        found = np.arange(len(self.points))[item]
        return self.points[found] if found.ndim == 0 else Points(self.points[i] for i in found)

    def __len__(self):
        return len(self.points)

    def isna(self):
        return np.array([point is None for point in self.points])

    def copy(self):
        return Points(self.points)

    def take(self, indices, **options):
        return Points(self.points[i] for i in indices)

    @classmethod
    def _concat_same_type(cls, arrays):
        return cls(point for array in arrays for point in array.points)


DAYS = ["2026-03-01", None, "2026-03-02"]
# Three values that differ, the second of which may be missing.
COLUMNS = [
    pd.array([1, None, 2], "Int8"),
    pd.array([1, None, 2], "UInt64"),
    pd.array([1.5, None, -0.0], "Float32"),
    pd.array([True, None, False], "boolean"),
    pd.array(["a", None, "é\0\\"], pd.StringDtype("python")),
    pd.array(["a", None, "é\0\\"], pd.StringDtype("pyarrow")),
    pd.array(["a", None, ""], pd.StringDtype("python", na_value=np.nan)),
    pd.array(["a", None, ""], pd.StringDtype("pyarrow", na_value=np.nan)),
    pd.Categorical(["a", None, "b"]),
    pd.Categorical([1, None, 2]),
    pd.Categorical([1.5, None, 2.5], ordered=True),
    pd.Categorical(pd.to_datetime(DAYS)),
    pd.Categorical(pd.array(["a", None, "b"], "string")),
    pd.Categorical(pd.IntervalIndex.from_tuples([(0, 1), None, (1, 2)])),
    pd.to_datetime(DAYS).array,
    pd.to_datetime(DAYS).tz_localize("Asia/Kolkata").array,
    pd.to_datetime(DAYS).as_unit("s").array,
    pd.to_timedelta([1, None, 2], "s").array,
    pd.PeriodIndex(DAYS, freq="D").array,
    pd.IntervalIndex.from_tuples([(0.0, 1.0), None, (1.0, 2.0)]).array,
    pd.arrays.SparseArray([0.0, 1.5, 2.5]),
    pd.arrays.SparseArray([1, 0, 2], fill_value=1),
    pd.arrays.NumpyExtensionArray(np.array([1, 3, 2])),
    pd.arrays.NumpyExtensionArray(np.array(["a", None, 1.5], object)),
    arrow(pa.int64(), [1, None, 2]),
    arrow(pa.string(), ["a", None, "b"]),
    arrow(pa.large_string(), ["a", None, "b"]),
    arrow(pa.binary(), [b"a", None, b"b"]),
    arrow(pa.bool_(), [True, None, False]),
    arrow(pa.timestamp("us", "UTC"), [1, None, 2]),
    arrow(pa.date32(), [1, None, 2]),
    arrow(pa.time64("us"), [1, None, 2]),
    arrow(pa.duration("ms"), [1, None, 2]),
    arrow(pa.decimal128(10, 2), [Decimal("1.20"), None, Decimal("1.30")]),
    arrow(pa.list_(pa.int64()), [[1, 2], None, []]),
    arrow(pa.struct([("a", pa.int64())]), [{"a": 1}, None, {"a": 2}]),
    arrow(pa.map_(pa.string(), pa.int64()), [[("a", 1)], None, []]),
    pd.arrays.ArrowExtensionArray(pa.array(["a", None, "b"]).dictionary_encode()),
    Points([(0, 0), None, (0, 1)]),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.dtype))
def test_each_value_of_a_column_of_any_dtype_counts(column):
    takes = [[0, 1, 2], [0, 1, 0], [2, 1, 2], [0, 2, 2], [0, 1], [0, 1, 2, 2], [2, 1, 0]]
    frames = [pd.DataFrame({"a": column.take(np.array(take))}) for take in takes]

    assert len(takes) == len({data_hash(one) for one in frames})


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: str(column.dtype))
def test_a_column_of_any_dtype_is_the_same_as_a_slice(column):
    twice = pd.concat([pd.Series(column), pd.Series(column)], ignore_index=True)
    series = pd.Series(column)

    assert data_hash(series) == data_hash(twice.iloc[3:].reset_index(drop=True))
    assert data_hash(series) == data_hash(series.iloc[::-1].copy().iloc[::-1])
    assert told(series)


def test_columns_of_different_dtypes_differ_and_how_texts_are_stored_does_not_count():
    found = {}
    for column in COLUMNS:
        kept = column.take(np.array([0, 0]))
        found.setdefault(data_hash(pd.Series(kept)), []).append(str(column.dtype))

    assert ["str", "string"] == sorted(names[0] for names in found.values() if len(names) > 1)


@pytest.mark.parametrize("missing", [np.nan, pd.NA])
def test_long_texts_are_the_same_however_they_are_stored(missing):
    words = [None if i % 7 == 0 else f"word {i}" for i in range(70_000)]
    nasty = [*words, "\0", "\\", "\\Jnull", "", None]
    for texts in (words, words[1:7], [None], nasty, nasty[-5:], []):
        stored = [
            pd.Series(texts, dtype=pd.StringDtype(storage, na_value=missing))
            for storage in ("python", "pyarrow")
        ]

        assert data_hash(stored[0]) == data_hash(stored[1])


def test_the_attributes_of_a_frame_do_not_count():
    noted = frame()
    noted.attrs["source"] = "a colleague"
    noted.flags.allows_duplicate_labels = False

    assert data_hash(frame()) == data_hash(noted)


def test_levels_of_columns_count_and_unused_ones_do_not():
    levels = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", "y"])
    whole = pd.DataFrame(np.zeros((2, 4)), columns=levels)
    part = whole[["a"]]

    assert data_hash(part) == data_hash(part.set_axis(part.columns.remove_unused_levels(), axis=1))
    assert data_hash(part) != data_hash(part.rename_axis(["x", "z"], axis=1))
    assert data_hash(part) != data_hash(part.set_axis([("a", 1), ("a", 3)], axis=1))
    assert ["('a', 1)", "('a', 2)"] == list(told(part)["columns"])


@pytest.mark.parametrize(
    "labels",
    [
        pd.interval_range(0, 2),
        pd.period_range("2026-01", periods=2, freq="M"),
        pd.to_datetime(["2026-03-01", None]),
        [1.5, None],
        [("a", 1), "b"],
    ],
)
def test_labels_of_any_kind_are_described(labels):
    labelled = pd.DataFrame(np.zeros((1, 2)), columns=labels)

    assert data_hash(labelled) == data_hash(labelled.copy())
    assert data_hash(labelled) != data_hash(labelled.iloc[:, ::-1])


@pytest.mark.parametrize(
    "empty",
    [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1]), pd.Series([], dtype=int)],
)
def test_empty_frames_are_described(empty):
    assert data_hash(empty) == data_hash(empty.copy())
    assert data_hash(empty) != data_hash(frame())


@pytest.mark.parametrize("ends", [(0, 200_000), (7, 1_400_007, 7), (200_000, 0, -1)])
def test_a_long_range_equals_its_numbers(ends):
    numbers = pd.Index(np.arange(*ends))

    assert data_hash(pd.RangeIndex(*ends)) == data_hash(numbers)


def test_hashing_a_frame_copies_no_column():
    rows = 1_000_000
    columns = {
        "float": np.zeros(rows),
        "nullable": pd.array(np.zeros(rows), "Float64"),
        "day": np.zeros(rows, "M8[ns]"),
        "zoned": pd.Series(np.zeros(rows, "M8[ns]")).dt.tz_localize("UTC"),
        "sparse": pd.arrays.SparseArray(np.zeros(rows)),
        "object": np.full(rows, "a word", object),
        "text": pd.Series(np.full(rows, "a word", object), dtype="str"),
        "category": pd.Categorical.from_codes(np.zeros(rows, "i1"), ["a"]),
    }
    whole = pd.DataFrame(columns)
    data_hash(whole)
    tracemalloc.start()
    data_hash(whole)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4_000_000  # bytes; a column of numbers takes 8,000,000


def test_frames_of_one_list_are_told_apart():
    first, second = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [[1], [2]]})

    assert data_hash([first, second]) == data_hash([first.copy(), second.copy()])
    assert data_hash([first, second]) != data_hash([second, first])
    assert data_hash({"one": [first]}) != data_hash({"one": [second]})
