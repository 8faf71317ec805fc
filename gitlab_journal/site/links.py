"""Where a link in a page leads within the site."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

ANCHORS = frozenset({"hypothesis", "procedure", "results", "inference", "code"})
IMAGES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})
# What a browser shows as text or hands on. Nothing here runs; an SVG does, unless it is an <img>.
TEXTS = frozenset(
    {".csv", ".tsv", ".txt", ".log", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".diff", ".patch"}
)
PUBLISHED = IMAGES | TEXTS
_OUTSIDE = frozenset({"http", "https", "mailto"})


@dataclass(slots=True)
class Links:
    """The links of one page: its path, what is published, and all that was asked for so far.

    `published` holds the path of each file, and of each entry by its id too.
    """

    page: str
    published: Mapping[str, str]
    asked: set[str] = field(default_factory=set)

    def resolve(self, target: str, *, image: bool = False) -> str | None:
        """Return the address to write for a link in an entry; None where there is nothing there.

        Another host's address stays for a link, and is nothing for an image.
        """
        try:
            parts = urlsplit(target.strip())
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            is_outside = parts.scheme.lower() in _OUTSIDE and not image
            return target.strip() if is_outside else None
        path = unquote(parts.path, errors="surrogateescape")
        if not path:
            return f"#{parts.fragment}" if parts.fragment in ANCHORS and not image else None
        anchor = f"#{parts.fragment}" if parts.fragment in ANCHORS else ""
        found = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), path))
        if not self._is_there(found, image=image):
            return None
        return relative(site_path(found), self.page) + ("" if image else anchor)

    def entry(self, entry_id: str) -> str | None:
        """Return the address of the page of an entry; None for this one or one of no id."""
        self.asked.add(entry_id)
        path = self.published.get(entry_id)
        if path is None or path == self.page:
            return None
        self.asked.add(path)
        return relative(site_path(path), self.page)

    def _is_there(self, path: str, *, image: bool) -> bool:
        if path == "journal.md":
            return not image
        suffix = posixpath.splitext(path)[1].lower()
        if suffix not in (IMAGES if image else TEXTS | {".md"} | IMAGES - {".svg"}):
            return False
        self.asked.add(path)
        return path in self.published


def site_path(path: str) -> str:
    """Return where a file of the journal lies in the site: `.md` becomes `.html`."""
    if path == "journal.md":
        return "index.html"
    return f"{path.removesuffix('.md')}.html" if path.endswith(".md") else path


def relative(target: str, page: str) -> str:
    """Return the address of a file of the site as seen from a page, both from the site's root."""
    return quoted(posixpath.relpath(target, posixpath.dirname(page) or "."))


def quoted(path: str) -> str:
    """Return a file's path as an address: `#`, `?`, `%`, brackets, bytes by their numbers."""
    return quote(path, errors="surrogateescape")


def page_address(path: str) -> str:
    """Return the address of an entry's page as seen from the site's root."""
    return quoted(site_path(path))


def root_of(page: str) -> str:
    """Return the way from a page up to the site's root: empty, or `../../`."""
    return "../" * page.count("/")
