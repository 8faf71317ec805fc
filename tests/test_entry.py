from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import LINES, mappings, markdown, newlines, pages, values, words

from gitlab_journal.compose import commit_message
from gitlab_journal.entry import Entry, draft
from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.page.front import KEYS
from gitlab_journal.page.prose import settled

PAGE = """\
---
id: 20260301-184307-d7k7m2
verdict: refuted
metric: epochs_to_95
score: 4.6
prediction: "epochs_to_95 <= parent / 2"
model: keras.Sequential
dataset: digits
author: J. Deshpande
date: 2026-03-01T18:43:07Z
status: done
duration: 133.5
tags:
  - efficient-backprop
  - normalisation
parents:
  - 20260227-013211-b4eec9
params_hash: xxh3_128:3fa40287042a22b2e5baa0cb25037b25
code: git:408c32bc30d736b98858d5a69f83e8cce6a1ba70
format: 1
---

# Normalised inputs halve the epochs to 95 %

## Hypothesis

If every input is shifted to zero mean, the epochs fall by half.

```yaml prediction
- {claim: "epochs_to_95 <= parent / 2", bound: 2.7, seeds: 5}
```

## Procedure

The same network as the parent.

```yaml params
batch_size: 32
layers:
  - Dense(64, tanh, lecun_normal)
  - Dense(10, softmax, lecun_normal)
normalise: zscore        # parent: none
seeds: [0, 1, 2, 3, 4]
```

```yaml data
X: {name: digits, role: X, type: ndarray, shape: [1797, 64], hash: "xxh3_128:a1f0"}
```

## Results

```yaml metrics
epochs_to_95: 4.6        # mean over seeds; parent 5.4
val_loss: 0.1020
replicates:
  over: seed
  epochs_to_95: [4, 4, 4, 6, 5]
```

![Validation loss](20260301-184307-d7k7m2/curves.svg)

```text traceback
ValueError: no
```

## Inference

Refuted.

## Code

```diff
--- a/train.py
+## Results
```

```yaml environment
python: "3.11.7"
```
"""


def parsed(text):
    """Return the entry of a page that was drawn, unless it is one that is refused."""
    try:
        return Entry.parse(text)
    except PageError:
        return None


def closed(text):
    """Return the entry of a drawn page that can grow everywhere."""
    entry = parsed(text)
    assume(entry is not None and entry.page.open_line is None)
    return entry


def plain(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


def inserted(before, after):
    """Return what was put into `before` at one place to make `after`, None if more was changed."""
    length = len(after) - len(before)
    start = 0
    while start < len(before) and before[start] == after[start]:
        start += 1
    fits = length >= 0 and after[start + length :] == before[start:]
    return after[start : start + length] if fits else None


@given(pages())
def test_rendering_gives_back_the_page_to_the_byte(text):
    entry = parsed(text)

    assert entry is None or text == entry.render() == entry.text
    assert entry is None or text.encode() == Entry.read(text.encode()).render().encode()


@given(st.text(), pages(body=markdown()))
def test_any_text_is_an_entry_or_refused_with_a_line_of_it(text, page):
    for candidate in (text, page[: len(text) * 7], page + text):
        try:
            Entry.parse(candidate)
        except PageError as error:
            line = error.line
        else:
            line = 1

        assert 1 <= line <= 1 + candidate.count("\n") + candidate.count("\r")


@given(pages(), markdown(), st.sampled_from(["Hypothesis", "Results", "Inference", "Own"]))
def test_appending_is_an_insertion_at_the_end_of_the_section(text, prose, section):
    entry = closed(text)

    grown = entry.append(section, prose)

    assert inserted(entry.text, grown.text) is not None
    assert plain(grown.section(section)).rstrip().endswith(settled(prose).rstrip())
    assert entry.front == grown.front


@given(pages(), markdown(), st.sampled_from(["Procedure", "Inference"]))
def test_filling_changes_the_prose_of_one_section_alone(text, prose, section):
    entry = closed(text)

    filled = entry.fill(section, prose)

    others = [item.name for item in entry.page.sections if item.name.casefold() != section.lower()]
    assert [entry.section(name).rstrip() for name in others] == [
        filled.section(name).rstrip() for name in others
    ]
    assert [item.info for item in entry.page.fences if item.name] == [
        item.info for item in filled.page.fences if item.name
    ]
    assert filled.text == filled.fill(section, prose).text


@given(pages(), words, st.sampled_from(["model", "dataset", "own_key", "other"]))
def test_a_key_set_in_the_front_matter_reads_back_and_the_rest_stays(text, word, key):
    entry = closed(text)
    assume("\ud800" > word or word.isascii())

    changed = entry.set(**{key: word})

    assert word == changed.front[key]
    assert entry.text[entry.page.body :] == changed.text[changed.page.body :]
    assert {**entry.front, key: word} == changed.front
    assert all(line in changed.text for line in entry.text.splitlines() if "#" in line)
    assert entry.text == changed.set(**{key: None}).text or key == "own_key"


@given(pages(), st.dictionaries(words.filter(lambda word: word != "replicates"), st.floats()))
def test_metrics_set_read_back_whatever_was_there(text, metrics):
    entry = closed(text)

    changed = entry.set_block("metrics", metrics)

    assert repr(metrics) == repr({name: changed.metrics[name] for name in metrics})
    assert len(metrics) == len(changed.metrics)
    assert entry.front == changed.front


@given(mappings, newlines)
def test_a_new_block_is_an_insertion_that_reads_back(params, newline):
    entry = Entry.parse(PAGE.replace("\n", newline)).set_block("defaults", {})

    changed = entry.set_block("defaults", params)

    assert repr(params) == repr(changed.defaults)
    assert inserted(entry.text, changed.text) is not None
    assert changed.text.replace(newline, "\n").count("\r") == 0


@given(
    st.text(),
    markdown(),
    st.lists(st.sampled_from(LINES)).map("\n".join),
    mappings,
    st.dictionaries(words, st.dictionaries(words, values, max_size=3), max_size=3),
)
def test_a_draft_is_a_page_whatever_it_is_made_of(title, hypothesis, code, params, data):
    front = {"id": "20260301-184307-d7k7m2", "status": "running", "model": None, "tags": []}

    entry = draft(
        front=front, title=title, hypothesis=hypothesis, code=code, params=params, data=data
    )

    assert repr((params, data)) == repr((entry.params, entry.data))
    assert ["id", "status"] == list(entry.front)
    sections = ["Hypothesis", "Procedure", "Results", "Inference", "Code"]
    assert sections == [section.name for section in entry.page.sections]


def test_an_entry_has_what_its_page_says():
    entry = Entry.parse(PAGE, Path("entries/page.md"))

    assert "20260301-184307-d7k7m2" == entry.id
    assert ("refuted", "done", 4.6, 133.5, 1) == (
        entry.verdict,
        entry.status,
        entry.score,
        entry.duration,
        entry.format,
    )
    assert datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC) == entry.date
    assert ("epochs_to_95 <= parent / 2",) == entry.prediction
    assert ("efficient-backprop", "normalisation") == entry.tags
    assert "Normalised inputs halve the epochs to 95 %" == entry.title
    assert {"epochs_to_95": 4.6, "val_loss": 0.102} == entry.metrics
    assert {"over": "seed", "epochs_to_95": [4, 4, 4, 6, 5]} == entry.replicates
    assert [{"claim": "epochs_to_95 <= parent / 2", "bound": 2.7, "seeds": 5}] == entry.claims
    assert [1797, 64] == entry.data["X"]["shape"]
    assert ("--- a/train.py\n+## Results\n", "ValueError: no\n") == (entry.diff, entry.traceback)
    assert (None, None, {}, []) == (entry.grid, entry.tree, entry.silence, list(entry.findings))
    assert Path("entries/page.md") == entry.path


def test_prose_is_a_section_without_the_blocks_of_the_journal():
    entry = Entry.parse(PAGE)

    assert "If every input is shifted to zero mean, the epochs fall by half." == entry.prose(
        "Hypothesis"
    )
    assert "![Validation loss](20260301-184307-d7k7m2/curves.svg)" == entry.prose("results")
    assert ("\nRefuted.\n\n", "") == (entry.section("Inference"), entry.section("Absent"))
    assert "" == entry.prose("Code")


def test_a_verdict_changes_its_own_lines_only():
    entry = Entry.parse(PAGE).set(verdict="supported", score=2.5, state_hash="xxh3_128:00")
    entry = entry.set_values("metrics", {"epochs_to_95": 2.5, "val_acc": 0.9, "val_loss": 0.102})

    expected = (
        PAGE.replace("verdict: refuted", "verdict: supported")
        .replace("score: 4.6", "score: 2.5")
        .replace("code: git", "state_hash: xxh3_128:00\ncode: git")
        .replace("epochs_to_95: 4.6  ", "epochs_to_95: 2.5  ")
        .replace("4, 6, 5]\n", "4, 6, 5]\nval_acc: 0.9\n")
    )
    assert expected == entry.text


def test_a_whole_block_keeps_what_is_equal_and_drops_the_rest():
    entry = Entry.parse(PAGE).set_block("params", {"batch_size": 64, "normalise": "zscore"})

    assert (
        "```yaml params\nbatch_size: 64\nnormalise: zscore        # parent: none\n```" in entry.text
    )


def test_new_blocks_land_in_the_order_of_their_section():
    entry = Entry.parse(PAGE).set_block("silence", {"a": "b"}).set_block("defaults", {"c": 1})

    names = [fence.name for fence in entry.page.fences if fence.name]
    expected = ["prediction", "params", "defaults", "data", "silence", "metrics", "environment"]
    assert expected == names
    assert "```\n\n```yaml defaults\nc: 1\n```\n\n```yaml data" in entry.text


def test_a_section_that_is_absent_lands_in_its_order():
    entry = Entry.parse("---\nid: x\n---\n\n# T\n\n## Code\n").append("Results", "One.")

    assert "---\nid: x\n---\n\n# T\n\n## Results\n\nOne.\n\n## Code\n" == entry.text


def test_prediction_rows_are_replaced_as_a_list():
    entry = Entry.parse(PAGE).set_block("prediction", [{"claim": "a > 1", "bound": 1.0}])

    assert [{"claim": "a > 1", "bound": 1.0}] == entry.claims
    assert PAGE == Entry.parse(PAGE).set_block("prediction", Entry.parse(PAGE).claims).text


def test_filling_keeps_blocks_and_puts_prose_where_prose_was():
    entry = Entry.parse(PAGE).fill("Results", "Seen.").fill("Inference", "## So\n").fill("Code", "")

    assert "```\n\nSeen.\n\n```text traceback" in entry.text
    assert "## Inference\n\n### So\n\n## Code\n\n```diff" in entry.text


def test_front_matter_may_hold_params_and_metrics():
    text = "---\nid: x\nparams: {C: 1.0}\nmetrics:\n  loss: 1e-3   # mine\n---\nby hand\n"
    entry = Entry.parse(text)

    assert ({"C": 1.0}, {"loss": 0.001}, "x") == (entry.params, entry.metrics, entry.title)
    changed = entry.set_block("metrics", {"loss": 0.5}).set_values("params", {"C": 2.0})
    assert text.replace("1e-3", "0.5").replace("C: 1.0", "C: 2.0") == changed.text


def test_words_that_look_like_numbers_stay_words_where_words_are_expected():
    entry = Entry.parse("---\nid: x\nmodel: 0123\ntags: [2024, no]\ndataset: 1e3\ngrid: ~\n---\n")

    assert ("0123", ("2024", "no"), "1e3", None) == (
        entry.model,
        entry.tags,
        entry.dataset,
        entry.grid,
    )


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01T18:43:07Z",
        "2026-03-01 20:43:07+02:00",
        "2026-03-01T18:43:07",
        '"2026-03-01T18:43:07Z"',
    ],
)
def test_a_date_is_a_time_in_utc(written):
    entry = Entry.parse(f"---\nid: x\ndate: {written}\n---\n")

    assert datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC) == entry.date


def block(name, text):
    return f"---\nid: x\n---\n\n```yaml {name}\n{text}\n```\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no front matter"),
        ("# By hand\n", 1, "no front matter"),
        ("---\nstatus: done\n---\n", 2, "no `id`"),
        ("---\nid:\n---\n", 2, "no `id`"),
        ("---\n- id\n---\n", 2, "no mapping"),
        ("---\nid: x", 1, "never closed"),
        ("---\nid: ../../etc\n---\n", 2, "letters"),
        ("---\nid: x\n# mine\nstatus: finished\n---\n", 4, "planned, running, done"),
        ("---\nid: x\nverdict: good\n---\n", 3, "supported, refuted"),
        ("---\nid: x\nscore: high\n---\n", 3, "number"),
        ("---\nid: x\nduration: true\n---\n", 3, "number"),
        ("---\nid: x\ndate: yesterday\n---\n", 3, "time"),
        ("---\nid: x\ndate: 0001-01-01T00:00:00+10:00\n---\n", 3, "time"),
        ("---\nid: x\nmodel: [a]\n---\n", 3, "a list"),
        ("---\nid: x\ntags: [a, {b: c}]\n---\n", 3, "a mapping"),
        ("---\nid: x\nformat: 2\n---\n", 3, "format 1"),
        ("---\nid: x\nid: y\n---\n", 3, "twice"),
        ("---\nid: x\nmetrics: {a: b}\n---\n", 3, "number"),
        ("---\nid: x\nparams: {a: 1}\n---\n```yaml params\nb: 2\n```\n", 5, "front matter too"),
        ("---\nid: x\n---\n## Results\n## Results\n", 5, "twice"),
        (block("metrics", "a: 1\nb: high"), 7, "'b' is 'high'"),
        (block("metrics", "a: true"), 6, "number"),
        (block("metrics", "a: null"), 6, "number"),
        (block("metrics", "a: [1]"), 6, "number"),
        (block("metrics", "replicates:\n  over: seed\n  a: [1, x]"), 8, "list of numbers"),
        (block("metrics", "replicates: 3"), 6, "replicates"),
        (block("metrics", "replicates: {over: 1}"), 6, "word"),
        (block("metrics", "replicates: {test_share: x}"), 6, "number"),
        (block("metrics", "- 1"), 6, "no mapping"),
        (block("prediction", "claim: a"), 6, "no list"),
        (block("prediction", "- {claim: a > 1}\n- a > 1"), 7, "mapping"),
        (block("prediction", "- {claim: a > 1, bound: x}"), 6, "number"),
        (block("data", "X: {a: 1}\ny: 2"), 7, "mapping"),
        (block("params", "a: 1\na: 2"), 7, "twice"),
        (block("params", "a: &b 1"), 6, "anchor"),
        (block("params", "a: " + "[" * 5000), 6, "deep"),
    ],
)
def test_a_damaged_page_is_refused_with_path_line_and_reason(text, line, words):
    for newline in ("\n", "\r\n", "\r"):
        with pytest.raises(PageError, match=words) as caught:
            Entry.parse(text.replace("\n", newline), Path("page.md"))

        assert (Path("page.md"), line) == (caught.value.path, caught.value.line)


@given(pages(), pages())
def test_a_page_that_shares_with_another_says_what_it_says_alone(one, other):
    try:
        like = Entry.parse(other)
        alone = Entry.parse(one)
    except PageError:
        return

    assert alone.as_dict() == Entry.read(one.encode(), like=like).as_dict()


def test_a_page_is_refused_though_another_shares_its_blocks():
    like = Entry.parse(block("params", "a: 1"))
    with pytest.raises(PageError, match="twice") as caught:
        Entry.read(block("params", "a: 1\na: 2").encode(), like=like)

    assert 7 == caught.value.line


def test_bytes_that_are_no_utf_8_are_refused_with_their_line():
    with pytest.raises(PageError, match="0xff") as caught:
        Entry.read(b"---\nid: \xff\n---\n", Path("page.md"))

    assert 2 == caught.value.line


def test_an_edit_that_would_damage_the_page_is_refused():
    entry = Entry.parse(PAGE)

    with pytest.raises(PageError, match="planned"):
        entry.set(status="finished")
    with pytest.raises(PageError, match="number"):
        entry.set_values("metrics", {"epochs_to_95": "many"})
    with pytest.raises(ArgumentError, match="no block"):
        entry.set_block("notes", {})


def test_a_page_does_not_grow_behind_a_fence_that_is_never_closed():
    entry = Entry.parse("---\nid: x\n---\n## Results\n## Code\n```\n")

    with pytest.raises(PageError, match="never closed") as caught:
        entry.append("Code", "more")

    assert 6 == caught.value.line
    assert "Fine." == entry.append("Results", "Fine.").prose("Results")


def test_a_new_page_reads_as_a_note():
    entry = draft(
        front={
            "format": 1,
            "tags": ["smoke"],
            "status": "running",
            "own": "kept",
            "date": datetime(2026, 3, 1, 18, 43, 7, tzinfo=UTC),
            "id": "20260301-184307-d7k7m2",
        },
        title="A wider layer\nlowers the loss",
        hypothesis="It should.",
        claims=[{"claim": "val_loss < 0.3", "bound": 0.3}],
        procedure="As before.",
        params={"width": 64, "learning_rate": 1e-5},
        defaults={"seed": 0},
        data={"X": {"role": "X", "shape": [2, 3]}},
        silence={"*": "smoke test"},
        code="Commit `408c32b` with these changes.",
        diff="+```\n",
        functions={"train.train": "xxh3_128:00"},
        environment={"python": "3.11.7"},
    )

    expected = """\
---
id: 20260301-184307-d7k7m2
date: 2026-03-01T18:43:07Z
status: running
tags:
  - smoke
format: 1
own: kept
---

# A wider layer lowers the loss

## Hypothesis

It should.

```yaml prediction
- {claim: val_loss < 0.3, bound: 0.3}
```

## Procedure

As before.

```yaml params
width: 64
learning_rate: 1.0e-05
```

```yaml defaults
seed: 0
```

```yaml data
X: {role: X, shape: [2, 3]}
```

```yaml silence
"*": smoke test
```

## Results

## Inference

## Code

Commit `408c32b` with these changes.

````diff
+```
````

```yaml functions
train.train: xxh3_128:00
```

```yaml environment
python: "3.11.7"
```
"""
    assert expected == entry.text


def test_a_page_without_hypothesis_says_so():
    entry = draft(front={"id": "x"}, title="T")

    assert "None stated: exploratory." == entry.prose("Hypothesis")


@given(pages())
def test_every_entry_can_be_printed_as_strict_json(text):
    entry = closed(text)

    assert entry.id == json.loads(json.dumps(entry.as_dict(), allow_nan=False))["id"]


def test_json_names_what_the_page_says_and_spells_out_what_json_has_not():
    entry = Entry.parse(PAGE, Path("page.md")).set_values("metrics", {"val_loss": math.nan})
    found = entry.set(score=-math.inf, own="kept").as_dict()

    assert ("NaN", "-Infinity", "kept") == (
        found["metrics"]["val_loss"],
        found["score"],
        found["own"],
    )
    assert ("2026-03-01T18:43:07Z", "page.md") == (found["date"], found["path"])
    assert ["id", "title", *KEYS[1:5]] == list(found)[:6]
    assert "grid" not in found
    assert all(hasattr(entry, name) for name in found if name != "own")


def test_entries_are_equal_where_page_and_path_are():
    entry = Entry.parse(PAGE)

    assert entry == Entry.parse(PAGE)
    assert entry != entry.set(score=1.0)
    assert 1 == len({entry, Entry.parse(PAGE)})
    assert "<Entry 20260301-184307-d7k7m2 'Normalised inputs" in repr(entry)


@given(pages(), st.text(max_size=30))
def test_another_title_changes_one_line_and_no_section(text, title):
    entry = closed(text)
    wanted = " ".join(title.encode("utf-8", "backslashreplace").decode().split()) or "Untitled"
    written = entry.retitle(title)

    assert wanted == written.title
    assert [one.name for one in entry.page.sections] == [one.name for one in written.page.sections]
    assert entry.front == written.front
    assert written.text == written.retitle(title).text


def test_a_title_is_changed_where_it_stands_and_not_in_a_fence():
    text = "---\nid: x\n---\n\n```sh\n# One\n```\n\n# One\n\n## Code\n\n# Two\n"

    assert text.replace("\n\n# One\n", "\n\n# Three\n") == Entry.parse(text).retitle("Three").text


def test_a_page_without_a_title_gets_one_above_all_else():
    entry = Entry.parse("---\nid: x\n---\n\n## Code\n").retitle("New")

    assert "---\nid: x\n---\n\n# New\n\n## Code\n" == entry.text


def test_an_amendment_states_what_it_amends_and_why_behind_the_six_trailers():
    entry = Entry.parse("---\nid: x\nstatus: done\n---\n\n# T\n")
    message = commit_message(
        entry, subject="amend: T", amends=["title", "metrics.a\nVerdict: x"], reason=" a\n  typo "
    )

    assert "amend: T" == message.splitlines()[0]
    assert [
        "Code: -",
        "Amends: title, metrics.a Verdict: x",
        "Reason: a typo",
    ] == message.splitlines()[-3:]
    assert "Amends" not in commit_message(entry)
