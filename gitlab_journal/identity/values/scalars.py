"""Single values: numbers, text, bytes, dates, paths, ranges."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import xxhash

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

PLAIN = (bool, int, float, str)
_NANOSECONDS = {"D": 86_400_000_000_000, "s": 1_000_000_000, "us": 1_000}


def describe_scalar(value: object, place: Place) -> Tree:
    """Return the tree of a single value, None where it is no such."""
    if isinstance(value, PLAIN):
        return _plain(value)
    if isinstance(value, complex):
        return {"$complex": [value.real, value.imag], "#shown": str(value).strip("()")}
    if isinstance(value, bytes | bytearray):
        return {"$bytes": [len(value), xxhash.xxh3_128_hexdigest(value)]}
    if isinstance(value, Decimal):
        return {"$decimal": _decimal(value), "#shown": str(value)}
    if isinstance(value, Fraction):
        return {"$fraction": [value.numerator, value.denominator], "#shown": str(value)}
    if isinstance(value, PurePath):
        return {"$path": value.as_posix()}
    if isinstance(value, range):
        return {"$range": _range(value), "#shown": repr(value)}
    if isinstance(value, slice):
        parts = (value.start, value.stop, value.step)
        return {"$slice": [place.describe(part) for part in parts], "#shown": repr(value)}
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if type(value).__name__ == "NAType":
        return {"$constant": "NA"}
    if value is Ellipsis:
        return {"$constant": "Ellipsis"}
    return _time(value) or _numpy_scalar(value, place)


def _plain(value: bool | float | str) -> Tree:  # noqa: FBT001 - any plain value
    """Return the value as Python's own type, without the subclass it may be of."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    return int(value) if isinstance(value, int) else float(value)


def _decimal(value: Decimal) -> str:
    """Return a decimal number less its trailing zeros: Decimal has 1.0 equal to 1.00."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return str(value)
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    if not kept:
        return "0"
    return f"{'-' if sign else ''}{kept}E{exponent + len(written) - len(kept)}"


def _range(value: range) -> Tree:
    if len(value) == 0:
        return [0, 0, 1]
    step = value.step if len(value) > 1 else 1
    return [value.start, value.start + len(value) * step, step]


def _time(value: object) -> Tree:
    if isinstance(value, datetime):
        instant = value.astimezone(UTC) if value.tzinfo is not None else value
        return {"$datetime": instant.isoformat(), "#shown": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    if isinstance(value, timedelta):
        parts = value.days, value.seconds, value.microseconds, getattr(value, "nanoseconds", 0)
        return {"$timedelta": _nanoseconds(*parts), "#shown": str(value)}
    if isinstance(value, tzinfo) and " at 0x" not in str(value):
        return {"$timezone": str(value)}
    return None


def _nanoseconds(days: int, seconds: int, microseconds: int, nanoseconds: int) -> int:
    units = _NANOSECONDS
    return days * units["D"] + seconds * units["s"] + microseconds * units["us"] + nanoseconds


def _numpy_scalar(value: object, place: Place) -> Tree:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if isinstance(value, numpy.dtype):
        from gitlab_journal.identity.tables.arrays import describe_dtype

        return {"$dtype": describe_dtype(value), "#shown": str(value)}
    if isinstance(value, numpy.ndarray) and value.ndim == 0:
        return place.describe(value[()])
    if not isinstance(value, numpy.generic):
        return None
    if isinstance(value, numpy.datetime64 | numpy.timedelta64):
        return _numpy_time(value, place)
    if isinstance(value, numpy.longdouble | numpy.clongdouble):
        return {"$longdouble": str(value)}
    return place.describe(value.item())


def _numpy_time(value: Any, place: Place) -> Tree:
    """Return a time of numpy's as Python's where that holds it whole, else in numpy's words."""
    python = value.item()
    if isinstance(python, int) and value.astype(f"{value.dtype.kind}8[us]") == value:
        python = value.astype(f"{value.dtype.kind}8[us]").item()
    if python is None or isinstance(python, int):
        return {"$datetime" if value.dtype.kind == "M" else "$timedelta": str(value)}
    return place.describe(python)
