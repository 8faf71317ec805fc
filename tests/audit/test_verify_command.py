"""What one types and sees."""

import json
import re

import pytest
from click.testing import CliRunner

from gitlab_journal.audit.history import verified
from gitlab_journal.cli import command_line
from gitlab_journal.entry import Entry


@pytest.fixture
def glj(notebook):
    def run(*words):
        line = ["verify", *words, "--journal", str(notebook.folder)]
        return CliRunner().invoke(command_line, line, prog_name="glj", catch_exceptions=False)

    return run


def tampered(notebook):
    page = notebook.run()
    notebook.edit(page, ("accuracy: 0.75", "accuracy: 0.875"))
    return page


def test_a_journal_in_order_is_verified_and_marked(notebook, glj):
    notebook.run()
    result = glj()

    assert (0, True) == (result.exit_code, "Nothing was found." in result.stdout)
    assert notebook.head() == verified(notebook.desk().repository)


def test_a_journal_without_an_entry_is_in_order(notebook, glj):
    result = glj()

    assert (0, "0 entries, 1 commit up to") == (result.exit_code, result.stdout[:25])


def test_what_is_found_ends_with_4_and_moves_no_mark(notebook, glj):
    tampered(notebook)
    result = glj()

    assert (4, None) == (result.exit_code, verified(notebook.desk().repository))


def test_a_report_names_entry_code_commit_path_line_and_what_to_do(notebook, glj):
    page = tampered(notebook)
    entry = Entry.parse(page.read_text())
    said = glj().stdout
    line = 1 + page.read_text().splitlines().index("accuracy: 0.875")

    assert [] == [
        words
        for words in (
            f"{entry.id}  {entry.title}",
            "results-changed",
            "metrics.accuracy 0.75 -> 0.875",
            f"commit {notebook.head()[:12]}",
            f"{page.relative_to(notebook.folder)}:{line}",
            "glj verify --repair",
            "1 finding.",
        )
        if words not in re.sub(r"\n +", " ", said) and words not in said
    ]


def test_a_report_fits_into_80_columns_but_for_paths(notebook, glj):
    tampered(notebook)

    assert [] == [
        line for line in glj().stdout.splitlines() if len(line) > 80 and "entries/" not in line
    ]


def test_the_report_as_json(notebook, glj):
    page = tampered(notebook)
    about = json.loads(glj("--json").stdout)

    assert (notebook.head(), 1, 4, None) == (
        about["commit"],
        about["entries"],
        about["commits"],
        about["verified_before"],
    )
    assert [("results-changed", str(page.relative_to(notebook.folder)))] == [
        (found["code"], found["path"]) for found in about["findings"]
    ]
    assert {"since", "notes", "pushed", "repaired"} <= about.keys()


def test_what_was_verified_before_is_told(notebook, glj):
    notebook.run()
    glj()
    before = notebook.head()
    notebook.run(width=32)

    assert before == json.loads(glj("--json").stdout)["verified_before"]


def test_repair_takes_back_and_ends_with_0(notebook, glj):
    page = tampered(notebook)
    result = glj("--repair")

    assert (0, True) == (result.exit_code, "accuracy: 0.75\n" in page.read_text())
    assert "as recorded again: metrics.accuracy" in result.stderr


def test_repair_of_a_journal_in_order_makes_no_commit(notebook, glj):
    notebook.run()
    before = notebook.head()

    assert (0, before) == (glj("--repair").exit_code, notebook.head())


def test_a_rewritten_history_is_found_until_it_is_accepted(notebook, glj):
    notebook.run()
    glj()
    notebook.git("commit", "-q", "--amend", "--no-edit", "--date", "@1 +0000")
    codes = [glj().exit_code, glj().exit_code, glj("--accept").exit_code, glj().exit_code]

    assert [4, 4, 0, 0] == codes


def test_since_takes_any_name_of_a_commit(notebook, glj):
    tampered(notebook)
    notebook.git("tag", "v1")

    assert (0, 4, 4) == tuple(
        glj("--since", word).exit_code for word in ("v1", "HEAD~1", notebook.head()[:8] + "^")
    )


def test_a_part_of_the_history_that_is_in_order_moves_no_mark(notebook, glj):
    notebook.run()
    glj("--since", "HEAD~1")

    assert verified(notebook.desk().repository) is None


@pytest.mark.parametrize("word", ["nowhere", "--all", "HEAD:journal.md"])
def test_since_what_is_no_commit_is_a_usage_error(notebook, glj, word):
    notebook.run()
    result = glj(f"--since={word}")

    assert (2, True) == (result.exit_code, "no such commit" in result.stderr)


def test_escape_sequences_of_a_page_never_reach_the_terminal(notebook, glj):
    page = notebook.run()
    notebook.edit(page, ("# A wider", "# \x1b[31mA wider"), ("author: Ada", 'author: "\\e[2JAda"'))

    assert "\x1b" not in glj().stdout
