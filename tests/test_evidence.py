from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.evidence import Judgement, judge, told_apart
from gitlab_journal.prediction import holds, parse_claim


def judged(*claims, status="done", **metrics):
    return judge(
        [(parse_claim(text), bound) for text, bound in claims], status=status, metrics=metrics
    )


def test_without_a_claim_there_is_no_verdict():
    assert judged(loss=1.0) is None


def test_a_claim_that_holds_is_supported():
    expected = Judgement("supported", "Predicted accuracy >= 0.97, observed 0.981: supported.")

    assert expected == judged(("accuracy >= 0.97", 0.97), accuracy=0.981)


def test_a_claim_that_does_not_hold_is_refuted_by_its_resolved_bound():
    sentence = "Predicted epochs_to_95 <= parent / 2 = 2.7, observed 4.6: refuted."
    expected = Judgement("refuted", sentence)

    assert expected == judged(("epochs_to_95 <= parent / 2", 2.7), epochs_to_95=4.6)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", "the run failed"),
        ("interrupted", "the run was interrupted"),
        ("stopped", "the run was stopped"),
        ("planned", "not run yet"),
        ("running", "still running"),
    ],
)
def test_a_run_that_is_not_done_leaves_the_claim_open(status, words):
    expected = Judgement("open", f"Predicted loss < 0.3: open, {words}.")

    assert expected == judged(("loss < 0.3", 0.3), status=status, loss=0.1)


def test_a_missing_metric_is_invalid_and_the_sentence_names_those_there_are():
    expected = Judgement(
        "invalid",
        "Predicted f1 > 0.5: invalid, no metric f1 was recorded; there are accuracy, loss.",
    )

    assert expected == judged(("f1 > 0.5", 0.5), accuracy=0.9, loss=0.1)


def test_a_missing_metric_where_there_are_none_is_invalid():
    assert judged(("f1 > 0.5", 0.5)).sentence.endswith("there are none.")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "high", None, True, 10**400])
def test_a_metric_that_is_not_finite_is_invalid(value):
    assert "invalid" == judged(("loss < 0.3", 0.3), loss=value).verdict


def test_a_bound_that_is_not_finite_is_invalid():
    assert "invalid" == judged(("loss < 0.3", math.nan), loss=0.1).verdict


def test_each_claim_gets_its_sentence_and_one_refuted_is_enough():
    expected = Judgement(
        "refuted",
        "Predicted loss < 0.3, observed 0.1: supported. Predicted f1 > 0.9, observed 0.8: refuted.",
    )

    assert expected == judged(("loss < 0.3", 0.3), ("f1 > 0.9", 0.9), loss=0.1, f1=0.8)


def test_invalid_comes_before_refuted():
    assert "invalid" == judged(("loss < 0.3", 0.3), ("f1 > 0.9", 0.9), loss=0.5).verdict


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        (0.96999, 0.97, ("0.96999", "0.97")),
        (0.9741234, 0.97, ("0.9741", "0.97")),
        (4.6, 5.4 / 2, ("4.6", "2.7")),
        (1.53334, 4.6 / 3, ("1.53334", "1.53333")),
        (0.98766, 0.98765, ("0.98766", "0.98765")),
        (12345.678, 20000, ("12346", "20000")),
        (12345.678, 12345.679, ("12345.678", "12345.679")),
        (1797, 1797, ("1797", "1797")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.3")),
        (1e-7, 0.01, ("1e-07", "0.01")),
        (-0.5, 0, ("-0.5", "0")),
    ],
)
def test_numbers_have_as_many_digits_as_tell_them_apart(value, bound, shown):
    assert shown == told_apart(value, bound)


FINITE = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0.969, 0.971),
    st.integers(-(10**6), 10**6),
)


@given(FINITE, FINITE, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_what_is_shown_never_contradicts_the_verdict(value, bound, comparison):
    shown, shown_bound = told_apart(value, bound)

    assert holds(value, comparison, bound) == holds(float(shown), comparison, float(shown_bound))


def test_a_claim_may_call_a_cross_validated_score_as_scikit_learn_does():
    claim = parse_claim("test_score > 0.9")

    assert "supported" == judge([(claim, 0.9)], status="done", metrics={"score": 0.95}).verdict
