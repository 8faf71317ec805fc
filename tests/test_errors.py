from pathlib import Path

from gitlab_journal.errors import PageError, PredictionError


def test_a_page_error_says_path_line_and_reason():
    error = PageError("duplicate key", path=Path("entries/a.md"), line=7)

    assert "entries/a.md:7: duplicate key" == str(error)


def test_a_prediction_error_points_at_the_character():
    error = PredictionError("expected a number", claim="loss < x", position=7)

    assert "expected a number\n  loss < x\n         ^" == str(error)
