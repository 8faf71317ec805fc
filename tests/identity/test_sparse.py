from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from gitlab_journal.identity import data_hash

FORMATS = ["csr", "csc", "coo", "lil", "dok", "bsr", "dia"]
DENSE = np.array([[0.0, 1.5, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 3.0]])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("form", ["matrix", "array"])
def test_every_sparse_format_of_equal_values_agrees(kind, form):
    matrix = getattr(sp, f"{kind}_{form}")(DENSE)

    assert data_hash(sp.csr_matrix(DENSE)) == data_hash(matrix)


def test_explicit_zeros_and_duplicates_do_not_count_and_the_matrix_stays():
    rows, columns = [0, 1, 2, 2, 2], [1, 0, 2, 2, 0]
    matrix = sp.coo_matrix(([1.5, 2.0, 1.0, 2.0, 0.0], (rows, columns)), shape=(3, 3))

    assert data_hash(sp.csr_matrix(DENSE)) == data_hash(matrix)
    assert matrix.nnz == 5


def test_the_order_of_indices_does_not_count():
    ordered = sp.csr_array([[1.0, 2.0, 3.0]])
    shuffled = sp.csr_array(
        (np.array([3.0, 1.0, 2.0]), np.array([2, 0, 1]), np.array([0, 3])), shape=(1, 3)
    )

    assert data_hash(ordered) == data_hash(shuffled)


@pytest.mark.parametrize(
    "other",
    [DENSE, sp.csr_array(DENSE.T), sp.csr_array(DENSE.astype("f4")), sp.csr_array(DENSE * 2)],
)
def test_other_sparse_values_differ(other):
    assert data_hash(sp.csr_array(DENSE)) != data_hash(other)


def test_a_sparse_vector_is_described():
    vector = sp.coo_array(np.array([0.0, 2.0, 0.0, 1.0]))

    assert data_hash(vector) == data_hash(vector.copy())
    assert data_hash(vector) != data_hash(sp.coo_array(np.array([0.0, 1.0, 0.0, 2.0])))


def held(matrix):
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else repr(value)
        for name, value in vars(matrix).items()
    }


def untidy(kind):
    """A matrix with two duplicates and an explicit zero, as far as the format can hold them."""
    rows, columns = [0, 0, 1, 2, 2], [1, 1, 0, 2, 0]
    values = np.array([1.0, 0.5, 2.0, 3.0, 0.0])
    return sp.coo_array((values, (rows, columns)), shape=(3, 3)).asformat(kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_neither_duplicates_nor_zeros_count_in_any_format_and_the_matrix_stays(kind):
    matrix = untidy(kind)
    before = held(matrix)

    assert data_hash(sp.csr_array(DENSE)) == data_hash(matrix)
    assert before == held(matrix)


@pytest.mark.parametrize("kind", ["csr", "csc"])
def test_a_matrix_is_not_made_to_note_that_its_indices_are_in_order(kind):
    parts = np.array([1.0, 2.0]), np.array([0, 1]), np.array([0, 2])
    matrix = getattr(sp, f"{kind}_array")(parts, shape=(1, 2) if kind == "csr" else (2, 1))
    data_hash(matrix)
    matrix.indices[:] = [1, 0]  # by hand, behind scipy's back
    matrix.sort_indices()

    assert [0, 1] == matrix.indices.tolist()


def test_the_dtype_of_indices_and_the_byte_order_do_not_count():
    plain = sp.csr_array(DENSE)
    wide, swapped, untidy_too = plain.copy(), plain.copy(), plain.copy()
    wide.indices, wide.indptr = wide.indices.astype("i8"), wide.indptr.astype("i8")
    swapped.data = swapped.data.astype(">f8")
    untidy_too.resize((3, 4))
    untidy_too.data = np.array([1.5, 2.0, 0.0], ">f8")

    assert data_hash(plain) == data_hash(wide) == data_hash(swapped)
    assert data_hash(plain) != data_hash(untidy_too)


def test_the_shape_counts():
    shapes = [(0, 3), (3, 0), (3, 3), (3, 4)]

    assert 4 == len({data_hash(sp.csr_array(shape)) for shape in shapes})


def test_coordinates_in_three_dimensions_count_in_any_order():
    def points(order):
        values, axes = np.array([1.0, 2.0, 0.0]), np.array([[0, 1, 1], [0, 1, 0], [1, 0, 1]])
        return sp.coo_array((values[order], tuple(axes[:, order])), shape=(2, 2, 2))

    assert data_hash(points([0, 1, 2])) == data_hash(points([1, 0]))
    assert data_hash(points([0, 1, 2])) != data_hash(points([0]))


@pytest.mark.parametrize("kind", ["csr", "coo", "dok"])
def test_a_sparse_vector_is_the_same_in_every_format(kind):
    vector = getattr(sp, f"{kind}_array")(np.array([0.0, 2.0, 0.0, 1.0]))

    assert data_hash(sp.coo_array(np.array([0.0, 2.0, 0.0, 1.0]))) == data_hash(vector)


@pytest.mark.parametrize("other", [([0], [1], [1]), ([0], [0], [1]), ([1], [1], [0])])
def test_the_place_of_a_value_counts_in_any_number_of_dimensions(other):
    one, another = (
        sp.coo_array(([2.0], coordinates), shape=(2, 2, 2))
        for coordinates in (([0], [1], [0]), other)
    )

    assert data_hash(one) != data_hash(another)
    assert data_hash(one) == data_hash(one.copy())
