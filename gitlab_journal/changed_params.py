"""What changed in the parameters of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from gitlab_journal.phrases import cut, cut_apart, value_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Keys = tuple[str | int, ...]
Change = tuple[str, Any, Any, str]
CLASS = "class"
STEPS = "steps"
DEFAULT = " (the default)"
_FEW = 3  # items of a list; where more differ, the list is one value


class Parametrised(Protocol):
    """Whatever has parameters."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What was set."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The defaults left alone."""


class _Absent:
    """Where there is no parameter; None is a value."""


ABSENT: Any = _Absent()


def param_changes(
    before: Parametrised, after: Parametrised, *, width: int
) -> Iterator[tuple[str, Any, Any, str]]:
    """Yield name, value before, value after and words for each parameter that differs.

    Names of nested ones are joined, as in `model.svc.C`. The words fit into `width` columns
    wherever the name leaves room.
    """
    for keys, was, now in walk(before, after):
        marks = [_mark(run, keys) for run in (before, after)]
        words = _words(dotted(keys), was, now, marks, width)
        yield dotted(keys), _or_none(was), _or_none(now), words


def walk(before: Parametrised, after: Parametrised) -> Iterator[tuple[Keys, Any, Any]]:
    """Yield the keys down to each parameter that differs, with both values or ABSENT."""
    return _walk((), _joined(before.params, before.defaults), _joined(after.params, after.defaults))


def dotted(keys: Sequence[str | int]) -> str:
    """Return the name of a nested parameter: `model.svc.C`, `layers[0].units`.

    The word `steps` is left out within: people say the name of the step.
    """
    inner = (key for i, key in enumerate(keys) if key != STEPS or i in (0, len(keys) - 1))
    steps = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in inner)
    return "".join(steps).removeprefix(".")


def same(was: Any, now: Any) -> bool:
    """Tell whether two values of pages are one: 1 and 1.0 are, True and 1 are not, NaN is NaN."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return was.keys() == now.keys() and all(same(was[key], now[key]) for key in was)
    if isinstance(was, list | tuple) and isinstance(now, list | tuple):
        return len(was) == len(now) and all(map(same, was, now))
    if isinstance(was, bool) or isinstance(now, bool):
        return was is now
    return bool(was == now or (was != was and now != now))  # noqa: PLR0124  # NaN alone


def _walk(keys: Keys, was: Any, now: Any) -> Iterator[tuple[Keys, Any, Any]]:
    if same(was, now):
        return
    if isinstance(was, dict) and isinstance(now, dict) and same(was.get(CLASS), now.get(CLASS)):
        for key in dict.fromkeys([*was, *now]):
            yield from _walk((*keys, key), was.get(key, ABSENT), now.get(key, ABSENT))
    elif _is_told_by_item(was, now):
        for i, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _walk((*keys, i), one, other)
    else:
        yield keys, was, now


def _is_told_by_item(was: Any, now: Any) -> bool:
    """Tell whether two lists are as long as each other, with nested or a few differing items."""
    if not isinstance(was, list) or not isinstance(now, list) or len(was) != len(now):
        return False
    if all(isinstance(item, dict | list) for item in (*was, *now)):
        return True
    differ = sum(not same(one, other) for one, other in zip(was, now, strict=True))
    return len(was) > _FEW >= differ


def _joined(value: Any, left: Any) -> Any:
    """Return what was set together with the defaults left alone below it."""
    if isinstance(value, Mapping) and isinstance(left, Mapping):
        both = dict.fromkeys([*value, *left])
        return {key: _joined(value.get(key, ABSENT), left.get(key, ABSENT)) for key in both}
    if isinstance(value, list) and isinstance(left, Mapping):
        return [_joined(item, left.get(str(i), ABSENT)) for i, item in enumerate(value)]
    return left if value is ABSENT else value


def _mark(run: Parametrised, keys: Keys) -> str:
    """Return what is said behind a value: that it is a default which was left alone."""
    held: Any = run.defaults
    for key in keys:
        held = held.get(str(key), ABSENT) if isinstance(held, Mapping) else ABSENT
    return DEFAULT if held is not ABSENT and _at(run.params, keys) is ABSENT else ""


def _at(held: Any, keys: Keys) -> Any:
    for key in keys:
        if isinstance(held, Mapping):
            held = held.get(key, ABSENT)
        elif isinstance(held, list) and isinstance(key, int) and key < len(held):
            held = held[key]
        else:
            return ABSENT
    return held


def _words(name: str, was: Any, now: Any, marks: Sequence[str], width: int) -> str:
    if was is ABSENT or now is ABSENT:
        value, end = (was, " is gone") if now is ABSENT else (now, f"{marks[1]} is new")
        return f"{name} {cut(value_words(value), width - len(name) - len(end) - 1)}{end}"
    if _is_object(was) and _is_object(now) and was[CLASS] != now[CLASS]:
        was, now = was[CLASS], now[CLASS]
    start, middle, end = f"{name} ", f"{marks[1]}, before ", marks[0]
    if all(marks):
        start, middle, end = f"the default of {name} ", ", before ", ""
    room = width - len(start + middle + end)
    shown, other = cut_apart(value_words(now), value_words(was), room)
    return f"{start}{shown}{middle}{other}{end}"


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get(CLASS), str)


def _or_none(value: Any) -> Any:
    return None if value is ABSENT else value
