from __future__ import annotations

import pytest

from gitlab_journal.entry import Entry
from gitlab_journal.history.edits import edits, notes_of, without_notes, worked_out

PAGE = """\
---
id: 20260301-184307-d7k7m2
verdict: refuted
metric: loss
score: 0.5
prediction: loss < parent / 2
status: done
params_hash: xxh3_128:01
---

# A title

## Hypothesis

It helps.

```yaml prediction
- {claim: loss < parent / 2, bound: 0.3}
```

## Procedure

```yaml params
C: 1.0
depth: null
```

```yaml defaults
gamma: scale
```

## Results

```yaml metrics
loss: 0.5
replicates: {over: seed, loss: [0.4, 0.6]}
returned: [loss]
```

## Inference

First.

## Code

```diff
+one
```
"""


def told(old: str, new: str) -> list[str]:
    assert old in PAGE
    return [edit.words for edit in edits(Entry.parse(PAGE), Entry.parse(PAGE.replace(old, new)))]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("loss: 0.5\nrep", "loss: 0.4\nrep", "metrics.loss 0.5 -> 0.4"),
        ("loss: 0.5\nrep", "loss: 0.50\nrep", "spacing, order or comments"),
        (
            "[0.4, 0.6]",
            "[0.4, 0.7]",
            "metrics.replicates {over: seed, loss: [0.4, 0.6]} -> {over: seed, loss: [0.4, 0.7]}",
        ),
        ("returned: [loss]\n", "", "metrics.returned removed (was [loss])"),
        ("C: 1.0", "C: 2.0", "params.C 1.0 -> 2.0"),
        ("depth: null", "depth: 3", "params.depth null -> 3"),
        ("gamma: scale", "gamma: auto", "defaults.gamma scale -> auto"),
        ("# A title", "# Another", "title A title -> Another"),
        ("status: done\n", "status: done\ntags: [a]\n", "tags [a] (new)"),
        ("status: done\n", "status: done\nmine: 1\n", "mine 1 (new)"),
        (
            "bound: 0.3",
            "bound: 0.9",
            "prediction loss < parent / 2 (0.3) -> loss < parent / 2 (0.9)",
        ),
        ("First.", "First.\n\nSecond.", "Inference continued"),
        ("First.", "Other.", "Inference rewritten"),
        ("First.\n", "", "Inference removed"),
        ("It helps.", "It hurts.", "Hypothesis rewritten"),
        ("+one", "+two", "diff rewritten"),
        ("## Code", "## Notes\n\nMine.\n\n## Code", "Notes written"),
        ("C: 1.0", "C: 1.0   # guessed", "spacing, order or comments"),
    ],
)
def test_an_edit_is_told_in_a_few_words(old, new, words):
    assert [words] == told(old, new)


def test_equal_pages_hold_no_edit():
    assert () == edits(Entry.parse(PAGE), Entry.parse(PAGE))


def test_a_default_that_was_set_is_told_as_one_parameter():
    after = Entry.parse(PAGE).set_block("params", {"C": 1.0, "depth": None, "gamma": "auto"})

    found = edits(Entry.parse(PAGE), after.set_block("defaults", {}))

    assert ["params.gamma scale -> auto"] == [edit.words for edit in found]


def test_what_only_follows_is_known_as_that():
    changed = PAGE.replace("score: 0.5", "score: 0.4").replace("loss: 0.5\nrep", "loss: 0.4\nrep")
    found = edits(Entry.parse(PAGE), Entry.parse(changed))

    assert {"score": True, "metrics.loss": False} == {
        edit.what: worked_out(edit, found) for edit in found
    }


def test_a_score_that_changes_alone_follows_from_nothing():
    found = edits(Entry.parse(PAGE), Entry.parse(PAGE.replace("score: 0.5", "score: 0.4")))

    assert [False] == [worked_out(edit, found) for edit in found]


def test_a_note_of_an_amendment_is_no_edit():
    note = "Amended 2026-11-24 by Ada Example: a typo."
    after = Entry.parse(PAGE).append("Results", note)

    assert () == edits(Entry.parse(PAGE), after)
    assert [note] == notes_of(after.prose("Results"))
    assert "" == without_notes(after.prose("Results"))


def test_prose_that_only_begins_like_a_note_is_an_edit():
    after = Entry.parse(PAGE).append("Inference", "Amended labels helped.")

    assert ["Inference"] == [edit.what for edit in edits(Entry.parse(PAGE), after)]


def test_a_front_matter_that_contradicts_its_block_is_an_edit():
    changed = PAGE.replace("prediction: loss < parent / 2", "prediction: loss < 1")
    (edit,) = edits(Entry.parse(PAGE), Entry.parse(changed))

    assert "prediction" == edit.what
    assert "loss < 1" in edit.after
