from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from strategies import markdown, pages

from gitlab_journal.errors import PageError
from gitlab_journal.page.document import parse


def names(text):
    return [section.name for section in parse(text).sections]


@given(markdown() | pages())
def test_the_parts_of_a_page_cover_it_in_order(text):
    try:
        page = parse(text)
    except PageError:
        return

    places = [page.body, *(place for item in page.sections for place in (item.start, item.body))]
    assert places == sorted(places)
    assert all(
        item.end == after.start
        for item, after in zip(page.sections, page.sections[1:], strict=False)
    )
    for fence in page.fences:
        assert fence.start < fence.body <= fence.close <= fence.end <= len(text)
        assert fence.closed or fence.close == fence.end == len(text)
        assert not any(fence.start <= item.start < fence.end for item in page.sections)


@given(pages())
def test_the_line_ending_changes_nothing_that_is_found(text):
    def found(text):
        try:
            page = parse(text)
        except PageError as error:
            return error.line
        return (
            page.title,
            [(item.name, item.line) for item in page.sections],
            [(item.info, item.line, item.closed) for item in page.fences],
        )

    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert found(plain) == found(plain.replace("\n", "\r\n")) == found(plain.replace("\n", "\r"))


@pytest.mark.parametrize(
    "text",
    [
        "```\n## Results\n```\n## Code",
        "~~~~\n```\n~~~\n## Results\n~~~~\n## Code",
        "   ``` python\n## Results\n   ```  \n## Code",
        "````\n```\n## Results\n`````\n## Code",
        "```\n    ```\n## Results\n```\n## Code",
        "<!--\n## Results\n-->\n## Code",
        "    ## Results\n## Code",
        "##Results\n## Code ##",
        "``` a`b\n## Code",
        "\x0b## Results\n\u2028## Results\n## Code",
    ],
)
def test_a_heading_counts_only_where_commonmark_takes_it_for_one(text):
    assert ["Code"] == names(text)


def test_a_fence_that_is_never_closed_runs_to_the_end():
    page = parse("## Code\n\n```diff\n+ a\n## Results\n")

    assert ["Code"] == [section.name for section in page.sections]
    assert (3, False) == (page.open_line, page.fences[0].closed)


def test_a_comment_that_is_never_closed_runs_to_the_end():
    page = parse("## Code\n<!--\n## Results\n```\n")

    assert (["Code"], 2, ()) == ([item.name for item in page.sections], page.open_line, page.fences)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\nid: x\n", 1, "never closed"),
        ("---\nid: x\n---\n## Results\n\n## results ##\n", 6, "first on line 4"),
        ("```yaml params\n```\n~~~ yml params\n~~~", 3, "first on line 1"),
    ],
)
def test_what_stands_twice_or_open_is_refused_with_its_line(text, line, words):
    with pytest.raises(PageError, match=words) as caught:
        parse(text, Path("page.md"))

    assert (Path("page.md"), line) == (caught.value.path, caught.value.line)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A title\n# Another", "A title"),
        ("\ufeff# After a mark", "After a mark"),
        ("#   Spaced  ##  ", "Spaced"),
        ("# C#", "C#"),
        ("```\n# no\n```\n", None),
        ("#\n", ""),
    ],
)
def test_the_title_is_the_first_heading_of_level_one(text, title):
    assert title == parse(text).title


@pytest.mark.parametrize("closing", ["---", "--- ", "..."])
def test_front_matter_is_what_stands_between_the_markers(closing):
    text = f"\ufeff---\r\na: 1\r\n{closing}\r\n# T"
    page = parse(text)

    assert ("a: 1\r\n", "# T", "\r\n") == (
        text[slice(*page.front)],
        text[page.body :],
        page.newline,
    )


def test_a_rule_below_text_is_no_front_matter():
    assert parse("\n---\na: 1\n---\n").front is None
