"""Count the moments at which a process writes below a folder, and act at any of them.

Nothing of the journal is known here: what Python writes by goes through counting twins, whatever
module calls it. A moment lies before each write, in the middle of it, and around each process.
"""

# The twins stand below pathlib and take what `open` takes.
# ruff: noqa: PTH100, PTH115, PTH118, FBT002, PLR0917

from __future__ import annotations

import builtins
import io
import itertools
import os
import sqlite3
import subprocess
from collections.abc import Callable, Collection

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# Of two paths, of one path.
PAIRS, SINGLES = ("rename", "replace", "link", "symlink"), ("mkdir", "truncate", "unlink", "remove")
# No file may grow; the signal that comes with it is no error of a full disk.
STARVED = ("sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh")
FREEING = ("unlink", "remove", "rmdir")


class Boundaries:
    """The moments of this process; `act(number, kind)` is called at each, and may never return.

    Where it returns True for a process that works below the folder, that process can write nothing.
    """

    def __init__(
        self, root: str, act: Callable[[int, str], bool], *, left_out: Collection[str] = ()
    ) -> None:
        self.root = os.path.realpath(root)
        self.files: set[int] = set()
        self._act = act
        self._left_out = left_out
        self._numbers = itertools.count(1)

    def reach(self, kind: str) -> bool:
        return kind not in self._left_out and self._act(next(self._numbers), kind)

    def owns(self, path: object, folder: int | None = None) -> bool:
        if isinstance(path, int):
            return path in self.files
        name = os.fsdecode(path)
        if folder is not None:
            name = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), name)
        name = os.path.abspath(name)
        return name == self.root or name.startswith(self.root + os.sep)

    def install(self) -> None:
        """Put the twins in place, for the rest of this process."""
        _watch_descriptors(self)
        for name in PAIRS:
            setattr(os, name, _pair(self, name, getattr(os, name)))
        for name in (*SINGLES, "rmdir", "ftruncate"):
            setattr(os, name, _single(self, name, getattr(os, name)))
        _watch_files(self)
        _watch_processes(self)
        _watch_databases(self)


def _watch_descriptors(moments: Boundaries) -> None:
    opened, written, closed, sent = os.open, os.write, os.close, getattr(os, "sendfile", None)

    def counted_open(path, flags, mode=0o777, *, dir_fd=None):
        ours = moments.owns(path, dir_fd)
        if ours and flags & WRITING:
            moments.reach("open")
        descriptor = opened(path, flags, mode, dir_fd=dir_fd)
        if ours:
            moments.files.add(descriptor)
        return descriptor

    def counted_write(descriptor, content):
        if descriptor not in moments.files:
            return written(descriptor, content)
        moments.reach("write")
        half = memoryview(content).cast("B")[: max(1, len(content) // 2)]
        count = written(descriptor, half)
        moments.reach("half written")
        return count + written(descriptor, memoryview(content).cast("B")[count:])

    def counted_close(descriptor):
        moments.files.discard(descriptor)
        closed(descriptor)

    def counted_sync(descriptor):
        if descriptor in moments.files:
            moments.reach("sync")  # what a process wrote outlives it without: no need to wait

    def counted_send(out, *arguments, **options):
        if out in moments.files:
            moments.reach("write")
        return sent(out, *arguments, **options)

    os.open, os.write, os.close = counted_open, counted_write, counted_close
    os.fsync = os.fdatasync = counted_sync
    if sent:
        os.sendfile = counted_send


def _pair(moments, name, real):
    def counted(source, target, *arguments, **folders):
        if moments.owns(target, folders.get("dst_dir_fd")):
            moments.reach(name)
        return real(source, target, *arguments, **folders)

    return counted


def _single(moments, name, real):
    def counted(path, *arguments, **options):
        if moments.owns(path, options.get("dir_fd")):
            moments.reach(name)
        return real(path, *arguments, **options)

    return counted


def _watch_files(moments: Boundaries) -> None:
    opened = io.open

    class Counted(io.FileIO):
        def write(self, content):
            moments.reach("write")
            half = memoryview(content).cast("B")[: len(content) // 2]
            count = super().write(half) if half else 0
            moments.reach("half written")
            return count + super().write(memoryview(content).cast("B")[count:])

        def truncate(self, size=None):
            moments.reach("truncate")
            return super().truncate(size)

        def close(self):
            if not self.closed:
                moments.files.discard(self.fileno())
            super().close()

    def counted_open(
        file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True,
        opener=None,
    ):  # fmt: skip
        if not set(mode) & set("wax+") or not moments.owns(file):
            return opened(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int):
            moments.reach("open")
        raw = Counted(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        moments.files.add(raw.fileno())
        if buffering == 0:
            return raw
        binary = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw)
        if "b" in mode:
            return binary
        text = io.TextIOWrapper(binary, encoding or "utf-8", errors, newline)
        text.mode = mode
        return text

    io.open = builtins.open = counted_open


def _watch_processes(moments: Boundaries) -> None:
    begin, wait = subprocess.Popen.__init__, subprocess.Popen.wait

    def counted_begin(self, command, *arguments, **options):
        if moments.reach("process") and moments.owns(options.get("cwd") or "."):
            command = (*STARVED, *command)
        begin(self, command, *arguments, **options)
        moments.reach("process started")

    def counted_wait(self, timeout=None):
        running = self.returncode is None
        code = wait(self, timeout=timeout)
        if running:
            moments.reach("process ended")
        return code

    subprocess.Popen.__init__, subprocess.Popen.wait = counted_begin, counted_wait


def _watch_databases(moments: Boundaries) -> None:
    connect = sqlite3.connect

    class Cursor(sqlite3.Cursor):
        def execute(self, statement, *arguments):
            _reach_statement(moments, statement)
            return super().execute(statement, *arguments)

        def executemany(self, statement, *arguments):
            _reach_statement(moments, statement)
            return super().executemany(statement, *arguments)

    class Connection(sqlite3.Connection):
        def cursor(self, factory=Cursor):
            return super().cursor(factory)

        def execute(self, statement, *arguments):  # which makes its cursor past `cursor`
            return self.cursor().execute(statement, *arguments)

        def executemany(self, statement, *arguments):
            return self.cursor().executemany(statement, *arguments)

        def commit(self):
            _reach_statement(moments, "COMMIT")
            super().commit()

    def counted_connect(path, *arguments, **options):
        if moments.owns(path):
            options.setdefault("factory", Connection)
        return connect(path, *arguments, **options)

    sqlite3.connect = counted_connect


def _reach_statement(moments, statement):
    # sqlite needs no room to roll back
    if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "ROLLBACK")):
        try:
            moments.reach("statement")
        except OSError as error:  # as sqlite says it
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full from error
