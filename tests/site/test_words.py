from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gitlab_journal.site import words
from gitlab_journal.site.states import state

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.9741, "0.9741"),
        (4.6, "4.6"),
        (1797, "1797"),
        (12797, "12,797"),
        (-0.8, f"{MINUS}0.8"),
        (-12797, f"{MINUS}12,797"),
        (True, "yes"),
        ("word", "word"),
        (float("nan"), "nan"),
        (None, "none"),
    ],
)
def test_a_number_is_said_as_a_reader_takes_it_in(value, expected):
    assert expected == words.number(value)


def test_a_difference_has_a_sign_and_no_stray_digits():
    assert (f"{MINUS}0.8", "+0.0015", f"{MINUS}0.0178", "0", "+2e+08", f"{MINUS}0.02782") == (
        words.difference(4.6, 5.4),
        words.difference(0.9741, 0.9726),
        words.difference(0.972187, 0.99),
        words.difference(1, 1),
        words.difference(1.2e9, 1.0e9),
        words.difference(0.0034859, 0.0313044),
    )


def test_two_numbers_have_the_digits_that_tell_them_apart():
    assert [("0.9883", "0.9900"), ("0.98998", "0.99"), ("5", "5")] == [
        words.apart(0.98831, 0.98998),
        words.apart(0.98998, 0.99),
        words.apart(5, 5.0),
    ]


def test_a_moment_is_said_in_utc():
    east = datetime(2026, 3, 1, 20, 43, 7, tzinfo=timezone(timedelta(hours=2)))

    assert {"iso": "2026-03-01T18:43:07Z", "words": "1 March 2026, 18:43 UTC"} == words.instant(
        east
    )


def test_months_do_not_follow_the_language_of_the_machine():
    assert "December 2026" == words.month(datetime(2026, 12, 1, tzinfo=UTC))


def test_nested_parameters_are_joined_by_dots():
    nested = {
        "svc": {"C": 1.0, "kernel": {}},
        "layers": [{"units": 64}, {"units": 10}],
        "tags": [1],
    }

    assert {
        "svc.C": 1.0,
        "svc.kernel": {},
        "layers[0].units": 64,
        "layers[1].units": 10,
        "tags": [1],
    } == words.flat(nested)


def test_a_list_of_phrases_takes_a_line_for_each():
    assert ["Dense(64, tanh)", "Dense(10, softmax)"] == words.lines(
        ["Dense(64, tanh)", "Dense(10, softmax)"]
    )
    assert ["0, 1, 2"] == words.lines([0, 1, 2])
    assert ["a, b"] == words.lines(["a", "b"])


def test_a_hash_is_short_and_grouped():
    assert "3fa4 0287 042a" == words.short_hash("xxh3_128:3fa40287042a22b2e5baa0cb25037b25")


def test_a_claim_has_the_signs_of_mathematics():
    assert f"loss ≤ 2.7 {MINUS} 1" == words.claim("loss <= 2.7 - 1")


def test_a_count_has_its_noun():
    assert ("1 entry", "2,000 entries") == (
        words.count(1, "entry", "entries"),
        words.count(2000, "entry", "entries"),
    )


@pytest.mark.parametrize(
    ("status", "verdict", "kind", "word"),
    [
        ("done", "supported", "supported", "Supported"),
        ("done", None, "exploratory", "Exploratory"),
        ("done", "invalid", "invalid", "Invalid"),
        ("failed", "open", "failed", "Failed"),
        ("failed", None, "failed", "Failed"),
        ("running", "open", "open", "Running"),
        ("planned", None, "open", "Planned"),
        ("stopped", "open", "open", "Stopped"),
        (None, "never heard of", "exploratory", "Exploratory"),
    ],
)
def test_an_entry_became_what_its_status_and_verdict_say(status, verdict, kind, word):
    became = state(status=status, verdict=verdict)

    assert (kind, word) == (became.kind, became.word)
