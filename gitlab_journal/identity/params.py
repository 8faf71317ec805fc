"""The parameters of an experiment, described and hashed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.canonical import root
from gitlab_journal.identity.digests import digest, holds, without
from gitlab_journal.identity.models.boosters import is_booster
from gitlab_journal.identity.models.networks import is_network
from gitlab_journal.identity.models.protocol import is_estimator
from gitlab_journal.identity.models.torch_parts import is_module
from gitlab_journal.identity.names import public_name
from gitlab_journal.identity.renamed import Former, former_trees
from gitlab_journal.identity.shown import page, split
from gitlab_journal.secrets import redact_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitlab_journal.identity.digests import Tree

IGNORE = frozenset({"n_jobs", "verbose"})
REPLICATE = frozenset({"seed", "random_state"})
_TAG = re.compile(r"\.\$\w+")  # of a canonical tree, no name of a parameter


@dataclass(frozen=True, slots=True)
class Params:
    """What a page and a fingerprint say of an experiment's parameters.

    `params` holds what was set, `defaults` what was left alone, both as plain values. `config_hash`
    leaves out the replication parameters; `seeded` tells whether one of them has a value. `model`
    is the public path of the estimator's or network's class. `alternatives` are further pairs of
    the two hashes, which earlier runs of the same meaning may have; `trees` are what was described.
    `hidden` are the paths of what looks like a key: none of these values stands on a page, and
    none that its name or pattern betrays counts in a hash, which would let it be guessed.
    """

    params: dict[str, Any]
    defaults: dict[str, Any]
    params_hash: str
    config_hash: str
    model: str | None
    seeded: bool
    trees: dict[str, Tree]
    alternatives: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()


def params_hash(params: Mapping[str, object], *, ignore: Iterable[str] = ()) -> str:
    """Return the digest of parameters by name, less those ignored (`ignore` adds to the defaults).

    Raises DescriptionError, with the path, for a value that has no stable description.
    """
    return digest(_without_secrets(_trees(params, ignore=ignore)))


def describe_params(
    given: Mapping[str, object],
    left_alone: Mapping[str, object],
    *,
    replicate: Iterable[str] = (),
    ignore: Iterable[str] = (),
    former: Former | None = None,
) -> Params:
    """Return the description of parameters set by the caller and of defaults left alone.

    `replicate` and `ignore` add to the defaults (`seed`, `random_state`; `n_jobs`, `verbose`). Both
    match by last name at any depth, not inside splitters. `former` says what was renamed or added.
    Raises DescriptionError, with the path.
    """
    seeds = REPLICATE.union(replicate)
    every = {**left_alone, **given}
    described = _trees(every, ignore=ignore)
    harmless, hidden = redact_values(described)
    # A random key cannot be guessed from its digest, and may be the name of something.
    trees = _without_secrets(described) if hidden else described
    shown, defaults = _shown(harmless, given, left_alone)
    return Params(
        params=shown,
        defaults=defaults,
        params_hash=digest(trees),
        config_hash=digest(without(trees, seeds)),
        model=_model({**given, **left_alone}),
        seeded=holds(trees, seeds),
        trees=described,
        hidden=tuple(_TAG.sub("", path) for path in hidden),
        alternatives=tuple(
            (digest(tree), digest(without(tree, seeds)))
            for tree in former_trees(trees, former or Former())
        ),
    )


def _shown(
    trees: Mapping[str, Tree], given: Mapping[str, object], left_alone: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a page shows of parameters: what was set, the defaults left alone."""
    shown: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for name in (one for one in (*given, *left_alone) if one in trees):
        if name not in given:
            defaults[name] = page(trees[name])
            continue
        shown[name], left = split(trees[name])
        if left is not None:
            defaults[name] = left
    return shown, defaults


def _without_secrets(trees: Mapping[str, Tree]) -> dict[str, Tree]:
    return redact_values(trees, with_random=False)[0]


def _trees(params: Mapping[str, object], *, ignore: Iterable[str]) -> dict[str, Tree]:
    place = root("params", left_out=IGNORE.union(ignore))
    return place.describe_entries(dict(params))


def _model(values: Mapping[str, object]) -> str | None:
    """Return the class of the first network, else predictor, else booster, else estimator."""
    tests = (is_network, is_module, _predicts, is_booster, is_estimator)
    for is_model in tests:
        for value in values.values():
            if is_model(value):
                return _class_of(value)
    return None


def _predicts(value: object) -> bool:
    kind = value if isinstance(value, type) else type(value)
    return hasattr(kind, "get_params") and hasattr(kind, "fit") and hasattr(value, "predict")


def _class_of(value: Any) -> str:
    if isinstance(value, type):
        return public_name(value)
    steps = getattr(value, "steps", None)
    if isinstance(steps, list) and steps and is_estimator(steps[-1][-1]):
        return _class_of(steps[-1][-1])
    return public_name(type(value))
