"""A diff made fit to be shown: secrets redacted, size capped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 5_000_000
_NAMED = 5
_BROKEN = "the diff does not give back the tree"
_SETTINGS = re.compile(r"\.(?:ini|cfg|conf|properties|env|toml|ya?ml)$|(?:^|/)\.[a-z]+rc$")
_BEGINNING = re.compile(rb"^diff --git ", re.MULTILINE)


def fit_to_show(diff: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return `diff` without secrets and within 5 MB, with a note on each thing that was changed.

    The largest files go first where it is too long. A changed diff no longer gives back the tree.
    """
    if not diff:
        return diff, ()
    starts = [found.start() for found in _BEGINNING.finditer(diff)]
    pieces = [diff[begin:end] for begin, end in zip(starts, [*starts[1:], None], strict=True)]
    kept, dropped = _within(pieces, LARGEST)
    notes: list[str] = []
    if dropped:
        names = named([_name(piece) for piece in dropped])
        notes.append(f"{names}: left out of the diff, which would be over 5 MB; {_BROKEN}")
    redacted = [_redacted(piece) for piece in kept]
    count = sum(found for _, found in redacted)
    if count:
        notes.append(f"{count} {'value' if count == 1 else 'values'} redacted; {_BROKEN}")
    return b"".join(piece for piece, _ in redacted), tuple(notes)


def named(names: list[str]) -> str:
    """Return the first few of `names` as words, with the number of the others."""
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _within(pieces: list[bytes], size: int) -> tuple[list[bytes], list[bytes]]:
    """Split `pieces` into those that fit into `size` and the largest, which do not."""
    total = sum(map(len, pieces))
    dropped: set[int] = set()
    for number in sorted(range(len(pieces)), key=lambda number: -len(pieces[number])):
        if total <= size:
            break
        total -= len(pieces[number])
        dropped.add(number)
    kept = [piece for number, piece in enumerate(pieces) if number not in dropped]
    return kept, [pieces[number] for number in sorted(dropped)]


def _name(piece: bytes) -> str:
    """Return the file that a piece is about, from `diff --git a/name b/name`."""
    both = piece.partition(b"\n")[0].removeprefix(b"diff --git ")
    name = both[: len(both) // 2].strip(b'"').removeprefix(b"a/")
    return name.decode(errors="replace")


def _redacted(piece: bytes) -> tuple[bytes, int]:
    """Return one file's diff with the values in its lines redacted; ids and binaries stay."""
    from gitlab_journal.secrets import redact

    head, mark, body = piece.partition(b"\n@@ ")
    if not mark:
        return piece, 0
    name, named = redact(head.decode("utf-8", "surrogateescape"))  # a file's name may hold a key
    head = name.encode("utf-8", "surrogateescape")
    lines = ("@@ " + body.decode("utf-8", "surrogateescape")).split("\n")
    marks, texts = zip(*map(_split, lines), strict=True)
    text, count = redact("\n".join(texts), is_code=not _SETTINGS.search(_name(piece)))
    if not count:
        return (head + mark + body, named) if named else (piece, 0)
    changed = _line_by_line(texts, text.split("\n"))
    shown = "\n".join(mark + text for mark, text in zip(marks, changed, strict=True))
    return head + b"\n" + shown.encode("utf-8", "surrogateescape"), count + named


def _line_by_line(before: Sequence[str], after: list[str]) -> list[str]:
    """Return `after` with as many lines as before, also where a value of several lines went."""
    if len(before) == len(after):
        return after
    from difflib import SequenceMatcher

    lines: list[str] = []
    for kind, begin, end, *place in SequenceMatcher(None, before, after).get_opcodes():
        kept = after[slice(*place)]
        lines += kept if kind == "equal" else ["[redacted]"] * (end - begin)
    return lines


def _split(line: str) -> tuple[str, str]:
    """Split a line into what makes it a diff and the text of the file."""
    if line.startswith("@@ "):
        place, mark, text = line.partition(" @@")
        return place + mark, text
    return line[:1], line[1:]
