"""Commits signed as the user's git signs, where the journal asks for it."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.cover import Cover
from gitlab_journal.errors import PageError, StoreError
from gitlab_journal.store.git import git
from gitlab_journal.store.small import read_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gitlab_journal.store.repository import Repository

_PROGRAMS = {"openpgp": "gpg", "x509": "gpgsm", "ssh": "ssh-keygen"}
_PATIENCE = 60  # seconds for a key on a card, or an agent that asks its owner
_LINES = 3  # of what a program said
# Nobody may be there to answer when a training ends.
_ASKING = ("DISPLAY", "WAYLAND_DISPLAY", "GPG_TTY", "SSH_ASKPASS")


def signed(repository: Repository, commit: bytes) -> bytes:
    """Return the text of a commit with a signature, where the journal's cover has `sign: true`.

    The key and its format are those of git's configuration, the program that signs is never one
    that the journal's own configuration names. Raises StoreError where it cannot sign.
    """
    if not _asked(repository):
        return commit
    settings = _settings(repository.root)
    kind = settings.get("gpg.format", "openpgp")
    if kind not in _PROGRAMS:
        raise _failure(repository, f"gpg.format is {kind}; expected {', '.join(_PROGRAMS)}")
    program = _programs(repository.root)[kind]
    try:
        made = (_ssh if kind == "ssh" else _pgp)(program, settings, commit)
    except _CannotSignError as error:
        why = f"{program} cannot sign: {error}"
    else:
        return _with_signature(commit, made)
    # outside of the handler, so that no inner traceback stands above what mends it
    raise _failure(repository, why)


def _with_signature(commit: bytes, made: bytes) -> bytes:
    head, _, message = commit.partition(b"\n\n")
    lines = made.replace(b"\r", b"").rstrip(b"\n").replace(b"\n", b"\n ")
    return b"%s\ngpgsig %s\n\n%s" % (head, lines, message)


def signature_of(root: Path, commits: Iterable[str]) -> dict[str, str]:
    """Return what git says of the signature of each commit: `G` good, `B` bad, `N` none.

    Besides `U` good, of a key that nobody vouched for; `E` cannot be checked, as without the key;
    `X`, `Y`, `R` good, of a signature or key that expired, or a key that was revoked. Runs no
    program that the journal's own configuration names. Raises StoreError. Writes nothing.
    """
    wanted = "\n".join(dict.fromkeys(commits))
    if not wanted:
        return {}
    said = git(
        *_of_the_user(root),
        *("log", "--no-walk=unsorted", "--stdin", "--no-show-signature", "--format=%H %G?"),
        cwd=root,
        input=wanted.encode(),
    )
    return dict(line.split(" ") for line in said.decode().splitlines())


def _asked(repository: Repository) -> bool:
    """Return whether the cover in the folder asks for it, where that is damaged the committed."""
    try:
        return _sign_of(read_small(repository.root / "journal.md") or b"")
    except (OSError, PageError, StoreError):
        try:
            return _sign_of(repository.read("journal.md"))
        except (StoreError, PageError):
            return False


@lru_cache(maxsize=4)
def _sign_of(cover: bytes) -> bool:
    return b"sign" in cover and Cover.parse(cover.decode(errors="replace")).sign


class _CannotSignError(Exception):
    """The program that signs did not; the message is what it said."""


def _failure(repository: Repository, reason: str) -> StoreError:
    where = shlex.quote(str(repository.root))
    return StoreError(
        f"{repository.root} asks for signed commits (sign: true in journal.md), but {reason}\n"
        "  name the key: git config --global user.signingkey KEY (gpg.format ssh for one of ssh);\n"
        "  unlock it beforehand (ssh-add, gpg-agent): nothing asks for it while a program runs;\n"
        f"  see it work: git -C {where} commit-tree -S -m test HEAD^{{tree}}"
    )


def _pgp(program: str, settings: Mapping[str, str], commit: bytes) -> bytes:
    key = settings.get("user.signingkey") or _committer(commit)
    done = _run([program, "--status-fd=2", "-bsau", key], input=commit)
    if done.returncode or b"[GNUPG:] SIG_CREATED " not in done.stderr:
        raise _CannotSignError(_words(done))
    return done.stdout


def _ssh(program: str, settings: Mapping[str, str], commit: bytes) -> bytes:
    key = settings.get("user.signingkey")
    if not key:
        raise _CannotSignError("user.signingkey names no key")
    with tempfile.TemporaryDirectory(prefix="gitlab-journal-") as name:
        payload = Path(name, "commit")
        payload.write_bytes(commit)
        options = ["-Y", "sign", "-n", "git", "-f"]
        with _key_file(key, Path(name)) as (file, more):
            done = _run([program, *options, file, *more, str(payload)])
        if done.returncode:
            raise _CannotSignError(_words(done))
        return payload.with_suffix(".sig").read_bytes()


@contextmanager
def _key_file(key: str, folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Give the file of a key, and what says that the agent has the other half of a literal one."""
    literal = key.removeprefix("key::")
    if literal == key and not key.startswith("ssh-"):
        yield str(Path(key).expanduser()), ()
        return
    file = folder / "key"
    file.write_text(f"{literal}\n")
    yield str(file), ("-U",)


def _run(command: Sequence[str], *, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:  # noqa: A002 - the word that subprocess uses
    kept = {name: value for name, value in os.environ.items() if name not in _ASKING}
    try:
        return subprocess.run(
            command,
            input=input,
            capture_output=True,
            check=False,
            env=kept | {"LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"},
            timeout=_PATIENCE,
            start_new_session=True,  # away from the terminal, where it would ask
        )
    except subprocess.TimeoutExpired as error:
        raise _CannotSignError(f"it did not end within {_PATIENCE} s") from error
    except OSError as error:
        raise _CannotSignError(str(error)) from error


def _words(done: subprocess.CompletedProcess[bytes]) -> str:
    said = (done.stderr + done.stdout).decode(errors="replace").splitlines()
    lines = [line for line in said if line.strip() and not line.startswith("[GNUPG:]")]
    return "\n  ".join(lines[:_LINES]) or f"exit code {done.returncode}"


def _committer(commit: bytes) -> str:
    """Return who commits, by whom gpg finds the key."""
    line = commit.partition(b"\n\n")[0].rpartition(b"committer ")[2]
    return line.rpartition(b">")[0].decode(errors="replace") + ">"


def _settings(root: Path) -> dict[str, str]:
    said = git("config", "-z", "--get-regexp", r"^(gpg\.|user\.signingkey)", cwd=root, check=False)
    pairs = (line.partition("\n") for line in said.decode(errors="replace").split("\0"))
    return {name: value for name, _, value in pairs if name}


def _programs(root: Path) -> dict[str, str]:
    """Return the program for each format: what the user configured, never what the journal did."""
    said = git(
        *("config", "-z", "--show-scope", "--get-regexp", r"^gpg\..*program$"),
        cwd=root,
        check=False,
    ).decode(errors="replace")
    words = iter(said.split("\0"))
    found = {}
    for scope, pair in zip(words, words, strict=False):
        name, _, value = pair.partition("\n")
        if scope in ("system", "global"):
            found[name] = value
    found.setdefault("gpg.openpgp.program", found.get("gpg.program", "gpg"))
    return {
        kind: str(Path(found.get(f"gpg.{kind}.program", program)).expanduser())
        for kind, program in _PROGRAMS.items()
    }


def _of_the_user(root: Path) -> Iterator[str]:
    """Yield options of git for programs that the user chose, and keys that nobody vouches for."""
    programs = _programs(root)
    yield from ("-c", f"gpg.program={programs['openpgp']}")
    for kind, program in programs.items():
        yield from ("-c", f"gpg.{kind}.program={program}")
    if "gpg.ssh.allowedsignersfile" not in _settings(root):
        yield from ("-c", "gpg.ssh.allowedSignersFile=/dev/null")  # else git says: no signature
