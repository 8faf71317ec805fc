from __future__ import annotations

import gzip
import io
import socket
import sqlite3
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.svm import SVC

from gitlab_journal.errors import ArgumentError, DescriptionError
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.arguments import sort_arguments

X = np.zeros((3, 2))
Y = np.zeros(3)


def names(values, **options):
    found = sort_arguments(values, **options)
    return list(found.data), list(found.params)


@pytest.mark.parametrize(
    "value",
    [
        X,
        pd.DataFrame(X),
        pd.Series(Y),
        pd.Index([1, 2]),
        sp.csr_matrix(X),
        [X, Y],
        (X, (X, Y)),
        {"left": X, "right": X},
        Path(__file__),
        [Path(__file__)],
    ],
)
def test_collections_and_existing_files_are_data(value):
    assert (["value"], []) == names({"value": value})


@pytest.mark.parametrize(
    "value",
    [1, None, "text", [1, 2], [], {}, [X, 1], [[1.0, 2.0]], SVC(), SVC, len, np.float64(1)],
)
def test_all_else_is_a_parameter(value):
    assert ([], ["value"]) == names({"value": value})


def test_roles_come_from_names_in_any_case():
    found = sort_arguments({"x_train": X, "Y": Y, "extra": X, "X_VAL": X})

    assert {"x_train": "X_train", "Y": "y", "X_VAL": "X_val"} == found.roles


def test_data_names_the_arguments_and_all_else_is_a_parameter():
    found = sort_arguments({"X": X, "sizes": Y, "text": "digits"}, data=["X", "text"])

    assert ["X", "text"] == list(found.data)
    assert ["sizes"] == list(found.params)


def test_data_maps_roles_to_names():
    found = sort_arguments({"X_train": X, "target": Y}, data={"features": "X_train", "y": "target"})

    assert {"X_train": "features", "target": "y"} == found.roles


def test_no_data_are_declared_by_an_empty_sequence():
    assert ([], ["X"]) == names({"X": X}, data=())


def test_what_is_ignored_is_neither():
    assert ([], ["C"]) == names(
        {"X": X, "C": 1, "n_jobs": 2, "out": Path("/")}, ignore=["X", "out"]
    )


def test_a_folder_is_refused_by_name_unless_named(tmp_path):
    with pytest.raises(
        ArgumentError, match=r"out is the folder .*data=\['out'\].*ignore=\['out'\]"
    ):
        sort_arguments({"out": tmp_path})

    assert (["out"], []) == names({"out": tmp_path}, data=["out"])
    assert ([], []) == names({"out": tmp_path}, ignore=["out"])


def test_a_missing_path_is_refused_by_name_unless_ignored(tmp_path):
    with pytest.raises(ArgumentError, match=r"out is a path without a file, .*none"):
        sort_arguments({"out": tmp_path / "none"})

    assert ([], []) == names({"out": tmp_path / "none"}, ignore=["out"])


def test_text_that_names_a_file_draws_a_note():
    found = sort_arguments({"path": __file__, "word": "digits", "long": "a" * 5000, "nul": "a\0"})

    assert ["path", "word", "long", "nul"] == list(found.params)
    assert 1 == len(found.notes)
    assert "`path`" in found.notes[0]
    assert "pathlib.Path" in found.notes[0]


@pytest.mark.parametrize("data", [None, ["stream"]])
def test_a_generator_is_refused_with_a_hint(data):
    with pytest.raises(ArgumentError, match="stream is a generator, which can be read only once"):
        sort_arguments({"stream": (i for i in [1])}, data=data)


@pytest.mark.parametrize(
    "stream",
    [
        lambda folder: (folder / "a.csv").open(),
        lambda folder: (folder / "a.csv").open("rb"),
        lambda folder: tempfile.NamedTemporaryFile(dir=folder),  # noqa: SIM115 - closed below
        lambda folder: tempfile.SpooledTemporaryFile(),  # noqa: SIM115 - closed below
        lambda folder: io.StringIO("a"),
        lambda folder: gzip.open(folder / "a.gz", "w"),  # noqa: SIM115 - closed below
        lambda folder: socket.socket(),
        lambda folder: sqlite3.connect(":memory:").cursor(),
        lambda folder: pd.read_csv(folder / "a.csv", chunksize=1),
        lambda folder: zip([1], [2], strict=True),
    ],
)
@pytest.mark.parametrize("data", [None, ["stream"]])
def test_what_can_be_read_only_once_is_refused_with_a_hint(tmp_path, stream, data):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    opened = stream(tmp_path)
    said = r"stream is a \w+, which can be read only once; .*pathlib\.Path.*ignore=\['stream'\]"

    try:
        with pytest.raises(ArgumentError, match=said):
            sort_arguments({"stream": opened}, data=data)
        assert ([], []) == names({"stream": opened}, ignore=["stream"])
    finally:
        getattr(opened, "close", int)()
        if isinstance(opened, sqlite3.Cursor):
            opened.connection.close()


def test_a_frame_with_columns_called_like_methods_is_a_frame():
    prices = pd.DataFrame({"open": [1.0], "close": [2.0], "read": [3], "file": [4]})

    assert (["prices"], []) == names({"prices": prices})


@pytest.mark.parametrize(
    ("offers", "said"),
    [
        ("__array__", r"pass the array from numpy\.asarray"),
        ("__array_interface__", r"pass the array from numpy\.asarray"),
        ("__dataframe__", "as a frame of pandas or polars"),
        ("__arrow_c_stream__", "as a frame of pandas or polars"),
        ("nothing", "pass what it is made from"),
    ],
)
def test_what_is_of_no_kind_is_refused_with_what_to_pass_instead(monkeypatch, offers, said):
    monkeypatch.setitem(sys.modules, "foreign", ModuleType("foreign"))
    kind = type("Foreign", (), {offers: None, "__module__": "foreign", "__slots__": ()})

    with pytest.raises(DescriptionError, match=f"^data\\.X: a foreign.Foreign has no .*{said}"):
        data_hash({"X": kind()})


def test_a_pattern_of_paths_is_refused_by_name_unless_named(tmp_path):
    with pytest.raises(ArgumentError, match=r"files is a pattern of paths, .*data=\['files'\]"):
        sort_arguments({"files": tmp_path / "*.csv"})

    assert (["files"], []) == names({"files": tmp_path / "*.csv"}, data=["files"])


def test_texts_that_name_files_draw_a_note(tmp_path):
    listed = sort_arguments({"files": [__file__, __file__], "words": [__file__, "word"]})
    pattern = sort_arguments({"files": f"{tmp_path}/*.csv", "regex": "^a.*/b$", "glob": "*.csv"})

    assert ["`files` is a list of texts"] == [note[:26] for note in listed.notes]
    assert ["`files` is the text"] == [note[:19] for note in pattern.notes]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("X", r"data must be a sequence of names, not the text 'X': \['X'\]"),
        (["Z"], "data names 'Z', which is no argument; there are X"),
        ({"a": "X", "b": "X"}, "data names an argument in two roles"),
    ],
)
def test_data_that_names_nothing_is_refused(data, said):
    with pytest.raises(ArgumentError, match=said):
        sort_arguments({"X": X}, data=data)


@pytest.mark.parametrize(
    ("make", "where"),
    [(lambda file: {"table": file, "rate": 0.1}, "'table'"), (lambda file: [0.1, file], "1")],
)
def test_a_file_beside_other_values_counts_as_text_and_draws_a_note(tmp_path, make, where):
    file = tmp_path / "a.csv"
    file.write_text("1\n")
    sorted_ = sort_arguments({"config": make(file)})

    assert ["config"] == list(sorted_.params)
    assert (
        (
            f"`config[{where}]`: a path beside other values counts as text, not by its content. "
            "Pass it as an argument of its own to have the content count."
        ),
    ) == sorted_.notes


def test_a_list_that_contains_itself_is_no_data():
    circle = []
    circle.append(circle)

    assert {"circle": circle} == sort_arguments({"circle": circle}).params
