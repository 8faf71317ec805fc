"""Run git in an environment of our own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store.settings import (
    is_helper,
    may_name_drivers,
    own_settings,
    switched_off,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# What would run code of the configuration, or wait for a person.
_NEUTRAL = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.askPass": "true",
    "core.pager": "cat",
    "core.editor": "false",
    "core.alternateRefsCommand": "true",
    "sequence.editor": "false",
    "diff.external": "false",
    "interactive.diffFilter": "",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "push.gpgSign": "false",
    "log.showSignature": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "push.recurseSubmodules": "no",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
# What reaches another host or signs; a call with `programs` leaves it as its user set it.
_PROGRAMS = {
    "core.sshCommand": "false",
    "core.gitProxy": "false",
    "credential.helper": "",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.x509.program": "false",
    "gpg.ssh.program": "false",
    "gpg.ssh.defaultKeyCommand": "",
}
_OLDEST = (2, 31)  # git before it takes no notice of GIT_CONFIG_COUNT: nothing would be off
_NO_TRANSPORT = "none"
_TRANSPORTS = "file:git:http:https:ssh"
_REASON_LINES = 4


def git(
    *arguments: str,
    cwd: Path,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
    check: bool = True,
    env: Mapping[str, str] | None = None,
    most: int | None = None,
) -> bytes:
    """Run git in `cwd` and return what it printed.

    The caller's GIT_* variables, hooks, signing and pager play no part, and nothing runs that the
    configuration of the folder names: no filter, driver, monitor or helper; nothing is fetched.
    `env` adds variables. With `check` a failing command raises StoreError in git's own words,
    else what was printed so far is returned; more than `most` bytes raise StoreError. Writes what
    the command writes.
    """
    done = attempt(*arguments, cwd=cwd, input=input, env=env, most=most)
    if check and done.returncode != 0:
        raise StoreError(_why_failed(arguments, cwd, done))
    return done.stdout


def attempt(
    *arguments: str,
    cwd: Path,
    input: bytes = b"",  # noqa: A002 - the word that subprocess uses
    env: Mapping[str, str] | None = None,
    most: int | None = None,
    programs: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in `cwd`, as `git` does, and return how it ended with all that it said.

    With `programs` it may reach other hosts, by the ssh and the helpers that the configuration
    names: only after `trust.check_reaching`. Raises StoreError where git cannot be started.
    """
    words = ("git", "--no-pager", *arguments)
    settings = _settings(cwd, programs=programs) | dict(env or {})
    return _run(words, cwd, input=input, env=settings, most=most)


def start(*arguments: str, cwd: Path, holding: int) -> None:
    """Start git in `cwd` at the lowest priority and leave it to itself, also when we end.

    `holding` is a descriptor that it keeps open until it is done; what it says is lost. Raises
    StoreError where nothing can be started.
    """
    try:
        subprocess.run(
            # the shell ends at once, so that no child of ours is left to be waited for
            ("sh", "-c", 'nice -n 19 "$@" &', "sh", "git", "--no-pager", *arguments),
            cwd=cwd,
            check=False,
            env=_settings(cwd),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(holding,),
        )
    except OSError as error:
        raise StoreError(_why_not_started(error, cwd)) from error


def version() -> tuple[int, ...]:
    """Return the numbers of git's version, as (2, 39, 5); git is asked once in a process.

    Raises StoreError where it is too old, or cannot be started. Writes nothing.
    """
    return _version_on(os.environ.get("PATH"))


def own_keys(folder: Path) -> list[str]:
    """Return the keys that the configuration in a repository's own folder sets, in git's spelling.

    Raises StoreError where git cannot read it. Writes nothing.
    """
    return list(_keys_in(own_settings(folder), folder))


def _settings(cwd: Path, *, programs: bool = False) -> dict[str, str]:
    """Return the environment of a git process, with what the configuration may not start."""
    version()
    off = _NEUTRAL | ({} if programs else _PROGRAMS) | _drivers_off(cwd, programs=programs)
    return _environment(programs=programs) | _as_variables(off)


@lru_cache(maxsize=4)
def _version_on(path: str | None) -> tuple[int, ...]:  # noqa: ARG001 - the git that is found there
    said = _run(("git", "version"), Path("/"), input=b"", env=_environment()).stdout.decode()
    numbers = tuple(map(int, re.findall(r"\d+", said)[:3]))
    if numbers < _OLDEST:
        raise StoreError(
            f"git on the PATH is {said.strip() or 'of no version that it says'}; "
            f"{'.'.join(map(str, _OLDEST))} or newer is needed\n"
            "  install a newer one (https://git-scm.com/downloads)"
        )
    return numbers


def _drivers_off(cwd: Path, *, programs: bool) -> dict[str, str]:
    text = own_settings(Path(cwd))
    off = switched_off(_keys_in(text, cwd)) if may_name_drivers(text) else {}
    return {key: value for key, value in off.items() if not (programs and is_helper(key))}


@lru_cache(maxsize=16)
def _keys_in(text: str, cwd: Path) -> tuple[str, ...]:
    """Return the keys of the configuration at `cwd`, whose text this is; git follows its includes.

    It reads from a pipe and from outside, so that no setting of the folder takes part.
    """
    done = _run(
        ("git", "config", "--file", "-", "--no-includes", "--list", "-z", "--name-only"),
        Path("/"),
        input=text.encode(errors="surrogateescape"),
        env=_environment(),
    )
    if done.returncode != 0:
        raise StoreError(f"git cannot read {cwd}/.git/config: {done.stderr.decode().strip()}")
    return tuple(done.stdout.decode(errors="surrogateescape").split("\0")[:-1])


def _run(
    words: tuple[str, ...],
    cwd: Path,
    *,
    input: bytes,  # noqa: A002 - as above
    env: Mapping[str, str],
    most: int | None = None,
) -> subprocess.CompletedProcess[bytes]:
    try:
        if most is not None:
            return _run_bounded(words, cwd, input, env, most)
        return subprocess.run(
            words, cwd=cwd, input=input, capture_output=True, check=False, env=env
        )
    except OSError as error:
        raise StoreError(_why_not_started(error, cwd)) from error


def _run_bounded(
    words: tuple[str, ...],
    cwd: Path,
    input: bytes,  # noqa: A002 - as above
    env: Mapping[str, str],
    most: int,
) -> subprocess.CompletedProcess[bytes]:
    """Run git as `subprocess.run` does, and end it where it prints more than `most` bytes."""
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(input)
        stdin.seek(0)
        with subprocess.Popen(
            words, cwd=cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=env
        ) as process:
            said = process.stdout.read(most + 1) if process.stdout else b""
            if len(said) > most:
                process.kill()
        if len(said) > most:
            raise StoreError(f"{shlex.join(words)} printed more than {most} bytes\n  in: {cwd}")
        stderr.seek(0)
        return subprocess.CompletedProcess(words, process.returncode, said, stderr.read())


def _environment(*, programs: bool = False) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": _TRANSPORTS if programs else _NO_TRANSPORT,
        "LC_ALL": "C",
    }


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Return settings as git takes them whatever their names hold; `-c` ends a name at a `=`."""
    pairs = enumerate(settings.items())
    named = {
        f"GIT_CONFIG_{part}_{place}": text
        for place, pair in pairs
        for part, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    return {"GIT_CONFIG_COUNT": str(len(settings)), **named}


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
