"""The journal: its entries, look-ups, runs."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from gitlab_journal.describe import describe_block
from gitlab_journal.desk import open_desk
from gitlab_journal.errors import ArgumentError
from gitlab_journal.fingerprint import HASHES
from gitlab_journal.hypothesis import begin
from gitlab_journal.identity.source import reads_of_block
from gitlab_journal.locate import locate_journal, switched_off
from gitlab_journal.observe import watch_keras
from gitlab_journal.options import make_options
from gitlab_journal.recovery import recover
from gitlab_journal.run import NoRun, enter, leave
from gitlab_journal.signals import ending, interruptible, run_signals
from gitlab_journal.store.pace import flush_all
from gitlab_journal.verdict import conclude

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gitlab_journal.entry import Entry
    from gitlab_journal.identity.source import Read
    from gitlab_journal.options import Options
    from gitlab_journal.recording import Recording
    from gitlab_journal.run import Run


class Journal:
    """A journal, opened: `Journal()` finds it as a decorated function would, `Journal(path)` there.

    Raises JournalNotFoundError where there is none.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._desk = open_desk(locate_journal(path))

    @property
    def path(self) -> Path:
        """The journal's folder."""
        return self._desk.repository.root

    def entries(self) -> list[Entry]:
        """Return all entries, the oldest first. Raises PageError for a damaged page."""
        self._refresh()
        for damage in self._desk.catalogue.damaged():
            raise damage.as_error()
        rows = sorted(self._desk.catalogue.rows(), key=lambda row: row.id)
        return self._desk.entries(rows)

    def entry(self, word: str) -> Entry:
        """Return the entry with this id, unique prefix or last characters.

        Raises EntryNotFoundError where there is none or several.
        """
        self._refresh()
        return self._desk.entry(self._desk.catalogue.resolve(word))

    def find(self, fingerprint: Mapping[str, str | None]) -> list[Entry]:
        """Return the entries with these digests, the newest first.

        `fingerprint` maps any of params_hash, config_hash, data_hash, state_hash, code_hash; None
        equals only absent. Raises ArgumentError for another name.
        """
        unknown = sorted(set(fingerprint) - set(HASHES))
        if unknown:
            raise ArgumentError(f"a fingerprint has {', '.join(HASHES)}, not {unknown[0]!r}")
        self._refresh()
        return self._desk.entries(self._desk.catalogue.find(**fingerprint))

    def run(
        self, *, params: Mapping[str, object] | None = None, **keywords: object
    ) -> AbstractContextManager[Run | NoRun]:
        """Record what happens in the `with` block as one entry; gives the open run.

        Takes `params` and the keywords of `experiment` except `journal`, `data` and `keep`; the
        code is the module that holds the block. "reuse" acts as "raise". Raises as `experiment`
        does.
        """
        for name in ("journal", "data", "function"):
            if name in keywords:
                raise ArgumentError(f"run() takes no {name}=")
        if keywords.get("keep"):
            raise ArgumentError("run() takes no keep=: a `with` block returns nothing")
        if switched_off():
            return nullcontext(NoRun())
        frame = sys._getframe(1)  # noqa: SLF001  # it holds the `with`
        return self._record(
            frame.f_globals,
            reads_of_block(frame),
            dict(params or {}),
            make_options(None, **keywords),
        )

    @contextmanager
    def _record(
        self,
        namespace: Mapping[str, object],
        reads: Sequence[Read],
        params: Mapping[str, object],
        options: Options,
    ) -> Iterator[Run]:
        described = describe_block(
            namespace,
            params,
            reads=reads,
            options=options,
            cover=self._desk.cover,
            files=self._desk.files,
        )
        with recorded(begin(self._desk, described, options)) as run:
            yield run

    def _refresh(self) -> None:
        recover(self._desk)
        self._desk.flush()
        self._desk.catalogue.refresh()

    def __repr__(self) -> str:
        return f"Journal({str(self.path)!r})"


@contextmanager
def recorded(recording: Recording) -> Iterator[Run]:
    """Keep the run open for the block, then conclude it; exceptions pass through unchanged.

    A value for the verdict is set as `recording.value`. After a signal that ends processes this
    one ends by it, even where the block caught the exception that it was turned into.
    """
    run, process = recording.run, os.getpid()
    error: BaseException | None = None
    with run_signals() as signals:
        before = enter(run)
        try:
            with watch_keras(), interruptible(signals):
                yield run
        except BaseException as raised:
            error = raised
            raise
        finally:
            leave(run, before)
            if os.getpid() == process:  # in a forked child the run is its parent's
                conclude(recording, value=recording.value, error=error)
                if ending():  # by a signal, after which nothing that waits for an exit is called
                    flush_all()
