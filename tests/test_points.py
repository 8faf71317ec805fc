import math
import resource

import numpy as np
import pytest

from gitlab_journal.points import Points, as_csv, numbers_of, read_points


def test_points_come_back_as_columns(tmp_path):
    points = Points(tmp_path)
    points.append({"loss": 1.0}, step=0)
    points.append({"loss": 0.5, "accuracy": 0.9}, step=2)

    columns = read_points(tmp_path)[""]
    assert {"step": [0, 2], "loss": [1.0, 0.5], "accuracy": [None, 0.9]} == columns


def test_without_a_step_points_are_numbered_within_their_series(tmp_path):
    points = Points(tmp_path)
    for series in ("a", "b", "a"):
        points.append({"loss": 1.0}, series=series, step=None)

    assert {"a": [0, 1], "b": [0]} == {
        series: columns["step"] for series, columns in read_points(tmp_path).items()
    }


def test_a_line_cut_off_by_a_death_is_left_out(tmp_path):
    Points(tmp_path).append({"loss": 1.0}, step=0)
    with (tmp_path / "points.jsonl").open("a") as file:
        file.write('{"series": "", "st')

    assert [0] == read_points(tmp_path)[""]["step"]


def test_numbers_of_numpy_and_of_one_element_count_and_others_are_named():
    numbers, others = numbers_of(
        {"a": np.float32(0.5), "b": np.array([2]), "c": "high", "d": True, "e": np.zeros(2)}
    )

    assert ({"a": 0.5, "b": 2.0}, ["c", "d", "e"]) == (numbers, others)


def test_csv_keeps_full_precision_and_leaves_missing_values_empty():
    text = as_csv({"step": [0, 1, 2], "loss": [0.1 + 0.2, None, math.nan]})

    assert "step,loss\n0,0.30000000000000004\n1,\n2,nan\n" == text


def test_a_point_that_a_full_disk_cut_off_does_not_take_the_next_with_it(tmp_path):
    points = Points(tmp_path)
    points.append({"loss": 0.5}, step=None)
    path = tmp_path / "points.jsonl"
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 9, resource.RLIM_INFINITY))
    try:
        with pytest.raises(OSError, match="too large"):
            points.append({"loss": 0.4}, step=None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    points.append({"loss": 0.3}, step=None)

    assert {"": {"step": [0, 2], "loss": [0.5, 0.3]}} == read_points(tmp_path)
