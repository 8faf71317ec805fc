from __future__ import annotations

import pytest

from gitlab_journal.site.links import Links, page_address, relative, root_of, site_path

PAGE = "entries/2026/03/01/a.md"


def links_to(*names):
    return Links(PAGE, {path: path for path in (f"entries/2026/03/01/{name}" for name in names)})


def test_a_page_lies_where_its_markdown_lies():
    assert "entries/2026/03/01/a.html" == site_path(PAGE)


def test_the_cover_is_the_home_page():
    assert "index.html" == site_path("journal.md")


def test_the_way_up_has_a_step_for_each_folder():
    assert ("../../../../", "") == (root_of(PAGE), root_of("index.html"))


def test_an_address_is_quoted():
    assert "b%20%25%3F.csv" == relative("entries/b %?.csv", "entries/a.html")


def test_a_quoted_link_is_understood():
    links = links_to("a/b c.csv")

    assert "a/b%20c.csv" == links.resolve("a/b%20c.csv")


def test_the_paths_asked_for_are_remembered_whether_there_or_not():
    links = links_to("b.md")
    links.resolve("b.md")
    links.resolve("c.md")

    assert {"entries/2026/03/01/b.md", "entries/2026/03/01/c.md"} == links.asked


@pytest.mark.parametrize("target", ["x.svg", "x.html", "x.xml", "x.js", "x"])
def test_what_could_run_is_no_link(target):
    assert links_to(target).resolve(target) is None


def test_an_svg_is_an_image():
    links = links_to("x.svg")

    assert "x.svg" == links.resolve("x.svg", image=True)


@pytest.mark.parametrize(
    "target", ["", "http://[", "ftp://e.org/x", "file:///etc/passwd", "\\\\h\\x"]
)
def test_an_address_of_no_use_is_nothing(target):
    assert links_to().resolve(target) is None


def test_a_page_of_any_name_has_an_address_that_leads_to_it():
    assert "entries/a%23b%3Fc%25%5Bd%5D%0A%FF.html" == page_address("entries/a#b?c%[d]\n\udcff.md")
