"""Markdown that a stranger may have written, as HTML that does no harm."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from html import escape, unescape
from typing import TYPE_CHECKING

from gitlab_journal.site.mathematics import mathml

if TYPE_CHECKING:
    from markdown import Markdown

    from gitlab_journal.site.links import Links

# A stranger's page may set text, not shape the page around it.
_TAG_NAMES = """
a abbr b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol
p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var
"""
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_ALIGNED = {"right": ' class="r"', "center": ' class="m"'}
# The cleaner writes every attribute with double quotes and escapes them inside.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_LONE_IMAGE = re.compile(r'<p>(<img src="[^"]*" alt="([^"]*)" loading="lazy">)</p>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
# As pandoc reads it: no space inside the dollars, no digit behind, so that prices stay prices.
_BLOCK_FORMULA = r"(?<![\\$])\$\$(?!\$)(.+?)(?<!\\)\$\$"
_INLINE_FORMULA = r"(?<![\\$])\$(?![\s$])([^$]*?[^\s\\$])\$(?![\d$])"
# The converter sets a backslash before a mark that it finds within a tag.
_MARK = re.compile(r"\\?(q[0-9a-f]{32})x(\d+)x")
# An entry's id in a sentence, not in a path.
_ID = re.compile(r"(?<![\w./-])[0-9]{8}-[0-9]{6}-[0-9a-z]{6}(?![\w/-]|\.\w)")
_OUTSIDE = ' rel="noopener noreferrer"'
# The converter takes time with the square of what is open at once: ten thousand take half a minute.
_OPEN_BRACKETS = 300


@dataclass(slots=True)
class Fragments:
    """HTML of our own that takes the place of marks in a text after its cleaning."""

    nonce: str
    first: int = 0
    made: list[tuple[str, str]] = field(default_factory=list)

    def mark(self, html: str, *, source: str = "") -> str:
        """Return a mark for `html`; `source` is what stands where it must not be put."""
        self.made.append((html, source))
        return f"{self.nonce}x{self.first + len(self.made) - 1}x"

    def put(self, text: str, *, sources: bool = False) -> str:
        """Return a text with its formulas for their marks, or with what they stand for."""

        def one(mark: re.Match[str]) -> str:
            if mark[1] != self.nonce:
                return mark[0]
            html, source = self.made[int(mark[2])]
            return source if sources else html if source else mark[0].removeprefix("\\")

        return _MARK.sub(one, text) if self.nonce in text else text


def fragments_for(text: str) -> Fragments:
    """Return fragments whose marks the text cannot hold, the same for the same text."""
    nonce = f"q{blake2b(text.encode(errors='replace'), digest_size=16).hexdigest()}"
    while nonce in text:
        nonce = f"q{blake2b(nonce.encode(), digest_size=16).hexdigest()}"
    return Fragments(nonce)


def to_html(text: str, *, links: Links, fragments: Fragments | None = None) -> str:
    """Return Markdown as HTML: cleaned, links resolved, formulas as MathML, fragments put in.

    Every fragment stands where its mark stands as a paragraph; one whose mark was swallowed by
    the text around it stands at the end.
    """
    fragments = fragments or fragments_for(text)
    blocks = len(fragments.made)
    cleaned, formulas = _cleaned(text, fragments.nonce, blocks)
    fragments.made += formulas
    html = _placed(_Writer(links, fragments).rewrite(cleaned), fragments, blocks)
    return _LONE_IMAGE.sub(_figure, html)


@lru_cache(maxsize=256)
def _cleaned(text: str, nonce: str, first: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return Markdown as clean HTML with its formulas, which take marks from number `first` on.

    Many entries share a text: the cells of a grid their hypothesis, the runs of a day their code.
    """
    import nh3

    formulas = Fragments(nonce, first)
    cleaned = nh3.clean(
        _converted(text, formulas),
        tags=set(_TAG_NAMES.split()),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
        clean_content_tags={"script", "style"},
    )
    return cleaned, tuple(formulas.made)


def _figure(image: re.Match[str]) -> str:
    """Return an image that is a paragraph of its own as a figure, its words as the caption."""
    caption = f"<figcaption>{image[2]}</figcaption>" if image[2] else ""
    return f'<figure class="image">{image[1]}{caption}</figure>'


def _converted(text: str, formulas: Fragments) -> str:
    """Return Markdown as HTML that is not clean yet; as it was typed where it is too tangled."""
    converter = _converter()
    converter.reset()
    converter.formulas = formulas  # read by _Formula
    if not _is_tangled(text):
        try:
            html: str = converter.convert(text)
        except RecursionError:
            _converter.cache_clear()  # it stopped in the middle, and its state shows in later texts
        else:
            return html
    return f"<pre>{escape(text)}</pre>"


def _is_tangled(text: str) -> bool:
    for paragraph in text.split("\n\n"):
        still_open = 0
        for bracket in re.findall(r"[][]", paragraph):
            still_open = max(0, still_open + (1 if bracket == "[" else -1))
            if still_open > _OPEN_BRACKETS:
                return True
    return False


def _placed(html: str, fragments: Fragments, blocks: int) -> str:
    """Return the HTML with its block fragments, each exactly once."""
    left = []
    for place in range(blocks):
        fragment, mark = fragments.made[place][0], f"{fragments.nonce}x{place}x"
        paragraph = f"<p>{mark}</p>"
        if html.count(mark) == 1 and paragraph in html:
            html = html.replace(paragraph, fragment)
        else:
            html = html.replace(mark, "")
            left.append(fragment)
    return "\n".join([html, *left])


class _Writer:
    """Rewrites cleaned HTML tag by tag."""

    def __init__(self, links: Links, fragments: Fragments) -> None:
        self._links = links
        self._fragments = fragments
        self._in_link = False
        self._in_source = False

    def rewrite(self, html: str) -> str:
        parts, at = [], 0
        for tag in _TAG.finditer(html):
            parts += [self._text(html[at : tag.start()]), self._tag(*tag.groups())]
            at = tag.end()
        return "".join([*parts, self._text(html[at:])])

    def _text(self, text: str) -> str:
        if not self._in_link and not self._in_source:
            text = _ID.sub(self._entry, text)
        return self._fragments.put(text)

    def _entry(self, found: re.Match[str]) -> str:
        href = self._links.entry(found[0])
        return f'<a class="id" href="{escape(href)}">{found[0]}</a>' if href else found[0]

    def _tag(self, closing: str, name: str, written: str) -> str:
        if name in ("h1", "h2"):
            name = "h3"
        if name == "pre":
            self._in_source = not closing
        if closing:
            self._in_link = self._in_link and name != "a"
            return "</table></div>" if name == "table" else f"</{name}>"
        found = {
            key: self._fragments.put(unescape(value), sources=True)
            for key, value in _ATTRIBUTE.findall(written)
        }
        if name == "a":
            return self._link(found)
        if name == "img":
            return self._image(found)
        if name == "table":
            return '<div class="tbl" tabindex="0" role="region" aria-label="Table"><table>'
        if name == "pre":
            return '<pre tabindex="0">'
        if "align" in found:
            return f"<{name}{_ALIGNED.get(found['align'], '')}>"
        return f"<{name}{_attributes(found)}>"

    def _link(self, found: dict[str, str]) -> str:
        self._in_link = True
        href = self._links.resolve(found.pop("href", ""))
        if href is None:
            return f"<a{_attributes(found)}>"
        outside = _OUTSIDE if ":" in href else ""
        return f"<a{_attributes({'href': href, **found})}{outside}>"

    def _image(self, found: dict[str, str]) -> str:
        source, words = found.get("src", ""), found.get("alt", "")
        address = self._links.resolve(source, image=True)
        if address is not None:
            return f'<img{_attributes({"src": address, "alt": words})} loading="lazy">'
        outside = self._links.resolve(source)
        name = escape(words or source)
        if outside and ":" in outside and not self._in_link:
            return f'<a href="{escape(outside)}"{_OUTSIDE}>{name}</a>'
        return f'<span class="away">{name}</span>'


def _attributes(found: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in found.items())


@cache
def _converter() -> Markdown:
    """Return the one converter, its extensions chosen once."""
    from markdown import Markdown
    from markdown.inlinepatterns import InlineProcessor

    class _Formula(InlineProcessor):  # type: ignore[misc]  # the library ships no types
        """A formula between dollars, kept out of the way of Markdown and of the cleaner."""

        def __init__(self, pattern: str, converter: Markdown, *, block: bool) -> None:
            super().__init__(pattern, converter)
            self._block = block

        def handleMatch(  # noqa: N802  # the library's name
            self,
            m: re.Match[str],
            data: str,  # noqa: ARG002  # the library's signature
        ) -> tuple[str | None, int | None, int | None]:
            formula = mathml(m[1].strip(), block=self._block)
            if formula is None:
                return None, None, None
            formulas: Fragments = self.md.formulas
            return formulas.mark(formula, source=m[0]), m.start(0), m.end(0)

    converter = Markdown(
        extensions=["tables", "fenced_code", "sane_lists"],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    converter.ESCAPED_CHARS.append("$")
    # Behind code spans (190), before escapes (180) and emphasis.
    converter.inlinePatterns.register(_Formula(_BLOCK_FORMULA, converter, block=True), "$$", 186)
    converter.inlinePatterns.register(_Formula(_INLINE_FORMULA, converter, block=False), "$", 185)
    return converter
