from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.kinds import kind_of


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
