import math
from datetime import timedelta

import pytest

from gitlab_journal.phrases import (
    ago,
    count_words,
    cut,
    cut_apart,
    duration_words,
    number_words,
    value_words,
    verdict_words,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.97412, "0.9741"),
        (4.6, "4.6"),
        (1797, "1797"),
        (3.0, "3"),
        (1e-7, "1e-07"),
        (None, "-"),
        (0.98998, "0.9900"),
        (0.10000000149, "0.1"),
        (1234.4, "1234"),
        (math.nan, "nan"),
    ],
)
def test_numbers_read_well(value, words):
    assert words == number_words(value)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.004, "4 ms"),
        (0.7, "0.7 s"),
        (42.4, "42 s"),
        (133.5, "2 min 14 s"),
        (11100, "3 h 5 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds, words):
    assert words == duration_words(seconds)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_how_long_ago(span, words):
    assert words == ago(span)


def test_a_done_entry_without_a_verdict_is_exploratory():
    assert "exploratory" == verdict_words("done", None)


def test_a_failed_entry_says_so_whatever_its_verdict():
    assert "failed" == verdict_words("failed", "open")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "1"),
        (1.0, "1.0"),
        (1e-7, "1.0e-07"),
        (True, "true"),
        (None, "null"),
        ("rbf", "rbf"),
        ("no", '"no"'),
        ([1, "a, b"], '[1, "a, b"]'),
        ({"class": "SVC", "C": 1}, "{class: SVC, C: 1}"),
    ],
)
def test_a_value_is_written_as_its_page_writes_it(value, words):
    assert words == value_words(value)


@pytest.mark.parametrize(
    ("one", "other", "cut_ones"),
    [
        ("short", "other", ("short", "other")),
        ("x" * 50, "y", ("x" * 38 + "…", "y")),
        ("x" * 50, "y" * 50, ("x" * 19 + "…", "y" * 19 + "…")),
        ("x" * 50 + "1", "x" * 50 + "2", ("…xxxxxxxx1", "…xxxxxxxx2")),
        ("x" * 100, "x" * 101, ("…xxxxxxxx", "…xxxxxxxxx")),
    ],
)
def test_two_texts_in_one_line_show_where_they_differ(one, other, cut_ones):
    assert cut_ones == cut_apart(one, other, 40)


def test_a_cut_text_leaves_something_whatever_the_room():
    assert "abcdefghijk…" == cut("abcdefghijklmnop", -3)


@pytest.mark.parametrize(("number", "words"), [(1, "1 row"), (0, "0 rows"), (1797, "1,797 rows")])
def test_a_number_stands_with_its_noun(number, words):
    assert words == count_words(number, "row")
