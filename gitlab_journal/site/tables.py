"""The blocks of an entry's page as rows of tables, against those of its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.site import words
from gitlab_journal.site.drawings import dots
from gitlab_journal.sizes import size_of, size_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.entry import Entry

View = dict[str, Any]
_ABSENT = ["\N{EM DASH}"]
_MANY = 6  # metrics, beyond which the best values of curves are folded
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


def changed_beside(entry: Entry, parent: Entry) -> str:
    """Return in what beside its parameters an entry differs from its parent, as one sentence."""
    found = []
    if entry.data_hash != parent.data_hash:
        found.append(_unequal("data", _hashes(entry.data), _hashes(parent.data)))
    if entry.state_hash != parent.state_hash:
        found.append("the weights it starts from")
    if entry.code_hash != parent.code_hash:
        found.append(_unequal("code", entry.functions, parent.functions))
    return f"Changed beside the parameters: {', '.join(found)}." if found else ""


def _unequal(what: str, own: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    names = sorted(name for name in own.keys() | theirs.keys() if own.get(name) != theirs.get(name))
    return f"the {what} ({', '.join(names)})" if names else f"the {what}"


def _hashes(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get("hash") if isinstance(row, dict) else row for name, row in data.items()}


def data_table(data: Mapping[str, Any], *, dataset: str | None) -> View:
    """Return the data arguments: name, shape, type, the first digits of the hash.

    No names where they say no more than the arguments or the data set, which the caption names.
    """
    found = []
    for argument, written in data.items():
        row = written if isinstance(written, dict) else {"name": written}
        found.append(
            {
                "argument": argument,
                "name": words.text(row.get("name", "")),
                "shape": shape(row.get("shape")),
                "type": words.text(row.get("dtype") or row.get("type") or ""),
                "hash": words.short_hash(str(row.get("hash", ""))),
            }
        )
    named = any(row["name"] not in ("", row["argument"], dataset) for row in found)
    return {"caption": f"Data: {dataset}" if dataset else "Data", "named": named, "rows": found}


def attachments_table(attachments: Mapping[str, Any]) -> View:
    """Return what was too large to be copied: name, size, place, the first digits of the hash."""
    found = []
    for name, written in attachments.items():
        row = written if isinstance(written, dict) else {"path": written}
        size = size_of(row.get("size"))
        found.append(
            {
                "name": name,
                "size": words.text(row.get("size", "")) if size is None else size_words(size),
                "place": words.text(row.get("path", "")),
                "hash": words.short_hash(str(row.get("hash", ""))),
            }
        )
    return {"rows": found}


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
    asked = {*claimed, entry.metric}
    rows = [
        {
            "name": name,
            **_against(value, theirs.get(name)),
            "headline": name in asked,
            "dots": dots(drawn[name]) if drawn.get(name) else "",
        }
        for name, value in entry.metrics.items()
    ]
    folded = _best_values(entry.metrics) - asked if len(rows) > _MANY else set()
    count = max((len(values) for values in drawn.values()), default=0)
    over = words.text(entry.replicates.get("over", "replicate"))
    caption = f"Metrics, mean of {words.count(count, over)}" if count else "Metrics"
    return {
        "caption": caption,
        "against": against,
        "replicated": f"{over.capitalize()}s" if count else "",
        "rows": [row for row in rows if row["name"] not in folded],
        "folded": [row for row in rows if row["name"] in folded],
        "summary": f"{words.count(len(folded), 'best value')} of curves",
    }


def _against(value: Any, other: Any) -> View:
    """Return a metric beside the parent's, in as many digits as tell them apart."""
    if len(list_of_numbers([value, other])) < 2:  # noqa: PLR2004  # a pair
        was = "" if other is None else words.number(other)
        return {"value": words.number(value), "was": was, "difference": ""}
    shown, was = words.apart(value, other)
    return {"value": shown, "was": was, "difference": words.difference(value, other)}


def _best_values(metrics: Mapping[str, Any]) -> set[str | None]:
    """Return the metrics that are the best value of a curve whose last value is one too."""
    return {name for name in metrics if name.startswith("best_") and name[5:] in metrics}


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
    """Return a diff's lines, each with its kind; without those that git writes for itself."""
    found = []
    in_hunk = in_head = False
    for line in diff.rstrip().split("\n"):
        if line.startswith("@@"):
            in_hunk, in_head, kind = True, False, "hunk"
        elif line.startswith("diff "):
            in_hunk, in_head, kind = False, True, "hunk"
        elif in_head and line.startswith(("index ", "--- ", "+++ ")):
            continue  # blobs, which no reader looks up, and the two names again
        elif not in_hunk:
            kind = "hunk"
        else:
            kind = {"+": "ins", "-": "del"}.get(line[:1], "plain")
        found.append({"kind": kind, "text": line})
    return found
