"""The journal's cover: journal.md with its settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gitlab_journal.errors import PageError
from gitlab_journal.page.document import parse as parse_page
from gitlab_journal.page.edit import edit_mapping
from gitlab_journal.page.prose import heading
from gitlab_journal.page.values import line_of, load
from gitlab_journal.page.writer import scalar
from gitlab_journal.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gitlab_journal.page.document import Page

FORMAT = 1
ON_DUPLICATE = ("warn", "ask", "raise", "reuse", "run")
DIRECTIONS = ("min", "max")
KEYS = (
    "title",
    "format",
    "on_duplicate",
    "ignore",
    "replicate",
    "metrics",
    "names",
    "aliases",
    "added",
    "same_code",
    "silence",
    "sign",
    "push_before_run",
    "baselines",
    "confidence",
    "largest_attachment",
    "all_attachments",
)
_LISTS = frozenset({"ignore", "replicate", "same_code", "baselines"})
_MAPPINGS = {
    "metrics": "`val_loss: min`",
    "names": "`30eb1ac3: digits`",
    "aliases": "`old_name: new_name`",
    "added": "`parameter: the default that equals the old behaviour`",
    "silence": "`check: the reason`",
}
_TEXTS = frozenset({"title", "on_duplicate", *_LISTS, *_MAPPINGS}) - {"added"}
_DIGEST = re.compile(r"(?:[a-z0-9_]+:)?[0-9a-f]{8,}")
_DIGITS = "a digest, or eight or more of its hex figures"


Wrong = tuple[tuple[object, ...], str] | None


@dataclass(frozen=True, slots=True)
class Cover:
    """What journal.md says: its settings, and the body that opens the home page.

    `settings` holds every key of the front matter as written, also those unknown to us; `names`
    the names of data sets by digest, or by a digest's first eight figures or more. `aliases` maps
    old names of parameters to new ones, `added` parameters to the default that equals the old
    behaviour; `same_code` holds groups of code hashes, or of their first figures, that are equal;
    `sign` tells whether commits are to be signed. Among `settings` alone: `push_before_run`,
    `baselines`, `confidence`; `largest_attachment` and `all_attachments`, in bytes or as `10 MB`,
    the sizes of one copied file and of all of a run's.
    """

    page: Page
    settings: Mapping[str, Any]
    title: str
    on_duplicate: str
    ignore: tuple[str, ...]
    replicate: tuple[str, ...]
    metrics: Mapping[str, str]
    names: Mapping[str, str]
    aliases: Mapping[str, str]
    added: Mapping[str, object]
    same_code: tuple[tuple[str, ...], ...]
    sign: bool
    format: int

    @classmethod
    def parse(cls, text: str, path: Path | None = None) -> Cover:
        """Return the cover that `text` holds. Raises PageError with path and line."""
        page = parse_page(text, path)
        settings = _settings(page)
        return cls(
            page=page,
            settings=settings,
            title=settings.get("title") or page.title or "Journal",
            on_duplicate=settings.get("on_duplicate") or "warn",
            ignore=_words(settings.get("ignore")),
            replicate=_words(settings.get("replicate")),
            metrics=settings.get("metrics") or {},
            names=settings.get("names") or {},
            aliases=settings.get("aliases") or {},
            added=settings.get("added") or {},
            same_code=_groups(settings.get("same_code")),
            sign=bool(settings.get("sign")),
            format=settings.get("format") or FORMAT,
        )

    def render(self) -> str:
        """Return the page: the text that was parsed, to the byte."""
        return self.page.text

    @property
    def text(self) -> str:
        """Return the page, as `render` does."""
        return self.page.text

    @property
    def path(self) -> Path | None:
        """Return where the page lies, None where nobody said."""
        return self.page.path

    @property
    def body(self) -> str:
        """Return what stands below the front matter, to the byte."""
        return self.page.text[self.page.body :]

    def set(self, **settings: object) -> Cover:
        """Return the cover with settings changed, every other byte kept; None removes a setting.

        Raises PageError where a setting would not be valid.
        """
        gone = [key for key, value in settings.items() if value is None]
        kept = {key: value for key, value in settings.items() if value is not None}
        page, text = self.page, self.page.text
        start, end = page.front or (page.body, page.body)
        edited = edit_mapping(
            text[start:end],
            kept,
            remove=gone,
            order=KEYS,
            newline=page.newline,
            path=page.path,
            line=page.line(start),
        )
        if page.front is None:
            edited = f"---{page.newline}{edited}---{page.newline}"
        return Cover.parse(text[:start] + edited + text[end:], page.path)


def _settings(page: Page) -> dict[str, Any]:
    start, end = page.front or (page.body, page.body)
    text = page.text[start:end]
    line = page.line(start)
    settings = load(text, path=page.path, line=line, texts=_TEXTS) or {}
    if not isinstance(settings, dict):
        reason = "the front matter is no mapping; expected `setting: value` lines"
        raise PageError(reason, path=page.path, line=line)
    for key, value in settings.items():
        wrong = None if value is None else _problem(key, value)
        if wrong:
            place, expected = wrong
            at = line_of(text, key, *place, line=line, texts=_TEXTS)
            names = ".".join(str(name) for name in (key, *place))
            found = value
            for step in place:
                found = found[step]
            reason = f"{names}: found {found!r}; expected {expected}"
            raise PageError(reason, path=page.path, line=at)
    return settings


def _words(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else [value]
    return tuple(str(word) for word in words if word is not None)


def _groups(value: object) -> tuple[tuple[str, ...], ...]:
    """Return groups of words, given as one group or as several."""
    groups = value if isinstance(value, list) else []
    several = all(isinstance(group, list) for group in groups)
    return tuple(map(tuple, groups)) if several else (tuple(groups),)


def _problem(key: str, value: object) -> Wrong:
    """Return the keys down to what does not fit and what was expected there, None if all fits."""
    if key in ("title", "on_duplicate") and not isinstance(value, str):
        return (), "words"
    if key == "format" and (isinstance(value, bool) or value != FORMAT):
        return (), f"{FORMAT}, the one that this gitlab-journal reads"
    if key == "on_duplicate" and value not in ON_DUPLICATE:
        return (), f"one of {', '.join(ON_DUPLICATE)}"
    if key in ("sign", "push_before_run") and not isinstance(value, bool):
        return (), "true or false"
    if key == "confidence" and not (isinstance(value, float) and 0 < value < 1):
        return (), "a number between 0 and 1"
    if key in ("largest_attachment", "all_attachments") and size_of(value) is None:
        return (), "a size such as 10 MB"
    if key == "same_code":
        return _groups_problem(value)
    if key in _LISTS:
        return _list_problem(value)
    return _mapping_problem(key, value) if key in _MAPPINGS else None


def _list_problem(value: object) -> Wrong:
    if isinstance(value, str):
        return None
    if not isinstance(value, list):
        return (), "a list of words"
    for place, word in enumerate(value):
        if not isinstance(word, str):
            return (place,), "a word"
    return None


def _groups_problem(value: object) -> Wrong:
    shape = "a list of code hashes that count as equal, or several such lists"
    if not isinstance(value, list):
        return (), shape
    several = [isinstance(group, list) for group in value]
    if any(several) and not all(several):
        return (several.index(False),), shape
    groups = value if any(several) else [value] if value else []
    for place, group in enumerate(groups):
        above = (place,) if any(several) else ()
        for at, found in enumerate(group):
            if not (isinstance(found, str) and _DIGEST.fullmatch(found)):
                return (*above, at), _DIGITS
        if len(group) < 2:  # noqa: PLR2004  # nothing is equal to itself alone
            return above, "two code hashes or more"
    return None


def _mapping_problem(key: str, value: object) -> Wrong:
    if not isinstance(value, dict):
        return (), f"a mapping: {_MAPPINGS[key]}"
    for name, item in value.items():
        if key == "names" and not (isinstance(name, str) and _DIGEST.fullmatch(name)):
            return (name,), f"{_DIGITS}: {_MAPPINGS[key]}"
        if key == "metrics" and item not in DIRECTIONS:
            return (name,), f"min or max: {_MAPPINGS[key]}"
        if key != "added" and not isinstance(item, str):
            return (name,), f"words: {_MAPPINGS[key]}"
        if key == "added" and not isinstance(name, str):
            return (name,), f"a parameter's name: {_MAPPINGS[key]}"
    return _circle(value) if key == "aliases" else None


def _circle(aliases: Mapping[str, str]) -> Wrong:
    for name in aliases:
        new = name
        for _ in aliases:  # no chain of names is longer
            new = aliases.get(new, new)
            if new == name:
                return (name,), f"no names that lead back to {name}: {_MAPPINGS['aliases']}"
    return None


def draft_cover(title: str) -> str:
    """Return the text of a new journal's journal.md."""
    return _DRAFT.format(title=scalar(title), heading=heading(title))


_DRAFT = """\
---
title: {title}
format: 1
on_duplicate: warn    # or ask, raise, reuse, run: when an experiment is done already
ignore: []            # parameters that change no result, besides n_jobs and verbose
replicate: []         # parameters that only repeat, besides seed and random_state
metrics: {{}}           # which way is better, as in: {{val_loss: min, accuracy: max}}
names: {{}}             # of data sets, by the start of their digest, as in: {{30eb1ac3: digits}}
---

# {heading}

What this journal is about. This text opens its home page; the settings are above.
"""
