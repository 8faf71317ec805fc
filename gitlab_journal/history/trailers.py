"""What a commit states of entries, read from the trailers at the end of its message."""

from __future__ import annotations

import re

STATED = ("Entry", "Status", "Verdict", "Params", "Data", "Code")
DECLARED = ("Amends", "Reason")

_LINE = re.compile(r"([A-Z][a-z]+): ?(.*)")


def statements(message: str) -> list[dict[str, str]]:
    """Return what a commit states, entry by entry: its trailers in groups, none for other commits.

    A group begins with `Entry` and holds `Status, Verdict, Params, Data, Code` as written (`-`
    where there is none), `Amends` and `Reason` where the commit declares an amendment. Only the
    last paragraph counts, as for git. Writes nothing.
    """
    lines = message.rstrip().rpartition("\n\n")[2].split("\n")
    groups: list[dict[str, list[str]]] = []
    name = ""
    for line in lines:
        if line[:1] in (" ", "\t") and groups and name:  # a value that goes on
            groups[-1][name].append(line.strip())
            continue
        found = _LINE.fullmatch(line)
        name = found[1] if found and found[1] in (*STATED, *DECLARED) else ""
        if not found or not name:
            continue
        if name == "Entry":
            groups.append({})
        if groups:
            groups[-1][name] = [found[2].strip()]
    return [{name: " ".join(parts) for name, parts in group.items()} for group in groups]
