"""The making of entry pages, in this process or in several at once."""

from __future__ import annotations

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
from gitlab_journal.site.templates import environment
from gitlab_journal.store.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from gitlab_journal.site.subjects import Subject

ALONE = 500  # pages; below, a second process costs more than it brings
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages of one rendering share."""

    root: Path
    output: Path
    templates: Mapping[str, bytes]
    common: Mapping[str, str]
    published: frozenset[str]


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
    for job in jobs:
        if isinstance(job.source, str):
            content, asked = blobs[job.source], ()
        else:
            links = Links(job.source.path, site.published)
            view = _view(job.source, blobs, links, macros)
            content = encoded(page.render({**site.common, **view}))
            asked = tuple(sorted(links.asked))
        inputs = with_links(job.base, asked, site.published)
        made = Made(inputs, content_digest(content), len(content), asked)
        yield Done(job.name, made, put(site.output, job.name, content, made, job.before))


def _view(
    subject: Subject, blobs: Mapping[str, bytes], links: Links, macros: object
) -> dict[str, object]:
    parent = subject.parent
    return entry_view(
        subject,
        Entry.read(blobs[subject.blob], Path(subject.path)),
        parent=Entry.read(blobs[parent.blob], Path(parent.path)) if parent else None,
        fits=read_history(blobs[subject.history]) if subject.history else (),
        parent_fits=read_history(blobs[subject.parent_history]) if subject.parent_history else (),
        links=links,
        blocks=macros,
    )


# What turns the direction of text around, and controls that HTML forbids, become visible.
_TURNING = {
    code: f"&lt;U+{code:04X}&gt;" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_FORBIDDEN = dict.fromkeys(
    (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)), "\N{REPLACEMENT CHARACTER}"
)
_VISIBLE = _TURNING | _FORBIDDEN


def encoded(html: str) -> bytes:
    """Return a page as it is written: UTF-8, no character in it that hides or turns others."""
    return html.translate(_VISIBLE).encode(errors="replace")
