from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitlab_journal.errors import PredictionError
from gitlab_journal.prediction import (
    COMPARISONS,
    MAX_DEPTH,
    Claim,
    holds,
    parse_claim,
    references,
    resolve,
)

PARENTS = {"parent": 5.4, "entry:k7m2": 0.5, "entry:20260301-184307-d7k7m2": 2.0}


def value_of(reference, _metric):
    return PARENTS[reference]


def bound_of(text):
    return resolve(parse_claim(text), value_of)


def error_of(text):
    with pytest.raises(PredictionError) as caught:
        parse_claim(text)
    return caught.value


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_every_comparison_is_read(comparison):
    claim = parse_claim(f"loss {comparison} 0.3")

    assert (comparison, "loss", f"loss {comparison} 0.3") == (
        claim.operator,
        claim.metric,
        claim.text,
    )


@pytest.mark.parametrize(("typed", "normal"), [("≤", "<="), ("≥", ">=")])
def test_mathematical_signs_are_normalised(typed, normal):
    assert f"loss {normal} 0.3" == parse_claim(f"loss{typed}0.3").text


@pytest.mark.parametrize(
    "metric",
    ["loss", "val_loss", "f1-macro", "val/acc", "top-5", "recall.at.5", "größe", "and", "median"],
)
def test_a_metric_is_a_word_with_marks_inside(metric):
    assert metric == parse_claim(f"{metric} < 1").metric


def test_a_metric_in_backticks_may_be_anything():
    claim = parse_claim("  `F1 @ 5 (%)`  >  parent ")

    assert ("F1 @ 5 (%)", "`F1 @ 5 (%)` > parent") == (claim.metric, claim.text)


def test_backticks_that_are_not_needed_go():
    assert parse_claim("loss < 1") == parse_claim("`loss` < 1")


def test_numbers_stay_as_typed_while_spaces_are_normalised():
    assert "loss < 0.30 * (1e-3 + parent)" == parse_claim("loss<0.30*( 1e-3+parent )").text


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("m >= 0.97", 0.97),
        ("m < .5", 0.5),
        ("m < 1.5E+2", 150.0),
        ("m < -3", -3.0),
        ("m < --3", 3.0),
        ("m < parent", 5.4),
        ("m <= parent / 2", 2.7),
        ("m <= parent-1", 5.4 - 1),
        ("m < entry:k7m2 - 1", -0.5),
        ("m < entry:k7m2-1", -0.5),
        ("m < entry:20260301-184307-d7k7m2-1", 1.0),
        ("m < entry:20260301-184307-d7k7m2 * 3", 6.0),
        ("m < 2 + 3 * 4", 14.0),
        ("m < (2 + 3) * 4", 20.0),
        ("m < 10 - 4 - 3", 3.0),
        ("m < 16 / 4 / 2", 2.0),
        ("m < -2 * 3 + 10", 4.0),
        ("m < 2 - -3", 5.0),
    ],
)
def test_a_bound_is_calculated_as_in_school(text, bound):
    assert bound == bound_of(text)


def test_a_long_sum_needs_no_recursion():
    assert 5000.0 == bound_of("m < " + "+".join(["1"] * 5000))


def test_references_come_once_each_in_order():
    claim = parse_claim("m < parent + entry:k7m2 * parent")

    assert ("parent", "entry:k7m2") == references(claim)


def test_the_look_up_is_asked_for_the_metric_of_the_claim():
    asked = []

    resolve(parse_claim("`val loss` < parent"), lambda *question: asked.append(question) or 1)

    assert [("parent", "val loss")] == asked


@pytest.mark.parametrize(
    ("text", "position", "expected", "found"),
    [
        ("", 0, "begins with its metric", "the end"),
        ("0.9 < f1", 0, "begins with its metric", "'0.9'"),
        ("parent < 3", 0, "begins with its metric", "'parent'"),
        ("entry:k7m2 < 3", 0, "begins with its metric", "'entry:k7m2'"),
        ("`f1", 0, "two backticks", "'`'"),
        ("``< 1", 0, "two backticks", "'`'"),
        ("f1", 2, "a comparison", "the end"),
        ("f1 = 3", 3, "for equality: ==", "'='"),
        ("f1 score > 3", 3, "a comparison", "'score'"),
        ("median(loss) < 3", 6, "a comparison", "'('"),
        ("f1 >", 4, "a number, parent, entry:ID", "the end"),
        ("f1 > high", 5, "a number, parent, entry:ID", "'high'"),
        ("f1 > parents", 5, "a number, parent, entry:ID", "'parents'"),
        ("f1 > parent.loss", 5, "a number, parent, entry:ID", "'parent.loss'"),
        ("f1 > +3", 5, "a number, parent, entry:ID", "'+'"),
        ("f1 > nan", 5, "a number, parent, entry:ID", "'nan'"),
        ("f1 > 1e999", 5, "fits a double", "'1e999'"),
        ("f1 > entry:", 11, "an id", "the end"),
        ("f1 > entry:K7M2", 11, "an id", "'K7M2'"),
        ("f1 > entry:k7l2", 13, "without i, l, o, u", "'l2'"),
        ("f1 > (1 + 2", 11, "the closing parenthesis", "the end"),
        ("f1 > 1)", 6, "the end of the claim", "')'"),
        ("f1 > 0.9 < 1", 9, "the end of the claim", "'<'"),
        ("f1 > 2.7 @ 5 seeds", 9, "the end of the claim", "'@'"),
        ("f1 > 2 within 3", 7, "the end of the claim", "'within'"),
        ("f1 > 2 and f1 < 3", 7, "the end of the claim", "'and'"),
        ("f1 > 97 %", 8, "the end of the claim", "'%'"),
    ],
)
def test_an_error_says_what_was_expected_where_it_points(text, position, expected, found):
    error = error_of(text)

    assert position == error.position
    assert expected in error.reason
    assert error.reason.endswith(f"found {found}")


def test_the_pointer_stands_below_its_character_even_after_a_tab():
    error = error_of("f1\t>\thigh")

    assert ["  f1 > high", "       ^"] == str(error).splitlines()[1:]


@pytest.mark.parametrize("opening", ["(", "-", "-("])
def test_depth_is_bounded(opening):
    error = error_of("m < " + opening * 10_000 + "1")

    assert f"at most {MAX_DEPTH}" in error.reason
    assert 4 + MAX_DEPTH == error.position


def test_division_by_zero_points_at_its_sign():
    claim = parse_claim("m < parent/(entry:k7m2-0.5)")

    with pytest.raises(PredictionError, match="division by zero") as caught:
        resolve(claim, value_of)

    assert "/" == claim.text[caught.value.position]


@pytest.mark.parametrize("text", ["m < 1e308 * 10", "m < parent * 1e300 * 1e300"])
def test_a_bound_that_is_not_finite_is_an_error(text):
    with pytest.raises(PredictionError, match="expected a finite number"):
        bound_of(text)


def test_a_reference_that_is_not_finite_is_an_error_at_its_place():
    claim = parse_claim("m < 2 * parent")

    with pytest.raises(PredictionError, match="the m of parent is nan") as caught:
        resolve(claim, lambda *_question: math.nan)

    assert claim.text.index("parent") == caught.value.position


@pytest.mark.parametrize(
    ("value", "comparison", "bound", "answer"),
    [
        (1, "<", 2, True),
        (2, "<", 2, False),
        (2, "<=", 2, True),
        (3, ">", 2, True),
        (2, ">", 2, False),
        (2, ">=", 2, True),
        (1, ">=", 2, False),
        (2, "==", 2.0, True),
        (2, "!=", 2.0, False),
    ],
)
def test_a_comparison_holds_or_does_not(value, comparison, bound, answer):
    assert answer == holds(value, comparison, bound)


CLAIM_LIKE = st.lists(
    st.sampled_from(
        [*"<>=≤≥!+-*/()`@,. \t", "m", "val_loss", "parent", "entry:", "k7m2", "1", "2.5", "1e9"]
    )
).map("".join)


@given(st.one_of(st.text(), CLAIM_LIKE, CLAIM_LIKE.map("m<".__add__)))
@example("m<entry:a-b-1")
@example("`parent`<1")
@example("m\u2028<\u20281")
def test_any_text_parses_to_a_claim_that_reads_back_or_is_refused(text):
    try:
        claim = parse_claim(text)
    except PredictionError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017  # either outcome is fine
        return

    assert isinstance(claim, Claim)
    assert claim == parse_claim(claim.text)


@st.composite
def expressions(draw, depth=3):
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["1", "2.5", "3", "parent", "entry:k7m2"]))
    left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
    shape = draw(st.sampled_from(["{}+{}", "{}-{}", "{} * {}", "({})/({})", "-{}+{}", "({}-{})"]))
    return shape.format(left, right)


@given(expressions())
def test_a_bound_is_what_python_would_calculate(text):
    python = text.replace("parent", "5.4").replace("entry:k7m2", "0.5")
    try:
        expected = eval(python)  # noqa: S307  # the independent answer; the text is ours
    except ZeroDivisionError:
        with pytest.raises(PredictionError):
            bound_of(f"m < {text}")
        return

    assert float(expected) == bound_of(f"m < {text}")
