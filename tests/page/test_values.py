from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import SPELLINGS, typed_mappings

from gitlab_journal.errors import PageError
from gitlab_journal.page.values import line_of, load, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1.", 1.0),
        (".5", 0.5),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("+3", 3),
        ("-.inf", -math.inf),
        ("true", True),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2026-03-01", "2026-03-01"),
        ("=", "="),
        ("<<", "<<"),
        ("0b1", "0b1"),
        ("~", None),
        ('"1"', "1"),
        ("'true'", "true"),
        ("", None),
        ("# only a comment", None),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(text, value):
    assert value == load(text)
    assert type(value) is type(load(text))


@pytest.mark.parametrize(("spelling", "meaning"), SPELLINGS)
def test_every_spelling_of_a_person_is_understood(spelling, meaning):
    assert {"a": meaning} == load("a: " + spelling.removesuffix("\n") + "\n")


def test_nan_is_a_number():
    assert math.isnan(load(".nan"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a:\n  b: 1\n  b: 2", 3, "twice"),
        ("a: {b: 1, b: 2}", 1, "twice"),
        ("1: a\n0x1: b", 2, "twice"),
        ("a: &x 1\nb: *x", 1, "anchor"),
        ("b: *x", 1, "alias"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tag"),
        ("a: !!str 1", 1, "tag"),
        ("a: !own 1", 1, "tag"),
        ("a: 1\n---\nb: 2", 2, "document"),
        ("--- \na: 1", 1, "document"),
        ("a: 1\n...\n", 2, "document"),
        ("%YAML 1.1\n---\na: 1", 1, "document"),
        ("? [a, b]\n: 1", 1, "list or a mapping"),
        ("a: 1\nb: [1", 2, "no YAML"),
        ("a: 1\n\tb: 2", 2, "no YAML"),
        ("a: 1\nb: \x01", 2, "character"),
        ("a: 1\r\nb: x\u2028y", 2, "U\\+2028"),
        ("a: 1\nb: \ud800", 2, "character"),
        ("a: 1\rb: 2\rb: 3", 3, "twice"),
        ("a: " + "9" * 5000, 1, "digits"),
        ("a:\n  " + "[" * 100_000, 2, "deep"),
        ("- " * 100_000 + "a", 1, "deep"),
        ("\n".join(" " * depth + "a:" for depth in range(2000)), 101, "deep"),
    ],
)
def test_what_is_no_plain_value_is_refused_with_its_line(text, line, words):
    with pytest.raises(PageError, match=words) as caught:
        load(text, path=Path("page.md"), line=11)

    assert (Path("page.md"), line + 10) == (caught.value.path, caught.value.line)


def test_a_billion_laughs_are_refused_at_the_first():
    bomb = "a: &a [x, x]\n" + "\n".join(f"{c}: &{c} [*a, *a]" for c in "bcdefghij")

    with pytest.raises(PageError, match="anchor"):
        load(bomb)


def test_scalars_stay_as_typed_under_keys_that_hold_text():
    text = "dataset: 0123\ntags: [2024, no, 1e3]\nnames: {43e12345: true}\nmodel: ~\nscore: 1e3"

    expected = {
        "dataset": "0123",
        "tags": ["2024", "no", "1e3"],
        "names": {"43e12345": "true"},
        "model": None,
        "score": 1000.0,
    }
    assert expected == load(text, texts={"dataset", "tags", "names", "model"})


@given(st.text(max_size=60) | st.text("ab:-?[]{},&*!|>'\"%@#~ \n\t0.e", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        load(text)
    except PageError as error:
        line = error.line
    else:
        line = 1

    assert 1 <= line <= 1 + text.count("\n") + text.count("\r")


@given(typed_mappings())
def test_the_reader_without_libyaml_agrees(typed):
    text, meaning = typed
    expected = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "__with_libyaml__", False)

        assert meaning == load(text)
        assert expected == read(text)


def test_the_line_of_a_nested_value_is_found():
    text = "a: 1\nreplicates:\n  over: seed\n  loss: [1, x]\n"

    assert 13 == line_of(text, "replicates", "loss", 1, line=10)
    assert 12 == line_of(text, "replicates", "absent", line=10)
