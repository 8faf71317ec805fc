"""What a stranger's journal may do to the browser that its site is opened in: nothing."""

from __future__ import annotations

import json
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from gitlab_journal.desk import create_desk
from gitlab_journal.site.links import PUBLISHED, Links
from gitlab_journal.site.markup import to_html
from gitlab_journal.site.render import render

DO = "window.pwned=1;alert(1)"
FAR = "https://example.org/x"
NUL = "\\x00"
SCHEMES = (
    f"javascript:{DO}",
    f"JaVaScRiPt:{DO}",
    f"java\tscript:{DO}",
    f"java\nscript:{DO}",
    f"java&Tab;script:{DO}",
    f"java&NewLine;script:{DO}",
    f"javascript&colon;{DO}",
    f"&#106;avascript:{DO}",
    f"&#x6A&#x61vascript:{DO}",
    f"&#0000106avascript:{DO}",
    f"\x01javascript:{DO}",
    f"&#1;javascript:{DO}",
    f" \xa0javascript:{DO}",
    f"javascript://example.org/%0a{DO}",
    f"%6aavascript:{DO}",
    f"view-source:javascript:{DO}",
    f"vbscript:{DO}",
    f"data:text/html,<script>{DO}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{DO}'/>",
    "blob:null/1",
    "file:///etc/passwd",
    "filesystem:file:///x",
    "//example.org/x",
    "\\\\example.org\\x",
    "/\\example.org/x",
    "intent://x#Intent;end",
    "chrome://settings",
)
ELEMENTS = (
    f"<script>{DO}</script>",
    f"<ScRiPt>{DO}</sCrIpT>",
    f"<script src={FAR}></script>",
    f"<script/x>{DO}</script >",
    f"<<script>{DO}//<</script>",
    f"<scr<script>ipt>{DO}</scr</script>ipt>",
    f"<script type=module>{DO}</script>",
    f'<script type="application/json" id="search">{{}}</script><script>{DO}</script>',
    f"<img src=x onerror={DO}>",
    f'<img src=x onerror="{DO}"//',
    f"<img/src=x/onerror={DO}>",
    f'<img src="x` `<script>{DO}</script>"` `>',
    f"<img src={FAR} srcset='{FAR} 2x' loading=eager>",
    f'"><img src=x onerror={DO}>',
    f"'><svg/onload={DO}>",
    f"--><svg/onload={DO}>",
    f"]]><svg/onload={DO}>",
    f"</title><script>{DO}</script>",
    f"</textarea><script>{DO}</script>",
    f"</style><script>{DO}</script>",
    f"</script><script>{DO}</script>",
    f"</pre></code></td></table></section></main><script>{DO}</script>",
    f"<svg><script>{DO}</script></svg>",
    f"<svg><script href={FAR} /></svg>",
    f"<svg onload={DO}></svg>",
    f"<svg><a href='javascript:{DO}'><text>x</text></a></svg>",
    f"<svg><a><animate attributeName=href values='javascript:{DO}'/><text>x</text></a></svg>",
    f"<svg><set attributeName=onmouseover to='{DO}'/></svg>",
    f"<svg><animate onbegin={DO} attributeName=x dur=1s></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{DO}</script>'></foreignObject></svg>",
    f"<svg><use href='{FAR}#x'/><image href='{FAR}'/></svg>",
    f"<svg><style>@import '{FAR}';</style></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={DO}></style>",
    f"<math><mi xlink:href='javascript:{DO}'>x</mi></math>",
    f"<math><annotation-xml encoding='text/html'><script>{DO}</script></annotation-xml></math>",
    f"<math><mtext></mtext><mglyph><svg><mtext><style><a title='</style><img src onerror={DO}>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={DO}>",
    f"<svg></p><style><a id='</style><img src=1 onerror={DO}>'>",
    f"<noscript><p title='</noscript><img src=x onerror={DO}>'>",
    f"<noembed><img title='</noembed><img src=x onerror={DO}>'></noembed>",
    f"<xmp><p title='</xmp><svg/onload={DO}>'>",
    f"<select><template><style><!--</style><a rel='--></style></template></select><img src onerror={DO}>'>",  # noqa: E501
    f"<template><script>{DO}</script></template>",
    f"<template shadowrootmode=open><script>{DO}</script></template>",
    f"<!--><img src=x onerror={DO}>-->",
    f"<!--!><img src=x onerror={DO}>--!>",
    f"<![CDATA[<script>{DO}</script>]]>",
    f"<?xml version='1.0'?><script>{DO}</script>",
    f"<!DOCTYPE x [<!ENTITY y '<script>{DO}</script>'>]>&y;",
    f"<iframe src='javascript:{DO}'></iframe>",
    f"<iframe srcdoc='<script>parent.{DO}</script>'></iframe>",
    f"<frameset onload={DO}><frame src={FAR}></frameset>",
    f"<object data='javascript:{DO}'></object>",
    f"<embed src='data:text/html,<script>{DO}</script>'>",
    f"<applet code={FAR}></applet>",
    f"<base href='{FAR}/'>",
    f"<base target=_blank href='javascript:{DO}//'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{DO}'>",
    f"<meta http-equiv=refresh content='0;url={FAR}'>",
    '<meta http-equiv=Content-Security-Policy content="default-src *">',
    f"<link rel=stylesheet href={FAR}>",
    f"<link rel=prefetch href={FAR}><link rel=dns-prefetch href=//example.org>",
    f"<style>@import '{FAR}';body{{display:none}}</style>",
    f"<p style=\"background:url('{FAR}');position:fixed;inset:0\">over everything</p>",
    f"<div style='width:expression({DO})'>x</div>",
    f"<form action='{FAR}'><input name=q autofocus onfocus={DO}><button>send</button></form>",
    f"<button formaction='javascript:{DO}'>x</button>",
    f"<input type=image src={FAR} onerror={DO}>",
    f"<isindex action='javascript:{DO}' type=image>",
    f"<video src={FAR} onerror={DO} poster={FAR}></video>",
    f"<audio src=x onerror={DO}></audio>",
    f"<source srcset={FAR}><picture><source srcset={FAR}><img src=x></picture>",
    f"<details open ontoggle={DO}><summary>x</summary></details>",
    f"<marquee onstart={DO}>x</marquee>",
    f"<body onload={DO} background={FAR}>",
    f"<html onclick={DO} manifest={FAR}>",
    f"<table background='javascript:{DO}'><td background='{FAR}'>x",
    f"<a href='{FAR}' ping='{FAR}' download onclick={DO}>x</a>",
    f"<a href=x style='position:fixed;inset:0' target=_top onmouseover={DO}>x</a>",
    f"<dialog open id=main><p>{DO}</p></dialog>",
    "<a id=search name=search>x</a><img name=getElementById><form id=documentElement></form>",
    "<p id=hypothesis class=theme>x</p><button class=theme>x</button>",
    "<plaintext>", "<textarea>", "<title>", "<table><tr><td><select><option>",
    "<details><summary><b><i><s><u><a href=x>", "</div></div></main></body></html>",
)  # fmt: skip
MARKDOWN = (
    *(f"[x]({scheme})" for scheme in SCHEMES),
    *(f"[x](<{scheme}>)" for scheme in SCHEMES[:4]),
    *(f"![x]({scheme})" for scheme in SCHEMES[:4]),
    *(f'<a href="{scheme}">x</a>' for scheme in SCHEMES),
    *(f"[x][r{number}]\n\n[r{number}]: {scheme}" for number, scheme in enumerate(SCHEMES[:4])),
    f"<javascript:{DO}>",
    f"<data:text/html,{DO}>",
    f"![far]({FAR}.png) ![far][f]\n\n[f]: {FAR}.png",
    f"[x]({FAR} '\" onmouseover={DO}')",
    f'[x]({FAR} "\' onmouseover={DO} x=\'")',
    f'![" onerror={DO} x="](x.png)',
    "[x](picture.svg) ![x](picture.svg) ![x](page.html) [x](page.html)",
    f"`<script>{DO}</script>` ``</code><script>{DO}</script>``",
    f"```html\n</code></pre><script>{DO}</script>\n```",
    f'```"><script>{DO}</script>\nx\n```',
    f"~~~ {{: onclick={DO} }}\nx\n~~~",
    f"# x {{#search onclick={DO}}}",
    f"| <script>{DO}</script> | [x](javascript:{DO}) |\n|:-:|-:|\n| <img src=x onerror={DO}> | x |",
    f"> <script>{DO}</script>\n> - <img src=x onerror={DO}>",
    f"\\<script>{DO}</script> \\`<script>{DO}</script>",
    f"&lt;script&gt;{DO}&lt;/script&gt; &#60;script&#62;{DO}&#60;/script&#62;",
    f"$\\href{{javascript:{DO}}}{{x}}$",
    f"$\\text{{<script>{DO}</script>}}$ $\\text{{&lt;img src=x onerror={DO}&gt;}}$",
    f"$$\\text{{</math><script>{DO}</script>}}$$",
    f'$\\class{{x" onclick={DO}}}{{x}}$ $\\style{{background:url({FAR})}}{{x}}$',
    f'$\\color{{red" onclick={DO} x="}}{{x}}$ $\\operatorname{{<svg onload={DO}>}}$',
    f'<a title="$\\text{{\\" onmouseover={DO} x=\\"}}$" href="{FAR}">x</a>',
    f"q{'0' * 32}x0x <b title='q{'0' * 32}x0x'>x</b>",
    "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + ("|" + "a|" * 300 + "\n") * 20,
)  # fmt: skip
PAYLOADS = [*ELEMENTS, *MARKDOWN]
A_PAGE = 8  # payloads in the body of one page
PICTURE = f"""<?xml version="1.0"?><?xml-stylesheet href="{FAR}"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml" onload="{DO}"
 width="20" height="20"><script>{DO}</script><style>@import '{FAR}';</style>
<a href="javascript:{DO}"><set attributeName="href" to="javascript:{DO}"/><text>x</text></a>
<image href="{FAR}"/><foreignObject><h:iframe src="javascript:{DO}"/><h:script>{DO}</h:script>
</foreignObject><circle r="9" fill="red"/></svg>"""
DOCUMENT = f"<!doctype html><html><body><script>{DO}</script></body></html>"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'"
)
DAY = "entries/2026/03/04"


def quoted(text: str) -> str:
    return json.dumps(text)


def hostile_page(number: int, payloads: list[str]) -> str:
    """A page that says one payload in every field, and all of them in its sections."""
    one = payloads[0]
    word, line = quoted(one), " ".join(one.split())
    body = "\n\n".join(payloads)
    return f"""---
id: {entry_id(number)}
verdict: refuted
metric: {word}
score: 0.5
prediction: {quoted(f"{one} >= 0.9")}
model: {word}
dataset: {word}
author: {word}
date: 2026-03-04T10:10:{number:02}Z
status: {"failed" if number % 3 else "done"}
tags: [{word}, {quoted(payloads[-1])}]
parents: [{word}, {entry_id(max(number - 1, 0))}]
params_hash: {word}
code: {word}
---

# {line}

{body}

## Hypothesis

{body}

```yaml prediction
- {{claim: {quoted(f"{one} >= 0.9")}, bound: 0.9}}
```

## Procedure

```yaml params
{word}: {word}
nested: {{{word}: [{word}]}}
```

```yaml defaults
{word}: {word}
```

```yaml data
{word}: {{name: {word}, type: {word}, shape: [{word}], hash: {word}, role: {word}}}
```

## Results

```yaml metrics
{word}: 0.5
replicates: {{over: {word}, {word}: [0.4, 0.6]}}
```

```text traceback
{line}
```

## {line} {number}

![x]({entry_id(number)}/picture.svg) [x]({entry_id(number)}/picture.svg) {body}

## Inference

{body}

## Code

```yaml functions
{word}: {word}
```

```yaml environment
{word}: {word}
```

```diff
@@ {line}
+{line}
-{line}
```
"""


def entry_id(number: int) -> str:
    return f"20260304-1010{number:02}-aaaa{number:02}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stranger")
    with pytest.MonkeyPatch.context() as patch:
        config = folder / "gitconfig"
        config.write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
        patch.setenv("GIT_CONFIG_GLOBAL", str(config))
        desk = create_desk(folder / "journal", title="Theirs")
        desk.commit(hostile_files(), message="A stranger's work", date=desk_date())
        desk.flush()
        desk.catalogue.refresh()
    render(desk.repository, desk.catalogue, folder / "site")
    return folder / "site"


def desk_date():
    from datetime import UTC, datetime

    return datetime(2026, 3, 4, 11, tzinfo=UTC)


def hostile_files() -> dict[str, bytes]:
    groups = [PAYLOADS[start : start + A_PAGE] for start in range(0, len(PAYLOADS), A_PAGE)]
    files = {
        "journal.md": f"---\ntitle: {quoted(ELEMENTS[0])}\nformat: 1\n---\n\n"
        + "\n\n".join(PAYLOADS)
    }
    for number, payloads in enumerate(groups):
        beside = f"{DAY}/{entry_id(number)}"
        name = re.sub(r"[/\0]", "", payloads[0])[:60]
        files[f"{DAY}/{entry_id(number)}-{name}.md"] = hostile_page(number, payloads)
        files[f"{beside}/picture.svg"] = PICTURE
        files[f"{beside}/page.html"] = DOCUMENT
        files[f"{beside}/history.csv"] = f'epoch,"{payloads[0].replace(chr(34), "")}"\n0,1\n1,2\n'
        files[f"{beside}/code.diff"] = DOCUMENT
    for suffix in sorted(PUBLISHED):
        files[f"{DAY}/{entry_id(0)}/opened{suffix}"] = PICTURE if suffix == ".svg" else DOCUMENT
    files[f"{DAY}/20260305-101010-broken.md"] = f"---\n{quoted(ELEMENTS[0])}: 1\n" * 2 + "---\n"
    return {name: text.encode() for name, text in files.items()}


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


TAGS = """
a abbr article aside b blockquote body br button caption circle code dd defs del details div dl dt
em figcaption figure footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li line link main
mark math meta mfrac mi mn mo mover mrow mstyle mtext nav ol p path polyline pre q rect s samp
script section small span strong sub summary sup svg symbol table tbody td text tfoot th thead time
title tr u ul use var wbr
"""
NAMES = {"alt", "class", "d", "datetime", "dx", "fill", "height", "href", "id", "lang", "loading",
         "points", "r", "rel", "role", "scope", "src", "start", "stroke", "tabindex",
         "title", "type", "width", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "viewbox",
         "xmlns", "content", "charset", "http-equiv", "preserveaspectratio", "overflow",
         "text-anchor", "open", "display", "mathvariant", "mathcolor", "fence", "stretchy",
         "lspace", "rspace", "movablelimits", "form", "separator"}  # fmt: skip


class Read(HTMLParser):
    """What a page holds that could act, and whatever stands where none of ours does."""

    def __init__(self, path: Path, site: Path) -> None:
        super().__init__()
        self.path, self.site = path, site
        self.odd: list[object] = []
        self.scripts: list[str | None] = []
        self.policies: list[tuple[int, str | None]] = []
        self.metas = self.count = 0
        self.ids: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.count += 1
        if len(found) != len(attrs) or tag not in TAGS.split():
            self.odd.append((tag, attrs))
        for name, value in attrs:
            known = name in NAMES or name.startswith(("aria-", "data-", "stroke-"))
            known = known or (tag, name) == ("meta", "name")
            if not known or name.startswith("on"):
                self.odd.append((tag, name, value))
            if name in ("href", "src") and not self._leads_somewhere(tag, value or ""):
                self.odd.append((tag, name, value))
        if tag == "script":
            self.scripts.append(found.get("src"))
        if tag == "meta":
            self.metas += 1
            if found.get("http-equiv", "").lower() == "content-security-policy":
                self.policies.append((self.count, found.get("content")))
        if "id" in found:
            self.ids.append(found["id"])

    def _leads_somewhere(self, tag: str, address: str) -> bool:
        """Whether an address is one of the site's files or, in a link, one of the web."""
        parts = urlsplit(address)
        if tag == "link":
            return address == "data:," or address.endswith("assets/journal.css")
        if parts.scheme or parts.netloc:
            return tag == "a" and parts.scheme in ("http", "https", "mailto")
        name = unquote(parts.path, errors="surrogateescape")
        target = posixpath.normpath(f"{self.path.parent}/{name}") if name else str(self.path)
        return target.startswith(f"{self.site}/") and Path(target).is_file()

    def handle_comment(self, data):
        self.odd.append(("comment", data))

    def handle_decl(self, decl):
        if decl != "doctype html":
            self.odd.append(("declaration", decl))

    def handle_pi(self, data):
        self.odd.append(("instruction", data))


def test_the_attacks_are_more_than_a_hundred_and_each_is_on_a_page(site):
    assert len(PAYLOADS) > 100
    assert -(-len(PAYLOADS) // A_PAGE) == len([one for one in pages(site) if "aaaa" in one.name])


def test_no_page_holds_what_could_act(site):
    assert [] == [found for path in pages(site) for found in Read(path, site).odd]


def test_a_page_runs_our_script_alone_under_a_policy_that_stands_before_all_else(site):
    read = [Read(path, site) for path in pages(site)]

    assert {(1, "assets/journal.js")} == {
        (len(one.scripts), (one.scripts[0] or "").lstrip("./")) for one in read
    }
    assert {((4, CSP),)} == {tuple(one.policies) for one in read}  # behind html, head, charset
    assert 1 == len({one.metas for one in read})


def test_no_id_stands_twice_or_is_a_strangers(site):
    known = re.compile(
        r"main|latest|questions|months|damaged|g-[a-z]+|hypothesis|procedure|results|inference|code"
        r"|section-\d+|evidence\d+|curve\d+"
    )
    found = [Read(path, site).ids for path in pages(site)]

    assert [] == [one for ids in found for one in ids if not known.fullmatch(one)]
    assert [] == [ids for ids in found if len(ids) != len(set(ids))]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_by_itself_becomes_nothing_that_could_act(payload, tmp_path):
    path = tmp_path / "page.html"
    made = to_html(payload, links=Links(f"{DAY}/a.md", {}))
    path.write_text(f"<!doctype html>{made}", encoding="utf-8")
    read = Read(path, tmp_path)

    assert [] == read.odd
    assert [] == [*read.scripts, *read.ids]


def test_no_document_of_a_stranger_is_published(site):
    theirs = [path for path in site.rglob("*") if path.name.startswith("page.")]

    assert [] == theirs


@pytest.fixture
def opened(browser):
    """Open files one after the other; what they asked for, said, ran."""
    context = browser.new_context(offline=False)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (seen.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: seen.append(f"request: {request.url}"))
    context.on("page", lambda other: seen.append(f"window: {other.url}"))
    yield page, seen
    context.close()


IN_THE_PAGE = """() => ({
  pwned: window.pwned === undefined,
  scripts: document.scripts.length,
  acting: [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes]
    .filter((a) => /^on|^style$|^srcdoc$|^action$|^formaction$/i.test(a.name)
      || /^\\s*(javascript|vbscript|data):/i.test(a.value) && a.value !== 'data:,'
         && /^(href|src|xlink:href)$/i.test(a.name))
    .map((a) => `${one.tagName} ${a.name}`)),
  frames: document.querySelectorAll(
    'iframe, object, embed, form, base, style, template, video, audio, input').length,
  theme: document.querySelectorAll('button').length,
})"""


def test_a_browser_runs_nothing_and_asks_for_nothing(site, opened):
    page, seen = opened
    found = {}
    for path in pages(site):
        page.goto(path.as_uri())
        page.click(".theme")
        found[path.name] = page.evaluate(IN_THE_PAGE)
        assert page.url == path.as_uri()

    quiet = {"pwned": True, "scripts": 1, "acting": [], "frames": 0, "theme": 1}
    assert {} == {name: one for name, one in found.items() if one != quiet}
    inside = f"request: {site.as_uri()}/"
    assert [] == [one for one in seen if not one.startswith((inside, "request: data:,"))]


@pytest.mark.parametrize("suffix", sorted(PUBLISHED))
def test_an_attachment_opened_by_itself_runs_nothing(site, opened, suffix):
    from playwright.sync_api import Error

    page, seen = opened
    path = site / DAY / entry_id(0) / f"opened{suffix}"
    try:
        page.goto(path.as_uri())
        page.wait_for_timeout(50)
    except Error as error:
        if "download" not in str(error).lower():
            raise

    assert page.evaluate("window.pwned === undefined")
    assert [f"request: {path.as_uri()}"] == seen
