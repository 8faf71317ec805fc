"""What differs between two runs, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gitlab_journal.changed_data import data_changes, state_changes
from gitlab_journal.changed_params import param_changes
from gitlab_journal.fingerprint import Fingerprinted
from gitlab_journal.identity.source import hash_definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PARTS = ("params", "data", "weights", "code", "libraries")
LINE = 78
# What a page's environment says beside the versions of libraries.
_SURROUNDINGS = ("python", "platform", "backend", "device")


class Compared(Fingerprinted, Protocol):
    """Whatever can be compared: an entry, or a call that is described."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What was set."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The defaults left alone."""

    @property
    def data(self) -> Mapping[str, Any]:
        """A row for each data argument."""

    @property
    def functions(self) -> Mapping[str, Any]:
        """The digest of each definition."""

    @property
    def environment(self) -> Mapping[str, Any]:
        """The versions of the libraries."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: `part` is one of `PARTS`, `name` what people call it there.

    `before` and `after` are None where there is none; `words` say it in one line.
    """

    part: str
    name: str
    before: Any
    after: Any
    words: str


def differences(before: Compared, after: Compared) -> tuple[Difference, ...]:
    """Return what makes two runs different, in the order of `PARTS`.

    Where both have a digest it decides: equal ones differ in nothing, and unequal ones in
    something, even if the pages do not show what. A default made explicit is no difference.
    """
    found = [
        *(Difference("params", *change) for change in _params(before, after)),
        *(Difference("data", *change) for change in _data(before, after)),
        *(Difference("weights", *change) for change in _weights(before, after)),
        *_code(before, after),
    ]
    return tuple(found)


def remarks(before: Compared, after: Compared) -> tuple[str, ...]:
    """Return what differs around two runs without making them different: Python, patch levels."""
    told = {one.name for one in differences(before, after) if one.part == "libraries"}
    return tuple(
        f"{name} {was} -> {now}"
        for name, was in before.environment.items()
        if (now := after.environment.get(name, was)) != was and name not in told
    )


def in_short(found: Sequence[Difference], *, width: int = LINE) -> str:
    """Return differences as one line: all functions together, what has no room as a number."""
    words = [*_code_together(found), *(one.words for one in found if one.part != "code")]
    shown = words[:1]
    for place, one in enumerate(words[1:], start=2):
        left = len(words) - place
        more = f"; and {left} more" if left else ""
        if len("; ".join([*shown, one])) + len(more) > width:
            break
        shown.append(one)
    left = len(words) - len(shown)
    return "; ".join(shown) + (f"; and {left} more" if left else "")


def _code_together(found: Sequence[Difference]) -> list[str]:
    code = [one for one in found if one.part == "code"]
    changed = [one.name for one in code if one.name and one.before and one.after]
    others = [one.words for one in code if one.name not in changed]
    together = [f"the code of {', '.join(changed)} changed"] if changed else []
    return [*together, *others]


def _params(before: Compared, after: Compared) -> Iterator[tuple[str, Any, Any, str]]:
    if _equal(before.params_hash, after.params_hash):
        return
    found = list(param_changes(before, after, width=LINE))
    yield from found
    if not found and _unequal(before.params_hash, after.params_hash):
        yield "", None, None, "the parameters differ in what the pages do not show"


def _data(before: Compared, after: Compared) -> Iterator[tuple[str, Any, Any, str]]:
    if _equal(before.data_hash, after.data_hash):
        return
    found = list(data_changes(before.data, after.data, width=LINE))
    yield from found
    if not found and before.data_hash != after.data_hash:
        yield "", None, None, "the data differ in what the pages do not show"


def _weights(before: Compared, after: Compared) -> Iterator[tuple[str, Any, Any, str]]:
    if _equal(before.state_hash, after.state_hash):
        return
    found = list(state_changes(before.data, after.data))
    yield from found
    if not found and before.state_hash != after.state_hash:
        yield "", None, None, "starts from other weights"


def same_definitions(before: Compared, after: Compared) -> bool:
    """Tell whether digests of code differ only since one leaves out the libraries, as all once did.

    The versions of the libraries may differ all the same.
    """
    functions = before.functions
    if not functions or functions != after.functions:
        return False
    plain = {hash_definitions(functions, first=name) for name in functions}
    return len(plain & {before.code_hash, after.code_hash}) == 1


def _code(before: Compared, after: Compared) -> Iterator[Difference]:
    if _equal(before.code_hash, after.code_hash):
        return
    functions = list(_functions(before.functions, after.functions))
    libraries = []
    if _unequal(before.code_hash, after.code_hash):
        libraries = list(_libraries(before.environment, after.environment))
        if not functions and not libraries and not same_definitions(before, after):
            words = "the code changed"
            functions = [Difference("code", "", before.code_hash, after.code_hash, words)]
    yield from functions
    yield from libraries


def _functions(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    if not was or not now:
        return  # a page without that block says nothing of its functions
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            if name not in was:
                words = f"{name} is new in the code"
            elif name not in now:
                words = f"{name} is gone from the code"
            else:
                words = f"the code of {name} changed"
            yield Difference("code", name, was.get(name), now.get(name), words)


def _libraries(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name in was:
        if name in now and name not in _SURROUNDINGS:
            versions = minor(str(was[name])), minor(str(now[name]))
            if versions[0] != versions[1]:
                words = f"{name} {' -> '.join(versions)}"
                yield Difference("libraries", name, *versions, words)


def minor(version: str) -> str:
    """Return the major and the minor number of a version, as they stand behind `code_hash`."""
    found = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)?)", version)
    return found[1] if found else version


def _equal(was: str | None, now: str | None) -> bool:
    return was is not None and was == now


def _unequal(was: str | None, now: str | None) -> bool:
    return was is not None and now is not None and was != now
