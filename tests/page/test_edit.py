from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import newlines, typed_mappings, values

from gitlab_journal.page.edit import edit_mapping
from gitlab_journal.page.values import load
from gitlab_journal.page.writer import flow


def lines_without(text, *names):
    """Return the lines of a mapping, none that is blank nor one of the keys `names`."""
    kept, skipping = [], False
    for line in filter(str.strip, text.splitlines()):
        if line[0].isalpha() or line[0] in '"#':
            skipping = bool(names) and line.strip('"').startswith(names)
        if not skipping:
            kept.append(line)
    return kept


def same(left, right):
    """Return whether two values are equal in type too, NaN to NaN, keys in any order."""
    return repr(sorted_keys(left)) == repr(sorted_keys(right))


def sorted_keys(value):
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value, key=repr)}
    return [sorted_keys(item) for item in value] if isinstance(value, list) else value


@given(typed_mappings(), st.data(), values, newlines)
def test_a_changed_value_reads_back_and_every_other_line_stays(typed, data, value, newline):
    text, meaning = typed
    text = text.replace("\n", newline)
    name = data.draw(st.sampled_from(list(meaning)))

    edited = edit_mapping(text, {name: value}, newline=newline)

    assert same({**meaning, name: value}, load(edited))
    assert lines_without(text, name) == lines_without(edited, name)


@given(typed_mappings(), st.data())
def test_a_value_that_is_equal_already_keeps_its_spelling(typed, data):
    text, meaning = typed
    chosen = data.draw(st.sets(st.sampled_from(list(meaning))))

    assert text == edit_mapping(text, {name: meaning[name] for name in chosen})


@given(typed_mappings(), st.data(), newlines)
def test_a_removed_key_leaves_every_other_line(typed, data, newline):
    text, meaning = typed
    # A blank line behind a removed key would join a text above it that keeps its blank lines.
    assume("|+" not in text)
    text = text.replace("\n", newline)
    names = data.draw(st.sets(st.sampled_from(list(meaning)), min_size=1))

    edited = edit_mapping(text, {}, remove=names)

    assert {key: meaning[key] for key in meaning if key not in names} == (load(edited) or {})
    assert lines_without(text, *names) == lines_without(edited, *names)


@given(typed_mappings(), values, newlines)
def test_a_new_key_is_an_insertion_and_nothing_else(typed, value, newline):
    text, meaning = typed
    text = text.replace("\n", newline)

    edited = edit_mapping(text, {"new": value}, newline=newline)

    assert same({**meaning, "new": value}, load(edited))
    start = next(
        (place for place, (a, b) in enumerate(zip(text, edited, strict=False)) if a != b), len(text)
    )
    end = len(text) - start
    assert text[start:] == (edited[-end:] if end else "")


@given(typed_mappings(), st.dictionaries(st.sampled_from("abcdefghnopq"), values, max_size=6))
def test_a_whole_replacement_reads_back_whatever_was_there(typed, value):
    text, _ = typed

    edited = edit_mapping(text, value, whole=True, order=list(value))

    assert same(value, {key: (load(edited) or {})[key] for key in value})
    assert len(value) == len(load(edited) or {})


@given(
    st.dictionaries(st.sampled_from("abcd"), values),
    st.dictionaries(st.sampled_from("abcdef"), values),
)
def test_a_mapping_in_braces_is_edited_in_place(old, new):
    edited = edit_mapping(f"{flow(old)}  # mine\n", new)

    assert same({**old, **new}, load(edited) or {})
    assert not old or edited.endswith("}  # mine\n")


def test_the_comment_behind_a_number_stays():
    text = "epochs: 4.6        # mean over seeds; parent 5.4\nloss: 0.1020\n"

    expected = "epochs: 5.2        # mean over seeds; parent 5.4\nloss: 0.1020\n"
    assert expected == edit_mapping(text, {"epochs": 5.2, "loss": 0.102})


def test_a_new_key_lands_behind_its_predecessor_in_order():
    text = "id: x\n# mine\nown: 1\nstatus: done   # yes\n"

    expected = "id: x\nscore: 1\n# mine\nown: 1\nstatus: done   # yes\nformat: 1\n"
    order = ["id", "score", "status", "format"]
    assert expected == edit_mapping(text, {"format": 1, "score": 1}, order=order)


def test_a_new_key_lands_before_its_successor_where_it_is_the_first():
    assert "id: x\nformat: 1\n" == edit_mapping("format: 1\n", {"id": "x"}, order=["id", "format"])


def test_nested_keys_are_edited_one_by_one():
    text = "replicates:\n  over: seed   # five\n  loss: [0.10, 0.20]   # mine\n"
    value = {"replicates": {"over": "fold", "loss": [0.1, 0.3], "test_share": 0.2}}

    expected = (
        "replicates:\n  over: fold   # five\n  loss: [0.10, 0.3]   # mine\n  test_share: 0.2\n"
    )
    assert expected == edit_mapping(text, value)


def test_items_of_a_list_keep_their_comments():
    text = "tags:   # mine\n  - a   # first\n  - b\n"

    expected = "tags:   # mine\n  - a   # first\n  - c\n  - d\n"
    assert expected == edit_mapping(text, {"tags": ["a", "c", "d"]})


def test_a_list_becomes_a_word_beside_its_key():
    text = "tags: # mine\n- a\n- b\nend: 1\n"

    assert "tags: x # mine\nend: 1\n" == edit_mapping(text, {"tags": "x"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a: 1\n"),
        ("# mine\n", "# mine\na: 1\n"),
        ("{}\n", "a: 1\n"),
        ("b: 2", "b: 2\na: 1"),
        ("  b: 2\n", "  b: 2\n  a: 1\n"),
        ("? b\n: 2\n", "? b\n: 2\na: 1\n"),
        ("{b}\n", "{b, a: 1}\n"),
    ],
)
def test_a_key_is_added_in_the_shape_that_is_there(text, expected):
    assert expected == edit_mapping(text, {"a": 1})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("? b\n", "? b\n: 1\n"),
        ("{b}", "{b: 1}"),
        ("{b: , c}", "{b: 1 , c}"),
        ("? b\nc: 2", "? b\n: 1\nc: 2"),
        ("b:  # c", "b: 1  # c"),
    ],
)
def test_a_value_is_given_where_there_was_none(text, expected):
    assert expected == edit_mapping(text, {"b": 1})
