"""Values as JSON holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from gitlab_journal.page.writer import scalar, timestamp


def portable(value: object) -> object:
    """Return `value` as JSON holds it.

    NaN and the infinities, which JSON has not, become the words "NaN", "Infinity" and
    "-Infinity"; a time becomes text in UTC, a key that is no word its spelling in YAML.
    """
    if isinstance(value, Mapping):
        return {
            key if isinstance(key, str) else scalar(key): portable(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [portable(item) for item in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def from_json(said: str | bytes) -> Any:
    """Return the value that JSON holds. Raises ValueError for what is none, or nests too deeply."""
    try:
        return json.loads(said)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
