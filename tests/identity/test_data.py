from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.data import combine_rows, describe_data

X = np.arange(6.0).reshape(3, 2)
Y = np.array([0, 1, 0])


def test_a_row_tells_role_type_shape_dtype_and_hash():
    described = describe_data({"X_train": X})

    assert {
        "X_train": {
            "role": "X_train",
            "type": "ndarray",
            "shape": [3, 2],
            "dtype": "float64",
            "parts": described.rows["X_train"]["parts"],
            "hash": data_hash(X),
        }
    } == described.rows


def test_a_row_tells_the_blocks_of_an_array_or_the_columns_of_a_frame():
    longer = np.vstack([X, X + 1])
    frame = pd.DataFrame({"a": [1.0], "b": [2.0]})
    before = describe_data({"X": longer, "frame": frame}).rows
    longer[4] = 0
    after = describe_data({"X": longer, "frame": frame.assign(b=3.0)}).rows

    pairs = zip(before["X"]["parts"].split(), after["X"]["parts"].split(), strict=True)
    assert [4] == [i for i, (one, other) in enumerate(pairs) if one != other]
    assert before["frame"]["columns"]["a"] == after["frame"]["columns"]["a"]
    assert before["frame"]["columns"]["b"] != after["frame"]["columns"]["b"]


LENGTH = 300_000


def folder_of(path, values):
    path.mkdir(exist_ok=True)
    (path / "values.bin").write_bytes(values.tobytes())
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda path, values: values,
        lambda path, values: np.asfortranarray(values.reshape(-1, 10))[:, ::2],
        lambda path, values: values.astype(object),
        lambda path, values: pd.DataFrame({"a": values}),
        lambda path, values: pd.Series(values.astype(str)),
        lambda path, values: sp.csr_array(values.reshape(-1, 10)),
        folder_of,
        lambda path, values: folder_of(path, values) / "values.bin",
    ],
    ids=["array", "strided", "objects", "frame", "texts", "sparse", "folder", "file"],
)
def test_the_whole_of_the_data_counts_never_a_beginning(tmp_path, make):
    digests = set()
    for place in (0, LENGTH // 2, LENGTH - 10, None):
        values = np.ones(LENGTH)
        if place is not None:
            values[place] = 2.0
        digests.add(data_hash(make(tmp_path / str(place), values)))

    assert 4 == len(digests)


def test_the_dtypes_of_a_frame_are_counted():
    frame = pd.DataFrame({"a": [1.0], "b": [2.0], "c": ["x"]})

    assert "float64 (2), str (1)" == describe_data({"frame": frame}).rows["frame"]["dtype"]
    assert "float64" == describe_data({"frame": frame[["a", "b"]]}).rows["frame"]["dtype"]


def test_a_list_and_a_file_are_outlined(tmp_path):
    (tmp_path / "a.csv").write_text("1\n")
    rows = describe_data({"both": [X, Y], "file": tmp_path / "a.csv", "folder": tmp_path}).rows

    assert {"type": "list", "shape": [2]}.items() <= rows["both"].items()
    assert "file" == rows["file"]["type"]
    assert "folder" == rows["folder"]["type"]


def test_all_data_are_one_digest_of_roles_and_digests():
    described = describe_data({"X": X, "y": Y})

    assert data_hash({"y": Y, "X": X}) == described.data_hash
    assert data_hash({"X": Y, "y": X}) != described.data_hash
    assert data_hash({"X": X}) != described.data_hash
    assert data_hash({"X": X}) != data_hash(X)


def test_an_argument_renamed_in_its_role_is_the_same_data():
    given = describe_data({"features": X}, roles={"features": "X"})

    assert describe_data({"x": X}).data_hash == given.data_hash
    assert "X" == given.rows["features"]["role"]


def test_an_argument_without_a_role_counts_by_its_name():
    assert describe_data({"a": X}).data_hash != describe_data({"b": X}).data_hash
    assert "role" not in describe_data({"a": X}).rows["a"]


def test_without_data_there_is_no_digest():
    described = describe_data({})

    assert ({}, None, None) == (described.rows, described.data_hash, described.dataset)


def test_the_journal_names_an_argument_by_its_digest_or_the_first_digits():
    digits = data_hash(X).removeprefix("xxh3_128:")[:8]
    described = describe_data({"X": X, "y": Y}, names={digits: "digits"})

    assert "digits" == described.rows["X"]["name"]
    assert "name" not in described.rows["y"]
    assert "digits" == described.dataset


def test_the_journal_names_all_data_together():
    whole = data_hash({"X": X, "y": Y})
    described = describe_data({"X": X, "y": Y}, names={whole: "digits"})

    assert ["digits", "digits"] == [row["name"] for row in described.rows.values()]
    assert "digits" == described.dataset


def test_several_names_are_listed_in_order():
    names = {data_hash(X): "train", data_hash(Y): "labels"}

    assert "train, labels" == describe_data({"X": X, "y": Y}, names=names).dataset


def test_data_met_later_give_the_digest_of_all_at_once():
    early, late = describe_data({"X": X}), describe_data({"y": Y})
    state = {"model": {"role": "state", "type": "SVC", "hash": "xxh3_128:0"}}
    combined = combine_rows({**early.rows, **late.rows, **state})

    assert describe_data({"X": X, "y": Y}).data_hash == combined.data_hash
    assert ["X", "y", "model"] == list(combined.rows)


@pytest.mark.parametrize("value", [None, 3, "digits", [1, 2.5, "a"], {"a": [1]}])
def test_plain_values_named_as_data_are_described(value):
    assert data_hash({"X": value}) == describe_data({"X": value}).data_hash


def test_what_cannot_be_described_is_refused_with_its_argument():
    with pytest.raises(DescriptionError, match=r"^data\.X\[1\]: a object has no stable"):
        describe_data({"X": [X, object()]})
