from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.chart import Scale, curves, families, scale_of, thin

SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  # made by ourselves a line above


def drawn(svg: str) -> list[str]:
    return [line.get("class") or "" for line in read(svg).iter(f"{SVG}polyline")]


def words(svg: str) -> list[str]:
    return [text.text or "" for text in read(svg).iter(f"{SVG}text")]


def test_twins_share_a_colour_and_the_training_curve_is_dashed():
    svg = curves({"epoch": [0, 1], "loss": [1.0, 0.5], "val_loss": [1.1, 0.7]}, title="t")

    assert ["c0 train", "c0"] == drawn(svg)


def test_a_curve_without_a_twin_is_solid():
    svg = curves({"step": [0, 1], "reward": [1.0, 0.5]}, title="t")

    assert ["c0"] == drawn(svg)


def test_losses_come_first_and_other_quantities_have_panels_of_their_own():
    axis, found = families({"epoch": [0, 1], "accuracy": [0, 1], "loss": [1, 0]})

    assert ("epoch", ["loss", "accuracy"]) == (axis, [family.name for family in found])


def test_at_most_six_curves_are_drawn():
    columns = {name: [1.0, 2.0] for n in range(9) for name in (f"m{n}", f"val_m{n}")}

    assert 6 == len(drawn(curves(columns, title="t")))


def test_a_loss_over_more_than_a_decade_has_a_logarithmic_axis():
    assert "loss, log scale" in words(curves({"loss": [2.0, 0.1]}, title="t"))


@pytest.mark.parametrize("column", [{"loss": [2.0, 0.9]}, {"loss": [2.0, 0.0]}, {"size": [1, 99]}])
def test_other_quantities_have_a_plain_axis(column):
    assert not any("log" in word for word in words(curves(column, title="t")))


def test_points_that_are_not_finite_are_skipped():
    svg = curves({"loss": [1.0, math.nan, math.inf, 0.9]}, title="t")
    line = next(read(svg).iter(f"{SVG}polyline"))

    assert 2 == len((line.get("points") or "").split())


def test_a_column_without_a_finite_point_is_left_out():
    assert [] == drawn(curves({"epoch": [0, 1], "loss": [math.nan, math.inf]}, title="t"))


def test_long_curves_are_thinned_but_keep_their_ends_and_extremes():
    points = [(float(x), math.sin(x / 50)) for x in range(10_000)]
    points[5_000] = (5_000.0, 99.0)
    points[7_001] = (7_001.0, -99.0)
    kept = thin(points, 400)

    assert len(kept) <= 400
    assert {points[0], points[-1], points[5_000], points[7_001]} <= set(kept)
    assert sorted(kept) == kept


def test_a_title_cannot_leave_its_place():
    svg = curves({"</text><script>": [1, 2]}, title='"><script>alert(1)</script>\x00\x1b]]>')
    names = {element.tag.removeprefix(SVG) for element in read(svg).iter()}

    assert {"svg", "title", "style", "rect", "text", "path", "polyline"} == names


def test_the_same_columns_give_the_same_bytes():
    columns = {"epoch": [0, 1, 2], "loss": [3.0, 2.0, 1.0]}

    assert curves(columns, title="t") == curves(dict(columns), title="t")


def test_a_drawing_follows_the_reader_into_the_dark():
    assert "prefers-color-scheme:dark" in curves({"loss": [1, 2]}, title="t")


def test_ticks_are_round():
    assert [0.2, 0.4, 0.6, 0.8] == Scale(0.17, 0.93).ticks()


def test_ticks_of_a_logarithmic_axis_are_round():
    assert [0.1, 0.2, 0.5, 1.0, 2.0] == Scale(0.1, 2.0, logarithmic=True).ticks()


numbers = st.floats() | st.integers()


@given(st.lists(numbers, min_size=1), st.sampled_from(["loss", "accuracy"]))
def test_whatever_the_numbers_the_drawing_is_sound(values, name):
    svg = curves({"epoch": list(range(len(values))), name: values}, title="t")

    assert "nan" not in svg
    assert "inf," not in svg
    read(svg)


@given(st.lists(numbers, min_size=2, max_size=9))
def test_whatever_the_axis_the_drawing_is_sound(steps):
    read(curves({"step": steps, "loss": list(range(len(steps)))}, title="t"))


@given(st.text(), st.text())
def test_whatever_the_words_the_drawing_is_sound(title, name):
    read(curves({name: [1.0, 2.0]}, title=title))


@given(st.lists(st.floats(-1e299, 1e299), min_size=1), st.sampled_from(["loss", "size"]))
def test_ticks_lie_on_the_axis_and_are_few(values, name):
    scale = scale_of(values, name=name)
    ticks = scale.ticks()

    assert all(-0.01 <= scale.at(tick) <= 1.01 for tick in ticks)
    assert len(ticks) <= 12
