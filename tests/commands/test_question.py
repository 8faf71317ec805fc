from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.catalogue import Condition
from gitlab_journal.commands.question import parse_condition, parse_since, split_verdict
from gitlab_journal.errors import ArgumentError

NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("C>=1", Condition("C", ">=", "1")),
        (" svc.C <= 1e-3 ", Condition("svc.C", "<=", "1e-3")),
        ("C≥1", Condition("C", ">=", "1")),
        ("kernel=rbf", Condition("kernel", "=", "rbf")),
        ("kernel != poly", Condition("kernel", "!=", "poly")),
        ("optimizer==SGD with momentum", Condition("optimizer", "==", "SGD with momentum")),
    ],
)
def test_a_condition_is_a_name_a_comparison_and_a_value(text, condition):
    assert condition == parse_condition(text)


@pytest.mark.parametrize("text", ["", "C", ">=1", "C>=", "= 1"])
def test_what_is_no_condition_is_refused_with_an_example(text):
    with pytest.raises(ArgumentError, match="C>=1"):
        parse_condition(text)


names = st.text(
    st.characters(exclude_characters="<>=!≤≥≠", exclude_categories=("C", "Z")), min_size=1
)
values = st.text(
    st.characters(exclude_characters="<>=!≤≥≠", exclude_categories=("C", "Z")), min_size=1
)


@given(names, st.sampled_from(["=", "==", "!=", "<", "<=", ">", ">="]), values)
def test_every_condition_comes_back_as_it_was_put(name, comparison, value):
    assert Condition(name, comparison, value) == parse_condition(f"{name} {comparison} {value}")


@given(st.text())
def test_any_text_is_a_condition_or_an_error_of_ours(text):
    with suppress(ArgumentError):
        assert isinstance(parse_condition(text), Condition)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T18:30", datetime(2026, 3, 1, 18, 30, tzinfo=UTC)),
        ("2026-03-01T18:30+02:00", datetime(2026, 3, 1, 16, 30, tzinfo=UTC)),
        ("12h", datetime(2026, 3, 8, 0, 0, tzinfo=UTC)),
        ("7d", datetime(2026, 3, 1, 12, 0, tzinfo=UTC)),
        ("1w", datetime(2026, 3, 1, 12, 0, tzinfo=UTC)),
    ],
)
def test_since_is_a_date_or_a_span(text, moment):
    assert moment == parse_since(text, NOW)


@given(st.text())
def test_any_text_is_a_moment_or_an_error_of_ours(text):
    with suppress(ArgumentError):
        assert parse_since(text, NOW).tzinfo is not None


@pytest.mark.parametrize(
    ("asked", "sought"),
    [
        (("refuted", None), ("refuted", None)),
        (("failed", None), (None, "failed")),
        (("refuted", "done"), ("refuted", "done")),
        ((None, "failed"), (None, "failed")),
    ],
)
def test_a_status_may_be_asked_for_as_a_verdict(asked, sought):
    assert sought == split_verdict(*asked)
