"""The fingerprint of a run, compared with those of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

HASHES = ("params_hash", "config_hash", "data_hash", "state_hash", "code_hash")


class Fingerprinted(Protocol):
    """Whatever carries the five digests: an entry, a row of the catalogue, a fingerprint."""

    @property
    def params_hash(self) -> str | None:
        """The digest, or None where there is none."""

    @property
    def config_hash(self) -> str | None:
        """The digest, or None where there is none."""

    @property
    def data_hash(self) -> str | None:
        """The digest, or None where there is none."""

    @property
    def state_hash(self) -> str | None:
        """The digest, or None where there is none."""

    @property
    def code_hash(self) -> str | None:
        """The digest, or None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a run is recognised by: digests of params, params less seeds, data, state, code.

    `seeded` says whether a replication parameter is set; `fresh` whether the state, if any, is
    that of networks before any optimizer step. What the journal declares equal: `alternatives`
    are pairs of params_hash and config_hash that earlier runs may have instead,
    `data_alternatives` and `state_alternatives` digests of data and state; `same_code` holds code
    hashes, or the beginnings of some.
    """

    params_hash: str | None
    config_hash: str | None = None
    data_hash: str | None = None
    state_hash: str | None = None
    code_hash: str | None = None
    seeded: bool = False
    fresh: bool = False
    alternatives: tuple[tuple[str, str], ...] = ()
    data_alternatives: tuple[str, ...] = ()
    state_alternatives: tuple[str, ...] = ()
    same_code: frozenset[str] = frozenset()

    @property
    def config_hashes(self) -> tuple[str | None, ...]:
        """Return the config_hash and those that count as equal, each once."""
        others = (config for _, config in self.alternatives)
        return tuple(dict.fromkeys((self.config_hash, *others)))

    @property
    def data_hashes(self) -> tuple[str | None, ...]:
        """Return the data_hash and those that count as equal."""
        return (self.data_hash, *self.data_alternatives)

    def as_dict(self) -> dict[str, str]:
        """Return the digests that are there, by the names of the front matter."""
        return {name: value for name in HASHES if (value := getattr(self, name)) is not None}


def relation(
    fingerprint: Fingerprint,
    earlier: Fingerprinted,
    *,
    status: str | None,
    earlier_fresh: bool = False,
) -> str | None:
    """Return how `fingerprint` stands to an earlier run of `status`, or None where unrelated.

    One of "duplicate", "replicate", "variant", "other weights", "failed before", "running now".
    `earlier_fresh` says the same of the earlier run's state as `fingerprint.fresh` of this one's.
    """
    if earlier.config_hash not in fingerprint.config_hashes:
        return None
    if earlier.data_hash not in fingerprint.data_hashes:
        return None
    others = (params for params, _ in fingerprint.alternatives)
    same_params = earlier.params_hash in (fingerprint.params_hash, *others)
    same_state = earlier.state_hash in (fingerprint.state_hash, *fingerprint.state_alternatives)
    same_code = _is_same_code(fingerprint, earlier.code_hash)
    if same_params and same_state and same_code:
        return {"done": "duplicate", "failed": "failed before", "running": "running now"}.get(
            status or ""
        )
    if status != "done":
        return None
    if same_code and not same_state:
        if fingerprint.fresh and earlier_fresh:
            return "replicate"
        return "other weights" if same_params else None
    if same_code:
        return "replicate"
    return "variant" if same_params and same_state else None


def _is_same_code(fingerprint: Fingerprint, earlier: str | None) -> bool:
    if earlier is None or earlier == fingerprint.code_hash:
        return earlier == fingerprint.code_hash
    return any(map(earlier.startswith, fingerprint.same_code))


def equal_code(code_hashes: Sequence[str], groups: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return what counts as equal to any of some code hashes, by groups of hashes declared equal.

    A group may hold the beginnings of hashes, with or without the algorithm before them; groups
    that share a hash are one.
    """
    equal = set(code_hashes)
    algorithm = next(iter(code_hashes), "").partition(":")[0]
    waiting = [{one if ":" in one else f"{algorithm}:{one}" for one in group} for group in groups]
    while joined := [group for group in waiting if _share(group, equal)]:
        equal = equal.union(*joined)
        waiting = [group for group in waiting if group not in joined]
    return frozenset(equal)


def _share(group: AbstractSet[str], others: AbstractSet[str]) -> bool:
    return any(one.startswith(other) or other.startswith(one) for one in group for other in others)
