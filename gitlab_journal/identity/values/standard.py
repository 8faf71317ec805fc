"""Objects of Python's own library that are known by what they were made from."""

from __future__ import annotations

import array
import functools
import ipaddress
import operator
import re
import sys
import types
import typing
from collections import UserString
from typing import TYPE_CHECKING, Any

import xxhash

from gitlab_journal.identity.digests import encode

if TYPE_CHECKING:
    from gitlab_journal.identity.digests import Tree
    from gitlab_journal.identity.place import Place

_GETTERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)
_ADDRESSES = (
    *(ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network),
    *(ipaddress.IPv6Network, ipaddress.IPv4Interface, ipaddress.IPv6Interface),
)
_UNIONS = (typing.Union, types.UnionType)


def describe_standard(value: Any, place: Place) -> Tree:
    """Return the tree of a pattern, getter, address, buffer or annotation, else None."""
    if isinstance(value, re.Pattern):
        pattern = place.describe(value.pattern, ".pattern")
        return {"$pattern": pattern, "$flags": int(value.flags), "#shown": str(value.pattern)}
    if isinstance(value, _GETTERS):
        return _getter(value, place)
    if isinstance(value, functools.partialmethod):
        return {
            "$partial": place.describe(value.func, ".func"),
            "$arguments": [place.describe(item, f"[{i}]") for i, item in enumerate(value.args)],
            "$keywords": dict(place.describe_entries(value.keywords)),
            "$of": "method",
        }
    if isinstance(value, types.MappingProxyType | UserString):
        return place.describe(
            value.copy() if isinstance(value, types.MappingProxyType) else value.data
        )
    if isinstance(value, _ADDRESSES):
        return {"$address": str(value), "$kind": type(value).__name__}
    if isinstance(value, staticmethod | classmethod):
        return place.describe(value.__func__)
    if isinstance(value, memoryview | array.array):
        return _buffer(memoryview(value))
    return _annotation(value, place)


def _getter(value: Any, place: Place) -> Tree:
    """Return name and arguments of `itemgetter(1)` and its like, as they pickle themselves."""
    name = type(value).__name__
    make, arguments = value.__reduce__()
    keywords = {}
    if isinstance(make, functools.partial):  # a methodcaller with keywords
        arguments, keywords = (*make.args, *arguments), make.keywords
    return {
        "$getter": name,
        "$arguments": [place.describe(item, f"[{i}]") for i, item in enumerate(arguments)],
        "$keywords": dict(place.describe_entries(keywords)),
        "#shown": f"{name}({', '.join(map(repr, arguments))})",
    }


def _buffer(view: memoryview) -> Tree:
    """Return item format, shape and the digest of the bytes; plain bytes are as `bytes`."""
    content = view.tobytes()
    if view.format in ("B", "c") and view.ndim == 1:
        return {"$bytes": [len(content), xxhash.xxh3_128_hexdigest(content)]}
    if sys.byteorder == "big" and view.itemsize > 1:
        swapped = array.array("B", content)
        words = [
            swapped[i : i + view.itemsize][::-1] for i in range(0, len(content), view.itemsize)
        ]
        content = b"".join(word.tobytes() for word in words)
    # `l` is as long as `q` on one platform, as `i` on another.
    item = {"l": "q", "L": "Q"}.get(view.format, view.format) if view.itemsize == 8 else view.format  # noqa: PLR2004
    return {
        "$buffer": item,
        "$shape": list(view.shape or ()),
        "$bytes": xxhash.xxh3_128_hexdigest(content),
        "#shown": f"buffer{tuple(view.shape or ())} {view.format}",
    }


def _annotation(value: Any, place: Place) -> Tree:
    """Return origin and arguments of an annotation such as `list[int]`, else None.

    What a Union holds stands in no order, an Optional is one, `List[int]` is `list[int]`.
    """
    if isinstance(value, typing.TypeVar):
        return {"$typevar": value.__name__, "#shown": str(value)}
    if isinstance(value, typing.ForwardRef):
        return {"$annotation": value.__forward_arg__}
    if type(value).__name__ == "TypeAliasType":  # as of Python 3.12
        return {"$annotation": value.__name__, "$value": place.describe(value.__value__)}
    origin = typing.get_origin(value)
    if origin is None:
        is_form = type(value).__name__ == "_SpecialForm"
        return {"$annotation": str(value)} if is_form else None
    arguments = [place.describe(item, f"[{i}]") for i, item in enumerate(typing.get_args(value))]
    shown = {"#shown": str(value)} if " at 0x" not in str(value) else {}
    if origin in _UNIONS:
        return {"$annotation": "Union", "$arguments": sorted(arguments, key=encode), **shown}
    return {"$annotation": place.describe(origin), "$arguments": arguments, **shown}
