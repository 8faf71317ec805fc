"""What a call would have been described as before parameters were renamed or added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, TypeVar

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.data import STATE, combine_rows, role_of
from gitlab_journal.identity.digests import encode, last_name
from gitlab_journal.identity.state import hash_of_states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gitlab_journal.identity.digests import Tree

    Way = tuple[str | int, ...]
    Rows = Mapping[str, Mapping[str, Any]]

Key = TypeVar("Key")
Choice = TypeVar("Choice")

MOST = 64
MOST_OF_ROWS = 8  # each is looked up with each of the parameters


@dataclass(frozen=True, slots=True)
class Former:
    """What the cover declares of earlier runs.

    `aliases` maps old names to new ones, `added` parameters to the default that equals the old
    behaviour.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, object] = field(default_factory=dict)

    def names(self, name: str) -> tuple[str, ...]:
        """Return what `name` or the last part of it was called before, the latest name first."""
        prefix = "" if name in self.aliases.values() else name.removesuffix(last_name(name))
        met = [name.removeprefix(prefix)]
        for new in met:  # grows by what was renamed to a name that is in it
            met += [old for old, now in self.aliases.items() if now == new and old not in met]
        return tuple(prefix + old for old in met[1:])

    def choices(self, name: str, tree: Tree) -> tuple[str | None, ...]:
        """Return the names that an entry had before, None last where it may not have been there."""
        names = self.names(name)
        known = {part for one in (name, *names) for part in (one, last_name(one))}
        absent = any(
            encode(root("added").describe(default)) == encode(tree)
            for new, default in self.added.items()
            if new in known
        )
        return (*names, None) if absent else names


def former_trees(trees: Mapping[str, Tree], former: Former) -> list[Tree]:
    """Return the trees of parameters that earlier runs of the same meaning may have had."""
    if not former.aliases and not former.added:
        return []
    places = dict(_places(trees, former, ()))
    groups: dict[object, list[Way]] = {way: [way] for way in places}
    if prod(len(choices) + 1 for choices in places.values()) > MOST + 1:
        groups = {}
        for way in places:  # of one name all at once, but for the outermost
            groups.setdefault((way[-1], len(way) == 1), []).append(way)
    choices = {group: places[ways[0]] for group, ways in groups.items()}
    return [
        _rewritten(trees, {way: name for key, name in one.items() for way in groups[key]}, ())
        for one in _selections(choices, most=MOST)
    ]


def former_data(rows: Rows, former: Former) -> tuple[str, ...]:
    """Return the digests of the same data under the names that its arguments had before."""
    counted = {name: row for name, row in rows.items() if row.get("role") != STATE}
    by_name = [
        name for name, row in counted.items() if row.get("role", name) in (name, role_of(name))
    ]
    return tuple(
        str(combine_rows(renamed).data_hash)
        for one in _selections({name: former.names(name) for name in by_name}, most=MOST_OF_ROWS)
        if len(renamed := _renamed(counted, one)) == len(counted)
    )


def former_states(rows: Rows, former: Former) -> tuple[str, ...]:
    """Return the digests of the same state under the names that its arguments had before."""
    states = {name: row for name, row in rows.items() if row.get("role") == STATE}
    choices = {name: _names_of_row(name, former) for name in states}
    return tuple(
        hash_of_states({one.get(name, name): row for name, row in states.items()})
        for one in _selections(choices, most=MOST_OF_ROWS)
    )


def _renamed(rows: Rows, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {
        names.get(name, name): {**row, "role": role_of(names[name]) or names[name]}
        if name in names
        else dict(row)
        for name, row in rows.items()
    }


def _names_of_row(name: str, former: Former) -> list[str]:
    """Return the former names of a row of state such as `options.model` or `models[0]`."""
    parts = re.split(r"([.\[\]])", name)
    choices = {place: former.names(part) for place, part in enumerate(parts)}
    return [
        "".join(one.get(place, part) for place, part in enumerate(parts))
        for one in _selections(choices, most=MOST_OF_ROWS)
    ]


def _selections(choices: Mapping[Key, Sequence[Choice]], *, most: int) -> list[dict[Key, Choice]]:
    """Return the ways to change some of the keys, each to one of its choices, at most `most`.

    Where there are more: all keys to their last choice, then each key alone.
    """
    several = {key: found for key, found in choices.items() if found}
    if prod(len(found) + 1 for found in several.values()) <= most + 1:
        pairs = [[None, *((key, one) for one in found)] for key, found in several.items()]
        ways = [dict(pair for pair in way if pair is not None) for way in product(*pairs)]
        return [way for way in ways if way]
    every = {key: found[-1] for key, found in several.items()}
    return [every, *({key: one} for key, found in several.items() for one in found)][:most]


def _places(tree: Tree, former: Former, way: Way) -> Iterator[tuple[Way, tuple[str | None, ...]]]:
    """Yield the entries that had other names or were absent, by the way to them in the tree."""
    if isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from _places(item, former, (*way, index))
    if not isinstance(tree, Mapping):
        return
    for key, value in tree.items():
        if key.startswith("#"):
            continue
        if not key.startswith("$"):
            choices = tuple(one for one in former.choices(key, value) if one not in tree)
            if choices:
                yield (*way, key), choices
        yield from _places(value, former, (*way, key))


def _rewritten(tree: Tree, changes: Mapping[Way, str | None], way: Way) -> Tree:
    if isinstance(tree, list):
        return [_rewritten(item, changes, (*way, i)) for i, item in enumerate(tree)]
    if not isinstance(tree, Mapping):
        return tree
    return {
        name: _rewritten(value, changes, (*way, key))
        for key, value in tree.items()
        if (name := changes.get((*way, key), key)) is not None
    }
