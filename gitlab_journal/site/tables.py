"""The blocks of an entry's page as rows of tables, against those of its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.site import words
from gitlab_journal.site.drawings import dots

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.entry import Entry

View = dict[str, Any]
_ABSENT = ["\N{EM DASH}"]
_SHORT = 40  # characters; a longer value that did not change is not written twice


def params_table(entry: Entry, parent: Entry | None) -> View:
    """Return the parameters, those that differ from the parent's first."""
    own = words.flat(entry.params)
    if parent is None:
        rows = [{**_param(name, own, own), "was": []} for name in own]
        return {"caption": "Parameters", "against": False, "rows": rows}
    theirs = words.flat(parent.params)
    left, was_left = words.flat(entry.defaults), words.flat(parent.defaults)
    rows = [
        _param(name, {**left, **own}, {**was_left, **theirs})
        for name in dict.fromkeys([*own, *theirs])
    ]
    rows.sort(key=lambda row: not row["changed"])
    number = sum(row["changed"] for row in rows)
    caption = f"Parameters against the parent: {number} of {len(rows)} changed"
    return {"caption": caption, "against": True, "rows": rows}


def _param(name: str, own: Mapping[str, Any], theirs: Mapping[str, Any]) -> View:
    """Return one parameter as set here and as set in the parent, whoever left it alone."""
    now = words.lines(own[name]) if name in own else _ABSENT
    was = words.lines(theirs[name]) if name in theirs else _ABSENT
    changed = (name in own) != (name in theirs) or own[name] != theirs[name]
    is_long = sum(len(line) for line in now) > _SHORT
    return {
        "name": name,
        "words": now,
        "was": ["same"] if is_long and not changed else was,
        "changed": changed,
    }


def data_table(rows: Mapping[str, Any]) -> View:
    """Return the data arguments: name, shape, type, the first digits of the hash."""
    found = []
    for argument, written in rows.items():
        row = written if isinstance(written, dict) else {"name": written}
        kind = row.get("dtype") or row.get("type") or ""
        role = row.get("role", argument)
        found.append(
            {
                "argument": argument,
                "name": words.text(row.get("name", "" if role == argument else role)),
                "shape": shape(row.get("shape")),
                "type": words.text(kind),
                "hash": words.short_hash(str(row.get("hash", ""))),
            }
        )
    named = any(row["name"] for row in found)
    return {"caption": "Data", "named": named, "rows": found}


def shape(sizes: object) -> str:
    """Return a shape as a reader says it, its sizes with the sign for times between them."""
    if not isinstance(sizes, list):
        return "" if sizes is None else words.text(sizes)
    return " \N{MULTIPLICATION SIGN} ".join(
        f"{size:,}" if isinstance(size, int) else str(size) for size in sizes
    )


def metrics_table(entry: Entry, parent: Entry | None, *, claimed: Sequence[str]) -> View:
    """Return the metrics, beside the parent's where it has any of them, replicates as points."""
    theirs = parent.metrics if parent else {}
    against = any(name in theirs for name in entry.metrics)
    drawn = {name: list_of_numbers(values) for name, values in entry.replicates.items()}
    rows = [
        {
            "name": name,
            "value": words.number(value),
            "headline": name in claimed or name == entry.metric,
            "was": words.number(theirs[name]) if name in theirs else "",
            "difference": words.difference(value, theirs.get(name)),
            "dots": dots(drawn[name]) if drawn.get(name) else "",
        }
        for name, value in entry.metrics.items()
    ]
    count = max((len(values) for values in drawn.values()), default=0)
    over = words.text(entry.replicates.get("over", "replicate"))
    caption = f"Metrics, mean of {words.count(count, over)}" if count else "Metrics"
    return {
        "caption": caption,
        "against": against,
        "replicated": f"{over.capitalize()}s" if count else "",
        "rows": rows,
    }


def list_of_numbers(values: object) -> list[float]:
    """Return a list's finite numbers; nothing where it is no list of numbers."""
    if not isinstance(values, list):
        return []
    return [
        value
        for value in values
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300  # noqa: PLR2004
    ]


def pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return names with their values in words, nested ones joined by dots."""
    return [(name, words.text(value)) for name, value in words.flat(values).items()]


def diff_lines(diff: str) -> list[View]:
    """Return a diff's lines, each with its kind; every line ends with its line feed."""
    found = []
    in_hunk = False
    for line in diff.removesuffix("\n").split("\n"):
        kind = "plain"
        if line.startswith("@@"):
            in_hunk, kind = True, "hunk"
        elif line.startswith("diff "):
            in_hunk, kind = False, "hunk"
        elif not in_hunk:
            kind = "hunk"
        elif line.startswith("+"):
            kind = "ins"
        elif line.startswith("-"):
            kind = "del"
        found.append({"kind": kind, "text": line})
    return found
