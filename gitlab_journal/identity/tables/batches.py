"""Data sets of Keras that give a batch by its number: PyDataset."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.digests import digest
from gitlab_journal.identity.source.project import is_of_project
from gitlab_journal.identity.tables.elements import LIMIT, digest_elements, undisturbed
from gitlab_journal.identity.tables.kind import Kind
from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

_BETWEEN_EPOCHS = ("on_epoch_begin", "on_epoch_end")


def kind_of_batches(value: Any) -> Kind | None:
    """Return the kind of a PyDataset of Keras's, None for other values."""
    keras = sys.modules.get("keras")
    if keras is None or not hasattr(keras, "utils"):
        return None
    if not isinstance(value, keras.utils.PyDataset):
        return None
    count = _count(value)
    return Kind(
        type(value).__name__, None if count is None else (count,), None, digest_batches, _detailed
    )


def digest_batches(value: Any, place: Place) -> str:
    """Return the digest of a PyDataset by its batches; raises DescriptionError."""
    return _detailed(value, place)[0]


def _detailed(value: Any, place: Place) -> tuple[str, dict[str, Any]]:
    """Return the digest, and which batches it covers where that is a sample."""
    count = _count(value)
    if count is None:
        raise place.refusal(
            f"{type(value).__name__} has no number of batches, so that it cannot be read to its "
            "end; pass the arrays it is made from, or name it in ignore"
        )
    with undisturbed():
        first = value[0] if count else None
        if count and _digest(first, place, 0) != _digest(value[0], place, 0):
            raise place.refusal(
                f"the first batch of {type(value).__name__} differs when it is read again; pass "
                "the arrays it is made from, or name it in ignore"
            )
        stride = 1 + _bytes(first) * count // LIMIT
        batches = ([_digest(value[i], place, i).encode()] for i in range(0, count, stride))
        found, _ = digest_elements({"$batches": count, **_code(value, place)}, batches)
    return found, {} if stride == 1 else {"sampled": f"1 in {stride} batches"}


def _count(value: Any) -> int | None:
    try:
        count = value.num_batches
    except NotImplementedError:
        return None
    return None if count is None else int(count)


def _digest(batch: object, place: Place, number: int) -> str:
    return digest(place.describe(batch, f"[{number}]"))


def _code(value: Any, place: Place) -> dict[str, Tree]:
    """Return the class where it does something between epochs that no batch shows."""
    kind = type(value)
    own = [base for base in kind.__mro__ if is_of_project(base)]
    if any(name in vars(base) for base in own for name in _BETWEEN_EPOCHS):
        return {"$kind": describe_class(kind, place)}
    return {}


def _bytes(batch: Any) -> int:
    """Return how much a batch holds, in its arrays."""
    if isinstance(batch, dict):
        return sum(map(_bytes, batch.values()))
    if isinstance(batch, list | tuple):
        return sum(map(_bytes, batch))
    return int(getattr(batch, "nbytes", 0))
