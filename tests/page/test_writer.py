from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import NASTY_WORDS, mappings, numbers, scalars, values, words

from gitlab_journal.errors import ArgumentError
from gitlab_journal.page.values import load
from gitlab_journal.page.writer import WIDTH, dump, dump_list, flow, scalar


def same(left, right):
    """Return whether two values are equal in type too, NaN to NaN."""
    return repr(left) == repr(right)


def without_surrogates(value):
    """Return a value as it can be written: lone surrogates spelt out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


@given(scalars)
def test_both_generations_of_readers_read_a_scalar_back(value):
    for text in (f"a: {scalar(value)}\n", f"{{a: {scalar(value, flow=True)}}}", f"[{flow(value)}]"):
        ours = load(text)

        assert same(list(ours.values() if isinstance(ours, dict) else ours), [value])
        assert same(yaml.load(text, yaml.SafeLoader), ours)
        assert same(yaml.load(text, yaml.CSafeLoader), ours)


@pytest.mark.parametrize("word", NASTY_WORDS)
def test_a_nasty_word_reads_back_as_a_key_too(word):
    text = dump({word: word})

    assert {word: word} == load(text) == yaml.safe_load(text)


@given(mappings, st.sampled_from(["block", "front", "rows"]))
def test_every_style_reads_back_as_the_same_mapping(mapping, style):
    text = dump(mapping, style=style)

    assert same(mapping, load(text) or {})
    assert same(mapping, yaml.safe_load(text) or {})


@given(st.lists(values, max_size=4))
def test_a_list_reads_back_with_one_item_a_line(rows):
    text = dump_list(rows)

    assert same(rows, load(text) or [])
    assert len(rows) == text.count("\n")


@given(st.text(st.characters(), min_size=1, max_size=8))
@example("a\ud800b")
def test_a_lone_surrogate_is_spelt_out(text):
    assert without_surrogates(text) == load(scalar(text))
    assert scalar(text).encode()


@given(numbers | words)
def test_a_scalar_stands_on_one_line_of_visible_characters(value):
    text = scalar(value)

    assert [text] == text.splitlines() or not text
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-05, "1.0e-05"),
        (1e16, "1.0e+16"),
        (30.0, "30.0"),
        (math.nan, ".nan"),
        (-math.inf, "-.inf"),
        (True, "true"),
        (None, "null"),
        ("accuracy >= 0.985", "accuracy >= 0.985"),
        ("20260301-184307-d7k7m2", "20260301-184307-d7k7m2"),
        ("xxh3_128:3fa4", "xxh3_128:3fa4"),
        ("Dense(64, tanh)", "Dense(64, tanh)"),
        ("43e1234567", '"43e1234567"'),
        ("a\u0085\x1b", '"a\\u0085\\u001b"'),
    ],
)
def test_a_scalar_is_written_plainly_where_no_reader_can_mistake_it(value, text):
    assert text == scalar(value)


@given(words)
def test_a_quoted_word_is_spelt_as_json_spells_it(word):
    text = scalar(word)

    assert not text.startswith('"') or word == json.loads(text)


def test_numbers_of_numpy_are_written_as_numbers():
    values = [np.float32(0.5), np.float64(1e-5), np.int64(3)]

    assert ["0.5", "1.0e-05", "3"] == [scalar(value) for value in values]


def test_an_integer_too_long_to_print_is_written_as_a_word():
    assert hex(10**5000) == load(scalar(10**5000))


def test_a_time_is_a_plain_timestamp_in_utc():
    time = datetime(2026, 3, 1, 20, 43, 7, 999, tzinfo=timezone(timedelta(hours=2)))

    assert "2026-03-01T18:43:07Z" == scalar(time)
    assert datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC) == yaml.safe_load(scalar(time))


def test_what_yaml_cannot_hold_is_refused_by_its_type():
    with pytest.raises(ArgumentError, match="object"):
        scalar(object())


def test_a_block_keeps_short_lists_on_one_line_and_breaks_long_ones():
    text = dump({"cv": [1, 2], "layers": ["Dense(64, tanh, lecun_normal)"] * 4})

    assert text.startswith("cv: [1, 2]\nlayers:\n  - Dense(64, tanh, lecun_normal)\n  - Dense")
    assert max(map(len, text.splitlines())) <= WIDTH


def test_front_matter_lists_stand_below_their_key():
    assert "tags:\n  - a\n  - b\n" == dump({"tags": ["a", "b"]}, style="front")


def test_rows_stand_on_one_line_each_however_long():
    text = dump({"X": {"hash": "xxh3_128:" + "0" * 100, "shape": [1, 2]}}, style="rows")

    assert 1 == text.count("\n")


def test_a_key_too_long_to_look_ahead_for_is_written_explicitly():
    mapping = {"k" * 2000: 1, "a": {"q" * 2000: {"r" * 3000: 2}}}

    assert mapping == load(dump(mapping)) == yaml.safe_load(dump(mapping, style="rows"))
