"""Signals that end a process, while a run is open."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

# What batch systems send before they kill: Slurm, PBS, Kubernetes; a closed terminal; a spent
# allowance of processor time.
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU)


class Terminated(BaseException):
    """A signal that ends the process reached it while a run was open; `number` says which."""

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class _Open:
    """One run of the main thread: whether the user's code is at work in it."""

    def __init__(self) -> None:
        self.interruptible = False


_runs: list[_Open] = []
_received: list[int] = []
_deferred: list[int] = []  # of those received: not an exception yet
_interrupted: list[int] = []  # Control-C that came while the journal wrote
_process = 0


@contextmanager
def run_signals() -> Iterator[_Open | None]:
    """Let signals that end the process, and Control-C, wait while the journal writes.

    In `interruptible` inside the block they become exceptions. After the outermost block the
    process ends by the first of them, as it would without us, even where the user's code caught
    the exception. A signal that somebody handles or ignores is left alone, and so are all in
    threads other than the main one, where Python handles none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    run = _Open()
    if not _runs:
        _install()
    _runs.append(run)
    try:
        yield run
    finally:
        with suppress(ValueError):  # in a forked child; a generator closed by another thread
            _runs.remove(run)
            if not _runs:
                _uninstall()
            _change(signal.SIGINT, _wait, signal.default_int_handler)
        _let_through()


@contextmanager
def interruptible(run: _Open | None) -> Iterator[None]:
    """Give the block, the user's code, the exceptions that signals mean."""
    if run is None:
        yield
        return
    run.interruptible = True
    try:
        yield
    finally:
        run.interruptible = False
        with suppress(ValueError):  # a generator closed by another thread
            _change(signal.SIGINT, signal.default_int_handler, _wait)


def ending() -> bool:
    """Return whether a signal came by which this process ends once its last run is closed."""
    return bool(_received)


def _receive(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's interface
    if os.getpid() != _process or not _runs:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
        return
    _received.append(number)
    if _runs[-1].interruptible:
        raise Terminated(number)
    _deferred.append(number)


def _wait(number: int, frame: FrameType | None) -> None:
    if _interrupted or os.getpid() != _process or not _runs:  # asked twice: it is urgent
        signal.signal(number, signal.default_int_handler)
        _interrupted.clear()
        signal.default_int_handler(number, frame)
    _interrupted.append(number)


def _let_through() -> None:
    """Act on what came while the journal wrote, once the last run is closed or in the one above."""
    received, interrupted = list(_received), list(_interrupted)
    _interrupted.clear()
    if not _runs:
        _received.clear()
        _deferred.clear()
        if received:
            signal.raise_signal(received[0])
    elif _deferred and _runs[-1].interruptible:
        raise Terminated(_deferred.pop())
    if interrupted:
        raise KeyboardInterrupt


def _install() -> None:
    global _process  # noqa: PLW0603 - of the process, as its signals are
    _process = os.getpid()
    caught = _caught_outside_python()
    for number in ENDING:
        if not caught >> (number - 1) & 1:
            _change(number, signal.SIG_DFL, _receive)


def _uninstall() -> None:
    for number in ENDING:
        _change(number, _receive, signal.SIG_DFL)


def _change(number: int, old: object, new: Callable[..., object] | signal.Handlers) -> None:
    """Set the action for a signal where it is `old`; else somebody has set their own."""
    if signal.getsignal(number) is old:
        signal.signal(number, new)


def _caught_outside_python() -> int:
    """Return the signals that are handled, as bits; Python knows of none that C code handles."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_bytes().splitlines():
            if line.startswith(b"SigCgt:"):
                return int(line.split()[1], 16)
    return 0


def _begin_anew_in_child() -> None:
    # The open runs are the parent's; a worker ends by a signal as any process does.
    if _runs:
        _uninstall()
        _change(signal.SIGINT, _wait, signal.default_int_handler)
    for known in (_runs, _received, _deferred, _interrupted):
        known.clear()


os.register_at_fork(after_in_child=_begin_anew_in_child)
