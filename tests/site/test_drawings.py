from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.site.drawings import Observation, dots, evidence, panels, stack

numbers = st.floats(-1e299, 1e299)


def read(svg):
    return ET.fromstring(svg)  # noqa: S314  # made by ourselves a line above


def test_a_bar_has_a_part_for_each_kind_that_there_is():
    bar = read(stack([("supported", 3), ("refuted", 1), ("open", 0)], name="Verdicts"))
    widths = [float(part.get("width") or 0) for part in bar]

    assert ["supported", "refuted"] == [part.get("class") for part in bar]
    assert 3 == pytest.approx(widths[0] / widths[1], abs=0.02)


def test_replicates_are_points():
    assert 5 == dots([4, 4, 4, 6, 5]).count("<circle")


def test_evidence_says_in_words_what_it_shows():
    drawn = read(
        evidence(Observation(4.6, [4, 6]), operator="<=", bound=2.7, parent=Observation(5.4))
    )

    assert "Predicted <= 2.7. Observed 4, 6, mean 4.6. Parent 5.4." == drawn[0].text


def test_evidence_marks_the_side_that_was_predicted():
    low = read(evidence(Observation(1.0), operator="<", bound=2.0)).find("rect[@class='zone']")
    high = read(evidence(Observation(1.0), operator=">", bound=2.0)).find("rect[@class='zone']")

    assert "0.00%" == low.get("x")
    assert "100.00%" != high.get("width")


def test_coordinates_are_in_per_cent_so_that_text_keeps_its_size():
    drawn = evidence(Observation(1.0, [1, 2]), operator=">=", bound=0.5)

    assert "viewBox" not in drawn
    assert 'width="100%"' in drawn


def test_a_panel_holds_training_and_validation_and_the_parent():
    fit = {"epoch": [0, 1], "loss": [2, 1], "val_loss": [3, 2]}
    panel = panels([fit], [fit])[0]
    styles = [line.get("class") for line in read(panel["svg"]).iter("polyline")]

    assert ("loss", ["ln0", "ln2", "ln"]) == (panel["name"], styles)


def test_several_fits_are_lines_of_one_panel():
    fit = {"epoch": [0, 1], "loss": [2, 1], "val_loss": [3, 2]}

    assert 3 == panels([fit, fit, fit], [])[0]["svg"].count("ln many")


def test_a_parent_over_other_steps_is_left_out():
    fit, parent = {"epoch": [0, 1], "loss": [2, 1]}, {"step": [0, 900], "loss": [2, 1]}

    assert "ln0" not in panels([fit], [parent])[0]["svg"]


def test_a_long_curve_stays_small():
    fit = {"step": list(range(20_000)), "loss": [1 / (n + 1) for n in range(20_000)]}

    assert len(panels([fit], [])[0]["svg"]) < 4_000


@given(numbers, numbers, st.lists(numbers, max_size=8), st.sampled_from(["<", ">=", "=="]))
def test_whatever_the_numbers_evidence_is_sound(value, bound, values, operator):
    drawn = evidence(Observation(value, values), operator=operator, bound=bound)

    read(drawn)
    assert "nan" not in drawn.split("</title>")[1]


names = st.text("abc_ <&>\"'", max_size=5)


@given(st.dictionaries(names, st.lists(st.floats(), min_size=1, max_size=5), max_size=4))
def test_whatever_the_history_its_panels_are_sound(columns):
    for panel in panels([columns], [columns]):
        read(panel["svg"])
