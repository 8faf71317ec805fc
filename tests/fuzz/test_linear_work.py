"""The work of reading grows as the text does: calls are counted, no clock is read."""

from __future__ import annotations

import sys

import pytest
from hostile import PAGE

from gitlab_journal.catalogue.row import stored
from gitlab_journal.entry import Entry
from gitlab_journal.errors import JournalError
from gitlab_journal.history.trailers import statements

FEW, MANY = 300, 1200
REPEATED = {
    "sections": "## s{}\n",
    "fences": "```\na\n```\n",
    "open fences": "```` a\n",
    "blocks": "```yaml b{}\na: 1\n```\n",
    "comments": "<!--\n-->\n",
    "line breaks": "\n",
    "carriage returns": "\r",
    "tracebacks": "```text traceback\na\n```\nwords\n",
    "headings of one level": "# a\n",
    "quotes": "> " * 20 + "\n",
}
IN_A_BLOCK = {
    "keys": "a{}: 1\n",
    "keys without a value": "a{}:\n",
    "questions": "? a{}\n",
    "lists": "a{}: [1, [2, 3]]\n",
    "mappings": "a{}: {{b: c}}\n",
    "texts": "a{}: |\n  b\n\n",
    "comments": "# a\n",
    "twice": "a: 1\n",
    "no YAML": "[",
    "deep": "- ",
}


def calls(function, *arguments):
    """Return how many functions, of Python and of C, are called."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        function(*arguments)
    except JournalError:
        pass
    finally:
        sys.setprofile(before)
    return count


def read(text):
    entry = Entry.parse(text)
    stored("entries/a.md", "0" * 40, entry)
    entry.as_dict()
    return entry.diff, entry.traceback


def many(piece, count):
    return "".join(piece.format(number) for number in range(count))


def assert_linear(function, make):
    few, much = (calls(function, make(count)) for count in (FEW, MANY))

    assert much <= 1.5 * MANY / FEW * few


@pytest.mark.parametrize("piece", REPEATED.values(), ids=REPEATED)
def test_the_work_of_reading_a_page_grows_as_its_parts_do(piece):
    read(PAGE)

    assert_linear(read, lambda count: PAGE + many(piece, count))


@pytest.mark.parametrize("piece", IN_A_BLOCK.values(), ids=IN_A_BLOCK)
def test_the_work_of_reading_a_block_grows_as_its_lines_do(piece):
    read(PAGE)

    assert_linear(read, lambda count: f"{PAGE}\n```yaml defaults\n{many(piece, count)}\n```\n")


@pytest.mark.parametrize("piece", ["Entry: a\n", " more\n", "Own: a\n"])
def test_the_work_of_reading_trailers_grows_as_their_lines_do(piece):
    assert_linear(statements, lambda count: f"A\n\nEntry: a\n{many(piece, count)}")
