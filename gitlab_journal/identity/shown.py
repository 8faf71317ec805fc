"""What a page shows of described parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitlab_journal.identity.digests import PREFIX, digest
from gitlab_journal.identity.tables.kind import short

LONGEST_TEXT = 400
LONGEST_LIST = 64
_PARTS = ("$params", "$fields", "$config")


def page(tree: Any) -> Any:
    """Return a canonical tree as plain values for the page; what is long is cut short."""
    return split(tree, whole=True)[0]


def split(tree: Any, *, whole: bool = False) -> tuple[Any, Any]:
    """Return what was set, and the constructors' defaults left alone under the same keys.

    The second is None where there are none, or where `whole` asks for all in the first.
    """
    if isinstance(tree, str):
        return _text(tree), None
    if isinstance(tree, list):
        return _list(tree, whole=whole)
    if not isinstance(tree, Mapping):
        return tree, None
    if "#shown" in tree:
        return tree["#shown"], None
    if "$params" in tree:
        return _estimator(tree, whole=whole)
    if any(key.startswith("$") for key in tree):
        return _tagged(tree), None
    return _both({key: split(item, whole=whole) for key, item in tree.items()})


def _both(parts: dict[str, tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    shown = {key: part for key, (part, _) in parts.items()}
    left = {key: rest for key, (_, rest) in parts.items() if rest is not None}
    return shown, left or None


def _estimator(tree: Mapping[str, Any], *, whole: bool) -> tuple[Any, Any]:
    parameters = tree["$params"]
    at_default = tree["#defaults"]
    parts = {
        name: (None, page(item)) if name in at_default and not whole else split(item, whole=whole)
        for name, item in parameters.items()
    }
    shown, left = _both(parts)
    kept = {name: part for name, part in shown.items() if whole or name not in at_default}
    return {"class": tree["$class"], **kept}, left


def _list(tree: list[Any], *, whole: bool) -> tuple[Any, Any]:
    if len(tree) > LONGEST_LIST:
        return f"list({len(tree)}) {short(digest(tree))}", None
    if tree and all(_is_step(item) for item in tree) and any(_is_estimator(item) for item in tree):
        return _both({item[0]: _step(item, whole=whole) for item in tree})
    parts = [split(item, whole=whole) for item in tree]
    left = {str(i): rest for i, (_, rest) in enumerate(parts) if rest is not None}
    return [part for part, _ in parts], left or None


def _is_step(item: Any) -> bool:
    """Tell whether an item is (name, estimator) or (name, estimator, columns)."""
    return isinstance(item, list) and len(item) in (2, 3) and isinstance(item[0], str)


def _is_estimator(item: Any) -> bool:
    return isinstance(item, list) and isinstance(item[1], Mapping) and "$params" in item[1]


def _step(item: list[Any], *, whole: bool) -> tuple[Any, Any]:
    shown, left = split(item[1], whole=whole)
    if len(item) == 2:  # noqa: PLR2004 - a name and an estimator
        return shown, left
    inside = shown if isinstance(shown, dict) else {"use": shown}
    return {**inside, "columns": page(item[2])}, left


def _text(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[: LONGEST_TEXT // 2]}… ({len(text)} characters, {short(digest(text))})"


def _tagged(tree: Mapping[str, Any]) -> Any:
    """Return a tagged tree in words."""
    if "$map" in tree:
        return {str(page(key)): page(item) for key, item in tree["$map"]}
    if "$set" in tree:
        return page(tree["$set"])
    if "$bytes" in tree:
        length, found = tree["$bytes"]
        return f"bytes({length}) {short(PREFIX + str(found))}"
    for name in _PARTS:
        if name in tree and isinstance(tree[name], Mapping):
            inside = {step: page(part) for step, part in tree.get("$modules", ())}
            return {"class": tree.get("$class"), **page(tree[name]), **inside}
    if "$function" in tree and "$code" in tree:
        return f"{tree['$function']} {short(str(tree['$code']))}"
    if "$partial" in tree:
        return {"partial": page(tree["$partial"]), **page(tree["$keywords"])}
    first = next(iter(tree.values()))
    return page(first)
