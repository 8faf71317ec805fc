"""What the page of an entry says of its amendments."""

from __future__ import annotations

import re

import pytest
from digits_journal import SUPPORTED, Shelf

from gitlab_journal.site.commits import read_commits
from gitlab_journal.store.git import git

TRAILERS = "Entry: {id}\nStatus: {status}\nVerdict: {verdict}\nParams: -\nData: -\nCode: -"


def commit(shelf, subject, status, *more):
    said = "\n".join([TRAILERS.format(id=SUPPORTED, status=status, verdict="open"), *more])
    git(
        *("-c", "user.name=Ada", "-c", "user.email=ada@example.org"),
        *("commit", "--quiet", "--allow-empty", "--message", f"{subject}\n\n{said}"),
        cwd=shelf.repository.root,
    )
    return git("rev-parse", "HEAD", cwd=shelf.repository.root).decode().strip()


def commits_of(shelf):
    return read_commits(shelf.repository, "HEAD")[SUPPORTED]


def words_of(shelf):
    from gitlab_journal.site.render import render

    render(shelf.repository, shelf.catalogue, shelf.repository.root / "site")
    page = (shelf.repository.root / "site" / shelf.paths[SUPPORTED]).with_suffix(".html")
    head = page.read_text().partition('<div class="cols">')[0]
    return " ".join(re.sub(r"<[^>]+>", " ", head).split())


def test_a_page_never_says_of_an_amended_prediction_that_it_came_before_the_run(filled):
    before = words_of(filled)
    made = commit(filled, "amend: x", "done", "Amends: verdict, prediction", "Reason: a typo.")
    after = words_of(filled)

    assert "Predicted before the run" in before
    assert "Predicted before the run" not in after
    assert "Predicted, amended after the run" in after
    assert f"in {made[:7]} . What was predicted before the run is in" in after
    assert "Judged anew" in after


def test_an_amended_metric_leaves_the_prediction_and_is_judged_anew(filled):
    made = commit(filled, "amend: x", "done", "Amends: metrics.accuracy", "Reason: mislabelled.")
    found = commits_of(filled)

    assert (None, made) == (found.repredicted, found.rejudged.commit)
    assert "Predicted before the run" in words_of(filled)


@pytest.mark.parametrize(
    ("subject", "status", "amends"),
    [
        ("restore: x", "done", "prediction, verdict"),
        ("amend: x", "planned", "prediction"),
        ("amend: x", "done", "title, Inference"),
    ],
)
def test_what_is_taken_back_planned_or_not_judged_by_changes_nothing(
    filled, subject, status, amends
):
    before = commits_of(filled)
    commit(filled, subject, status, f"Amends: {amends}", "Reason: because.")

    assert before == commits_of(filled)


def test_a_message_of_odd_characters_is_passed_over(filled: Shelf):
    before = commits_of(filled)
    commit(filled, "amend: x", "done", "Amends: predic\x1etion\x1f", "Reason: none.")

    assert before == commits_of(filled)
