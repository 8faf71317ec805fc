"""What a page is told of a table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gitlab_journal.identity.digests import PREFIX, digest
from gitlab_journal.identity.tables.kind import SHOWN_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gitlab_journal.identity.digests import Tree

_DETAILED = 64  # columns of the widest table that is told by column


def count_dtypes(dtypes: Iterable[object]) -> str:
    """Return the dtypes in words: one alone, or each with the number of its columns."""
    words = [str(dtype) for dtype in dtypes]
    counted = {word: words.count(word) for word in dict.fromkeys(words)}
    if len(counted) == 1:
        return words[0]
    return ", ".join(f"{word} ({count})" for word, count in counted.items())


def told_columns(labels: Iterable[object], columns: Sequence[Tree]) -> dict[str, dict[str, str]]:
    """Return `columns`: by label, the first digits of the digest of each column's tree.

    Labels that read alike are numbered; wide tables are not told by column.
    """
    if len(columns) > _DETAILED:
        return {}
    told: dict[str, str] = {}
    for label, column in zip(labels, columns, strict=True):
        name, count = str(label), 1
        while name in told:
            count += 1
            name = f"{label} ({count})"
        told[name] = digest(column).removeprefix(PREFIX)[:SHOWN_DIGITS]
    return {"columns": told}
