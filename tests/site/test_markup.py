from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitlab_journal.site.links import Links
from gitlab_journal.site.markup import fragments_for, to_html

PAGE = "entries/2026/03/01/a.md"
ID = "20260227-013211-b4eec9"
PUBLISHED = {
    name: name for name in (PAGE, "entries/2026/03/01/a/f.png", "entries/2026/03/01/a/h.csv")
} | {ID: "entries/2026/02/27/b.md", "entries/2026/02/27/b.md": "entries/2026/02/27/b.md"}
TAG_NAMES = """
a abbr b blockquote br code dd del details div dl dt em figcaption figure h3 h4 h5 h6 hr i img ins
kbd li mark math ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead
tr u ul var
"""
ATTRIBUTES = frozenset(
    ["href", "rel", "title", "src", "alt", "loading", "start", "tabindex", "role", "aria-label"]
)
MATH = {"display", "stretchy", "mathvariant", "fence", "form", "linethickness", "mathcolor"}
CLASSES = {None, "id", "tbl", "r", "m", "away", "image"}


class Parsed(HTMLParser):
    """What a browser finds in a piece of HTML that could do something."""

    def __init__(self, text):
        super().__init__()
        self.odd = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        is_formula = tag.startswith("m") and tag != "mark"
        names = set(found) - (MATH if is_formula else ATTRIBUTES | {"class"})
        scheme = (found.get("href") or "").partition(":")
        is_odd_link = bool(scheme[1]) and scheme[0] not in ("http", "https", "mailto")
        if names or is_odd_link or found.get("class") not in CLASSES:
            self.odd.append((tag, attrs))
        if not is_formula and tag not in TAG_NAMES.split():
            self.odd.append((tag, attrs))

    def handle_comment(self, data):
        self.odd.append(("comment", data))

    def handle_decl(self, decl):
        self.odd.append(("declaration", decl))


def html(text, fragments=None):
    return to_html(text, links=Links(PAGE, PUBLISHED), fragments=fragments)


LINKED = f'<a class="id" href="../../02/27/b.html">{ID}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"As in {ID}.", f"As in {LINKED}."),
        (f"Duplicate of `{ID}`", f"<code>{LINKED}</code>"),
        ("As in 20260227-013211-zzzzzz.", "As in 20260227-013211-zzzzzz."),
        (f"entries/{ID}-b.md", f"<p>entries/{ID}-b.md</p>"),
        (f"[{ID}](b.html)", f"<a>{ID}</a>"),
        (f"    {ID}", f"{ID}\n</code></pre>"),
    ],
)
def test_an_id_in_a_sentence_leads_to_its_page(text, shown):
    assert shown in html(text)


def test_headings_of_a_text_stand_below_ours_and_have_no_id():
    assert "<h3>One</h3>\n<h3>Two</h3>\n<h3>Three</h3>" == html("# One\n\n## Two\n\n### Three")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![f](a/f.png)", '<figure class="image"><img src="a/f.png" alt="f" loading="lazy">'),
        ("[b](../../02/27/b.md#results)", '<a href="../../02/27/b.html#results">b</a>'),
        ("[h](a/h.csv)", '<a href="a/h.csv">h</a>'),
        ("[home](../../../../journal.md)", '<a href="../../../../index.html">home</a>'),
        ("[here](#results)", '<a href="#results">here</a>'),
        (
            "[far](https://example.org/?a=1&b=2)",
            '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">far</a>',
        ),
        (
            "![far](https://example.org/x.png)",
            '<a href="https://example.org/x.png" rel="noopener noreferrer">far</a>',
        ),
        ("![gone](a/gone.png)", '<span class="away">gone</span>'),
        ("[gone](gone.md)", "<a>gone</a>"),
        ("[up](../../../../../secret.csv)", "<a>up</a>"),
        ("[own](#nowhere)", "<a>own</a>"),
        ("[js](javascript:alert(1))", "<a>js</a>"),
        ("[js](JaVaScRiPt:alert(1))", "<a>js</a>"),
        ("[data](data:text/html,x)", "<a>data</a>"),
        ("[host](//example.org/x)", "<a>host</a>"),
        ("![pixel](data:image/png;base64,AA==)", '<span class="away">pixel</span>'),
    ],
)
def test_a_link_leads_where_it_may(text, expected):
    assert expected in html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='jav\tascript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<math href='javascript:alert(1)'>x</math>",
        "<p style='position:fixed' id='results' class='claim'>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<!--><img src=x onerror=alert(1)>-->",
        "$\\href{javascript:alert(1)}{x}$",
        "$\\text{<img src=x onerror=alert(1)>}$",
        "$\\style{position:fixed}{x}$ $\\class{claim}{x}$",
        '<a title="$\\text{\\" onmouseover=alert(1) x=\\"}$" href="https://e.org">x</a>',
        "[x](https://e.org '\" onmouseover=alert(1)')",
        '![a" onerror=alert(1)](a/f.png)',
        "```html\n<script>alert(1)</script>\n```",
        "| <script>a</script> |\n|---|\n| <img onerror=x> |",
    ],
)
def test_hostile_text_does_nothing(text):
    assert [] == Parsed(html(text)).odd


def test_a_formula_becomes_mathml():
    made = html("with $x_1$ inside")

    assert "<msub><mi>x</mi><mn>1</mn></msub>" in made
    assert "$" not in made


def test_a_formula_of_its_own_is_a_block_and_may_have_lines():
    assert '<math display="block">' in html("$$\n\\frac{a}{b}\n$$")


@pytest.mark.parametrize(
    "text", ["`$x$`", "costs $5 and $6", "\\$x\\$", "$ x $", "$x$5", "$\\frac$"]
)
def test_what_is_no_formula_stays(text):
    assert "<math" not in html(text)


def test_underscores_in_a_formula_are_no_emphasis():
    assert "<em>" not in html("$a_b$ and $c_d$")


def test_a_table_scrolls_in_a_region_of_its_own_and_keeps_its_alignment():
    made = html("| a | b |\n|---|--:|\n| 1 | 2 |")

    assert '<div class="tbl" tabindex="0" role="region" aria-label="Table"><table>' in made
    assert '<td class="r">2</td>' in made


def test_a_fragment_takes_the_place_of_its_mark():
    fragments = fragments_for("")
    mark = fragments.mark("<table>ours</table>")

    assert "<p>a</p>\n<table>ours</table>\n<p>b</p>" == html(f"a\n\n{mark}\n\nb", fragments)


@pytest.mark.parametrize(
    "around",
    [
        '<a title="{}">x</a>',
        "<!-- {} -->",
        "```\n{}\n```",
        "text {} text",
        "{} {}",
        "<script>{}</script>",
    ],
)
def test_a_fragment_that_is_swallowed_stands_at_the_end_once(around):
    fragments = fragments_for("")
    mark = fragments.mark("<table>ours</table>")
    made = html(around.replace("{}", mark), fragments)

    assert made.endswith("<table>ours</table>")
    assert 1 == made.count("ours")


def test_a_mark_cannot_be_forged():
    first = fragments_for("")
    text = first.mark("<b>stolen</b>")
    fragments = fragments_for(text)
    fragments.mark("<b>stolen</b>")

    assert text not in fragments.mark("x")
    assert 1 == html(text, fragments).count("stolen")


TANGLED = ["[" * 10_000, "[" * 5_000 + "]" * 5_000, "* " * 2_000 + "x", "([" * 5_000]


@pytest.mark.parametrize("text", TANGLED)
def test_a_tangle_is_shown_as_it_was_typed(text):
    assert html(text).startswith('<pre tabindex="0">')


def test_a_tangle_leaves_no_trace_in_the_next_text():
    expected = html("a\n\n- b")
    html(TANGLED[2])

    assert expected == html("a\n\n- b")


MONOTONOUS = ["*", "`", "<", "&", "_a", "$a", "|a", "x", "![a](b)", "> ", "<b>", "<!--", "1. "]


@pytest.mark.parametrize("piece", MONOTONOUS)
def test_a_monotonous_text_is_read_to_its_end(piece):
    assert "the end" in html(f"{piece * 1000}\n\nthe end")


MARKS = [*"<>'`$[]()= &!|", '"', "\n", "\n\n", "\0"]
WORDS = ["javascript:", "onerror=", "title=", "\\text{", "}", "&lt;", "```", "x"]
TAGS = ["<script>", "</script>", "<a href=", "<img src=", "<!--", "-->", "<b ", "<style>", "<svg>"]
PIECES = [*MARKS, *WORDS, *TAGS]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_is_typed_the_page_stays_whole(text):
    fragments = fragments_for(text)
    mark = fragments.mark("<hr>ours<hr>")
    made = html(f"{text}\n\n{mark}\n\n{text}", fragments)

    assert 1 == made.count("<hr>ours<hr>")
    assert fragments.nonce not in made
    assert [] == Parsed(made).odd


def test_the_same_text_gives_the_same_html():
    assert html("a $x$ b") == html("a $x$ b")
