"""What a run returned, where its page can give that back to the last bit."""

from __future__ import annotations

import math
import struct
import sys
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Numbers: TypeAlias = "float | dict[str, float]"
"""A number, or a mapping of numbers, in Python's own."""

SCORE = "score"


def numbers_returned(value: object) -> Numbers | None:
    """Return a number, or a plain mapping of numbers, in Python's own; None for all else.

    Scalars of numpy count as numbers; True and False do not.
    """
    if type(value) is not dict:
        return _number(value)
    numbers = {
        name: number
        for name, one in value.items()
        if isinstance(name, str) and (number := _number(one)) is not None
    }
    return numbers if numbers and len(numbers) == len(value) else None


def _number(value: object) -> float | None:
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        value = value.item()
    return value if isinstance(value, int | float) and type(value) in (int, float) else None


def returned_key(returned: Numbers, metrics: Mapping[str, float]) -> str | list[str] | None:
    """Return what a page says of it: `score` for a number, the names for a mapping.

    None where the page's metrics do not give it back.
    """
    numbers = returned if isinstance(returned, dict) else {SCORE: returned}
    if not all(name in metrics and _is_same(metrics[name], one) for name, one in numbers.items()):
        return None
    return list(numbers) if isinstance(returned, dict) else SCORE


def given_back(key: str | Sequence[str], metrics: Mapping[str, float]) -> Numbers | None:
    """Return what a page with this key gives back; None where a metric of it is gone since."""
    if isinstance(key, str):
        return metrics.get(key)
    return {name: metrics[name] for name in key} if all(name in metrics for name in key) else None


def _is_same(one: float, other: float) -> bool:
    """Tell whether two numbers are the same, the type included; a page knows a single NaN."""
    if isinstance(one, float) and isinstance(other, float):
        bits = struct.pack("<d", one)
        known = bits == struct.pack("<d", math.nan) or not math.isnan(one)
        return known and bits == struct.pack("<d", other)
    return type(one) is type(other) and one == other
