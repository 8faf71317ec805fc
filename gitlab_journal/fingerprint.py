"""The fingerprint of a run, compared with those of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
    that of networks before any optimizer step.
    """

    params_hash: str | None
    config_hash: str | None = None
    data_hash: str | None = None
    state_hash: str | None = None
    code_hash: str | None = None
    seeded: bool = False
    fresh: bool = False

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
    if earlier.config_hash != fingerprint.config_hash or earlier.data_hash != fingerprint.data_hash:
        return None
    same_params = earlier.params_hash == fingerprint.params_hash
    same_state = earlier.state_hash == fingerprint.state_hash
    same_code = earlier.code_hash == fingerprint.code_hash
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
