"""What experiment() and run() were told, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from gitlab_journal.errors import ArgumentError, NotYetError
from gitlab_journal.prediction import parse_claim

if TYPE_CHECKING:
    from pathlib import Path

    from gitlab_journal.prediction import Claim

ON_DUPLICATE = ("warn", "ask", "raise", "reuse", "run")
LATER = ("probes", "entry")

_FIELD = re.compile(r"\{([A-Za-z_]\w*)(:[^{}]*)?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The keywords of `experiment`, normalised: one claim or tag given alone is a tuple of one."""

    journal: str | Path | None = None
    title: str | None = None
    hypothesis: str | None = None
    predict: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    data: Sequence[str] | Mapping[str, str] | None = None
    ignore: tuple[str, ...] = ()
    replicate: tuple[str, ...] = ()
    on_duplicate: str | None = None
    keep: bool = False
    silence: Mapping[str, str] | None = None

    @property
    def claims(self) -> list[Claim]:
        """Return the predictions, parsed; raises PredictionError."""
        return [parse_claim(text) for text in self.predict]


def make_options(base: Options | None = None, /, **keywords: object) -> Options:
    """Return `base` (or the defaults) with the given keywords; None keeps what `base` says.

    Raises ArgumentError, PredictionError.
    """
    _refuse_later(keywords)
    known = {field.name for field in fields(Options)}
    unknown = sorted(set(keywords) - known - set(LATER))
    if unknown:
        raise ArgumentError(f"unknown option {unknown[0]!r}; known are {', '.join(sorted(known))}")
    given = {
        name: _checked(name, value)
        for name, value in keywords.items()
        if name in known and value is not None
    }
    options = replace(base or Options(), **given)  # type: ignore[arg-type]  # checked by name just above
    options.claims  # noqa: B018  # a claim that does not parse is an error here, before any run
    return options


def _refuse_later(keywords: Mapping[str, object]) -> None:
    for name in LATER:
        if keywords.get(name):
            raise NotYetError(f"{name}= does not exist yet; a later release brings it")


def _checked(name: str, value: object) -> object:
    if name in ("predict", "tags", "parents", "ignore", "replicate"):
        return _texts(name, value)
    if name in ("title", "hypothesis") and not isinstance(value, str):
        raise ArgumentError(f"{name} must be a string, not {type(value).__name__}: {value!r}")
    if name == "on_duplicate" and value not in ON_DUPLICATE:
        raise ArgumentError(
            f"on_duplicate must be one of {', '.join(map(repr, ON_DUPLICATE))}, not {value!r}"
        )
    if name == "keep" and not isinstance(value, bool):
        raise ArgumentError(f"keep must be True or False, not {value!r}")
    if name == "silence":
        return _silence(value)
    if name == "data":
        return _data(value)
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, Sequence | set | frozenset):
        raise ArgumentError(f"{name} must be a string or several, not {type(value).__name__}")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise ArgumentError(f"{name} must hold non-empty strings, not {text!r}")
    return tuple(sorted(texts) if isinstance(texts, set | frozenset) else texts)


def _silence(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ArgumentError(f"silence must map a check to a reason, not {type(value).__name__}")
    for code, reason in value.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ArgumentError(f"silence: {code!r} needs a reason, found {reason!r}")
    return dict(value)


def _data(value: object) -> object:
    if isinstance(value, str) or not isinstance(value, Sequence | Mapping):
        raise ArgumentError(
            "data must be a sequence of argument names or a mapping of roles to names, "
            f"not {type(value).__name__}"
        )
    return dict(value) if isinstance(value, Mapping) else tuple(value)


def fill_template(text: str, arguments: Mapping[str, object]) -> str:
    """Return `text` with each `{name}` or `{name:format}` of an argument filled in; others stay.

    Raises ArgumentError where the format does not suit the value.
    """

    def fill(match: re.Match[str]) -> str:
        name, specification = match[1], (match[2] or ":")[1:]
        if name not in arguments:
            return match[0]
        try:
            return _without_address(arguments[name], format(arguments[name], specification))
        except (TypeError, ValueError) as error:
            raise ArgumentError(f"{match[0]} in {text!r}: {error}") from error

    return _FIELD.sub(fill, text)


def _without_address(value: object, text: str) -> str:
    """Return the text of a value; its name, or its class's, where the text holds an address."""
    if " at 0x" not in text:
        return text
    return str(getattr(value, "__qualname__", type(value).__name__))
