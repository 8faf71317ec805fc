from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.site.mathematics import LONGEST, mathml

MARKS = ["{", "}", "_", "^", "\\", "&", "<b>", '"', "x", "1", "&lt;", "\\\\"]
COMMANDS = ["\\frac", "\\sqrt", "\\left(", "\\text{", "\\begin{matrix}", "\\end{matrix}"]
TRICKS = ["\\href{javascript:x}", "\\style{a}", "\\class{a}"]
PIECES = [*MARKS, *COMMANDS, *TRICKS]


def test_a_formula_is_written_as_mathml():
    assert '<math display="inline"><mrow><mi>x</mi></mrow></math>' == mathml("x", block=False)


def test_a_block_says_so():
    assert str(mathml("x", block=True)).startswith('<math display="block">')


def test_text_in_a_formula_is_escaped():
    assert "<mtext>&lt;b&gt;</mtext>" in str(mathml("\\text{<b>}", block=False))


@pytest.mark.parametrize("latex", ["\\href{javascript:x}{y}", "\\style{a}{y}", "\\class{a}{y}"])
def test_a_formula_holds_no_link_and_no_style(latex):
    assert not re.search(r"href|style=|class=", str(mathml(latex, block=False)))


@pytest.mark.parametrize(
    "latex", ["\\frac", "x_", "{", "\\left( x", "x" * (LONGEST + 1), "{" * 900]
)
def test_what_is_no_formula_is_refused(latex):
    assert mathml(latex, block=False) is None


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_typed_gives_sound_mathml_or_nothing(latex):
    made = mathml(latex, block=False) or ""

    assert not re.findall(r"<(?!/?m[a-z]+|/?none|/?math)", made)
    assert "javascript" not in "".join(re.findall(r"<[^>]*>", made))
