from __future__ import annotations

import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash, params_hash
from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.tables.kinds import kind_of

MATRIX = np.arange(600.0).reshape(20, 30)


@given(
    arrays.arrays(
        dtype=arrays.scalar_dtypes(),
        shape=arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
    )
)
def test_the_layout_in_memory_does_not_count(array):
    strided = np.repeat(array, 2, axis=0)[::2]
    swapped = array.astype(array.dtype.newbyteorder())
    expected = data_hash(array)

    assert expected == data_hash(np.asfortranarray(array))
    assert expected == data_hash(strided)
    assert expected == data_hash(array[::-1].copy()[::-1])
    assert expected == data_hash(swapped)


def test_a_large_array_is_the_same_in_pieces():
    array = np.random.default_rng(0).normal(size=(300, 1000))

    assert data_hash(array) == data_hash(np.asfortranarray(array))
    assert data_hash(array) == data_hash(array.astype(">f8"))
    assert data_hash(array) == data_hash(np.repeat(array, 2, axis=1)[:, ::2])


def test_a_memory_map_equals_its_array(tmp_path):
    np.save(tmp_path / "a.npy", MATRIX)

    assert data_hash(MATRIX) == data_hash(np.load(tmp_path / "a.npy", mmap_mode="r"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MATRIX, MATRIX.astype("f4")),
        (MATRIX, MATRIX.T),
        (MATRIX, MATRIX.reshape(30, 20)),
        (MATRIX, MATRIX[None]),
        (np.array([0.0]), np.array([-0.0])),
        (np.array([1]), np.array([True])),
        (np.array([1], "i8"), np.array([1], "u8")),
        (np.array(["a"]), np.array([b"a"])),
        (np.array(["2026"], "M8[D]"), np.array(["2026"], "M8[s]")),
        (np.array(["2026"], "M8[D]"), np.array([20454], "m8[D]")),
        (np.array([["a", "b"]], object), np.array([["a"], ["b"]], object)),
        (np.array(["a", "bc"], object), np.array(["ab", "c"], object)),
        (np.array(["a\0", "b"], object), np.array(["a", "\0b"], object)),
        (np.array(["a\0b"], object), np.array(["a\\0b"], object)),
        (np.array(["\\Jnull", 1], object), np.array([None, 1], object)),
        (np.array([None, "a"], object), np.array([float("nan"), "a"], object)),
        (np.array([1, 2], object), np.array([1, 2])),
        (np.array([(1, 2)], "i4,i4"), np.array([(2, 1)], "i4,i4")),
        (np.array([(1, 2)], [("a", "i4"), ("b", "i4")]), np.array([(1, 2)], "i4,i4")),
        (np.zeros(0), np.zeros((0, 3))),
        (np.zeros(3), np.ma.masked_array(np.zeros(3), [1, 0, 0])),
    ],
)
def test_values_shape_and_dtype_count(one, other):
    assert data_hash(one) != data_hash(other)


def test_one_value_far_in_counts():
    changed = MATRIX.copy()
    changed[19, 29] += 1

    assert data_hash(MATRIX) != data_hash(changed)


def test_the_payload_of_nan_counts():
    quiet, marked = (
        np.frombuffer(struct.pack("<Q", bits)) for bits in (0x7FF8 << 48, (0x7FF8 << 48) + 1)
    )

    assert data_hash(quiet) != data_hash(marked)


def test_padding_of_structured_arrays_does_not_count():
    packed = np.zeros(3, [("a", "i1"), ("b", "f8"), ("c", "U2", 2)])
    packed["a"], packed["b"], packed["c"] = [1, 2, 3], 0.5, [["x", "yz"]] * 3
    aligned = np.zeros(3, np.dtype(packed.dtype.descr, align=True))
    aligned.view("u1")[:] = 7
    for name in packed.dtype.names:
        aligned[name] = packed[name]

    assert data_hash(packed) == data_hash(aligned)


def test_padding_of_long_doubles_does_not_count():
    array = np.array([0.1, 0.2], np.longdouble)
    dirty = array.copy()
    if np.finfo(np.longdouble).nmant == 63:
        dirty.view("u1").reshape(2, 16)[:, 10:] = 7

    assert data_hash(array) == data_hash(dirty)


def test_what_stands_under_a_mask_does_not_count():
    one = np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False])
    other = np.ma.masked_array([1.0, 9.0, 3.0], [False, True, False])

    assert data_hash(one) == data_hash(other)


objects = st.lists(
    st.sampled_from(["", "a", "\\", "\0", "\\0", None, 1, 1.0, True, 0.5]), max_size=4
)


@given(objects, objects)
def test_objects_count_by_their_canonical_form(one, other):
    filled = [np.empty(len(items), object) for items in (one, other)]
    filled[0][:], filled[1][:] = one, other
    same = params_hash({"items": one}) == params_hash({"items": other})

    assert same == (data_hash(filled[0]) == data_hash(filled[1]))


def test_objects_are_the_same_in_pieces_and_in_any_layout():
    array = np.array([f"word{i}" for i in range(200_000)], object)
    mixed = array.copy()
    mixed[::1000] = None

    assert data_hash(mixed) == data_hash(np.repeat(mixed, 2)[::2])
    assert data_hash(array) != data_hash(mixed)


def test_an_object_that_cannot_be_described_is_refused_with_its_place():
    array = np.array(["a", object()], object)

    with pytest.raises(DescriptionError, match=r"^data\.X\[1\]: a object"):
        data_hash({"X": array})


def detail(value):
    found, told = kind_of(value).detail(value, root("data"))

    assert data_hash(value) == found
    return told


def test_the_parts_of_an_array_tell_which_rows_changed():
    one, other = np.arange(3200.0).reshape(320, 10), np.arange(3200.0).reshape(320, 10)
    other[41:50] = 0
    parts = [detail(array)["parts"].split() for array in (one, np.asfortranarray(other))]

    assert [16, 16] == [len(groups) for groups in parts]
    assert {4} == {len(group) for group in parts[0]}
    assert [2] == [i for i in range(16) if parts[0][i] != parts[1][i]]


@pytest.mark.parametrize(("rows", "groups"), [(2, 2), (5, 5), (16, 16), (17, 16), (1000, 16)])
def test_fewer_rows_have_fewer_parts(rows, groups):
    assert groups == len(detail(np.arange(rows))["parts"].split())


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.zeros((1, 3)), np.zeros(9_000_000)])
def test_a_single_row_or_a_large_array_has_no_parts(array):
    assert {} == detail(array)


def peak_while_hashing(value):
    data_hash(value)
    tracemalloc.start()
    try:
        data_hash(value)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def big():
    return np.zeros((1_000_000, 8))


@pytest.mark.parametrize(
    "laid",
    [
        lambda big: big,
        np.asfortranarray,
        lambda big: big.T,
        lambda big: np.broadcast_to(np.zeros(8), big.shape),
        lambda big: big[::-1, ::2],
        lambda big: big.astype(">f8"),
        lambda big: np.ma.masked_array(big, np.zeros(big.shape, bool)),
        np.ma.masked_array,
        lambda big: big.view([("a", "f8", 3), ("b", "i8"), ("c", "f4", 8)]),
        lambda big: np.zeros(500_000, [("a", "i1"), ("b", "f8", 16)]),
        lambda big: big.view(np.longdouble),
    ],
)
def test_hashing_takes_a_hundredth_of_the_arrays_memory_at_most(big, laid):
    assert peak_while_hashing(laid(big)) <= big.nbytes / 100


WORDS = np.array(["a", "bc", "", "a\0"], "T" if hasattr(np.dtypes, "StringDType") else object)
MIXED = np.array([np.zeros(2), [1, "a"], {"a": None}, None, 1.5, True, b"x"], object)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6).astype("M8[25s]"),
        np.array(["2026", "NaT"], "M8[Y]"),
        np.arange(6, dtype="m8[ns]"),
        np.arange(6, dtype="f2"),
        np.arange(6).astype(np.clongdouble),
        np.array([b"a", b"bcd"]),
        np.array(["a", "\U0001f600"]),
        np.arange(6, dtype="u1").view("V3"),
        WORDS,
        MIXED,
        np.zeros((3, 0)),
        np.zeros(3, []),
        np.zeros(2, [("a", [("b", "f4", (2, 3)), ("c", object)]), ("d", "U3")]),
        np.ma.masked_array([(1, 2.5), (3, 4.5)], [(0, 1), (1, 0)], "i4,f8"),
        np.ma.masked_array(WORDS, [True, False, False, True]),
        np.ma.masked_array(["a", None], [False, True], object),
        np.ma.masked_array(np.arange(3).astype("M8[D]"), [True, False, True]),
        np.ma.masked_array(np.arange(3).astype(">c16"), [True, False, True]),
        np.ma.masked_array(np.arange(3).astype(np.longdouble), [True, False, True]),
        np.ma.masked_array(["a", "bcd", "e"], [True, False, True]),
    ],
    ids=lambda array: f"{type(array).__name__} {array.dtype}",
)
def test_arrays_of_every_dtype_are_the_same_in_every_layout(array):
    expected = data_hash(array)
    strided = array.repeat(2, axis=0)[::2]
    stacked = np.stack([array, array]) if type(array) is np.ndarray else array[None]

    assert expected == data_hash(array.copy())
    assert expected == data_hash(strided)
    assert expected == data_hash(array[::-1].copy()[::-1])
    assert expected != data_hash(array[:1])
    assert data_hash(stacked) == data_hash(stacked.copy(order="F"))


@pytest.mark.parametrize("unit", ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "as"])
def test_the_unit_of_a_time_counts(unit):
    seconds = np.arange(3).astype("m8[2s]")

    for kind in "Mm":
        assert data_hash(seconds) != data_hash(np.arange(3).astype(f"{kind}8[{unit}]"))
        assert data_hash(np.arange(3)) != data_hash(np.arange(3).astype(f"{kind}8[{unit}]"))


@pytest.mark.parametrize(
    "same",
    [
        MATRIX.view(np.matrix),
        np.broadcast_to(MATRIX, (1, 20, 30))[0],
        np.lib.stride_tricks.sliding_window_view(MATRIX, (20, 30))[0, 0],
        np.require(MATRIX.copy(), requirements="W"),
        MATRIX.view(np.recarray),
    ],
)
def test_views_and_subclasses_of_numpy_agree(same):
    same = same.view()
    same.flags.writeable = False

    assert data_hash(MATRIX) == data_hash(same)


def test_a_record_array_agrees_with_a_structured_one():
    records = np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")])

    assert data_hash(records) == data_hash(records.view(np.recarray))
    assert data_hash(records) != data_hash(records[["a"]])
    assert data_hash(records) != data_hash(records[["b", "a"]])


class Length(np.ndarray):
    """Stands for an array with a unit, as astropy's."""


def test_the_attributes_of_a_subclass_count():
    metres, feet, plain = (np.ones(3).view(Length) for _ in range(3))
    metres.unit, feet.unit = "m", "ft"

    assert 4 == len({data_hash(array) for array in (metres, feet, plain, np.ones(3))})


def test_an_attribute_that_cannot_be_described_is_refused_with_its_place():
    length = np.ones(3).view(Length)
    length.unit = object()

    with pytest.raises(DescriptionError, match=r"^data\.X\.unit: a object"):
        data_hash({"X": length})


def test_dtypes_of_other_libraries_count_by_their_names():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    kinds = [
        kind
        for kind in vars(ml_dtypes).values()
        if isinstance(kind, type) and issubclass(kind, np.generic)
    ]
    digests = {data_hash(np.zeros(3, kind)) for kind in kinds}

    assert len(kinds) == len(digests)
    for kind in kinds:
        array = np.ones((4, 3), kind)

        assert data_hash(array) == data_hash(np.asfortranarray(array))


@pytest.mark.parametrize("value", [2, 2.5, "a", np.datetime64("2026-03-01"), 1 + 2j])
def test_an_array_without_dimensions_is_its_value(value):
    assert data_hash(value) == data_hash(np.array(value))


def test_a_memory_map_in_another_layout_is_hashed_where_it_lies(tmp_path, big):
    array = np.asfortranarray(big[:, :4], ">f8") + 1
    np.save(tmp_path / "a.npy", array)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")

    assert peak_while_hashing(mapped) <= big.nbytes / 100
    assert data_hash(array) == data_hash(mapped)
