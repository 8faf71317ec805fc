"""What came in trained or fitted: weights of networks, learnt attributes of estimators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.data import STATE
from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.estimators import estimator_state, is_estimator
from gitlab_journal.identity.names import public_name
from gitlab_journal.identity.networks import is_network, network_state, steps_of

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree


@dataclass(frozen=True, slots=True)
class State:
    """What a page and a fingerprint say of the state that parameters bring along.

    `fresh` says what `all_fresh` says of the rows.
    """

    rows: dict[str, dict[str, Any]]
    state_hash: str | None
    fresh: bool


def describe_state(params: Mapping[str, object]) -> State:
    """Return the state of networks and estimators among parameters, in lists and mappings too.

    Raises DescriptionError for a learnt attribute that has no stable description.
    """
    rows: dict[str, dict[str, Any]] = {}
    for name, value in _models(params):
        place = root(f"params.{name}").inside(value, "")
        tree: Tree = (network_state if is_network(value) else estimator_state)(value, place)
        if tree is not None:
            steps = {"steps": steps_of(value)} if is_network(value) else {}
            kind = {"role": STATE, "type": public_name(type(value))}
            rows[name] = kind | steps | {"hash": digest({"$state": tree})}
    if not rows:
        return State({}, None, fresh=False)
    return State(rows, hash_of_states(rows), all_fresh(rows.values()))


def hash_of_states(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the digest of rows of state by the names of their arguments."""
    pairs: list[Tree] = [[name, str(rows[name]["hash"])] for name in sorted(rows)]
    return digest({"$state_by_name": pairs})


def all_fresh(rows: Iterable[Mapping[str, object]]) -> bool:
    """Tell whether there is state among the rows, all of networks before any optimizer step."""
    states = [row for row in rows if row.get("role") == STATE]
    return bool(states) and all(row.get("steps") == 0 for row in states)


def _models(params: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in params.items():
        if is_network(value) or is_estimator(value):
            yield name, value
        elif isinstance(value, list | tuple):
            yield from _models({f"{name}[{i}]": item for i, item in enumerate(value)})
        elif isinstance(value, Mapping):
            yield from _models({f"{name}.{key}": item for key, item in value.items()})
