"""Random generators, by the state that decides what they draw next."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def describe_generator(value: object, place: Place) -> Tree:
    """Return the tree of a random generator of Python's, numpy's or torch's, else None."""
    if isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        return {"$random": place.describe(value.getstate()), "#shown": "Random"}
    return _of_numpy(value, place) or _of_torch(value, place)


def _of_numpy(value: object, place: Place) -> Tree:
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "random"):
        return None
    if isinstance(value, numpy.random.RandomState):
        return {"$random": place.describe(value.get_state(legacy=False)), "#shown": "RandomState"}
    if isinstance(value, numpy.random.Generator):
        return {"$random": place.describe(value.bit_generator.state), "#shown": "Generator"}
    if isinstance(value, numpy.random.BitGenerator):
        return {"$random": place.describe(value.state), "#shown": type(value).__name__}
    if isinstance(value, numpy.random.SeedSequence):
        parts = {name: getattr(value, name) for name in ("entropy", "spawn_key", "pool_size")}
        spawned = {"n_children_spawned": value.n_children_spawned}
        return {"$seeds": place.describe(parts | spawned), "#shown": repr(value)}
    return None


def _of_torch(value: object, place: Place) -> Tree:
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "Generator") or not isinstance(value, torch.Generator):
        return None
    state = place.describe(value.get_state().numpy())
    return {"$random": [str(value.device), state], "#shown": "torch.Generator"}
