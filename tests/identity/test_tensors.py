from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
import scipy.sparse as sp

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # TensorFlow's own, on import
    import keras
    import tensorflow as tf

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash, params_hash
from gitlab_journal.identity.arguments import sort_arguments
from gitlab_journal.identity.data import describe_data
from gitlab_journal.identity.tables import elements, pipelines

X = np.arange(80, dtype="f4").reshape(20, 4)
Y = np.arange(20)
slices = tf.data.Dataset.from_tensor_slices


def noisy(row):
    return row + tf.random.uniform(())


def noisier(row):
    return row + 2 * tf.random.uniform(())


def generated(make):
    signature = tf.TensorSpec((), tf.int64)
    return tf.data.Dataset.from_generator(make, output_signature=signature)


class Batches(keras.utils.PyDataset):
    def __init__(self, rows, size=4, **rest):
        super().__init__(**rest)
        self.rows, self.size = rows, size
        self.order = np.arange(len(rows))

    def __len__(self):
        return len(self.rows) // self.size

    def __getitem__(self, index):
        rows = self.rows[self.order[index * self.size :][: self.size]]
        return rows, {"sum": rows.sum(axis=1)}


class Shuffled(Batches):
    def on_epoch_end(self):
        np.random.shuffle(self.order)  # noqa: NPY002 - as users write it


class Noisy(Batches):
    def __getitem__(self, index):
        return self.rows[:2] + np.random.rand()  # noqa: NPY002 - as users write it


SPENT = iter(range(20))
SPARSE = sp.random(20, 7, 0.3, random_state=0).tocoo()


def sparse_tensor(order):
    points = np.stack([SPARSE.row, SPARSE.col], axis=1).astype("int64")
    return tf.SparseTensor(points[order], SPARSE.data[order], SPARSE.shape)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: X, lambda: tf.constant(X)),
        (lambda: X, lambda: tf.Variable(X)),
        (lambda: X, lambda: keras.Variable(X, dtype="float32")),
        (lambda: np.array([b"a", b"bc"], object), lambda: tf.constant(["a", "bc"])),
        (
            lambda: tf.ragged.constant([[1], [2, 3]]),
            lambda: tf.ragged.constant([[1], [2, 3]], row_splits_dtype="int32"),
        ),
        (lambda: SPARSE, lambda: sparse_tensor(np.arange(SPARSE.nnz)[::-1])),
        (
            lambda: tf.SparseTensor([[0, 0], [1, 2], [2, 1]], [1.0, 0.0, 2.0], (3, 4)),
            lambda: tf.SparseTensor([[2, 1], [0, 0]], [2.0, 1.0], (3, 4)),
        ),
        (lambda: slices((X, Y)), lambda: slices((X, Y))),
        (lambda: slices({"x": X, "y": Y}), lambda: slices({"y": Y, "x": X})),
        (lambda: slices(X), lambda: slices(X / 2).map(lambda row: row * 2)),
        (lambda: slices(X), lambda: slices(X).cache().prefetch(2)),
        (lambda: slices(X).batch(4), lambda: slices(X).batch(4, drop_remainder=True)),
        (lambda: slices(Y), lambda: generated(lambda: iter(range(20)))),
        (lambda: slices(X).window(5), lambda: slices(X).window(5)),
        (lambda: slices(X).shuffle(9).batch(4), lambda: slices(X).shuffle(9).batch(4)),
        (lambda: slices(X).repeat().prefetch(2), lambda: slices(X).repeat()),
        (lambda: slices(X).map(noisy), lambda: slices(X).map(noisy, num_parallel_calls=2)),
        (lambda: Batches(X), lambda: Batches(X.copy(), workers=2)),
        (lambda: Shuffled(X), lambda: Shuffled(X)),
    ],
)
def test_equal_data_of_tensorflow_and_keras_are_equal(one, other):
    assert data_hash(one()) == data_hash(other())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: tf.constant(X), lambda: tf.constant(X, tf.bfloat16)),
        (lambda: tf.constant([1.0], tf.bfloat16), lambda: tf.constant([1.0], tf.float16)),
        (
            lambda: tf.ragged.constant([[1], [2, 3]]),
            lambda: tf.ragged.constant([[1, 2], [3]]),
        ),
        (
            lambda: tf.SparseTensor([[0, 1, 2]], [1.0], (2, 3, 4)),
            lambda: tf.SparseTensor([[0, 1, 1]], [1.0], (2, 3, 4)),
        ),
        (lambda: slices(Y), lambda: slices(np.where(Y == 19, 0, Y))),
        (lambda: slices(X), lambda: slices(X[::-1])),
        (lambda: slices(X), lambda: slices(X[:-1])),
        (lambda: slices(X), lambda: slices(X).batch(4)),
        (lambda: slices(X).batch(4), lambda: slices(X).batch(5)),
        (lambda: slices(["a", "b"]), lambda: slices(["a", "c"])),
        (lambda: slices(X), lambda: slices(X).shuffle(9)),
        (lambda: slices(X).shuffle(9), lambda: slices(X).shuffle(8)),
        (lambda: slices(X).shuffle(9, seed=1), lambda: slices(X).shuffle(9, seed=2)),
        (lambda: slices(X).shuffle(9), lambda: slices(X + 1).shuffle(9)),
        (lambda: slices(X).map(noisy), lambda: slices(X).map(noisier)),
        (lambda: slices(X).repeat(), lambda: slices(X)),
        (lambda: Batches(X), lambda: Batches(X + 1)),
        (lambda: Batches(X), lambda: Batches(X, 5)),
        (lambda: Batches(X), lambda: Shuffled(X)),
    ],
)
def test_other_data_of_tensorflow_and_keras_are_others(one, other):
    assert data_hash(one()) != data_hash(other())


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: tf.TensorArray(tf.float32, 3), "read only once"),
        (lambda: keras.Input((4,)), "a symbolic tensor holds no values"),
        (tf.data.Dataset.counter, "they have no end; pass the data set as it is before"),
        (tf.data.Dataset.random, "name it in ignore"),
        (lambda: generated(lambda: SPENT), "a generator that is spent"),
        (
            lambda: generated(lambda: iter(np.random.randint(0, 10**9, 5))),  # noqa: NPY002
            "random numbers",
        ),
        (lambda: Noisy(X), "the first batch of Noisy differs when it is read again"),
    ],
)
def test_data_that_cannot_be_read_the_same_twice_are_refused(make, reason):
    with pytest.raises(DescriptionError, match=reason):
        data_hash(make())


def test_a_generator_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr(pipelines, "_LONGEST", 50)

    def forever():
        while True:
            yield 1

    with pytest.raises(DescriptionError, match="goes on after 50 elements; tell its length"):
        data_hash(generated(forever))


def test_a_data_set_that_cannot_be_read_at_all_is_refused():
    with pytest.raises(DescriptionError, match=r"data\.X: a data set that cannot be read: .*none"):
        data_hash({"X": tf.data.TFRecordDataset("none.tfrecord")})


def test_hashing_a_data_set_leaves_the_random_numbers_of_the_user_alone():
    flip = keras.layers.RandomFlip(seed=1)
    augmented = slices(np.ones((4, 2, 2, 3), "f4")).map(lambda image: flip(image, training=True))
    before = flip.generator.state.numpy().tolist(), np.random.get_state()[1].tolist()  # noqa: NPY002
    data_hash({"X": augmented, "batches": Batches(X)})
    after = flip.generator.state.numpy().tolist(), np.random.get_state()[1].tolist()  # noqa: NPY002

    assert before == after


def test_a_seed_of_a_shuffle_counts_below_a_global_seed_too():
    before = data_hash(slices(X).shuffle(9, seed=4)), data_hash(slices(X).shuffle(9))
    tf.random.set_seed(3)
    try:
        after = data_hash(slices(X).shuffle(9, seed=4)), data_hash(slices(X).shuffle(9))
    finally:
        tf.random.set_seed(None)

    assert before == after


def test_a_huge_data_set_is_sampled_over_its_length_and_its_row_says_so(monkeypatch):
    monkeypatch.setattr(elements, "LIMIT", 4000)
    rows = np.zeros((1000, 4), "f4")
    changed = rows.copy()
    changed[990] = 1
    row = describe_data({"X": slices(rows)}).rows["X"]

    assert "1 in 10 elements" == row["sampled"]
    assert row["hash"] == data_hash(slices(rows))
    assert row["hash"] != data_hash(slices(changed))
    assert row["hash"] != data_hash(slices(rows[:-1]))


def test_a_huge_data_set_of_batches_is_sampled_too(monkeypatch):
    monkeypatch.setattr("gitlab_journal.identity.tables.batches.LIMIT", 100)

    assert "1 in 5 batches" == describe_data({"X": Batches(X)}).rows["X"]["sampled"]


def test_rows_tell_what_data_sets_hold():
    data = {"train_data": slices((X, Y)).batch(4), "batches": Batches(X), "X": SPARSE}
    rows = describe_data(data).rows

    assert {
        "type": "Dataset",
        "shape": [5],
        "dtype": "float32[?, 4], int64[?]",
    }.items() <= rows["train_data"].items()
    assert {"type": "Batches", "shape": [5]}.items() <= rows["batches"].items()
    assert "sampled" not in rows["train_data"]
    assert ["train_data", "batches", "X"] == list(sort_arguments(data).data)


@pytest.mark.parametrize("make", [tf.constant, tf.Variable, keras.Variable])
def test_a_tensor_of_one_number_is_that_number(make):
    assert params_hash({"rate": 0.5}) == params_hash({"rate": make(0.5)})
    assert {} == sort_arguments({"rate": make(0.5)}).data
