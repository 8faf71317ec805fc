"""What the fuzz tests draw from: pages of this repository, damaged in every way."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from strategies import LINES, NASTY_WORDS

REPOSITORY = Path(__file__).parents[2]

PAGE = """\
---
id: 20260301-184307-d7k7m2  # mine
verdict: supported
metric: accuracy
score: 0.93
prediction:
  - accuracy >= 0.9
tags: [a, b]
date: 2026-03-01T18:43:07Z
status: done
duration: 1.5
own: {a: [1, 2], b: {c: d}}
format: 1
---

# It helps

## Hypothesis

It helps.

```yaml prediction
- claim: accuracy >= 0.9
  bound: 0.9
```

## Procedure

```yaml params
width: 64   # units
rate: 1e-3
layers:
  - Dense(64)
  - name: out
    units: 10
```

```yaml data
x: {name: digits, hash: 30eb1ac3ffffffff, shape: [10, 2], columns: {a: int64, b: float64}}
```

## Results

```yaml metrics
accuracy: 0.93
returned: accuracy
replicates:
  over: seed
  accuracy: [0.92, 0.94]
```

~~~text traceback
Traceback
~~~

## Inference

Read on.

## Code

`train.run` of `train.py`

````diff
+ ```
````

```yaml environment
python: 3.11.7
```
"""

COVER = """\
---
title: Digits
format: 1
on_duplicate: warn    # or ask
ignore: [n_jobs, verbose]
replicate: seed
metrics: {val_loss: min, accuracy: max}
names:
  30eb1ac3: digits
aliases: {lr: learning_rate}
added: {momentum: 0.9}
same_code: [[30eb1ac3, 40eb1ac3]]
sign: false
confidence: 0.95
largest_attachment: 10 MB
---

# Digits

What it is about.
"""


@cache
def example_pages() -> list[str]:
    """Return the pages of the example journal."""
    folder = REPOSITORY / "example-journal" / "entries"
    return [path.read_bytes().decode() for path in sorted(folder.rglob("*.md"))]


# Lines that hurt parsers, at the top of a page or within one of its blocks.
HURTFUL = [
    *("score: 1e999999999", "score: -.inf", "score: .nan", "duration: 0x" + "f" * 6000),
    *("score: 0x" + "f" * 300, "score: 9" + "9" * 400, "score: " + "9" * 5000, "format: 1.0"),
    *("format: 0x" + "f" * 5000, "duration: 1" + "0" * 400, "date: 0001-01-01T00:00:00+23:59"),
    *("date: 9999-12-31T23:59:59-23:59", "date: 2026-W01-1", "date: 20260301T10", "date: 12:30"),
    *('date: "2026-03-01T18:43:07\\0"', 'title: "\\ud800"', 'model: "\\ud800\\udc00"'),
    *('dataset: "\\0"', "!!python/object/apply:os.system [id]", "own: !!binary aGk=", "own: &a b"),
    *("own: *a", "own: &a [*a]", "<<: {a: 1}", "? [a]\n: b", "? {a: b}\n: c", "? a", ": b"),
    *("own: " + "[" * 90 + "]" * 90, "own: " + "{a: " * 150, "own: " + "[" * 3000),
    *("- " * 150 + "a", "a: " * 40, "%YAML 1.1", "--- a", "...", "own: |", "own: >+2", "own: '"),
    *('own: "', 'own: "\\x"', "own: @", "own: \t", "\town: a", "own: a: b", "own: [a", "own: }"),
    *(
        "1: a\ntrue: b",
        "1: a\n1.0: b",
        ".nan: a\n.NaN: b",
        "~: a\nnull: b",
        "0x" + "f" * 5000 + ": a",
    ),
    *(
        "params: {a: 1}",
        "metrics: {a: b}",
        "metrics: [a]",
        "tags: {a: b}",
        "tags: [1]",
        "parents: 1",
    ),
    *("prediction: [1]", "id: ../../etc", "id: [a]", "id:", "status: gone", "verdict: 1"),
    *("replicates: 1", "replicates: {a: 1}", "returned: [1]", "returned: 0x" + "f" * 5000),
    *("a: 0o" + "7" * 9000, "a: 0x", "a: 1_000", "a: +", "a: -0", "a: 0xG", "a: " + "1" * 4300),
    *("- claim: 1", "- claim: a\n  bound: b", "- claim: a\n  bound: 0x" + "f" * 5000, "- a", "a"),
    *("\x00", "\x01", "\ufeff", "\ufeff---", "\x85", "\u2028", "\u202e", "\r", "\x0c", "\x1a"),
    *("x" * 5000, " " * 5000, "#" * 3000, "## " + "# " * 1000, "`" * 3000, "~" * 3000, "> " * 2000),
    *("```yaml params", "```yaml metrics", "```yaml data", "```yml findings", "~~~yaml prediction"),
    *("```yaml attachments", "```yaml silence", "```yaml functions", "```yaml defaults"),
    *("## Results", "## RESULTS", "## Code ##", "## ", "##", "# ", "#", "<!--", "-->", "<!-- -->"),
    *("x: {name: a, hash: b, columns: {a: 1, b: 2}}", "x: {name: 1}", "x: {fresh: 1}", "x: []"),
    *("x: {name: a (99999), hash: b}", "x: {columns: {1: a, 2: b}, hash: c, name: d}", "x: ~"),
    *('x: {name: "\\ud800", hash: "\\ud800"}', 'x: {name: a, hash: "\\0", dtype: .nan}'),
    *("metrics: {val_loss: up}", "names: {zz: a}", "aliases: {a: b, b: a}", "same_code: [[a]]"),
    *("confidence: 1", "largest_attachment: " + "9" * 400 + " MB", "largest_attachment: 1e400 MB"),
    *("all_attachments: 0x" + "f" * 5000, "largest_attachment: .nan", "sign: yes", "title: [a]"),
    *("title: 0x" + "f" * 5000, "added: {1: a}", "added: {a: 0x" + "f" * 5000 + "}", "ignore: {}"),
]
hurtful = st.sampled_from(HURTFUL) | st.sampled_from(LINES) | st.sampled_from(NASTY_WORDS)

HURTFUL_BYTES = [
    *(b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\r"),
    *(b"\r\n", b"\n\r", b"\n", b"\x0b", b"\xe2\x80\xa8", b"\xc2\x85", b"---\n", b"\xfe\xff"),
]


@st.composite
def line_damages(draw, seeds):
    """Draw a page of `seeds` whose lines were deleted, doubled, swapped, joined by hurtful ones."""
    lines = draw(st.sampled_from(seeds)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(len(lines) - 1, 0)))
        other = draw(st.integers(0, max(len(lines) - 1, 0)))
        kind = draw(st.sampled_from(["delete", "double", "swap", "insert", "insert", "endings"]))
        if kind == "delete":
            del lines[at:other]
        elif kind == "double":
            lines[at:at] = lines[at:other]
        elif kind == "swap" and lines:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "insert":
            indent = draw(st.sampled_from(["", "", "", "  ", "    ", "> ", "- ", "\t"]))
            lines.insert(at, f"{indent}{draw(hurtful)}\n")
        elif kind == "endings":
            end = draw(st.sampled_from(["\r\n", "\r", "", "\n\n", " \n", "\\\n"]))
            lines[at:other] = [line.rstrip("\r\n") + end for line in lines[at:other]]
    return "".join(lines)


@st.composite
def byte_damages(draw, seeds):
    """Draw the bytes of a damaged page with some bytes changed, added, cut off."""
    data = bytearray(draw(line_damages(seeds)).encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        width = draw(st.integers(0, 8))
        new = draw(st.sampled_from(HURTFUL_BYTES) | st.binary(max_size=4))
        data[at : at + width] = new
    return bytes(data)


page_bytes = byte_damages([PAGE, *example_pages()]) | st.binary(max_size=200)
cover_bytes = byte_damages([COVER]) | st.binary(max_size=200)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["20260301-184307-d7k7m2", "../../x", "2026-03-01T18:43:07+00:00"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@st.composite
def json_damages(draw, seed):
    """Draw the bytes of the JSON object `seed` with values exchanged, keys gone, bytes changed."""
    said = dict(seed)
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from(list(seed)))
        if draw(st.booleans()):
            said[name] = draw(json_values)
        else:
            said.pop(name, None)
    data = bytearray(json.dumps(said).encode())
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data)))
        hurt = [b"[" * 2000, b'{"a":' * 1000, b"9" * 5000, b"\xff", b"\x00", b"\n", b"NaN"]
        data[at : at + draw(st.integers(0, 9))] = draw(
            st.sampled_from(hurt) | st.binary(max_size=4)
        )
    return bytes(data)


MESSAGE = (
    "Record it\n\nEntry: a\nStatus: done\nVerdict: -\nParams: b\nData: -\nCode: c\n"
    "Amends: score\nReason: a\n longer one\n"
)
TREE = b"100644 a.md\0" + b"x" * 20 + b"40000 b\0" + b"\xff" * 20
ABOUT_A_RECORD = {
    "id": "20260301-184307-d7k7m2",
    "files": {"entries/a.md": [1, hashlib.sha256(b"a").hexdigest()]},
    "bases": {},
    "message": MESSAGE,
    "author": ["Ada", "ada@example.org"],
    "date": "2026-03-01T18:43:07+00:00",
}
RECORD = json.dumps(ABOUT_A_RECORD).encode() + b"\na"
