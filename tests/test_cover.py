from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from strategies import markdown, newlines, words

from gitlab_journal.cover import Cover, draft_cover
from gitlab_journal.errors import PageError

COVER = """\
---
title: Digits
format: 1
on_duplicate: raise   # be strict
ignore: [log_dir]
replicate:
  - shuffle_seed
metrics: {val_loss: min, bleu: max}
names:
  30eb1ac3: digits
  43e12345: adult-income   # a figure with an e is no number
  "xxh3_128:30eb1ac3a9eb0441ec93c87ad1830568": digits
aliases: {lr: learning_rate}
added: {dropout: 0.0}
same_code: [[xxh3_128:30eb1ac3, 43e12345], ["20260301", 1f0c6a52]]
silence: {inputs-offset: 2024 was odd}
sign: false
push_before_run: true
baselines: [20260301-184307-d7k7m2]
confidence: 0.95
supervisor: J. Deshpande
---

# Digits, by hand

What we found.
"""


@given(words, markdown(), newlines)
def test_a_cover_renders_back_to_the_byte(title, body, newline):
    text = draft_cover(title).replace("\n", newline) + body
    try:
        cover = Cover.parse(text)
    except PageError:
        return

    assert text == cover.render()
    assert text.endswith(cover.body)


@given(words, newlines)
def test_a_setting_reads_back_and_the_body_stays(supervisor, newline):
    cover = Cover.parse(COVER.replace("\n", newline))

    changed = cover.set(supervisor=supervisor, on_duplicate="run", metrics={"val_loss": "min"})

    written = supervisor.encode("utf-8", "backslashreplace").decode()
    assert (written, "run") == (changed.settings["supervisor"], changed.on_duplicate)
    assert {"val_loss": "min"} == changed.metrics
    assert cover.body == changed.body
    assert "on_duplicate: run   # be strict" in changed.text


def test_a_cover_has_what_its_settings_say():
    cover = Cover.parse(COVER, Path("journal.md"))

    assert ("Digits", 1, "raise") == (cover.title, cover.format, cover.on_duplicate)
    assert (("log_dir",), ("shuffle_seed",)) == (cover.ignore, cover.replicate)
    assert {"val_loss": "min", "bleu": "max"} == cover.metrics
    assert ["30eb1ac3", "43e12345"] == list(cover.names)[:2]
    assert "adult-income" == cover.names["43e12345"]
    assert ({"lr": "learning_rate"}, {"dropout": 0.0}) == (cover.aliases, cover.added)
    assert (("xxh3_128:30eb1ac3", "43e12345"), ("20260301", "1f0c6a52")) == cover.same_code
    assert ("J. Deshpande", 0.95) == (cover.settings["supervisor"], cover.settings["confidence"])
    assert "\n# Digits, by hand\n\nWhat we found.\n" == cover.body
    assert Path("journal.md") == cover.path


@pytest.mark.parametrize(
    ("text", "title"),
    [("", "Journal"), ("# By hand\n", "By hand"), ("---\ntitle: 2024\n---\n# T", "2024")],
)
def test_a_cover_without_settings_has_the_usual_ones(text, title):
    cover = Cover.parse(text)

    assert ({}, {}, ()) == (cover.aliases, cover.added, cover.same_code)
    assert (title, "warn", (), (), {}, {}) == (
        cover.title,
        cover.on_duplicate,
        cover.ignore,
        cover.replicate,
        cover.metrics,
        cover.names,
    )


@pytest.mark.parametrize(
    ("settings", "line", "words"),
    [
        ("title: [a]", 2, "words"),
        ("format: 2", 2, "format: found 2"),
        ("format: true", 2, "format"),
        ("# mine\non_duplicate: shout", 3, "warn, ask, raise, reuse, run"),
        ("ignore: {a: b}", 2, "list of words"),
        ("replicate:\n  - a\n  - [b]", 4, "replicate.1"),
        ("metrics:\n  loss: down", 3, "metrics.loss: found 'down'; expected min or max"),
        ("metrics: loss", 2, "a mapping"),
        ("names:\n  digits: 30eb1ac3", 3, "digest"),
        ("names: {30eb: digits}", 2, "eight or more"),
        ("names:\n  43e12345:\n    - a", 4, "words"),
        ("aliases: [a]", 2, "a mapping"),
        ("added: 3", 2, "a mapping"),
        ("aliases:\n  lr: lr", 3, "lead back to lr"),
        ("aliases:\n  a: b\n  b: c\n  c: b", 4, "lead back to b"),
        ("added: {1: a}", 2, "a parameter's name"),
        ("same_code: {a: b}", 2, "list"),
        ("same_code: 43e12345", 2, "list"),
        ("same_code: [43e12345]", 2, "two code hashes or more"),
        ("same_code:\n- [43e12345, 1f0c6a52]\n- [43e12345]", 4, "two code hashes or more"),
        ("same_code:\n- 43e12345\n- [1f0c6a52, 43e12345]", 3, "several such lists"),
        ("same_code:\n- 43e12345\n- train", 4, "same_code.1: found 'train'; expected a digest"),
        ("same_code: [[43e12345, 1f0c]]", 2, "same_code.0.1: found '1f0c'; expected a digest"),
        ("silence: {a: [b]}", 2, "words"),
        ("sign: yes", 2, "true or false"),
        ("largest_attachment: much", 2, "largest_attachment: found 'much'; expected a size"),
        ("sign: false\nall_attachments: true", 3, "a size such as 10 MB"),
        ("all_attachments: -1", 2, "a size such as 10 MB"),
        ("all_attachments: [1]", 2, "a size such as 10 MB"),
        ("push_before_run: 1", 2, "true or false"),
        ("baselines: {a: b}", 2, "list"),
        ("confidence: 95", 2, "between 0 and 1"),
        ("title: a\ntitle: b", 3, "twice"),
        ("- a", 2, "no mapping"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_with_its_line(settings, line, words):
    with pytest.raises(PageError, match=words) as caught:
        Cover.parse(f"---\n{settings}\n---\n", Path("journal.md"))

    assert (Path("journal.md"), line) == (caught.value.path, caught.value.line)


def test_a_setting_is_refused_before_it_is_written():
    with pytest.raises(PageError, match="on_duplicate"):
        Cover.parse(COVER).set(on_duplicate="shout")


def test_a_cover_without_front_matter_gets_one():
    cover = Cover.parse("\ufeff# By hand\r\n").set(title="Digits")

    assert "\ufeff---\r\ntitle: Digits\r\n---\r\n# By hand\r\n" == cover.text


def test_a_setting_lands_in_the_fixed_order_and_goes_with_none():
    cover = Cover.parse("---\nformat: 1\nsign: true\n---\n").set(ignore=["a"], sign=None)

    assert "---\nformat: 1\nignore: [a]\n---\n" == cover.text


@given(words)
def test_a_new_cover_has_the_title_and_every_usual_setting(title):
    cover = Cover.parse(draft_cover(title))

    assert (title.encode("utf-8", "backslashreplace").decode() or cover.page.title) == cover.title
    assert ("warn", (), {}) == (cover.on_duplicate, cover.ignore, cover.names)
