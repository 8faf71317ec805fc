from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.points import as_csv
from gitlab_journal.site.history import read_history


def test_the_columns_of_a_run_are_read_back():
    columns = {"epoch": [0.0, 1.0], "loss": [1.5, 0.25]}

    assert [columns] == read_history(as_csv(columns).encode())


def test_the_axis_comes_first_wherever_it_stands():
    assert ["step", "loss"] == list(read_history(b"loss,step\n1,0\n2,1\n")[0])


def test_several_fits_are_told_apart():
    fits = read_history(b"fit,epoch,loss\n1,0,3\n1,1,2\n2,0,5\n2,1,4\n")

    assert [[3, 2], [5, 4]] == [fit["loss"] for fit in fits]


def test_what_is_no_number_is_nan():
    fit = read_history(b"epoch,loss\n0,\n1,word\n2\n")[0]

    assert all(math.isnan(value) for value in fit["loss"])


def test_what_is_no_table_gives_no_curves():
    assert [[], [], []] == [read_history(data) for data in (b"", b"epoch,loss\n", b"\xff\xfe\x00")]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_reading_them_is_safe(data):
    read_history(data)
