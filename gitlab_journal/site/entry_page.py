"""The page of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gitlab_journal.site import tables, words
from gitlab_journal.site.claims import claim_views
from gitlab_journal.site.links import page_address, root_of
from gitlab_journal.site.sections import Material, sections
from gitlab_journal.site.states import UNKNOWN, state
from gitlab_journal.site.subjects import Relative, moment, month_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitlab_journal.entry import Entry
    from gitlab_journal.site.commits import Stamp
    from gitlab_journal.site.history import Columns
    from gitlab_journal.site.links import Links
    from gitlab_journal.site.states import State
    from gitlab_journal.site.subjects import Subject

View = dict[str, Any]
_REPLICATION = ("seed", "seeds", "random_state")
_CHILDREN = 12
_KINDS = ("words", "path", "code", "several")  # how a fact may be said


def entry_view(
    subject: Subject,
    entry: Entry,
    *,
    parent: Entry | None,
    fits: Sequence[Columns],
    parent_fits: Sequence[Columns],
    links: Links,
    blocks: Any,
) -> View:
    """Return all that the template of an entry's page asks for."""
    begun = moment(entry_id=entry.id or "", date=entry.date)
    claims = claim_views(entry, parent)
    became = state(status=entry.status, verdict=entry.verdict)
    material = Material(entry, parent, fits, parent_fits, links, blocks)
    return {
        "root": root_of(subject.path),
        "here": "entry",
        "month": month_of(begun),
        "id": entry.id,
        "title": entry.title,
        "author": entry.author,
        "moment": words.instant(begun) if begun else None,
        "state": became,
        "claims": claims,
        "together": became if len(claims) > 1 else None,
        "plain": "" if claims else _plain(entry),
        "committed": _committed(subject),
        "repredicted": _amended(subject.commits.repredicted),
        "judged": _judged(subject, entry),
        "rejudged": _amended(subject.commits.rejudged) if entry.status == "done" else None,
        "error": _error(entry),
        "sections": sections(material),
        "facts": _facts(entry),
        "lineage": _lineage(subject, entry),
        "earlier": _named(subject.earlier),
        "later": _named(subject.later),
    }


def _plain(entry: Entry) -> str:
    """Return the line that stands for the claim where nothing was claimed."""
    if entry.status in ("planned", "running"):
        since = words.instant(entry.date)["words"] if entry.date else ""
        return f"Since {since}. Nothing was predicted." if since else "Nothing was predicted."
    has_found = entry.status == "done" and entry.metric and entry.score is not None
    found = f", which found {entry.metric} {words.number(entry.score)}" if has_found else ""
    return f"Nothing was predicted before the run{found}."


def _committed(subject: Subject) -> View | None:
    stamp = subject.commits.hypothesis
    if stamp is None:
        return None
    return {
        "time": f"{words.clock(stamp.time, seconds=True)} UTC",
        "commit": words.short_commit(stamp.commit),
    }


def _amended(stamp: Stamp | None) -> View | None:
    """Return when something was amended: the day as well, which may be long after the run."""
    if stamp is None:
        return None
    return {"time": words.instant(stamp.time)["words"], "commit": words.short_commit(stamp.commit)}


def _judged(subject: Subject, entry: Entry) -> View | None:
    before, after = subject.commits.hypothesis, subject.commits.verdict
    if after is None or entry.status != "done":
        return None
    time = f"at {words.clock(after.time, seconds=True)} UTC"
    if before is not None:
        seconds = after.seconds - before.seconds
        time = f"{words.whole_seconds(seconds)} later" if seconds >= 1 else "within the second"
    return {"time": time, "commit": words.short_commit(after.commit)}


def _error(entry: Entry) -> str:
    """Return the last line of the traceback, which names the error."""
    lines = [line for line in (entry.traceback or "").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def _facts(entry: Entry) -> list[View]:
    """Return what stands in the margin, each with its name."""
    dataset = ", ".join(part for part in (entry.dataset, _size(entry)) if part)
    seeds = [
        f"{name} {words.text(value)}"
        for name, value in words.flat({**entry.defaults, **entry.params}).items()
        if name.rpartition(".")[2].rpartition("__")[2] in _REPLICATION and value is not None
    ]
    silenced = [
        f"{'all checks' if code == '*' else code}: {words.text(reason)}"
        for code, reason in entry.silence.items()
    ]
    commit = words.short_commit(entry.code) if entry.code else ""
    facts = [
        _fact("Status", words=_status(entry)),
        _fact("Model", path=entry.model or ""),
        _fact("Data set", words=dataset),
        _fact("Tags", several=entry.tags),
        _fact("Seeds", several=seeds),
        _fact("Silenced", several=silenced),
        _fact("Params", code=_short(entry.params_hash)),
        _fact("Data", code=_short(entry.data_hash)),
        _fact("State", code=_short(entry.state_hash)),
        _fact("Code", code=_short(entry.code_hash)),
        _fact("Commit", code=commit, words=_changes(entry)),
    ]
    return [fact for fact in facts if any(fact[kind] for kind in _KINDS)]


def _fact(name: str, **said: str | Sequence[str]) -> View:
    return {"name": name, **dict.fromkeys(_KINDS, ""), **said}


def _status(entry: Entry) -> str:
    if entry.status == "running" and entry.date:
        return f"running since {words.instant(entry.date)['words']}"
    if entry.duration is None:
        return entry.status or ""
    joined = "in" if entry.status == "done" else "after"
    return f"{entry.status} {joined} {words.duration(entry.duration)}"


def _size(entry: Entry) -> str:
    rows = [row for row in entry.data.values() if isinstance(row, dict)]
    return next((tables.shape(row["shape"]) for row in rows if row.get("shape")), "")


def _short(digest: str | None) -> str:
    return words.short_hash(digest) if digest else ""


def _changes(entry: Entry) -> str:
    if not entry.diff:
        return ""
    kinds = [line["kind"] for line in tables.diff_lines(entry.diff)]
    return f"+ {words.count(kinds.count('ins') + kinds.count('del'), 'line')}"


def _lineage(subject: Subject, entry: Entry) -> list[View]:
    """Return parents, this entry, children, in the order of time."""
    left = len(subject.children) - _CHILDREN
    rest = [_item(f"and {left} more", why="")] if left > 0 else []
    became = state(status=entry.status, verdict=entry.verdict)
    return [
        *(_relative(one) for one in subject.parents),
        _item(entry.title, why="this entry", became=became, here=True),
        *(_relative(one) for one in subject.children[:_CHILDREN]),
        *rest,
    ]


def _item(
    title: str,
    *,
    why: str,
    href: str | None = None,
    became: State = UNKNOWN,
    here: bool = False,
) -> View:
    return {"title": title, "why": why, "href": href, "state": became, "here": here}


def _relative(one: Relative | str) -> View:
    if isinstance(one, str):
        return _item(one, why="not in this journal")
    became = state(status=one.status, verdict=one.verdict)
    begun = moment(entry_id=one.id, date=one.date)
    why = [words.day(begun)] if begun else []
    why.append(became.word.lower())
    return _item(one.title, why=" · ".join(why), href=page_address(one.path), became=became)


def _named(one: Relative | None) -> View | None:
    return {"title": one.title, "href": page_address(one.path)} if one else None
