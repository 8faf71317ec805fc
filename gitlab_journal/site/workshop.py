"""The making of entry pages, in this process or in several at once."""

from __future__ import annotations

import gc
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.entry import Entry
from gitlab_journal.site.entry_page import entry_view
from gitlab_journal.site.history import read_history
from gitlab_journal.site.links import Links
from gitlab_journal.site.output import Made, content_digest, put, stands
from gitlab_journal.site.pictures import still
from gitlab_journal.site.templates import environment
from gitlab_journal.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from gitlab_journal.site.history import Columns
    from gitlab_journal.site.subjects import Relative, Subject

ALONE = 500  # pages; below, a second process costs more than it brings
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages of one rendering share."""

    root: Path
    output: Path
    templates: Mapping[str, bytes]
    common: Mapping[str, str]
    published: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make: an entry's page from its subject, or an attachment from its blob.

    `base` is the digest of all that it is made from, its links left out; `before` what stands in
    its place.
    """

    name: str
    base: str
    before: Made | None
    source: Subject | str


@dataclass(frozen=True, slots=True)
class Done:
    """One file made, and whether its bytes had to be written."""

    name: str
    made: Made
    is_written: bool


def with_links(base: str, asked: Iterable[str], published: Container[str]) -> str:
    """Return the digest of what a page is made from, whether each link leads anywhere included."""
    said = "".join(f"\0{path in published}\0{path}" for path in asked)
    if not said:
        return base
    return content_digest((base + said).encode(errors="surrogateescape"))


def is_current(site: Site, job: Job) -> bool:
    """Return whether a file stands that is made from what the job would make it from."""
    old = job.before
    if old is None or old.inputs != with_links(job.base, old.asked, site.published):
        return False
    return stands(site.output, job.name, old)


def do_jobs(site: Site, jobs: Sequence[Job]) -> Iterator[Done]:
    """Yield every job done; by several processes where there are many, in the same bytes."""
    if len(jobs) <= ALONE:
        yield from _do(site, jobs)
        return
    chunks = [jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK)]
    with ProcessPoolExecutor(
        max_workers=min(cpu_count() or 1, len(chunks)),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(site,),
    ) as pool:
        for done in pool.map(_do_here, chunks):
            yield from done


_SITE: list[Site] = []  # of a process of its own: what it was started for


def _begin(site: Site) -> None:
    gc.disable()  # a tenth of the time, and the process lives for its pages only
    _SITE[:] = [site]


def _do_here(jobs: Sequence[Job]) -> list[Done]:
    return list(_do(_SITE[0], jobs))


def _do(site: Site, jobs: Sequence[Job]) -> Iterator[Done]:
    if not jobs:
        return
    wanted = [
        blob
        for job in jobs
        for blob in ([job.source] if isinstance(job.source, str) else job.source.blobs)
    ]
    blobs = Repository.open(site.root).blobs(wanted)
    templates = environment(site.templates)
    page = templates.get_template("entry.html")
    macros = templates.get_template("blocks.html").module
    entries = _Entries(blobs)
    for job in jobs:
        if isinstance(job.source, str):
            content, asked = _attached(job.name, blobs[job.source]), tuple[str, ...]()
        else:
            links = Links(job.source.path, site.published)
            view = _view(job.source, entries, links, macros)
            content = encoded(page.render({**site.common, **view}))
            asked = tuple(sorted(links.asked))
        inputs = with_links(job.base, asked, site.published)
        made = Made(inputs, content_digest(content), len(content), asked)
        yield Done(job.name, made, put(site.output, job.name, content, made, job.before))


def _attached(name: str, content: bytes) -> bytes:
    return still(content) if name.lower().endswith(".svg") else content


class _Entries:
    """The blobs at hand, each page read once: a parent is mostly a page of the same chunk."""

    def __init__(self, blobs: Mapping[str, bytes]) -> None:
        self._blobs = blobs
        self._read: dict[str, Entry] = {}
        self._last: Entry | None = None

    def entry(self, one: Subject | Relative) -> Entry:
        if one.blob not in self._read:
            data, path = self._blobs[one.blob], Path(one.path)
            self._read[one.blob] = self._last = Entry.read(data, path, like=self._last)
        return self._read[one.blob]

    def curves(self, blob: str | None) -> Sequence[Columns]:
        return read_history(self._blobs[blob]) if blob else ()


def _view(subject: Subject, entries: _Entries, links: Links, macros: object) -> dict[str, object]:
    return entry_view(
        subject,
        entries.entry(subject),
        parent=entries.entry(subject.parent) if subject.parent else None,
        fits=entries.curves(subject.history),
        parent_fits=entries.curves(subject.parent_history),
        links=links,
        blocks=macros,
    )


# What turns the direction of text around, and controls that HTML forbids.
_HIDING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def encoded(html: str) -> bytes:
    """Return a page as it is written: UTF-8, no character in it that hides or turns others."""
    return _HIDING.sub(_shown, html).encode(errors="replace")


def _shown(found: re.Match[str]) -> str:
    return f"&lt;U+{ord(found[0]):04X}&gt;"
