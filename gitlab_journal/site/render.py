"""The rendering of a journal, as far as it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import gitlab_journal
from gitlab_journal.errors import StoreError
from gitlab_journal.site.output import (
    Made,
    Manifest,
    content_digest,
    is_whole,
    put,
    read_manifest,
    remove_files,
    stands,
    write_manifest,
)
from gitlab_journal.site.plan import (
    assets,
    attachment_jobs,
    entry_jobs,
    list_pages,
    read_journal,
)
from gitlab_journal.site.templates import digest_of, template_files, template_folders
from gitlab_journal.site.workshop import Done, Site, do_jobs, is_current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gitlab_journal.catalogue import Catalogue
    from gitlab_journal.site.plan import Page
    from gitlab_journal.site.workshop import Job
    from gitlab_journal.store.repository import Repository

_LIBRARIES = ("jinja2", "latex2mathml", "markdown", "nh3")
_TRIES = 5
_PENDING = Made("", "", -1)


@dataclass(frozen=True, slots=True)
class Report:
    """How many pages the site has, how many files were written, how many removed."""

    pages: int
    written: int
    removed: int


def render(repository: Repository, catalogue: Catalogue, output: Path) -> Report:
    """Render the journal's newest commit to the folder `output` and report what was written.

    Writes only files whose bytes change, removes only files that it wrote before. The same commit
    gives the same bytes everywhere. Raises ArgumentError for a folder that holds foreign files,
    PageError for a damaged cover.
    """
    output = Path(output).resolve()
    before = read_manifest(output)
    head = _refreshed(repository, catalogue)
    shipped = template_files(template_folders(repository))
    look = _look(shipped)
    key = f"{head} {look}"
    if before.key == key and is_whole(output, before):
        return _report(before, written=0, removed=0)
    journal = read_journal(repository, catalogue, head)
    common = {"journal": journal.cover.title, "version": gitlab_journal.__version__}
    site = Site(repository.root, output, shipped, common, journal.published)
    look = content_digest(f"{look} {journal.cover.title}".encode(errors="replace"))
    jobs = [*entry_jobs(journal, before, look), *attachment_jobs(journal, before)]
    pages = [*assets(shipped), *list_pages(journal, site, look)]
    # Written first too: a rendering that is cut short leaves no file that the next one disowns.
    names = {*(job.name for job in jobs), *(page.name for page in pages)}
    if not names <= before.files.keys():
        write_manifest(output, Manifest("", dict.fromkeys(names, _PENDING) | before.files))
    done = [*_jobs_done(site, jobs), *_pages_done(site, pages, before)]
    after = Manifest(key, {one.name: one.made for one in done})
    removed = remove_files(output, sorted(before.files.keys() - after.files.keys()))
    write_manifest(output, after)
    return _report(after, written=sum(one.is_written for one in done), removed=removed)


def _jobs_done(site: Site, jobs: Sequence[Job]) -> Iterator[Done]:
    waiting = []
    for job in jobs:
        if job.before and is_current(site, job):
            yield Done(job.name, job.before, is_written=False)
        else:
            waiting.append(job)
    yield from do_jobs(site, waiting)


def _pages_done(site: Site, pages: Sequence[Page], before: Manifest) -> Iterator[Done]:
    for page in pages:
        old = before.files.get(page.name)
        if old and old.inputs == page.inputs and stands(site.output, page.name, old):
            yield Done(page.name, old, is_written=False)
            continue
        content = page.make()
        made = Made(page.inputs, content_digest(content), len(content))
        yield Done(page.name, made, put(site.output, page.name, content, made, old))


def _report(manifest: Manifest, *, written: int, removed: int) -> Report:
    pages = sum(name.endswith(".html") for name in manifest.files)
    return Report(pages=pages, written=written, removed=removed)


def _refreshed(repository: Repository, catalogue: Catalogue) -> str:
    """Return the commit that the catalogue stands at, even while runs are committing."""
    for _ in range(_TRIES):
        head = repository.tip()
        catalogue.refresh()
        if head is not None and head == repository.tip():
            return head
    raise StoreError(f"the branch of {repository.root} keeps moving; render again in a moment")


def _look(files: Mapping[str, bytes]) -> str:
    """Return a digest of all that pages depend on beside the journal: templates and versions."""
    versions = " ".join(version(name) for name in _LIBRARIES)
    about = f"{gitlab_journal.__version__} {versions} {digest_of(files)}"
    return content_digest(about.encode())
