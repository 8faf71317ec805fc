from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LINES, markdown

from gitlab_journal.page.document import parse
from gitlab_journal.page.prose import fenced, heading, settled


@given(markdown())
def test_settled_markdown_leaves_the_page_around_it_as_it_is(text):
    page = parse(f"## Before\n\n{settled(text)}\n\n## After\n\n```yaml metrics\n```\n")

    assert (["Before", "After"], None) == ([item.name for item in page.sections], page.open_line)
    assert (None, ["metrics"]) == (page.title, [item.name for item in page.fences if item.name])


@given(markdown())
def test_settling_twice_changes_nothing_more(text):
    once = settled(text)

    assert once == settled(once)


@given(st.lists(st.sampled_from([line for line in LINES if line.strip()[:1] not in {*"#`~<"}])))
def test_plain_prose_is_kept_to_the_letter(lines):
    text = "\n".join(lines)

    assert text.strip() == settled(text).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n## B ##\n### C", "### A\n### B ##\n### C"),
        ("```\n# comment\n```", "```\n# comment\n```"),
        ("```yaml params\na: 1\n```", "```yaml\na: 1\n```"),
        ("~~~~ text\na", "~~~~ text\na\n~~~~"),
        ("<!-- a", "<!-- a\n-->"),
        ("\n\n    code\r\n\r\n", "    code"),
        ("a\ud800b", "a\\ud800b"),
        ("```text traceback\nx\n```", "```text traceback\nx\n```"),
    ],
)
def test_markdown_is_made_harmless_with_the_least_change(text, expected):
    assert expected == settled(text)


@given(st.text())
def test_a_title_reads_back_as_one_line(title):
    line = " ".join(title.split()).encode("utf-8", "backslashreplace").decode() or "Untitled"

    assert line == parse(f"# {heading(title)}\n").title


@given(st.text("`~a \n", max_size=60))
def test_any_text_comes_back_out_of_its_fence(text):
    [fence] = parse(fenced(text, "diff")).fences

    held = fenced(text, "diff")[fence.body : fence.close]
    assert held == (text if text.endswith("\n") or not text else f"{text}\n")
    assert fence.closed
