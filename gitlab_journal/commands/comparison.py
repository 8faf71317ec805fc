"""Two entries side by side: how they are related, what journal.md could say of them."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.alert import last_line
from gitlab_journal.catalogue.row import function_named
from gitlab_journal.changed_params import same
from gitlab_journal.commands.speech import verdict_mark
from gitlab_journal.differences import LINE, differences, in_short, remarks, same_definitions
from gitlab_journal.errors import StoreError
from gitlab_journal.evidence import told_apart
from gitlab_journal.fingerprint import Fingerprint, equal_code, relation
from gitlab_journal.identity.state import all_fresh
from gitlab_journal.page.portable import portable
from gitlab_journal.phrases import cut, number_words, value_words, verdict_words
from gitlab_journal.proposals import propose, setting_line
from gitlab_journal.store.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gitlab_journal.cover import Cover
    from gitlab_journal.differences import Difference
    from gitlab_journal.entry import Entry
    from gitlab_journal.proposals import Proposals

NAMES = {"params": "parameters"}
COMMIT = 7  # digits, as git itself shortens it
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHOWN = 30  # characters of a value within a sentence


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is said of two entries, `before` the earlier one.

    `relation` is one of `fingerprint.relation`, None where they are unrelated; `proposals` what
    journal.md does not say yet.
    """

    before: Entry
    after: Entry
    relation: str | None
    differences: Sequence[Difference]
    remarks: Sequence[str]
    proposals: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return what `glj diff --json` prints."""
        return {
            "before": self.before.id,
            "after": self.after.id,
            "relation": self.relation,
            "differences": portable([asdict(one) for one in self.differences]),
            "remarks": list(self.remarks),
            "metrics": portable(_numbers(self.before, self.after)),
            "proposals": portable(self.proposals),
        }


def _numbers(before: Entry, after: Entry) -> dict[str, dict[str, float]]:
    names = dict.fromkeys([*after.metrics, *before.metrics])
    sides = {"before": before.metrics, "after": after.metrics}
    return {
        name: {side: found[name] for side, found in sides.items() if name in found}
        for name in names
    }


def compare(before: Entry, after: Entry, cover: Cover) -> Comparison:
    """Return the comparison of two entries of the journal that has this cover."""
    proposals = propose(before, after)
    same_code = _same_code(before, after, cover)
    declared = _declared(proposals, cover)
    # only what is done can be found as the same
    proposed = proposals.as_dict() if before.status == "done" else {}
    if before.code_hash and any(map(before.code_hash.startswith, same_code)):
        proposed.pop("same_code", None)
    for name in ("aliases", "added"):
        left = {key: value for key, value in proposed.pop(name, {}).items() if key not in declared}
        proposed = {name: left, **proposed} if left else proposed
    is_equal = declared == {*proposals.aliases, *proposals.added} and proposals.is_all
    fingerprint = Fingerprint(
        params_hash=after.params_hash,
        config_hash=after.config_hash,
        data_hash=after.data_hash,
        state_hash=after.state_hash,
        code_hash=after.code_hash,
        fresh=all_fresh(after.data.values()),
        same_code=same_code,
        **(_instead(before) if is_equal and declared else {}),
    )
    return Comparison(
        before=before,
        after=after,
        relation=_relation(fingerprint, before, after),
        differences=differences(before, after),
        remarks=remarks(before, after),
        proposals=proposed,
    )


def _instead(before: Entry) -> dict[str, Any]:
    """Return the earlier digests as those that the later run may have instead of its own."""
    return {
        "alternatives": ((str(before.params_hash), str(before.config_hash)),),
        "data_alternatives": (before.data_hash,) if before.data_hash else (),
        "state_alternatives": (before.state_hash,) if before.state_hash else (),
    }


def _same_code(before: Entry, after: Entry, cover: Cover) -> frozenset[str]:
    codes = [after.code_hash, before.code_hash if same_definitions(before, after) else None]
    return equal_code([code for code in codes if code], cover.same_code)


def _declared(proposals: Proposals, cover: Cover) -> set[str]:
    """Return the names, old ones of aliases and new ones of added, that journal.md has already."""
    aliases = {old for old, new in proposals.aliases.items() if _leads(cover, old, new)}
    added = {
        name
        for name, value in proposals.added.items()
        if name in cover.added and same(cover.added[name], value)
    }
    return aliases | added


def _leads(cover: Cover, old: str, new: str) -> bool:
    for _ in cover.aliases:
        old = cover.aliases.get(old, old)
    return old == new


def _relation(fingerprint: Fingerprint, before: Entry, after: Entry) -> str | None:
    if not (before.config_hash and after.config_hash) or before.id == after.id:
        return None  # pages written by hand say too little
    found = relation(
        fingerprint,
        before,
        status=before.status,
        earlier_fresh=all_fresh(before.data.values()),
    )
    is_another = function_named(before) != function_named(after)
    return None if found == "variant" and is_another else found


def short_names(before: Entry, after: Entry) -> tuple[str, str]:
    """Return what people call two entries: the last four characters, unless those are the same."""
    one, other = before.id[-4:], after.id[-4:]
    return (one, other) if one != other else (before.id, after.id)


def sentence(comparison: Comparison) -> str:
    """Return in one sentence how the later entry stands to the earlier one."""
    before, after = comparison.before, comparison.after
    if before.id == after.id:
        return f"{after.id[-4:]} is one entry, named twice"
    one, other = short_names(before, after)
    head = {
        "duplicate": f"{other} repeats {one}: ",
        "replicate": f"{other} is a replicate of {one}: ",
        "variant": f"{other} is a variant of {one}: ",
        "other weights": f"{other} differs from {one} in its weights: ",
        "failed before": f"{other} is the same as {one}, which failed: ",
        "running now": f"{other} is the same as {one}, which is still running",
    }.get(comparison.relation or "", f"{other} differs from {one}: ")
    if comparison.relation == "failed before":
        return head + last_line(before)
    if comparison.relation == "running now":
        return head
    if not comparison.differences:
        state = "" if before.status == "done" else f", which is {before.status}"
        return f"{other} repeats {one}{state}: nothing differs"
    if comparison.relation == "duplicate":
        return f"{head}what differs counts as equal"
    parts = list(dict.fromkeys(NAMES.get(one.part, one.part) for one in comparison.differences))
    if comparison.relation is None and len(parts) > 1:
        return f"{other} differs from {one} in {', '.join(parts[:-1])} and {parts[-1]}"
    said = in_short(comparison.differences, width=LINE - len(head))
    return head + said.removeprefix("starts from other weights: ")


def lines(comparison: Comparison, cover: Cover) -> Iterator[tuple[str, str]]:
    """Yield for each proposal a sentence when it is true, with the line for journal.md."""
    for name, value in comparison.proposals.items():
        # a key that is there already, if only empty, may not be added a second time
        what_to_do = "let journal.md say" if name in cover.settings else "add to journal.md"
        condition = _condition(name, value, comparison.differences)
        yield f"If {condition}, {what_to_do}:", setting_line(name, value, cover.settings)


def _condition(name: str, value: Any, found: Sequence[Difference]) -> str:
    if name == "same_code":
        of_code = any(one.part == "code" for one in found)
        return "the new code computes the same" if of_code else "the new version computes the same"
    if len(value) > 1:
        return "these are new names alone" if name == "aliases" else "these change nothing"
    ((one, other),) = value.items()
    if name == "aliases":
        return f"{other} is {one} under a new name"
    return f"{one} {cut(value_words(other), SHOWN)} is what was done before"


def results(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """Return verdicts and metrics as rows: name, before, after, difference."""
    before, after = comparison.before, comparison.after
    judged, rejudged = (
        verdict_mark(verdict_words(one.status, one.verdict)) for one in (before, after)
    )
    headlines = (name for name in (after.metric, before.metric) if name)
    metrics = [
        (name, *_beside(before.metrics.get(name), after.metrics.get(name)))
        for name in dict.fromkeys([*headlines, *after.metrics, *before.metrics])
        if name in before.metrics or name in after.metrics
    ]
    return [("verdict", judged, rejudged, ""), *metrics]


def _beside(was: float | None, now: float | None) -> tuple[str, str, str]:
    """Return two metrics in as many digits as tell them apart, and how far they are."""
    shown = number_words(was), number_words(now)
    if was is None or now is None:
        return *shown, ""
    if was != now and shown[0] == shown[1]:
        shown = told_apart(was, now)
    gap = now - was
    if not any("e" in words for words in shown):
        gap = round(gap, max(len(words.partition(".")[2]) for words in shown))
    return *shown, f"{'+' if gap > 0 else ''}{number_words(gap)}"


def commits(comparison: Comparison, project: Path) -> list[str]:
    """Return the commits of the two runs' code, with git's command where `project` has both."""
    before, after = comparison.before, comparison.after
    if not before.code or not after.code:
        return []
    names = short_names(before, after)
    one, other = (code.rpartition(":")[2] for code in (before.code, after.code))
    if one == other:
        said = [f"both at commit {one[:COMMIT]}"]
    else:
        said = [f"commit {other[:COMMIT]}, before {one[:COMMIT]}"]
        if all(_is_commit(commit, project) for commit in (one, other)):
            said[0] += f": git diff {one[:COMMIT]}..{other[:COMMIT]}"
    edited = [name for name, entry in zip(names, (before, after), strict=True) if _is_edited(entry)]
    if edited:
        said.append(f"with changes that were not committed: {', '.join(edited)} (see the page)")
    return said


def _is_commit(commit: str, project: Path) -> bool:
    if _COMMIT.fullmatch(commit) is None:  # what git would take for an option, or for a branch
        return False
    try:
        git("cat-file", "-e", f"{commit}^{{commit}}", cwd=project)
    except StoreError:
        return False
    return True


def _is_edited(entry: Entry) -> bool:
    """Tell whether the page holds a diff of the working tree, or a link to one."""
    return entry.diff is not None or "code.diff" in entry.prose("Code")
