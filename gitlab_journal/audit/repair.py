"""What new commits can put right of what an audit found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gitlab_journal.audit.verdicts import claims_of
from gitlab_journal.compose import Ending, commit_message, verdict_page
from gitlab_journal.entry import Entry, attachments_path
from gitlab_journal.errors import PageError
from gitlab_journal.evidence import judge
from gitlab_journal.history.edits import PREDICTION, edits
from gitlab_journal.page.blocks import BLOCKS
from gitlab_journal.page.parts import DIFF, TRACEBACK, fences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.audit.attachments import Lost
    from gitlab_journal.audit.audit import Report, Trail
    from gitlab_journal.audit.undeclared import Change
    from gitlab_journal.store.repository import Repository

_FENCES = {"diff": (DIFF, "Code"), "traceback": (TRACEBACK, "Results")}
_LEFT_OPEN = "Interrupted: the process that ran it is gone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One commit that puts an entry right: its files, what they were made from, its message."""

    entry: str
    words: str
    files: dict[str, bytes]
    bases: dict[str, bytes]
    message: str


def repairs(repository: Repository, report: Report) -> Iterator[Repair]:
    """Yield a commit for each entry of which something can be put right.

    What was deleted, changed or removed without a word is as it was recorded again; a run that
    nobody runs is interrupted. Nothing is made up, and no commit is rewritten. Writes nothing.
    """
    trail = report.trail
    if trail is None:
        return
    yield from _deleted(repository, trail)
    lost: dict[str, list[tuple[str, Lost]]] = {}
    for (owner, name), one in trail.attachments.lost.items():
        lost.setdefault(owner, []).append((name, one))
    for id in dict.fromkeys([*trail.undeclared.ids(), *lost]):  # noqa: A001  # an entry's id
        path = trail.today.where.get(id)
        if path is not None:
            changes = trail.undeclared.changes(id)
            yield from _taken_back(repository, trail, path, changes, lost.get(id, []))
    left_open = {one.entry for one in report.findings if one.code == "run-left-open"}
    for id, (path, page) in trail.today.running.items():  # noqa: A001  # an entry's id
        if id in left_open:
            yield _interrupted(page, path)


def _deleted(repository: Repository, trail: Trail) -> Iterator[Repair]:
    """Yield pages that were deleted, with what lay beside them."""
    for id, (step, path) in trail.pages.deleted.items():  # noqa: A001  # an entry's id
        page = step.before[0]
        parent = step.commit.parents[0]
        beside = f"{attachments_path(PurePosixPath(path), id)}/"
        there = [one for one in repository.changed(None, parent) if one.path.startswith(beside)]
        contents = repository.blobs([one.blob for one in there if one.blob])
        yield Repair(
            entry=id,
            words="the page is back",
            files={path: page.render().encode()}
            | {one.path: contents[one.blob] for one in there if one.blob},
            bases={},
            message=commit_message(
                page,
                subject=f"restore: {page.title}",
                amends=["page"],
                reason=f"{step.commit.id[:12]} deleted it without saying why",
            ),
        )


def _taken_back(
    repository: Repository,
    trail: Trail,
    path: str,
    changes: Sequence[Change],
    lost: Sequence[tuple[str, Lost]],
) -> Iterator[Repair]:
    """Yield one commit that takes back what was changed of a page and beside it."""
    now = repository.blobs([trail.today.files[path]])[trail.today.files[path]]
    page = before = Entry.read(now, repository.root / path)
    taken: list[str] = []
    for change in changes:
        restored = _restored(repository, page, change)
        if restored is not None:
            page, taken = restored, [*taken, change.what]
    folder = attachments_path(PurePosixPath(path), page.id)
    contents = repository.blobs([one.blob for _, one in lost])
    files = {str(folder / name): contents[one.blob] for name, one in lost}
    if page != before:
        files[path] = page.render().encode()
    if not files:
        return
    named = [*taken, *(name for name, _ in lost)]
    commits = dict.fromkeys([*(c.commit for c in changes), *(one.commit for _, one in lost)])
    since = ", ".join(commit[:12] for commit in commits)
    yield Repair(
        entry=page.id,
        words=f"as recorded again: {', '.join(named)}",
        files=files,
        bases={path: now} if path in files else {},
        message=commit_message(
            page,
            subject=f"restore: {page.title}",
            amends=named,
            reason=f"takes back what {since} changed without saying why",
        ),
    )


def _restored(repository: Repository, page: Entry, change: Change) -> Entry | None:
    """Return the page with one change taken back; None where it cannot be told how."""
    if change.page is None:
        return None
    recorded = Entry.read(repository.blobs([change.page])[change.page])
    try:
        restored = _put_back(page, recorded, change.what)
    except PageError:
        return None
    left = {edit.what for edit in edits(recorded, restored)} if restored else {change.what}
    return None if change.what in left else restored


def _put_back(page: Entry, recorded: Entry, what: str) -> Entry | None:
    name, _, key = what.partition(".")
    if what == PREDICTION:
        page = page.set(prediction=recorded.front.get(PREDICTION))
        return page.set_block(PREDICTION, list(recorded.claims))
    if what == "findings":
        return page.set_block(what, list(recorded.findings))
    if name in BLOCKS and key:
        values = dict(getattr(recorded, name))
        if name == "metrics":
            values |= {"replicates": recorded.replicates or None, "returned": recorded.returned}
        return page.set_values(name, {key: values.get(key)})
    if what[:1].isupper():
        return _with_section(page, recorded, what)
    if what in _FENCES:
        return _with_fence(page, recorded, what)
    return page.set(**{what: recorded.front.get(what)})


def _with_section(page: Entry, recorded: Entry, name: str) -> Entry:
    """Return the page with the text of a section, to the byte where its blocks are as recorded."""
    section = page.page.section(name)
    if section is not None:
        text = page.text[: section.body] + recorded.section(name) + page.text[section.end :]
        whole = Entry.parse(text, page.path)
        if {edit.what for edit in edits(page, whole)} <= {name}:
            return whole
    return page.fill(name, recorded.prose(name))


def _with_fence(page: Entry, recorded: Entry, name: str) -> Entry | None:
    """Return the page with what its diff or traceback held; None where there is none now."""
    info, home = _FENCES[name]
    section, held = page.page.section(home), getattr(recorded, name)
    fences = fences_of(page.page, section) if section else []
    for fence in fences:
        if fence.info == info and held is not None:
            text = page.text[: fence.body] + held + page.text[fence.close :]
            return Entry.parse(text, page.path)
    return None


def _interrupted(page: Entry, path: str) -> Repair:
    judgement = judge(claims_of(page) or [], status="interrupted", metrics={})
    ending = Ending(status="interrupted", duration=None, judgement=judgement, notes=[_LEFT_OPEN])
    ended = verdict_page(page, ending)
    return Repair(
        entry=page.id,
        words="interrupted",
        files={path: ended.render().encode()},
        bases={path: page.render().encode()},
        message=commit_message(ended, body=judgement.sentence if judgement else ""),
    )
