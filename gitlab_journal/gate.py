"""What is done about an experiment that was run before: train, ask, stop or reuse."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gitlab_journal.alert import announce, not_reused, refusal, reused, short
from gitlab_journal.errors import DuplicateExperimentError
from gitlab_journal.guard import guarded
from gitlab_journal.kept import is_kept, load_kept
from gitlab_journal.returned import given_back
from gitlab_journal.terminal import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gitlab_journal.describe import Described
    from gitlab_journal.earlier import Earlier
    from gitlab_journal.entry import Entry
    from gitlab_journal.options import Options

# Of several threads one asks at a time.
_speaking = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reused:
    """The result of an earlier run, given back in place of another one."""

    entry: Entry
    value: object


@dataclass(frozen=True, slots=True)
class _Missing:
    """Why the result of an earlier run cannot be given back."""

    reason: str


def decide(
    earlier: Sequence[Earlier], described: Described, options: Options, *, state: Path
) -> Reused | DuplicateExperimentError | None:
    """Return what is reused, or the error that stops the run, None where it goes on.

    Says on stderr what was run before, and asks there where the options say so. Reads what was
    kept below `state`, the journal's folder of this machine.
    """
    duplicates = [item for item in earlier if item.kind == "duplicate"]
    way = options.on_duplicate if duplicates or options.on_duplicate == "run" else "warn"
    if way == "run":
        return None
    if way == "raise":
        return _stop(duplicates)
    if way == "reuse":
        found = _reused(duplicates, described, options, state=state)
        if found is not None:
            return found
        earlier = [item for item in earlier if item.kind != "duplicate"]
    asking = way == "ask" and _on_terminal()
    with _speaking:
        announce(earlier, described, asking=asking, no_data=_has_none(options))
        return _stop(duplicates) if asking and not _confirmed() else None


def _has_none(options: Options) -> bool:
    """Tell whether it is declared that there are no data."""
    return options.data is not None and not options.data


def _stop(duplicates: Sequence[Earlier]) -> DuplicateExperimentError:
    entries = [item.entry for item in duplicates]
    return DuplicateExperimentError(refusal(entries[0]), entries)


def _on_terminal() -> bool:
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):  # there is none, or it is closed
        return False


def _confirmed() -> bool:
    sys.stderr.write("Train all the same? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes")


def _reused(
    duplicates: Sequence[Earlier], described: Described, options: Options, *, state: Path
) -> Reused | None:
    """Return the newest result that can be given back; says in a line which, or why none is."""
    missing = _unknown(described, options)
    for item in duplicates if missing is None else ():
        entry = item.entry
        found = _result(entry, described, state=state)
        if isinstance(found, Reused):
            line = reused(entry, seeded=described.fingerprint.seeded)
            _tell(line)
            return found
        missing = missing or found
    if missing is not None:
        _tell(not_reused(duplicates[0].entry, missing.reason))
    return None


def _tell(line: str) -> None:
    sys.stderr.write(one_line(line) + "\n")


def _unknown(described: Described, options: Options) -> _Missing | None:
    """Return what is not known of a run, so that an equal one may still have another result."""
    if described.fingerprint.data_hash is None and not _has_none(options):
        return _Missing("no data were seen; data=() says that there are none")
    if described.fingerprint.code_hash is None:
        return _Missing("its code cannot be read and may have changed")
    if described.unread:
        return _Missing("a file that is named in its parameters may have changed")
    return None


def _result(entry: Entry, described: Described, *, state: Path) -> Reused | _Missing:
    """Return what the run kept, else the numbers that its page says it returned."""
    if is_kept(state, entry.id):
        kept = guarded(
            lambda: load_kept(state, entry.id),
            otherwise=f"what {short(entry)} returned is not loaded",
        )
        if kept is None:
            return _Missing("what it returned cannot be loaded")
        if kept.changed is None:
            return _Missing("there is no telling what it changed of its arguments")
        if kept.changed:
            return _Missing(f"it changed {', '.join(kept.changed)}, which came in as an argument")
        return Reused(entry, kept.value)
    value = None if entry.returned is None else given_back(entry.returned, entry.metrics)
    if value is not None:
        return Reused(entry, value)
    return _Missing(f"its page gives back no number or mapping of numbers{_perhaps(described)}")


def _perhaps(described: Described) -> str:
    """Return which arguments a run may have changed, whose page does not say what it returned."""
    names = described.came_in.changeable()
    return f", or it changed {' or '.join(names)}, which came in" if names else ""
