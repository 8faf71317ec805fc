"""What of an entry may be changed, one key at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.history.edits import PREDICTION, TITLE
from gitlab_journal.identity.params import describe_params
from gitlab_journal.page.front import KEYS, TEXTS
from gitlab_journal.page.values import load
from gitlab_journal.prediction import parse_claim
from gitlab_journal.secrets import REDACTED, redact_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitlab_journal.cover import Cover
    from gitlab_journal.entry import Entry

ENDED = ("done", "failed", "interrupted", "stopped")
_FOLLOWS = "it follows from the parameters: amend params.NAME"
_RAN = "it says what ran; with another it were another experiment"
FIXED = {
    "id": "links, commits and other entries know the entry by it",
    "format": "it says how the page is to be read",
    **dict.fromkeys(("params_hash", "config_hash"), _FOLLOWS),
    **dict.fromkeys(("data_hash", "state_hash", "code_hash", "code", "tree"), _RAN),
    **dict.fromkeys(("data", "functions", "environment"), _RAN),
    "defaults": "what was left alone is set by name: amend params.NAME",
    "findings": "the checks said it",
    "silence": "it was said before the run",
}
"""Keys that no amendment changes, each with the reason."""

_KEY = re.compile(r"[^\W\d][\w-]*")
_NAMED = "one of the front matter, title, params.NAME or metrics.NAME"
_REPLICATES, _RETURNED = "replicates", "returned"


def value_of(key: str, text: str) -> object:
    """Return the value that a command line gives for a key: YAML, but a title is plain words.

    Raises ArgumentError.
    """
    if key == TITLE:
        return " ".join(text.split())
    texts = {"value"} if key in TEXTS else set()
    try:
        found = load(f"value: {text}", texts=texts)
    except PageError as error:
        raise ArgumentError(f"{key}: {text!r} does not read as YAML: {error.reason}") from error
    if not isinstance(found, dict) or list(found) != ["value"]:
        raise ArgumentError(f"{key}: {text!r} is not one value in YAML")
    return found["value"]


def refuse_keys(what: str, value: object, *, prose: bool = False) -> None:
    """Raise ArgumentError where a value looks like a key or a password, which history would keep.

    `what` names it; in `prose` a word that merely looks random is none.
    """
    name = what.rpartition(".")[2]
    if redact_values({name: value}, with_random=not prose)[1]:
        raise ArgumentError(
            f"{what} holds what looks like a key or a password; nothing is written, since history "
            f"would keep it.\n  say it without, for instance: {REDACTED}"
        )


def changed(entry: Entry, key: str, value: object, *, cover: Cover) -> Entry:
    """Return the entry with another value under one key.

    Raises ArgumentError where the key may not be changed or cannot hold the value, PredictionError
    for a claim that does not parse.
    """
    block, name = _parts(key)
    if value is None and block != "params":
        raise ArgumentError(f"{key}: found nothing; a key is removed by --unset {key}")
    refuse_keys(key, value)
    try:
        if block == "params":
            return _with_param(entry, name, value, cover)
        if block == "metrics":
            return _with_metric(entry, name, value)
        return _with_key(entry, key, value)
    except PageError as error:
        raise ArgumentError(f"{key} cannot be amended so: {error.reason}") from error


def removed(entry: Entry, key: str, *, cover: Cover) -> Entry:
    """Return the entry without one key. Raises ArgumentError where it is not there or must stay."""
    block, name = _parts(key)
    if block == "params":
        _refuse_absent(key, name, entry.params)
        params = {one: value for one, value in entry.params.items() if one != name}
        return _rehashed(entry, entry.set_block("params", params), name, cover)
    if block == "metrics":
        return _without_metric(entry, name)
    if key in (TITLE, "status", "date"):
        raise ArgumentError(f"{key} cannot be removed: every entry has one")
    _refuse_absent(key, key, entry.front)
    return _with_key(entry, key, None)


def _parts(key: str) -> tuple[str, str]:
    """Return the block and the name in it that a key stands for. Raises ArgumentError."""
    block, _, name = key.partition(".")
    if block in FIXED:
        raise ArgumentError(f"{key} cannot be amended: {FIXED[block]}")
    if block in ("params", "metrics"):
        if not name:
            raise ArgumentError(f"{key} are amended one by one: {key}.NAME")
    elif not _KEY.fullmatch(key):
        raise ArgumentError(f"{key!r} is no key; expected {_NAMED}")
    return block, name


def _refuse_absent(key: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        known = ", ".join(names) or "none"
        raise ArgumentError(f"there is no {key} to be removed; there are {known}")


def _refuse_misnamed(entry: Entry, key: str) -> None:
    """Raise ArgumentError for a name of a metric or param without its block, as in accuracy=0.98.

    A key of that name would stand on the page, and change nothing that it says.
    """
    if key in entry.front or key in KEYS:
        return
    named = {"metrics": entry.metrics, "params": {**entry.params, **entry.defaults}}
    meant = [f"{block}.{key}" for block, names in named.items() if key in names]
    if meant:
        raise ArgumentError(f"{key} is no key of the front matter; amend {' or '.join(meant)}")


def _with_key(entry: Entry, key: str, value: object) -> Entry:
    if key == TITLE:
        if not value:
            raise ArgumentError("the title is empty; expected words")
        return entry.retitle(str(value))
    if key == PREDICTION:
        return _with_claims(entry, value)
    _refuse_misnamed(entry, key)
    if key == "status":
        _refuse_status(entry, value)
    if key == "metric" and value is not None and value not in entry.metrics:
        known = ", ".join(entry.metrics) or "none"
        raise ArgumentError(f"metric: there is no {value}; there are {known}")
    if key == "score" and entry.metric in entry.metrics:
        raise ArgumentError(f"the score is that of the metric: amend metrics.{entry.metric}")
    return entry.set(**{key: value})


def _refuse_status(entry: Entry, value: object) -> None:
    if entry.status == "planned":
        raise ArgumentError(f"{entry.id} is planned; its status changes when it runs")
    if value not in ENDED:
        raise ArgumentError(f"status cannot become {value}; expected one of {', '.join(ENDED)}")


def _with_claims(entry: Entry, value: object) -> Entry:
    """Return the entry with other claims, whose bounds are still to be worked out."""
    words: list[Any] = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(word, str) for word in words):
        raise ArgumentError(f"prediction: found {value!r}; expected a claim, or a list of claims")
    if words and not entry.prediction and entry.status in ENDED:
        raise ArgumentError(
            f"{entry.id} ran without a prediction; one made after the result is none.\n"
            "  say what the result means: glj infer; or run it again with predict="
        )
    claims = [parse_claim(word).text for word in words]
    entry = entry.set(prediction=claims[0] if len(claims) == 1 else claims)
    known = {row["claim"]: row for row in entry.claims}
    rows = [known.get(claim, {"claim": claim}) for claim in claims]
    if rows or entry.claims:
        entry = entry.set_block(PREDICTION, rows)
    return entry


def _with_metric(entry: Entry, name: str, value: object) -> Entry:
    if name in entry.replicates and name not in ("over", "test_share"):
        raise ArgumentError(
            f"metrics.{name} is the mean of its replicates: amend metrics.replicates"
        )
    return entry.set_values("metrics", {name: value})


def _without_metric(entry: Entry, name: str) -> Entry:
    _refuse_absent(f"metrics.{name}", name, (*entry.metrics, *_more(entry)))
    gone = {name: None}
    if name == entry.returned or (isinstance(entry.returned, tuple) and name in entry.returned):
        gone[_RETURNED] = None  # which this entry can no longer give back
    return entry.set_values("metrics", gone)


def _more(entry: Entry) -> Iterable[str]:
    if entry.replicates:
        yield _REPLICATES
    if entry.returned is not None:
        yield _RETURNED


def _with_param(entry: Entry, name: str, value: object, cover: Cover) -> Entry:
    defaults = {one: left for one, left in entry.defaults.items() if one != name}
    made = entry.set_block("params", {**entry.params, name: value})
    if defaults != entry.defaults:
        made = made.set_block("defaults", defaults)
    return _rehashed(entry, made, name, cover)


def _rehashed(before: Entry, after: Entry, name: str, cover: Cover) -> Entry:
    """Return the entry with the hashes of its parameters. Raises ArgumentError where none fits."""
    if before.params_hash is None:
        return after
    was, now = (
        describe_params(
            entry.params, entry.defaults, ignore=cover.ignore, replicate=cover.replicate
        )
        for entry in (before, after)
    )
    if was.params_hash != before.params_hash:
        raise ArgumentError(
            f"params.{name} cannot be amended: params_hash holds more than the page shows, so it "
            "would no longer fit.\n  say so in words: --section Procedure"
        )
    config = now.config_hash if before.config_hash else None
    return after.set(params_hash=now.params_hash, config_hash=config)
