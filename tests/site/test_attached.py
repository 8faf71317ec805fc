"""Attachments on the site: links to copied files, a table of what was too large, shared diffs."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from gitlab_journal.desk import open_desk
from gitlab_journal.site.render import render
from gitlab_journal.site.tables import attachments_table

NAMES = [
    "a b.txt",
    "a#b.txt",
    "a%20b.txt",
    "a&b.txt",
    "a](b).txt",
    "größe.txt",
    "-rf.txt",
    "it's.txt",
]


def rendered(project):
    """Render the journal; returns its pages of entries, oldest first."""
    desk = open_desk(project.journal_folder)
    render(desk.repository, desk.catalogue, project.journal_folder / "site")
    return sorted((project.journal_folder / "site" / "entries").rglob("*.html"))


def links(page: Path):
    """Return what a page links to, as files, by the words of the link."""
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a>', page.read_text())
    return {
        unescape(words): Path(
            unquote(urljoin(page.as_uri(), unescape(target)).removeprefix("file://"))
        )
        for target, words in found
        if "#" not in target
    }


def attach(project, *names):
    with project.journal.run(title="One") as run:
        for name in names:
            (project.folder / name).write_text(f"in {name}\n")
            run.attach(project.folder / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_copied_file_is_behind_its_link(project, name):
    attach(project, name)
    (page,) = rendered(project)
    found = links(page)[name.replace("[", "(").replace("]", ")")]

    assert f"in {name}\n" == found.read_text()


def test_a_browser_opens_what_the_links_say(project, browser):
    attach(project, *NAMES)
    (page,) = rendered(project)
    tab = browser.new_page()
    tab.goto(page.as_uri())
    targets = tab.eval_on_selector_all("#results ~ p a[href]", "all => all.map(a => a.href)")
    said = []
    for target in targets:
        tab.goto(target)
        said.append(tab.inner_text("body").strip())
    tab.close()

    assert sorted(f"in {name}" for name in NAMES) == sorted(said)


def test_what_was_too_large_stands_in_a_table(project):
    cover = project.journal_folder / "journal.md"
    cover.write_text(cover.read_text().replace("format: 1", "format: 1\nlargest_attachment: 1", 1))
    attach(project, "weights <b>`1`.bin")
    (page,) = rendered(project)
    text = page.read_text()

    assert "<caption>Too large to be copied</caption>" in text
    assert '<th scope="row">weights -b--1-.bin</th><td class="r">22 bytes</td>' in text.replace(
        "<wbr>", ""
    )
    assert "known by size" not in text


def test_a_table_by_hand_is_shown_as_far_as_it_goes():
    rows = attachments_table({"a": {"size": "much", "path": 3}, "b": "/data/b"})["rows"]

    assert [("a", "much", "3", ""), ("b", "", "/data/b", "")] == [
        tuple(row.values()) for row in rows
    ]


def test_a_later_page_leads_to_the_diff_beside_the_first_one(project):
    constants = "".join(f"A{number} = {number}\n" for number in range(100))
    start = f"from gitlab_journal import experiment\n{constants}"
    train = project.module(f"{start}@experiment\ndef train(C):\n    return C\n").train
    train(1)
    train(2)
    first, second = (links(page)["code.diff"] for page in rendered(project))

    assert (first, True) == (second, "+A99 = 99" in first.read_text())
