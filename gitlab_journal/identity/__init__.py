"""What makes two experiments the same: canonical forms and digests of params, data, state, code."""

from __future__ import annotations

from gitlab_journal.identity.data import data_hash
from gitlab_journal.identity.params import params_hash

__all__ = ["data_hash", "params_hash"]
