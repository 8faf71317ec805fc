"""The sections of an entry as HTML, its blocks as tables and drawings in their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from gitlab_journal.evidence import recorded_name
from gitlab_journal.site import tables, words
from gitlab_journal.site.claims import claims_of
from gitlab_journal.site.drawings import FITS, panels
from gitlab_journal.site.links import ANCHORS
from gitlab_journal.site.markup import fragments_for, to_html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.entry import Entry
    from gitlab_journal.page.document import Fence, Page, Section
    from gitlab_journal.site.history import Columns
    from gitlab_journal.site.links import Links

STANDARD = ("Hypothesis", "Procedure", "Results", "Inference", "Code")
# What a page may say elsewhere than in its block is shown where its block would stand.
_HOMES = {
    "params": "Procedure",
    "defaults": "Procedure",
    "data": "Procedure",
    "metrics": "Results",
    "curves": "Results",
    "attachments": "Results",
    "functions": "Code",
    "environment": "Code",
}
# Shown above and in the margin.
_ELSEWHERE = ("prediction", "silence")
_TITLE = re.compile(r"^ {0,3}#(?!#)[^\n]*$", re.MULTILINE)
# The sentence of a judged claim, which the head of the page says; why one is invalid it does not.
_JUDGED = re.compile(
    r"^Predicted (?![^\n]*: invalid, )[^\n]*: (?:supported|refuted|open, [^:\n]*)\.$", re.MULTILINE
)
# The sentence about attachments, which the site has in a table.
_REFERRED = re.compile(r"^Too large to be copied, [^\n]*: `[^\n]*$\n?", re.MULTILINE)
# What the site draws anew, in the folder of the entry's id.
_CURVES = re.compile(r"!\[[^\]\n]*\]\(([^()\n]*)/curves\.svg\)[ \t]*\n?")
# Of the environment, what is named before it is unfolded.
_PACKAGES = ("python", "scikit-learn", "keras")
_MACHINE = ("backend", "device")


@dataclass(frozen=True, slots=True)
class Material:
    """All that an entry's sections are made of."""

    entry: Entry
    parent: Entry | None
    fits: Sequence[Columns]
    parent_fits: Sequence[Columns]
    links: Links
    blocks: Any  # the macros of blocks.html


def sections(material: Material) -> list[dict[str, str]]:
    """Return the sections that say something: name, anchor, HTML; in the order of the page."""
    page = material.entry.page
    waiting = _views(material)
    found: list[tuple[str, str, list[str]]] = []
    for section in page.sections:
        fences = [item for item in page.fences if section.body <= item.start < section.end]
        body, made = _body(section, fences, material, waiting)
        found.append((section.name, body, made))
    before = _before_sections(material.entry.text, page)
    if before.strip():
        found.insert(0, ("", before, []))
    found = _completed(found, waiting)
    return [
        {"name": name, "anchor": _anchor(name, place), "html": html}
        for place, (name, body, made) in enumerate(found)
        if (html := _html(name, body, made, material))
    ]


def _before_sections(text: str, page: Page) -> str:
    end = page.sections[0].start if page.sections else len(text)
    return _TITLE.sub("", text[page.body : end], count=1)


def _anchor(name: str, place: int) -> str:
    lower = name.casefold()
    return lower if lower in ANCHORS else f"section-{place}"


def _views(material: Material) -> dict[str, str]:
    """Return the HTML of every block that the entry has, by name."""
    entry, parent, blocks = material.entry, material.parent, material.blocks
    claimed = [recorded_name(row.metric, entry.metrics) for row in claims_of(entry) if row.metric]
    made: dict[str, str] = dict.fromkeys(_ELSEWHERE, "")
    if entry.params or (parent and parent.params):
        made["params"] = blocks.params(tables.params_table(entry, parent))
    if parent and (changed := tables.changed_beside(entry, parent)):
        made["params"] = f"{made.get('params', '')}{_quiet(escape(changed))}"
    if entry.defaults:
        left = tables.pairs(entry.defaults)
        made["defaults"] = blocks.folded(f"{words.count(len(left), 'default')} left alone", left)
    if entry.data:
        made["data"] = blocks.data(tables.data_table(entry.data, dataset=entry.dataset))
    if entry.metrics:
        made["metrics"] = blocks.metrics(tables.metrics_table(entry, parent, claimed=claimed))
    if drawn := panels(material.fits, material.parent_fits):
        made["curves"] = blocks.curves(_curves(drawn, material))
    if entry.attachments:
        made["attachments"] = blocks.attachments(tables.attachments_table(entry.attachments))
    if entry.functions:
        behind = tables.pairs(entry.functions)
        count = words.count(len(behind), "definition")
        made["functions"] = blocks.folded(f"{count} behind the code hash", behind)
    if entry.environment:
        packages = tables.pairs(entry.environment)
        few = [f"{name} {value}" for name, value in packages if name in _PACKAGES]
        few += [value for name, value in packages if name in _MACHINE]
        summary = f"Environment: {', '.join(few)}" if few else "Environment"
        made["environment"] = blocks.folded(summary, packages)
    return made


def _curves(drawn: Sequence[dict[str, Any]], material: Material) -> dict[str, Any]:
    svgs = "".join(panel["svg"] for panel in drawn)
    count = len(material.fits)
    of_all = f"{FITS} of {count}" if count > FITS else str(count)
    keys = [
        ("ln many", f"{of_all} fits of this run", '"ln many"' in svgs),
        ("ln", "this run" + (", validation" if '"ln2"' in svgs else ""), '"ln"' in svgs),
        ("ln2", "this run, training", '"ln2"' in svgs),
        ("ln0", "parent", '"ln0"' in svgs),
    ]
    more = "Validation curves where there are any." if count > 1 else ""
    return {
        "panels": drawn,
        "lines": [{"style": style, "words": text} for style, text, is_there in keys if is_there],
        "more": more,
    }


def _body(
    section: Section, fences: Sequence[Fence], material: Material, waiting: dict[str, str]
) -> tuple[str, list[str]]:
    """Return a section's text with a NUL for each block, and the HTML of the blocks."""
    text = material.entry.text
    parts, made, at = [], [], section.body
    for fence in fences:
        html = _block(text[fence.body : fence.close], fence, material, waiting)
        if html is None:
            continue
        parts.append(text[at : fence.start])
        made.append(html)
        at = fence.end
    parts.append(text[at : section.end])
    return "\0".join(part.replace("\0", "\N{REPLACEMENT CHARACTER}") for part in parts), made


def _block(inside: str, fence: Fence, material: Material, waiting: dict[str, str]) -> str | None:
    """Return a block's HTML; None for a fence that is the text's own."""
    if fence.info == "diff":
        return str(material.blocks.diff(tables.diff_lines(inside)))
    if fence.info == "text traceback":
        return str(material.blocks.traceback(inside))
    if fence.name == "metrics":
        return waiting.pop("metrics", "") + waiting.pop("curves", "")
    return waiting.pop(fence.name, None) if fence.name else None


def _completed(
    found: list[tuple[str, str, list[str]]], waiting: Mapping[str, str]
) -> list[tuple[str, str, list[str]]]:
    """Return the sections with what has no block on the page, and Inference in any case."""
    for name in STANDARD:
        homeless = [html for key, html in waiting.items() if _HOMES.get(key) == name and html]
        place = next(
            (i for i, item in enumerate(found) if item[0].casefold() == name.casefold()), None
        )
        if place is not None:
            found[place][2].extend(homeless)
        elif homeless or name == "Inference":
            later = [other.casefold() for other in STANDARD[STANDARD.index(name) + 1 :]]
            at = next(
                (i for i, item in enumerate(found) if item[0].casefold() in later), len(found)
            )
            found.insert(at, (name, "", homeless))
    return found


def _html(name: str, body: str, made: Sequence[str], material: Material) -> str:
    entry = material.entry
    if name == "Results" and entry.prediction:
        body = _JUDGED.sub("", body, count=1)
    if name == "Results" and entry.attachments:
        body = _REFERRED.sub("", body, count=1)
    if material.fits:
        body = _CURVES.sub(lambda found: "" if found[1] == entry.id else found[0], body)
    if not body.replace("\0", "").strip():
        html = "\n".join(made)
        return html if html.strip() else _quiet(_hint(name, entry))
    fragments = fragments_for(body)
    marks = [fragments.mark(html) for html in made]
    pieces = body.split("\0")
    text = pieces[0] + "".join(
        f"\n\n{mark}\n\n{piece}" for mark, piece in zip(marks, [*pieces[1:], ""], strict=False)
    )
    html = to_html(text, links=material.links, fragments=fragments).strip()
    return html or _quiet(_hint(name, entry))


def _quiet(hint: str) -> str:
    return f'<p class="quiet">{hint}</p>' if hint else ""


def _hint(name: str, entry: Entry) -> str:
    """Return what stands in a section without a word in it."""
    if name == "Results":
        if entry.status in ("planned", "running"):
            return "None yet."
        return "Nothing was recorded."
    if name == "Inference" and entry.status not in ("planned", "running") and entry.id:
        return f"None yet. Write it down: <code>glj infer {entry.id[-4:]} &quot;…&quot;</code>"
    return ""
