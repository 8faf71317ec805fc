"""Any text put into a page, and two pages made from one that are joined again."""

from __future__ import annotations

import re

from hostile import COVER, PAGE, hurtful, line_damages
from hypothesis import assume
from hypothesis import strategies as st
from property import holds_for
from strategies import markdown, values, words

from gitlab_journal.clones.cover_merge import join_covers
from gitlab_journal.clones.page_merge import join_pages
from gitlab_journal.clones.three_ways import same
from gitlab_journal.cover import Cover
from gitlab_journal.entry import Entry
from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.store.working import merge

SECTIONS = ["Hypothesis", "Procedure", "Results", "Inference", "Code", "Own"]
MARKS = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})", re.MULTILINE)

texts = markdown() | st.lists(hurtful, max_size=4).map("\n".join)
sections = st.sampled_from(SECTIONS)


def read(text):
    """Return the entry of a text that may be damaged; only sound ones are of interest."""
    try:
        return Entry.parse(text)
    except PageError:
        return None


@holds_for(line_damages([PAGE]), texts, sections)
def test_what_is_appended_to_any_page_leaves_every_other_byte(page, text, section):
    entry = read(page)
    assume(entry)
    try:
        grown = entry.append(section, text)
    except PageError:
        return

    start = next((at for at, (a, b) in enumerate(zip(page, grown.text)) if a != b), len(page))  # noqa: B905
    end = len(page) - start
    assert page[start:] == (grown.text[-end:] if end else "")
    assert entry.front == grown.front


@holds_for(line_damages([PAGE]), texts, sections)
def test_what_any_section_is_filled_with_leaves_the_other_sections(page, text, section):
    entry = read(page)
    assume(entry)
    try:
        filled = entry.fill(section, text)
    except PageError:
        return

    names = [one.name for one in entry.page.sections if one.name.casefold() != section.casefold()]
    assert [entry.section(name).rstrip() for name in names] == [
        filled.section(name).rstrip() for name in names
    ]
    assert entry.text[: entry.page.body] == filled.text[: filled.page.body]
    assert [one.name for one in entry.page.fences if one.name] == [
        one.name for one in filled.page.fences if one.name
    ]


@holds_for(line_damages([PAGE]), st.sampled_from(["model", "own", "other", "tags"]), words)
def test_what_is_set_on_any_page_reads_back_and_leaves_the_rest(page, key, word):
    entry = read(page)
    assume(entry)
    assume("\ud800" > word or word.isascii())
    value = [word] if key == "tags" else word

    changed = entry.set(**{key: value})

    assert {**entry.front, key: value}.keys() == changed.front.keys()
    assert same(value, changed.front[key])
    assert entry.text[entry.page.body :] == changed.text[changed.page.body :]


@holds_for(line_damages([PAGE]), st.sampled_from(["params", "defaults"]), words, values)
def test_a_block_that_is_set_on_any_page_reads_back_and_leaves_the_rest(page, name, key, value):
    entry = read(page)
    assume(entry)
    assume(key and "\ud800" not in key)
    try:
        changed = entry.set_block(name, {"width": 64, key: value})
    except (ArgumentError, PageError):
        return

    assert repr({"width": 64, key: value}) == repr(dict(getattr(changed, name))) or key == "width"
    assert [one.name for one in entry.page.sections if one.name != "Procedure"] == [
        one.name for one in changed.page.sections if one.name != "Procedure"
    ]


@holds_for(line_damages([COVER]), st.sampled_from(["title", "on_duplicate", "own"]), words)
def test_a_setting_of_any_cover_reads_back_and_leaves_the_introduction(page, key, word):
    try:
        cover = Cover.parse(page)
        changed = cover.set(**{key: word})
    except PageError:
        return

    assume("\ud800" > word or word.isascii())
    assert same(word, changed.settings[key])
    assert cover.body == changed.body


@st.composite
def grown(draw):
    """Draw a page made from PAGE by one person: words in sections, keys, numbers."""
    entry = Entry.parse(PAGE)
    mine = draw(st.sampled_from(["ada", "ben"]))
    for number in range(draw(st.integers(0, 3))):
        said = f"{mine}{number}{draw(st.sampled_from('abcdefgh'))} says."
        kind = draw(st.sampled_from(["append", "fill", "above", "own"]))
        section = draw(sections)
        if kind == "fill":
            entry = entry.fill(section, f"{entry.prose(section)}\n\n{said}")
        elif kind == "own":
            entry = entry.set(own=said)
        elif kind == "append":
            entry = entry.append(section, said)
        else:
            entry = entry.fill(section, f"{said}\n\n{entry.prose(section)}")
    if draw(st.booleans()):
        entry = entry.set(tags=draw(st.lists(st.sampled_from("abcd"), unique=True)))
    text = entry.text
    return draw(st.sampled_from([text, text, text.replace("\n", "\r\n"), text.rstrip("\n")]))


@holds_for(grown(), grown())
def test_two_pages_made_from_one_are_joined_without_a_word_lost_or_a_mark_of_conflict(one, other):
    joined = join_pages(
        PAGE.encode(), one.encode(), other.encode(), names=("aaaaaaaa", "bbbbbbbb"), merge=merge
    )

    assert joined is not None
    found = Entry.parse(joined.text)
    said = set(re.findall(r"(?:ada|ben)\d[a-h] says", f"{one}{other}"))
    owns = {str(Entry.parse(page).front.get("own")).rstrip(".") for page in (one, other)}
    lost = {words for words in said - owns if words not in joined.text}
    assert not lost or any("is in history" in note for note in joined.notes)
    assert found.id == Entry.parse(PAGE).id
    assert not MARKS.search(joined.text)


@holds_for(line_damages([PAGE]), line_damages([PAGE]))
def test_any_two_pages_made_from_one_are_joined_to_a_page_or_left(one, other):
    joined = join_pages(
        *(text.encode("utf-8", "surrogatepass") for text in (PAGE, one, other)),
        names=("aaaaaaaa", "bbbbbbbb"),
        merge=merge,
    )

    sound = read(one) and read(other)
    assert (joined is not None) == bool(sound)
    if joined is not None:
        Entry.parse(joined.text)
        assert len(MARKS.findall(joined.text)) <= len(MARKS.findall(one + other))


@holds_for(line_damages([COVER]), line_damages([COVER]), st.booleans())
def test_any_two_covers_made_from_one_are_joined_to_a_cover_or_left(one, other, newer):
    joined = join_covers(
        *(text.encode("utf-8", "surrogatepass") for text in (COVER, one, other)),
        theirs_newer=newer,
        merge=merge,
    )

    if joined is not None:
        settings = Cover.parse(joined.text).settings
        both = [Cover.parse(text).settings for text in (one, other)]
        for name in both[0].keys() & both[1].keys():
            assert both[0][name] is None or both[1][name] is None or name in settings
        assert len(MARKS.findall(joined.text)) <= len(MARKS.findall(one + other))
