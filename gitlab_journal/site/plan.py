"""What a site consists of: a job or a page for each of its files."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitlab_journal.cover import Cover
from gitlab_journal.errors import PageError
from gitlab_journal.site.commits import read_commits
from gitlab_journal.site.history import FILE
from gitlab_journal.site.links import PUBLISHED, Links, site_path
from gitlab_journal.site.lists import begun, home_view, month_view, months, page_count, page_name
from gitlab_journal.site.markup import to_html
from gitlab_journal.site.output import content_digest
from gitlab_journal.site.subjects import month_of, subjects
from gitlab_journal.site.templates import ASSETS, environment
from gitlab_journal.site.workshop import Job, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jinja2 import Environment

    from gitlab_journal.catalogue import Catalogue, Damage, Row
    from gitlab_journal.site.commits import Commits
    from gitlab_journal.site.output import Manifest
    from gitlab_journal.site.workshop import Site
    from gitlab_journal.store.changes import Change
    from gitlab_journal.store.repository import Repository

COVER = "journal.md"
_CURVES = "/curves.svg"


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal at one commit: rows newest first, attachments as blobs by path."""

    head: str
    cover: Cover
    rows: Sequence[Row]
    damages: Sequence[Damage]
    files: Mapping[str, str]
    commits: Mapping[str, Commits]

    @property
    def published(self) -> dict[str, str]:
        """The path of every file that the site shows, and of each entry by its id too."""
        entries = {name: row.path for row in reversed(self.rows) for name in (row.id, row.path)}
        return {path: path for path in self.files} | entries


@dataclass(frozen=True, slots=True)
class Page:
    """A page of lists or an asset: its name, the digest of its inputs, and its making."""

    name: str
    inputs: str
    make: Callable[[], bytes]


def read_journal(repository: Repository, catalogue: Catalogue, head: str) -> Journal:
    """Return the journal as its commit `head` has it. Raises PageError for a damaged cover."""
    try:
        text = repository.read(COVER, head).decode()
    except UnicodeDecodeError as error:
        raise PageError("the cover is not UTF-8", path=Path(COVER)) from error
    return Journal(
        head,
        Cover.parse(text, Path(COVER)),
        catalogue.rows(),
        catalogue.damaged(),
        _attachments(repository.changed(None, head)),
        read_commits(repository, head),
    )


def _attachments(held: Sequence[Change]) -> dict[str, str]:
    """Return what may be shown or linked to; not the curves that the site draws anew."""
    files = {
        change.path: change.blob
        for change in held
        if change.blob and posixpath.splitext(change.path)[1].lower() in PUBLISHED
    }
    return {
        path: blob
        for path, blob in files.items()
        if not (path.endswith(_CURVES) and f"{path.removesuffix(_CURVES)}/{FILE}" in files)
    }


def entry_jobs(journal: Journal, before: Manifest, look: str) -> Iterator[Job]:
    """Yield the page of every entry."""
    for subject in subjects(journal.rows, journal.files, journal.commits):
        name = site_path(subject.path)
        yield Job(name, _digest(look, *subject.inputs), before.files.get(name), subject)


def attachment_jobs(journal: Journal, before: Manifest) -> Iterator[Job]:
    """Yield every attachment that a page may show or link to."""
    for path, blob in journal.files.items():
        if path.startswith("entries/"):
            made = f"{blob} still" if path.lower().endswith(".svg") else blob
            yield Job(path, made, before.files.get(path), blob)


def assets(templates: Mapping[str, bytes]) -> Iterator[Page]:
    """Yield the style sheet and the scripts."""
    for name, content in templates.items():
        if name.startswith(f"{ASSETS}/"):
            yield Page(name, content_digest(content), partial(bytes, content))


def list_pages(journal: Journal, site: Site, look: str) -> Iterator[Page]:
    """Yield the home page and the pages of every month."""

    @cache
    def templates() -> Environment:
        return environment(site.templates)

    def made(template: str, view: Callable[[], Mapping[str, Any]]) -> bytes:
        page = templates().get_template(template)
        return encoded(page.render({**site.common, **view()}))

    yield Page(
        "index.html",
        _digest(look, journal.head, *(str(damage) for damage in journal.damages)),
        partial(made, "home.html", partial(_home, journal, site)),
    )
    by_month = months(journal.rows)
    named = [month_of(begun(rows[0])) for rows in by_month.values()]
    for place, (href, rows) in enumerate(by_month.items()):
        later = named[place - 1] if place else None
        earlier = named[place + 1] if place + 1 < len(named) else None
        around = {"earlier": earlier, "later": later}
        inputs = _digest(look, str(around), *(f"{row.path} {row.blob}" for row in rows))
        for number in range(1, page_count(rows) + 1):
            name = posixpath.join(posixpath.dirname(href), page_name(number))
            view = partial(month_view, rows, href, number, around)
            yield Page(name, inputs, partial(made, "month.html", view))


def _home(journal: Journal, site: Site) -> dict[str, Any]:
    links = Links("journal.md", site.published)
    return home_view(
        journal.rows,
        cover=to_html(_without_title(journal.cover), links=links),
        damages=journal.damages,
        commit=journal.head,
    )


def _without_title(cover: Cover) -> str:
    """Return the cover's body without the heading that the home page has already."""
    heading = re.compile(rf"^#[ \t]+{re.escape(cover.title)}[ \t#]*$", re.MULTILINE)
    return heading.sub("", cover.body, count=1)


def _digest(*parts: str) -> str:
    return content_digest("\0".join(parts).encode(errors="surrogateescape"))
