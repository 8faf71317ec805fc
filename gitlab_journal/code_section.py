"""The Code section of a page: what ran, and how it differs from its commit."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from gitlab_journal.describe import Described
    from gitlab_journal.desk import Desk
    from gitlab_journal.store.objects import Objects

INLINE_DIFF_LINES = 60
INLINE_DIFF_BYTES = 20_000
FILE = "code.diff"
_LINK = re.compile(rb"\[code\.diff\]\(([^)\s]+)\)")
_ASKED = 8  # pages of one tree: the first one's diff is the same, unless it was redacted otherwise

# Where this process put a diff last, by journal.
_written: dict[tuple[str, bytes], str] = {}


@dataclass(frozen=True, slots=True)
class CodeSection:
    """What the section says, the diff that it shows, the files that it refers to."""

    text: str
    diff: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


def code_section(
    desk: Desk, described: Described, *, identifier: str, path: PurePosixPath
) -> CodeSection:
    """Return the Code section of the page at `path`, with its diff where no page has it yet.

    A long diff lies beside the first page that it belongs to; later pages of the same tree link to
    it there. Reads the catalogue and the journal's newest commit.
    """
    capture = described.capture
    ran = f"`{described.name}`" + (f" of `{described.file}`" if described.file else "")
    if capture is None:
        return CodeSection(f"{ran}, in no git repository: known by its hash only.")
    notes = " ".join(f"{note.rstrip('.')}." for note in capture.notes)
    start = f"{ran}, commit `{capture.commit[4:11]}`" if capture.commit else f"{ran}, no commit yet"
    if not capture.diff:
        return CodeSection(f"{start}, working tree unchanged. {notes}".strip())
    text = readable(capture.diff)
    if text is not None and _is_short(text):
        return CodeSection(f"{start} with these changes. {notes}".strip(), text)
    own = f"{path.parent}/{identifier}/{FILE}"
    earlier = _earlier(desk, described, capture.diff)
    _written[str(desk.repository.root), capture.diff] = earlier or own
    link = f"[{FILE}]({posixpath.relpath(earlier or own, str(path.parent))})"
    section = f"{start} with the changes in {link}. {notes}".strip()
    return CodeSection(section, files={} if earlier else {FILE: capture.diff})


def readable(diff: bytes) -> str | None:
    """Return a diff as text, None where a page cannot hold it as it is."""
    try:
        text = diff.decode()
    except UnicodeDecodeError:
        return None
    return None if "\r" in text or "\0" in text else text


def _is_short(text: str) -> bool:
    return text.count("\n") <= INLINE_DIFF_LINES and len(text) <= INLINE_DIFF_BYTES


def _earlier(desk: Desk, described: Described, diff: bytes) -> str | None:
    """Return the path of a committed diff of the same bytes, None where there is none."""
    tip, objects = desk.repository.tip(), desk.repository.objects
    if tip is None:
        return None
    tree = objects.tree_of(tip)
    for path in _candidates(desk, described, tree, diff):
        item = objects.find(tree, path)
        if item is not None and _is_same(objects, item.object, diff):
            return path
    return None


def _candidates(desk: Desk, described: Described, tree: str, diff: bytes) -> Iterator[str]:
    """Yield where the diff may lie: where this process put it, where pages of this tree say."""
    known = _written.get((str(desk.repository.root), diff))
    if known is not None:
        yield known
    capture = described.capture
    question = partial(
        _of_same_tree,
        code_hash=described.fingerprint.code_hash,
        tree=capture.tree if capture else "",
    )
    objects = desk.repository.objects
    for page in desk.catalogue.ask(question):
        item = objects.find(tree, page)
        said = _LINK.search(objects.read(item.object)[1]) if item is not None else None
        if said is not None:
            link = said[1].decode(errors="replace")
            yield posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def _of_same_tree(database: sqlite3.Connection, *, code_hash: str | None, tree: str) -> list[str]:
    # by way of the index on code_hash: there is none on the tree
    found = database.execute(
        "SELECT path FROM pages WHERE code_hash IS ? AND tree = ? LIMIT ?",
        (code_hash, tree, _ASKED),
    )
    return [path for (path,) in found]


@lru_cache(maxsize=16)  # a process asks of the same diff for each of its runs
def _is_same(objects: Objects, digest: str, diff: bytes) -> bool:
    return objects.read(digest)[1] == diff
