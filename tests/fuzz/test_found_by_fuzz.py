"""What the fuzz tests found, each as the text that did it."""

from __future__ import annotations

import pytest
from checks import PATH, check_page
from hostile import COVER, PAGE

from gitlab_journal.catalogue.row import stored
from gitlab_journal.cover import Cover
from gitlab_journal.entry import Entry
from gitlab_journal.errors import PageError


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "9" * 4301, "-" + "9" * 4301])
def test_an_integer_that_python_cannot_write_out_is_refused(number):
    with pytest.raises(PageError, match="more than 4300 digits") as caught:
        Entry.parse(PAGE.replace("width: 64", f"width: {number}"), PATH)

    assert 1 + PAGE[: PAGE.index("width")].count("\n") == caught.value.line


@pytest.mark.parametrize("figures", ["0x" + "f" * 3000, "9" * 4300])
def test_an_integer_that_python_can_write_out_is_a_parameter(figures):
    entry = check_page(PAGE.replace("width: 64", f"width: {figures}").encode())

    assert int(figures, 0) == entry.params["width"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("score: 0.93", "score: {}"),
        ("duration: 1.5", "duration: -{}"),
        ("accuracy: 0.93", "accuracy: {}"),
        ("[0.92, 0.94]", "[0.92, {}]"),
        ("bound: 0.9", "bound: {}"),
    ],
)
def test_a_number_beyond_all_floats_is_refused_where_it_is_calculated_with(old, new):
    line = 1 + PAGE[: PAGE.index(old)].count("\n")

    with pytest.raises(PageError, match=r"expected a (list of )?number") as caught:
        Entry.parse(PAGE.replace(old, new.format("9" * 400)), PATH)

    assert line == caught.value.line


def test_the_largest_float_as_an_integer_is_a_score():
    entry = Entry.parse(PAGE.replace("score: 0.93", f"score: {int(1.7976931348623157e308)}"))

    assert 1.7976931348623157e308 == stored("entries/a.md", "0" * 40, entry)["score"]


@pytest.mark.parametrize("size", ["9" * 400 + " MB", "9" * 400])
def test_a_size_beyond_all_floats_is_refused(size):
    with pytest.raises(PageError, match="expected a size such as 10 MB"):
        Cover.parse(COVER.replace("10 MB", size))


@pytest.mark.parametrize("spaces", [" ", "\t", " \t"])
def test_a_heading_with_half_a_million_spaces_is_read_in_one_walk(spaces):
    gap = spaces * 500_000

    entry = Entry.parse(f"{PAGE}\n## one{gap}two\n\n## three{gap}##\n\n## {gap}\n")

    assert [f"one{gap}two", "three", ""] == [item.name for item in entry.page.sections[-3:]]
