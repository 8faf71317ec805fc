"""The parts of a section: somebody's prose, the journal's own fences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitlab_journal.page.document import Fence, Page, Section

DIFF = "diff"
TRACEBACK = "text traceback"
# A fence of these kinds is the journal's own in one section, somebody's prose in another.
_HOMES = {DIFF: "code", TRACEBACK: "results"}


def fences_of(page: Page, section: Section) -> list[Fence]:
    """Return the fences in a section that are the journal's own: blocks, diff, traceback."""
    name = section.name.casefold()
    return [
        fence
        for fence in page.fences
        if section.body <= fence.start < section.end
        and (fence.name is not None or _HOMES.get(fence.info) == name)
    ]


def gaps_of(page: Page, section: Section) -> list[str]:
    """Return what stands before, between and behind those fences, without blank lines around."""
    ours = fences_of(page, section)
    starts = [section.body, *(fence.end for fence in ours)]
    ends = [*(fence.start for fence in ours), section.end]
    gaps = (page.text[start:end] for start, end in zip(starts, ends, strict=True))
    return [_without_blank_lines(gap) for gap in gaps]


def _without_blank_lines(text: str) -> str:
    lead = len(text) - len(text.lstrip())
    line = max(text.rfind("\n", 0, lead), text.rfind("\r", 0, lead)) + 1
    return text[line:].rstrip()


def prose(page: Page, name: str) -> str:
    """Return a section without the journal's own fences, "" where it is absent."""
    section = page.section(name)
    gaps = gaps_of(page, section) if section else []
    return (page.newline * 2).join(gap for gap in gaps if gap)


def held(page: Page, info: str) -> str | None:
    """Return what the journal's own fence `info` holds, None where there is none."""
    section = page.section(_HOMES[info])
    fences = fences_of(page, section) if section else []
    found = next((fence for fence in fences if fence.info == info), None)
    return page.text[found.body : found.close] if found else None
