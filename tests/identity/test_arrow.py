from __future__ import annotations

import decimal

import numpy as np
import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash, params_hash
from gitlab_journal.identity.arguments import sort_arguments
from gitlab_journal.identity.data import describe_data

pa = pytest.importorskip("pyarrow")

D = decimal.Decimal
PAIRS = pa.struct([("a", pa.int64()), ("b", pa.string())])
# For each type three values that differ, the second of which may be null.
VALUES = [
    (pa.bool_(), [True, None, False]),
    (pa.int8(), [1, None, 2]),
    (pa.uint64(), [1, None, 2**63]),
    (pa.float16(), [np.float16(1), None, np.float16(2)]),
    (pa.float64(), [1.5, None, -0.0]),
    (pa.string(), ["a", None, "é\0"]),
    (pa.large_string(), ["a", None, ""]),
    (pa.string_view(), ["a", None, "longer than twelve bytes"]),
    (pa.binary(), [b"a", None, b"\xff"]),
    (pa.large_binary(), [b"a", None, b""]),
    (pa.binary_view(), [b"a", None, b"longer than twelve bytes"]),
    (pa.binary(2), [b"ab", None, b"cd"]),
    (pa.date32(), [1, None, 2]),
    (pa.date64(), [86_400_000, None, 0]),
    (pa.time64("ns"), [1, None, 2]),
    (pa.timestamp("us", "UTC"), [1, None, 2]),
    (pa.duration("s"), [1, None, 2]),
    (pa.month_day_nano_interval(), [(1, 2, 3), None, (1, 2, 4)]),
    (pa.decimal128(10, 2), [D("1.20"), None, D("1.30")]),
    (pa.decimal256(50, 2), [D("1.20"), None, D("1.30")]),
    (pa.list_(pa.int64()), [[1, 2], None, []]),
    (pa.large_list(pa.string()), [["a", None], None, ["b"]]),
    (pa.list_view(pa.int64()), [[1, 2], None, [3]]),
    (pa.list_(pa.int64(), 2), [[1, 2], None, [3, None]]),
    (PAIRS, [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]),
    (pa.map_(pa.string(), pa.int64()), [[("a", 1)], None, [("b", 2), ("c", 3)]]),
    (pa.list_(pa.list_(PAIRS)), [[[{"a": 1, "b": "x"}], []], None, [[None]]]),
]


def dictionary(*, ordered=False):
    return pa.DictionaryArray.from_arrays([0, None, 1], ["a", "b"], ordered=ordered)


ARRAYS = [pa.array(values, kind) for kind, values in VALUES] + [
    dictionary(),
    dictionary(ordered=True),
    pa.RunEndEncodedArray.from_arrays([1, 2, 3], [1, None, 2]),
    pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array([b"a" * 16, None, b"b" * 16], pa.binary(16))
    ),
    pa.UnionArray.from_sparse(
        pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(["x", "y", "z"])]
    ),
]
IDS = [str(array.type) for array in ARRAYS]


def cut(array):
    """The same values from three chunks, each a slice into a longer array."""
    longer = pa.concat_arrays([array, array, array])
    return pa.chunked_array([longer.slice(3, 1), longer.slice(4, 0), longer.slice(4, 2)])


@pytest.mark.parametrize("array", ARRAYS, ids=IDS)
def test_neither_chunks_nor_slices_count(array):
    expected = data_hash(array)

    assert expected == data_hash(cut(array))
    assert expected == data_hash(cut(array).combine_chunks())
    assert expected == data_hash(pa.chunked_array([array]))


@pytest.mark.parametrize("array", ARRAYS, ids=IDS)
def test_each_value_counts_and_so_does_their_number(array):
    takes = [[0, 1, 2], [0, 1, 0], [2, 1, 2], [0, 2, 2], [0, 1], [0, 1, 2, 2], [2, 1, 0]]
    found = {data_hash(pa.concat_arrays([array.slice(i, 1) for i in take])) for take in takes}

    assert len(takes) == len(found)


def test_each_type_counts():
    same = [pa.array([1, 2], kind) for kind in (pa.int8(), pa.int64(), pa.float64())]
    texts = [pa.array(["1"], kind) for kind in (pa.string(), pa.large_string(), pa.string_view())]
    others = [
        pa.array([1, 2], pa.timestamp("s")),
        pa.array([1, 2], pa.timestamp("s", "UTC")),
        pa.array([b"1"], pa.binary()),
        pa.array(["1"]).dictionary_encode(),
        dictionary().slice(2),
        dictionary(ordered=True).slice(2),
    ]
    arrays = same + texts + others

    assert len(arrays) == len({data_hash(array) for array in arrays})


def test_what_stands_under_a_null_does_not_count():
    mask = np.array([False, True])
    one, other = pa.array(np.array([1, 2]), mask=mask), pa.array(np.array([1, 9]), mask=mask)
    texts = [
        pa.StringArray.from_buffers(
            2,
            pa.py_buffer(np.array([0, 1, 2], np.int32)),
            pa.py_buffer(content),
            pa.py_buffer(b"\x01"),
        )
        for content in (b"ab", b"ac")
    ]

    assert data_hash(one) == data_hash(other)
    assert data_hash(texts[0]) == data_hash(texts[1]) == data_hash(pa.array(["a", None]))


def test_how_a_dictionary_numbers_its_values_does_not_count_unless_it_is_ordered():
    def encoded(indices, values, ordered):
        return pa.DictionaryArray.from_arrays(indices, values, ordered=ordered)

    one, other = ([0, 1], ["a", "b"]), ([1, 0], ["b", "a"])
    small = pa.array([0, 1], pa.int8())

    assert data_hash(encoded(*one, False)) == data_hash(encoded(*other, False))
    assert data_hash(encoded(*one, False)) == data_hash(encoded(small, ["a", "b"], False))
    assert data_hash(encoded(*one, True)) != data_hash(encoded(*other, True))


def test_items_by_another_name_and_what_may_be_null_do_not_count():
    named = pa.list_(pa.field("element", pa.int64(), nullable=False))

    assert data_hash(pa.array([[1]], named)) == data_hash(pa.array([[1]]))


def test_long_columns_are_the_same_in_pieces():
    values = pa.array([None if i % 7 == 0 else f"word {i}" for i in range(200_000)])
    lists = pa.array([[i] * (i % 3) for i in range(200_000)])
    for array in (values, lists, values.dictionary_encode()):
        parts = pa.chunked_array([array.slice(0, 70_001), array.slice(70_001)])

        assert data_hash(array) == data_hash(parts)


def table(**changes):
    columns = {"n": pa.array([1, 2, None]), "t": pa.array(["a", "b", "c"])}
    return pa.table(columns | changes)


@pytest.mark.parametrize(
    "same",
    [
        table(),
        table().replace_schema_metadata({"written": "by another library"}),
        table().to_batches()[0],
        pa.concat_tables([table().slice(0, 1), table().slice(1)]),
    ],
)
def test_tables_of_equal_columns_agree(same):
    assert data_hash(table()) == data_hash(same)


@pytest.mark.parametrize(
    "other",
    [
        table(n=pa.array([1, 2, 3])),
        table(n=pa.array([1, 2, None], pa.int32())),
        table().rename_columns(["n", "u"]),
        table().select(["t", "n"]),
        table().select(["n"]),
        table().slice(1),
        table().select([]),
        table().slice(1).select([]),
    ],
)
def test_names_types_values_and_order_of_columns_count(other):
    assert data_hash(table()) != data_hash(other)


def test_the_page_tells_columns_and_parts():
    rows = describe_data({"X": table(), "y": pa.chunked_array([[1, 2], [3]])}).rows

    assert ["Table", [3, 2], "int64 (1), string (1)"] == [
        rows["X"][key] for key in ("type", "shape", "dtype")
    ]
    assert {"n", "t"} == set(rows["X"]["columns"])
    assert 3 == len(rows["y"]["parts"].split())


def test_tables_are_data_and_scalars_are_the_values_that_they_hold():
    sorted_ = sort_arguments({"X": table(), "rate": pa.scalar(0.5)})

    assert (["X"], ["rate"]) == (list(sorted_.data), list(sorted_.params))
    assert params_hash({"rate": 0.5}) == params_hash({"rate": pa.scalar(0.5)})
    assert params_hash({"rate": 0}) != params_hash({"rate": pa.scalar(None, pa.int8())})


def test_a_data_set_on_disk_is_refused_with_a_hint(tmp_path):
    dataset = pytest.importorskip("pyarrow.dataset")
    dataset.write_dataset(table(), tmp_path, format="ipc")

    with pytest.raises(DescriptionError, match=r"^data\.X: .*pass the path to its files"):
        data_hash({"X": dataset.dataset(tmp_path, format="ipc")})
