"""What the property tests draw from."""

from __future__ import annotations

from hypothesis import strategies as st

from gitlab_journal.page.values import load

# A busy machine is no failure: nothing here depends on the clock.

NASTY_WORDS = [
    *(
        "43e1234567",
        "0x1F",
        "0o17",
        "0b1",
        "1_000",
        "1e3",
        "1.5e+3",
        ".5",
        "5.",
        "-1",
        "+1",
        "1,000",
    ),
    *(
        "~",
        "null",
        "Null",
        "no",
        "NO",
        "y",
        "Y",
        "on",
        "off",
        "true",
        "TRUE",
        ".inf",
        "-.INF",
        ".nan",
    ),
    *("12:30", "1:30:00", "2026-03-01", "2026-03-01T18:43:07Z", "2026-03-01 10:00:00", "3.11.7"),
    *(
        "=",
        "<<",
        "",
        " ",
        " a",
        "a ",
        "a: b",
        "a:",
        ":a",
        "#c",
        "a #c",
        "- a",
        "-",
        "---",
        "...",
        "? a",
    ),
    *(
        "\u0085",
        "\u2028",
        "a\nb",
        "\r",
        "\t",
        "\x00",
        "\x1b[31m",
        "\ufeff",
        "\x7f",
        "\x9f",
        "\u202e",
    ),
    *(
        "&a",
        "*a",
        "!a",
        "!!python/object:os.system",
        "%YAML",
        "@a",
        "`a`",
        "'a'",
        '"a"',
        "\\",
        "|",
        ">",
    ),
    *(
        "[a]",
        "{a: b}",
        "a, b",
        "a]",
        "Dense(64, tanh)",
        "git:408c32b",
        "C:\\x",
        "é",
        "中文",
        "🙂",
        "1 é",
    ),
]

words = (
    st.sampled_from(NASTY_WORDS)
    | st.text(max_size=20)
    | st.text("0123456789abcxeE+-.:_ ", max_size=12)
)
numbers = st.integers() | st.floats()
scalars = st.none() | st.booleans() | numbers | words
keys = words | st.integers() | st.booleans()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(words, values, max_size=6)

newlines = st.sampled_from(["\n", "\r\n", "\r"])

# Spellings of a value as a person may have typed it, with what it means.
SPELLINGS = [
    ("4.60", 4.6),
    ("1e-3", 1e-3),
    ("no", "no"),
    ("'it''s'   ", "it's"),
    ('"a # b"', "a # b"),
    ("two\n  lines", "two lines"),
    ("[1, 2.50,  3]", [1, 2.5, 3]),
    ("[1, # one\n  2]", [1, 2]),
    ("{a: 1, b: [x]}", {"a": 1, "b": ["x"]}),
    ("{a, b: }", {"a": None, "b": None}),
    ("{}", {}),
    ("[]", []),
    ("", None),
    ("~", None),
    ("|\n  kept\n   as is\n", "kept\n as is\n"),
    ("|+\n  kept\n\n", "kept\n\n"),
    (">-\n  folded\n  text\n\n", "folded text"),
    (
        "\n  - a   # first\n  - 2.0\n  # between\n  - - deep\n    - x: 1\n      y: 2",
        ["a", 2.0, ["deep", {"x": 1, "y": 2}]],
    ),
    ("\n- flush\n- list", ["flush", "list"]),
    ("\n  x: 1.50  # inner\n  y:\n    z: [a]", {"x": 1.5, "y": {"z": ["a"]}}),
]


@st.composite
def typed_mappings(draw):
    """A mapping as a person types it: its text with comments and odd spacing, what it means."""
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1, max_size=5))
    lines = []
    for name in names:
        written, _ = draw(st.sampled_from(SPELLINGS))
        lines.append(draw(st.sampled_from(["", "# above\n", "\n"])))
        head = draw(st.sampled_from([name, f'"{name}"', f"{name} "]))
        comment = "" if "\n" in written else draw(st.sampled_from(["", " # behind", "      #x"]))
        if written.startswith("\n"):
            comment, written = "", draw(st.sampled_from(["", " # of the list"])) + written
        gap = "" if not written or written.startswith(("\n", " #")) else " "
        lines.append(f"{head}:{gap}{written}{comment}".removesuffix("\n") + "\n")
    lines.append(draw(st.sampled_from(["", "# the end\n", "\n"])))
    text = "".join(lines)
    return text, load(text)


LINES = [
    *(
        "## Results",
        "## Hypothesis",
        "## Own notes ##",
        "# Title",
        "### Third",
        "  ## Code",
        "    ## no",
    ),
    *(
        "```",
        "````",
        "~~~",
        "~~~~ text",
        "```yaml metrics",
        "```yaml own",
        "   ```",
        "    ```",
        "``` a`b",
    ),
    *(
        "```diff",
        "```text traceback",
        "<!--",
        "-->",
        "<!-- one line -->",
        "---",
        "===",
        "text",
        "  ",
    ),
    *(
        "",
        "",
        "",
        "- item",
        "> quote",
        "a: 1  # one",
        "\x0c## feed",
        "\u2028## break",
        "é",
        "##",
        "#no",
    ),
]
markdown_lines = st.lists(st.sampled_from(LINES) | st.text(max_size=12), max_size=30)


@st.composite
def markdown(draw):
    """Markdown with fences, headings and comments in any order, any line ending, mixed too."""
    lines = draw(markdown_lines)
    endings = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]))
    text = "".join(line + draw(st.sampled_from(endings)) for line in lines)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


@st.composite
def pages(draw, *, body=None):
    """Pages of entries, most of them sound, with what persons leave in them."""
    newline = draw(newlines)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    front = [
        "---",
        "id: 20260301-184307-d7k7m2  # mine",
        "status: done",
        "score:   4.60 # five seeds",
    ]
    front += draw(st.lists(st.sampled_from(["# a comment", "", "own_key: [1,2]"]), unique=True))
    text = newline.join([*front, "format: 1", "---", ""])
    rest = draw(markdown() if body is None else body)
    return mark + text + rest
