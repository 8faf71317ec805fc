"""Run git in an environment of our own."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What would run code of the user's configuration, or wait for a person.
_NEUTRAL = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "commit.gpgSign=false",
    "core.askPass=true",
    "gc.auto=0",
    "maintenance.auto=false",
)
_OPTIONS = ("--no-pager", *(word for setting in _NEUTRAL for word in ("-c", setting)))
_REASON_LINES = 4


def git(
    *arguments: str,
    cwd: Path,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
    check: bool = True,
    env: Mapping[str, str] | None = None,
) -> bytes:
    """Run git in `cwd` and return what it printed.

    The caller's GIT_* variables, hooks, signing and pager play no part; `env` adds variables.
    With `check` a failing command raises StoreError in git's own words, else what was printed
    so far is returned. Writes what the command writes.
    """
    done = attempt(*arguments, cwd=cwd, input=input, env=env)
    if check and done.returncode != 0:
        raise StoreError(_why_failed(arguments, cwd, done))
    return done.stdout


def attempt(
    *arguments: str,
    cwd: Path,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `cwd`, as `git` does, and return how it ended with all that it said.

    Raises StoreError where git cannot be started.
    """
    try:
        return subprocess.run(
            ("git", *_OPTIONS, *arguments),
            cwd=cwd,
            input=input,
            capture_output=True,
            check=False,
            env=_environment() | dict(env or {}),
        )
    except OSError as error:
        raise StoreError(_why_not_started(error, cwd)) from error


def start(*arguments: str, cwd: Path, holding: int) -> None:
    """Start git in `cwd` at the lowest priority and leave it to itself, also when we end.

    `holding` is a descriptor that it keeps open until it is done; what it says is lost. Raises
    StoreError where nothing can be started.
    """
    try:
        subprocess.run(
            # the shell ends at once, so that no child of ours is left to be waited for
            ("sh", "-c", 'nice -n 19 "$@" &', "sh", "git", *_OPTIONS, *arguments),
            cwd=cwd,
            check=False,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(holding,),
        )
    except OSError as error:
        raise StoreError(_why_not_started(error, cwd)) from error


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _why_not_started(error: OSError, cwd: Path) -> str:
    if not Path(cwd).is_dir():
        return f"git cannot run in {cwd}: no such folder"
    if isinstance(error, FileNotFoundError):
        return "git was not found on the PATH; install it (https://git-scm.com/downloads)"
    return f"git cannot be started in {cwd}: {error}"


def _why_failed(
    arguments: tuple[str, ...], cwd: Path, done: subprocess.CompletedProcess[bytes]
) -> str:
    said = done.stderr.decode(errors="replace").strip().splitlines()[:_REASON_LINES]
    reason = "\n  ".join(said) or f"exit code {done.returncode}"
    return f"{reason}\n  command: git {shlex.join(arguments)}\n  in: {cwd}"
