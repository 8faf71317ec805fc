"""One entry: a page of the journal, whose text is the only truth about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from gitlab_journal.errors import ArgumentError, PageError
from gitlab_journal.page import blocks, document, parts, placement
from gitlab_journal.page.contents import contents
from gitlab_journal.page.edit import edit_mapping
from gitlab_journal.page.front import KEYS
from gitlab_journal.page.layout import is_absent, page_text
from gitlab_journal.page.naming import attachments_path, new_id, page_path, slug
from gitlab_journal.page.portable import portable
from gitlab_journal.page.writer import flow

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from gitlab_journal.page.contents import Known
    from gitlab_journal.page.document import Page

__all__ = ["Entry", "attachments_path", "draft", "new_id", "page_path", "slug"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Entry:
    """One experiment: what its page says. Edits return a new entry; nothing is written to disk.

    What the page does not hold is None, or empty. `front` holds every key of the front matter as
    written, also unknown ones; `claims` the rows of the block `prediction`; `returned` the metric
    that the run returned, or the names of those that it returned as a mapping;
    `attachments` what was too large to be copied, by name.
    """

    page: Page
    front: Mapping[str, Any]
    title: str
    id: str
    verdict: str | None = None
    metric: str | None = None
    score: float | None = None
    prediction: tuple[str, ...] = ()
    model: str | None = None
    dataset: str | None = None
    grid: str | None = None
    author: str | None = None
    date: datetime | None = None
    status: str | None = None
    duration: float | None = None
    tags: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    params_hash: str | None = None
    config_hash: str | None = None
    data_hash: str | None = None
    state_hash: str | None = None
    code_hash: str | None = None
    code: str | None = None
    tree: str | None = None
    format: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    silence: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    replicates: Mapping[str, Any] = field(default_factory=dict)
    returned: str | tuple[str, ...] | None = None
    functions: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    claims: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Any] = ()
    attachments: Mapping[str, Any] = field(default_factory=dict)
    _known: Known = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        return (self.text, self.path) == (other.text, other.path)

    def __hash__(self) -> int:
        return hash((self.text, self.path))

    def __repr__(self) -> str:
        return f"<Entry {self.id} {self.title!r}>"

    @classmethod
    def parse(cls, text: str, path: Path | None = None) -> Entry:
        """Return the entry that the page `text` holds. Raises PageError with path and line."""
        return _entry(document.parse(text, path), {})

    @classmethod
    def read(cls, data: bytes, path: Path | None = None, *, like: Entry | None = None) -> Entry:
        """Return the entry of UTF-8 bytes; shares with `like` what both say. Raises PageError."""
        known = like._known if like else {}  # noqa: SLF001 - the same class
        return _entry(document.parse(decoded(data, path), path), known)

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

    def section(self, name: str) -> str:
        """Return what stands below the heading of a section, to the byte; "" where it is absent."""
        found = self.page.section(name)
        return self.page.text[found.body : found.end] if found else ""

    def prose(self, name: str) -> str:
        """Return a section without the journal's own blocks; "" where it is absent."""
        return parts.prose(self.page, name)

    @property
    def diff(self) -> str | None:
        """Return the diff that stands in the section Code, None where there is none."""
        return parts.held(self.page, parts.DIFF)

    @property
    def traceback(self) -> str | None:
        """Return the traceback that stands in the section Results, None where there is none."""
        return parts.held(self.page, parts.TRACEBACK)

    def set(self, **keys: object) -> Entry:
        """Return the entry with front matter changed; None or an empty list removes a key.

        A new key lands in the fixed order. Raises PageError where the page would be damaged.
        """
        gone = [key for key, value in keys.items() if is_absent(value)]
        kept = {key: value for key, value in keys.items() if key not in gone}
        span = cast("tuple[int, int]", self.page.front)
        return self._edited(span, kept, remove=gone, order=KEYS, style="front")

    def set_block(self, name: str, value: Mapping[str, Any] | Sequence[Any]) -> Entry:
        """Return the entry with a block that holds `value` and nothing else.

        A block that is there is edited key by key; a new one lands in its section. Raises
        ArgumentError for a name that no block has, PageError.
        """
        if name not in blocks.BLOCKS:
            raise ArgumentError(f"no block is called {name!r}; expected one of {blocks.BLOCKS}")
        fence = self.page.block(name)
        if fence is None and name in self.front:
            return self.set(**{name: value})
        if fence is None:
            text = placement.with_block(self.page, name, blocks.written(name, value))
            return self._parsed(text) if value else self
        if isinstance(value, Mapping):
            return self._edited(
                (fence.body, fence.close),
                value,
                whole=True,
                order=list(value),
                style=blocks.style(name),
            )
        if flow(self.claims if name == "prediction" else self.findings) == flow(value):
            return self
        written = blocks.written(name, value).replace("\n", self.page.newline)
        return self._parsed(self.text[: fence.body] + written + self.text[fence.close :])

    def set_values(self, name: str, values: Mapping[str, Any]) -> Entry:
        """Return the entry with single keys of a block changed; None removes a key.

        Raises ArgumentError for a name that no block of keys has, PageError.
        """
        if name not in blocks.BLOCKS or name in blocks.LISTS:
            raise ArgumentError(f"no block of keys is called {name!r}")
        gone = [key for key, value in values.items() if value is None]
        kept = {key: value for key, value in values.items() if value is not None}
        fence = self.page.block(name)
        if fence is not None:
            span = (fence.body, fence.close)
            return self._edited(span, kept, remove=gone, style=blocks.style(name))
        old = {key: value for key, value in self.front.get(name, {}).items() if key not in gone}
        return self.set_block(name, {**old, **kept})

    def retitle(self, title: str) -> Entry:
        """Return the entry under another title. Raises PageError."""
        return self._parsed(placement.titled(self.page, title))

    def append(self, section: str, *paragraphs: str) -> Entry:
        """Return the entry with paragraphs at the end of a section, made where it is absent.

        Headings in it sink below H2, since sections are H2. Raises PageError where a fence or
        comment that is never closed would swallow it.
        """
        return self._parsed(placement.appended(self.page, section, paragraphs))

    def fill(self, section: str, markdown: str) -> Entry:
        """Return the entry with `markdown` for the prose of a section, whose blocks stay.

        Headings sink, and PageError is raised, as in `append`.
        """
        return self._parsed(placement.filled(self.page, section, markdown))

    def as_dict(self) -> dict[str, Any]:
        """Return what a reader prints as JSON: the attributes by name, absent ones left out.

        Keys of the front matter that are unknown to us come last. NaN and the infinities, which
        JSON has not, are the words "NaN", "Infinity" and "-Infinity"; a time is text in UTC.
        """
        known = {name: getattr(self, name) for name in ["id", "title", *KEYS[1:], *_VIEWS, "path"]}
        present = {name: value for name, value in known.items() if value not in (None, (), [], {})}
        unknown = {key: value for key, value in self.front.items() if key not in known}
        return cast("dict[str, Any]", portable(present | unknown))

    def _edited(self, span: tuple[int, int], changes: Mapping[str, Any], **how: Any) -> Entry:
        start, end = span
        line = self.page.line(start)
        edited = edit_mapping(
            self.text[start:end],
            changes,
            newline=self.page.newline,
            path=self.path,
            line=line,
            **how,
        )
        return self._parsed(self.text[:start] + edited + self.text[end:])

    def _parsed(self, text: str) -> Entry:
        return _entry(document.parse(text, self.path), self._known)


_VIEWS = (
    *("params", "defaults", "data", "silence", "claims"),
    *("metrics", "replicates", "returned", "findings", "attachments"),
    *("functions", "environment"),
)


def decoded(data: bytes, path: Path | None = None) -> str:
    """Return the text of a page's bytes, byte-order mark included. Raises PageError."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        reason = f"found the byte 0x{data[error.start]:02x}; expected UTF-8"
        raise PageError(reason, path=path, line=line) from error


def _entry(page: Page, known: Known) -> Entry:
    """Return the entry of a page; what `known` has read already is not read again."""
    found = contents(page, known)
    values = dict(found.blocks)
    values |= blocks.parted(values.pop("metrics", {}))
    return Entry(
        page=page,
        front=found.front,
        title=page.title or found.fields["id"],
        claims=values.pop("prediction", []),
        _known=found.known,
        **values,
        **found.fields,
    )


def draft(
    *,
    front: Mapping[str, Any],
    title: str,
    hypothesis: str = "",
    claims: Sequence[Mapping[str, Any]] = (),
    procedure: str = "",
    params: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    silence: Mapping[str, Any] | None = None,
    code: str = "",
    diff: str = "",
    functions: Mapping[str, Any] | None = None,
    environment: Mapping[str, Any] | None = None,
    path: Path | None = None,
) -> Entry:
    """Return the entry of a new page: all sections, absent instead of null, keys in fixed order.

    `diff` is put into a fence longer than any inside. Raises PageError where `front` holds what
    no page may.
    """
    text = page_text(
        front=front,
        title=title,
        hypothesis=hypothesis,
        procedure=procedure,
        code=code,
        diff=diff,
        blocks={
            "prediction": claims,
            "params": params,
            "defaults": defaults,
            "data": data,
            "silence": silence,
            "functions": functions,
            "environment": environment,
        },
    )
    return Entry.parse(text, path)
