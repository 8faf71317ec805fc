"""The text of a new page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.page.blocks import written
from gitlab_journal.page.front import KEYS
from gitlab_journal.page.parts import DIFF
from gitlab_journal.page.prose import fenced, heading, settled
from gitlab_journal.page.writer import dump

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXPLORATORY = "None stated: exploratory."


def is_absent(value: object) -> bool:
    """Return whether a key of this value is left out of the front matter: null, an empty list."""
    return value is None or (isinstance(value, list | tuple) and not value)


def front_text(front: Mapping[str, Any]) -> str:
    """Return front matter between its markers: known keys in order, then others; no null."""
    ordered = {key: front[key] for key in [*KEYS, *front] if key in front}
    present = {key: value for key, value in ordered.items() if not is_absent(value)}
    return f"---\n{dump(present, style='front')}---\n"


def section_text(name: str, *parts: str) -> str:
    """Return a section of those `parts` that are not empty, a blank line between them."""
    return "\n\n".join([f"## {name}", *(part for part in parts if part)])


def block_text(name: str, value: Mapping[str, Any] | Sequence[Any] | None) -> str:
    """Return a fenced block, "" where it would hold nothing."""
    return fenced(written(name, value), f"yaml {name}") if value else ""


def page_text(
    *,
    front: Mapping[str, Any],
    title: str,
    hypothesis: str,
    procedure: str,
    code: str,
    diff: str,
    blocks: Mapping[str, Mapping[str, Any] | Sequence[Any] | None],
) -> str:
    """Return the text of a page with all its sections."""

    def block(name: str) -> str:
        return block_text(name, blocks.get(name))

    stated = settled(hypothesis) or ("" if blocks.get("prediction") else EXPLORATORY)
    procedure_blocks = [block(name) for name in ("params", "defaults", "data", "silence")]
    code_parts = [settled(code), fenced(diff, DIFF) if diff else ""]
    body = [
        f"# {heading(title)}",
        section_text("Hypothesis", stated, block("prediction")),
        section_text("Procedure", settled(procedure), *procedure_blocks),
        section_text("Results"),
        section_text("Inference"),
        section_text("Code", *code_parts, block("functions"), block("environment")),
    ]
    return "\n".join([front_text(front), "\n\n".join(body), ""])
