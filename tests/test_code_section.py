"""The Code section: a long diff is kept once, beside the first page that it belongs to."""

from __future__ import annotations

import posixpath
import re

from gitlab_journal import code_section
from gitlab_journal.desk import open_desk

LONG = "".join(f"A{number} = {number}\n" for number in range(100))
SOURCE = f"from gitlab_journal import experiment\n{LONG}@experiment\ndef train(C):\n    return C\n"


def links(project):
    found = []
    for entry in project.journal.entries():
        page = entry.path.relative_to(project.journal_folder).as_posix()
        link = re.search(r"\[code\.diff\]\(([^)]+)\)", entry.prose("Code"))[1]
        found.append(posixpath.normpath(posixpath.join(posixpath.dirname(page), link)))
    return found


def test_pages_of_one_tree_link_to_one_diff(project):
    train = project.module(SOURCE).train
    for number in range(3):
        train(number)

    assert 1 == len(set(links(project)))


def test_another_process_finds_the_diff_through_the_catalogue(project):
    train = project.module(SOURCE).train
    train(1)
    code_section._written.clear()
    train(2)

    assert 1 == len(set(links(project)))


def test_the_diff_behind_the_link_is_committed(project):
    project.module(SOURCE).train(1)
    (link,) = links(project)

    assert "+A99 = 99" in project.journal_git("log", "--all", "-p", "--", link)


def test_a_short_diff_of_long_lines_is_no_part_of_the_page(project):
    source = SOURCE.replace(LONG, f"A = {'1' * 30_000!r}\n")
    project.module(source).train(1)

    (entry,) = project.journal.entries()
    assert (None, True) == (entry.diff, "code.diff" in entry.prose("Code"))


def test_half_a_megabyte_of_changes_costs_many_runs_one_file(project):
    large = "".join(f"A{number} = '{number:060d}'\n" for number in range(7_000))
    train = project.module(SOURCE.replace(LONG, large)).train
    for number in range(5):
        train(number)
    open_desk(project.journal_folder).repository.flush()
    listed = project.journal_git("ls-tree", "-r", "-l", "HEAD", "entries").splitlines()
    diffs = [line for line in listed if line.endswith("code.diff")]
    kept = project.journal_git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    sizes = [int(line.split()[2]) for line in kept]

    assert 5 == sum(line.endswith(".md") for line in listed)
    assert (1, 1) == (len(diffs), sum(size > 100_000 for size in sizes))
    assert max(sizes) > 500_000
    assert sum(sizes) - max(sizes) < 100_000
