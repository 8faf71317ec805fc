"""Types of columns, periods, intervals, offsets: what pandas, polars, pyarrow say in one value."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gitlab_journal.identity.values.callables import describe_class

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place


def describe_column_type(value: Any, place: Place) -> Tree:
    """Return the tree of a column's type or of a single value of pandas', else None."""
    library = type(value).__module__.partition(".")[0]
    if library == "pandas":
        return _of_pandas(value, place)
    if library not in ("polars", "pyarrow"):
        return None
    known: Any = sys.modules[library]
    if isinstance(value, known.DataType):
        return {"$dtype": [library, str(value)], "#shown": str(value)}
    if library == "pyarrow" and isinstance(value, known.Schema):
        return {"$schema": value.to_string(truncate_metadata=False)}
    return None


def _of_pandas(value: Any, place: Place) -> Tree:
    pandas = sys.modules["pandas"]
    if isinstance(value, pandas.CategoricalDtype):
        parts = {"categories": value.categories, "ordered": value.ordered}
        return {"$dtype": ["pandas", "category", place.describe(parts)], "#shown": "category"}
    if isinstance(value, pandas.api.extensions.ExtensionDtype):
        return {"$dtype": ["pandas", str(value)], "#shown": str(value)}
    if isinstance(value, pandas.Period):
        return {"$period": [str(value), value.freqstr], "#shown": str(value)}
    if isinstance(value, pandas.Interval):
        ends = [place.describe(value.left), place.describe(value.right)]
        return {"$interval": [*ends, value.closed], "#shown": str(value)}
    if isinstance(value, pandas.offsets.BaseOffset):
        kept = {name: item for name, item in value.kwds.items() if name != "calendar"}
        fields = {"n": value.n, "normalize": value.normalize, **kept}
        tree = {**describe_class(type(value), place), "$fields": place.describe_entries(fields)}
        return {**tree, "#shown": str(value)}
    return None
