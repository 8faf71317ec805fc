"""What came in trained or fitted: the state of the models among the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.data import STATE
from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.models.learnt import is_model, model_state
from gitlab_journal.identity.models.weights import has_weights, steps_of
from gitlab_journal.identity.names import public_name
from gitlab_journal.identity.values.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
    """Return the state of the models among parameters: networks, estimators, boosters.

    They may stand in lists, mappings, records, partials, or be what a bound method is bound to; a
    row is named by the path to its model. Raises DescriptionError for a learnt attribute that has
    no stable description.
    """
    rows: dict[str, dict[str, Any]] = {}
    seen: set[int] = set()
    models = [found for name in params for found in _models(name, params[name], seen)]
    for name, value in models:
        tree = model_state(value, root(f"params.{name}").inside(value, ""))
        if tree is not None:
            taken = steps_of(value) if has_weights(value) else None
            steps = {} if taken is None else {"steps": taken}
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


def _models(name: str, value: object, seen: set[int]) -> Iterator[tuple[str, object]]:
    if is_model(value):
        yield name, value
        return
    for step, part in parts_of(value, seen):
        yield from _models(name + step, part, seen)
