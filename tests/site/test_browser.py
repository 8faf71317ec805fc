"""The pages as a reader opens them: by double click, in a real browser."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from digits_journal import (
    EXPLORATORY,
    FAILED,
    REFUTED,
    RUNNING,
    SUPPORTED,
    Shelf,
    fill,
)

from gitlab_journal.site.render import render

LONG = "x" * 10_000
SCRIPT = "<script>document.title='owned'</script>"
HOSTILE = f"""---
id: 20260304-101010-hostil
author: "<img src=x onerror=document.title='owned'>"
model: "</dd></dl><script>document.title='owned'</script>"
dataset: "{LONG}"
date: 2026-03-04T10:10:10Z
status: failed
verdict: open
prediction: "`</code><script>document.title='owned'</script>` >= 0.9"
tags: ["</li></ul>{SCRIPT}", "\\u202Egnp.exe"]
parents: ["<b>nowhere</b>"]
params_hash: "xxh3_128:</code><script>x</script>"
---

# </title></h1>{SCRIPT} \u202etxt.exe {LONG}

## Hypothesis

{SCRIPT} <img src=x onerror="document.title='owned'"> <svg onload="document.title='owned'"></svg>
<a href="javascript:document.title='owned'">script</a> [data](data:text/html,{SCRIPT})
[script](javascript:document.title='owned') <iframe src="https://example.org"></iframe>
<form action="https://example.org"><button>send</button></form>
<style>body{{display:none}}</style><link rel=stylesheet href="https://example.org/x.css">
<p style="position:fixed;inset:0">cover</p> <h1 id="results">twin</h1>
![remote](https://example.org/pixel.png) ![beside](20260304-101010-hostil/picture.svg)
[as a page](20260304-101010-hostil/picture.svg) [up](../../../../../../../etc/passwd)
$\\href{{javascript:document.title='owned'}}{{x}}$ $\\text{{{SCRIPT}}}$
</section></div></article></main> {LONG} \u202e reversed

```yaml prediction
- {{claim: "`</code>{SCRIPT}` >= 0.9", bound: 0.9}}
```

## Procedure

never closed <b>

## </h2>{SCRIPT}

<table><tr><td>never closed <details><summary>neither

```yaml params
"</th>{SCRIPT}": "</td>{SCRIPT}"
long: "{LONG}"
"{LONG[:900]}": 1
```

## Results

```yaml metrics
"</th>{SCRIPT}": 1.0
replicates: {{over: "<b>seed</b>", "</th>{SCRIPT}": [1, 2, 3]}}
```

```text traceback
</pre>{SCRIPT}
```

## Code

```diff
+</ins></pre>{SCRIPT}
-\u202e{LONG}
```
"""
CURVES = "epoch,</title><script>\n0,1\n1,2\n"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" '
    'onload="document.title=\'owned\'"><script>document.title="owned"</script></svg>'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, beside = tmp_path_factory.mktemp("journal"), "entries/2026/03/04"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(identity(tmp_path_factory.mktemp("home"))))
        shelf = fill(Shelf(folder / "digits-journal"))
        shelf.commit(
            {
                f"{beside}/20260304-101010-hostil-x.md": HOSTILE,
                f"{beside}/20260304-101010-hostil/picture.svg": PICTURE,
                f"{beside}/20260304-101010-hostil/history.csv": CURVES,
                f"{beside}/20260304-111111-broken.md": "---\nid: 1\nid: 2\n---\n",
            }
        )
    render(shelf.repository, shelf.catalogue, folder / "site")
    return folder / "site"


def identity(folder):
    path = folder / ".gitconfig"
    path.write_text("[user]\n\tname = Ada Example\n\temail = ada@example.org\n")
    return path


def pages(site):
    return sorted(site.rglob("*.html"))


def one(site, entry_id):
    return next(path for path in pages(site) if entry_id in path.name)


@pytest.fixture
def visit(browser):
    """Open pages, in a context of their own, and keep what they said and asked for."""
    contexts = []

    def opened(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.said, page.asked = said, asked
        return page

    yield opened
    for context in contexts:
        context.close()


def test_every_page_opens_in_silence_and_asks_nothing_of_the_world(site, visit):
    page = visit(site / "index.html")
    for path in pages(site):
        page.goto(path.as_uri())

    assert [] == page.said
    assert [] == [url for url in page.asked if not url.startswith(("file://", "data:,"))]


def test_a_hostile_entry_runs_nothing(site, visit):
    page = visit(one(site, "hostil"))
    count = page.evaluate(
        "document.querySelectorAll('script:not([src]), iframe, form, style').length"
    )
    handlers = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some("
        "a => /^on|^style$/.test(a.name) || /^(javascript|data):/i.test(a.value) "
        "&& a.value !== 'data:,')).length"
    )

    assert (0, 0) == (count, handlers)
    assert "owned" != page.title()
    assert 1 == page.evaluate("document.querySelectorAll('main article').length")
    assert 1 == page.evaluate("document.querySelectorAll('body > footer').length")


def test_a_hostile_entry_hides_nothing_and_covers_nothing(site, visit):
    page = visit(one(site, "hostil"))

    assert page.locator("h2#results").is_visible()
    assert page.locator(".trace").is_visible()
    assert page.get_by_role("region", name="Parameters").is_visible()
    assert "\u202e" not in page.content()
    assert "U+202E" in page.locator("h1").inner_text()


def test_a_picture_with_a_script_is_an_image_and_no_page(site, visit):
    page = visit(one(site, "hostil"))

    assert 1 == page.locator("img[src$='picture.svg']").count()
    assert 0 == page.locator("a[href$='picture.svg']").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(site, visit, scheme):
    page = visit(site / "index.html", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    widths = {}
    for path in pages(site):
        page.goto(path.as_uri())
        widths[path.name] = page.evaluate("document.documentElement.scrollWidth")

    assert {390} == set(widths.values()), widths


def test_the_theme_is_changed_from_the_keyboard_and_stays(site, visit):
    page = visit(site / "index.html", color_scheme="light")
    button = page.get_by_role("button", name="Dark theme")
    button.focus()
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.keyboard.press("Enter")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.goto(one(site, REFUTED).as_uri())

    assert light != dark
    assert dark == page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert "true" == page.get_by_role("button", name="Dark theme").get_attribute("aria-pressed")


def test_the_first_tab_skips_to_the_content(site, visit):
    page = visit(site / "index.html")
    page.keyboard.press("Tab")

    assert "Skip to content" == page.evaluate("document.activeElement.textContent")


def test_everything_is_there_without_scripts(site, visit):
    page = visit(one(site, REFUTED), java_script_enabled=False)

    assert page.get_by_text("Refuted").first.is_visible()
    assert not page.locator(".theme").is_visible()


def test_the_claim_says_predicted_observed_verdict(site, visit):
    box = visit(one(site, REFUTED)).locator(".claim").inner_text()

    for words in ("epochs_to_95 ≤ parent / 2", "epochs_to_95 ≤ 2.7", "4.6", "Refuted"):
        assert words in box
    assert "Committed 18:43:07 UTC, before the run" in box
    assert "Mean of 5 seeds, range 4 to 6." in box


def test_several_claims_stand_below_each_other(site, visit):
    page = visit(one(site, SUPPORTED))

    assert 2 == page.locator(".claim ol").count()
    assert ["Together:", "Supported"] == page.locator(".together").inner_text().split()


def test_an_exploratory_entry_is_not_nagged_about(site, visit):
    page = visit(one(site, EXPLORATORY))

    assert 0 == page.locator(".claim").count()
    assert "Nothing was predicted before the run" in page.locator(".plain").inner_text()


def test_a_failed_entry_shows_its_error(site, visit):
    page = visit(one(site, FAILED))

    assert "ValueError: the loss is not finite at step 3" == page.locator(".error").inner_text()
    assert "Traceback" in page.locator(".trace").inner_text()


def test_a_running_entry_says_since_when(site, visit):
    facts = visit(one(site, RUNNING)).locator(".facts").inner_text()

    assert "running since 3 March 2026, 09:48 UTC" in facts


def test_print_shows_what_is_folded(site, visit):
    page = visit(one(site, REFUTED), color_scheme="dark")
    page.emulate_media(media="print")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert page.get_by_text("optimizer.nesterov").is_visible()
    assert not page.locator(".mast nav").is_visible()
    assert "rgb(255, 255, 255)" == paper


class Addresses(HTMLParser):
    """The addresses and ids of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.links += [found[name] for name in ("href", "src") if found.get(name)]
        self.ids += [found["id"]] if "id" in found else []


def test_every_link_leads_somewhere(site):
    read = {path: Addresses(path.read_text()) for path in pages(site)}
    dead = []
    for path, page in read.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = path.parent / unquote(parts.path) if parts.path else path
            target = target.parent / posixpath.basename(target) if parts.path else path
            target = target.resolve()
            if not target.is_file() or (parts.fragment and parts.fragment not in read[target].ids):
                dead.append((path.name, link))

    assert [] == dead


def test_no_id_stands_twice_on_a_page(site):
    twins = {}
    for path in pages(site):
        ids = Addresses(path.read_text()).ids
        twins[path.name] = {name for name in ids if ids.count(name) > 1}

    assert {} == {name: found for name, found in twins.items() if found}
