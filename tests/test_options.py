import pytest

from gitlab_journal.errors import ArgumentError, NotYetError, PredictionError
from gitlab_journal.options import fill_template, make_options


def test_one_claim_given_alone_is_one_of_several():
    assert ("loss < 1",) == make_options(predict="loss < 1").predict


def test_what_is_left_at_none_keeps_what_the_base_says():
    base = make_options(title="A", tags=["x"])

    assert ("A", ("y",)) == ((made := make_options(base, title=None, tags=["y"])).title, made.tags)


@pytest.mark.parametrize(
    ("keywords", "words"),
    [
        ({"colour": 1}, "unknown option 'colour'"),
        ({"title": 3}, "title must be a string, not int: 3"),
        ({"predict": 3}, "predict must be a string or several"),
        ({"tags": ["a", ""]}, "tags must hold non-empty strings"),
        ({"on_duplicate": "stop"}, "one of 'warn', 'ask', 'raise', 'reuse', 'run'"),
        ({"keep": "yes"}, "keep must be True or False, not 'yes'"),
        ({"silence": {"inputs-nan": " "}}, "'inputs-nan' needs a reason"),
        ({"silence": ["inputs-nan"]}, "silence must map a check to a reason"),
        ({"data": "X"}, "data must be a sequence of argument names"),
    ],
)
def test_a_wrong_option_is_refused_with_what_was_found(keywords, words):
    with pytest.raises(ArgumentError) as error:
        make_options(**keywords)

    assert words in str(error.value)


def test_a_claim_is_parsed_at_once():
    with pytest.raises(PredictionError):
        make_options(predict="loss <")


def test_what_comes_later_says_so():
    with pytest.raises(NotYetError, match="entry= does not exist yet"):
        make_options(entry="k7m2")


@pytest.mark.parametrize("way", ["warn", "ask", "raise", "reuse", "run"])
def test_every_way_with_a_duplicate_may_be_named(way):
    assert way == make_options(on_duplicate=way).on_duplicate


def test_keep_may_be_taken_back():
    assert False is make_options(make_options(keep=True), keep=False).keep


def test_templates_take_arguments_and_leave_other_braces_alone():
    text = fill_template(r"C = {C:.1f}, $\mathbf{x}_{0}$, {unknown}", {"C": 2})

    assert r"C = 2.0, $\mathbf{x}_{0}$, {unknown}" == text


def test_a_format_that_does_not_suit_the_value_is_refused():
    with pytest.raises(ArgumentError, match=r"\{C:\.1f\}"):
        fill_template("{C:.1f}", {"C": "big"})


def test_a_template_gives_no_address_of_an_object():
    text = fill_template(
        "{self} with {activation}", {"self": object(), "activation": fill_template}
    )

    assert "object with fill_template" == text
