"""The lines for journal.md by which an earlier run would be found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.changed_data import renamed_data, states
from gitlab_journal.changed_params import ABSENT, same, walk
from gitlab_journal.differences import differences
from gitlab_journal.page.writer import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.changed_params import Keys
    from gitlab_journal.differences import Compared

    Changes = Mapping[Keys, tuple[Any, Any]]

DIGITS = 8  # of a digest, as many as journal.md asks for
_CUT = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Proposals:
    """What would make an earlier run count as equal to a later one, if it is true.

    `is_all` tells whether nothing else differs between them, `same_code` (the first digits of two
    digests) apart.
    """

    aliases: Mapping[str, str]
    added: Mapping[str, Any]
    same_code: Sequence[str]
    is_all: bool

    def as_dict(self) -> dict[str, Any]:
        """Return what there is, by setting of journal.md."""
        found = {"aliases": self.aliases, "added": self.added, "same_code": self.same_code}
        return {name: value for name, value in found.items() if value}


def propose(before: Compared, after: Compared) -> Proposals:
    """Return what journal.md could say of two runs.

    `aliases` where a parameter or a data argument vanished and another appeared with the equal
    value; `added` where parameters appeared and nothing else is different in them; `same_code`
    where all that leaves nothing but the code.
    """
    parts = Counter(one.part for one in differences(before, after))
    is_config = before.config_hash is not None and before.config_hash == after.config_hash
    changes = {keys: (was, now) for keys, was, now in walk(before, after) if not is_config}
    renamed = _renamed(changes)
    added = _added(changes, renamed)
    data = renamed_data(before.data, after.data) if parts["data"] else {}
    aliases = {str(old[-1]): str(new[-1]) for old, new in renamed.items()} | data
    is_all = (
        len(changes) == 2 * len(renamed) + len(added)
        and parts["data"] == len(data)
        and (not parts["weights"] or _are_renamed(states(before.data), states(after.data), aliases))
    )
    codes = [str(code).rpartition(":")[2][:DIGITS] for code in (before.code_hash, after.code_hash)]
    return Proposals(
        aliases=aliases,
        added=added,
        same_code=codes if is_all and parts["code"] + parts["libraries"] else [],
        is_all=is_all,
    )


def setting_line(name: str, value: Any, settings: Mapping[str, Any]) -> str:
    """Return the line of journal.md that says `value` besides what `settings` say already."""
    there = settings.get(name)
    if name == "same_code":
        groups = _groups(there)
        known = [group for group in groups if any(_is_in(group, one) for one in value)]
        joined = [one for group in known for one in group]
        joined += [one for one in value if not _is_in(joined, one)]
        groups = [*(group for group in groups if group not in known), joined]
        value = groups[0] if len(groups) == 1 else groups
    elif isinstance(there, dict):
        value = {**there, **value}
    return lines(name, value, style="rows")[0]


def _renamed(changes: Changes) -> dict[Keys, Keys]:
    """Return the parameters that vanished, each with the only one that appeared in its place."""
    vanished = {keys: was for keys, (was, now) in changes.items() if now is ABSENT}
    appeared = {keys: now for keys, (was, now) in changes.items() if was is ABSENT}
    found = {
        old: [new for new, now in appeared.items() if new[:-1] == old[:-1] and same(was, now)]
        for old, was in vanished.items()
    }
    taken = [new for several in found.values() for new in several]
    return {
        old: several[0]
        for old, several in found.items()
        if len(several) == 1 and taken.count(several[0]) == 1
    }


def _added(changes: Changes, renamed: Mapping[Keys, Keys]) -> dict[str, Any]:
    """Return the parameters that appeared, where nothing else is left of the changes."""
    left = {
        keys: pair
        for keys, pair in changes.items()
        if keys not in renamed and keys not in renamed.values()
    }
    if all(was is ABSENT and _is_plain(now) for was, now in left.values()):
        return {str(keys[-1]): now for keys, (_, now) in left.items()}
    return {}


def _is_plain(value: Any) -> bool:
    """Tell whether the page shows a value whole, so that journal.md can name it."""
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, int | float) or _is_whole(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, str) and _CUT not in value


def _are_renamed(
    was: Mapping[str, Any], now: Mapping[str, Any], aliases: Mapping[str, str]
) -> bool:
    old = {aliases.get(name, name): row.get("hash") for name, row in was.items()}
    return old == {name: row.get("hash") for name, row in now.items()}


def _groups(same_code: Any) -> list[list[str]]:
    """Return what a journal declares equal: one list of digests, or several."""
    if not same_code:
        return []
    if isinstance(same_code, str):
        return [[same_code]]
    loose = [one for one in same_code if isinstance(one, str)]
    return [*([loose] if loose else []), *(one for one in same_code if isinstance(one, list))]


def _is_in(group: Sequence[str], digits: str) -> bool:
    return any(one.rpartition(":")[2].startswith(digits) for one in group)
