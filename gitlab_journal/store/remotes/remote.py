"""Fetch from and push to another repository of the journal."""

from __future__ import annotations

import os
import re
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gitlab_journal.errors import StoreError
from gitlab_journal.store import refs
from gitlab_journal.store.git import attempt, git
from gitlab_journal.store.remotes.refusals import (
    NOTHING_DONE,
    why_failed,
    why_refused,
    without_credentials,
)
from gitlab_journal.store.trust import check_reaching

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from gitlab_journal.store.repository import Repository

# How a user's git reaches a server; it decides nothing about the journal itself.
_WAYS = re.compile(r"GIT_(SSH.*|SSL_.*|HTTP_.*|PROXY_.*|ASKPASS)")
_NETWORK = (
    *("-c", "protocol.ext.allow=never"),
    *("-c", "fetch.fsckObjects=true"),
    *("-c", "http.lowSpeedLimit=1"),
    *("-c", "http.lowSpeedTime=60"),
)
_FASTER = re.compile(
    r"fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref"
    r"|incorrect old value|failed to lock|reference already exists"
)
_LOCKED = re.compile(r"cannot lock ref|Unable to create '[^']*\.lock'")
_TRIES, _PAUSE = 20, 0.1  # to update a ref that another git of this machine holds


class FasterError(StoreError):
    """Somebody else pushed in between."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Another repository: `name` as git's configuration has it, `branch` the one that we follow.

    `name` is the address itself where the configuration has no name for it, `branch` None where
    nobody has said yet.
    """

    name: str
    url: str
    branch: str | None = None

    @property
    def shown(self) -> str:
        """Return the address without the credentials that it may hold."""
        return without_credentials(self.url)


def find_remote(repository: Repository, given: str | None) -> Remote:
    """Return the remote that `given` names or is the address of, by default the upstream's.

    An address that the configuration does not have is a remote without a name. Raises StoreError
    with the commands that mend it. Writes nothing.
    """
    settings = _settings(repository)
    branch = repository.branch
    upstream = settings.get(f"branch.{branch}.remote")
    merged = settings.get(f"branch.{branch}.merge", "").removeprefix("refs/heads/") or None
    urls = {
        key.removeprefix("remote.").removesuffix(".url"): value
        for key, value in settings.items()
        if key.startswith("remote.") and key.endswith(".url")
    }
    name = given or upstream or ("origin" if "origin" in urls else None)
    if name is None and len(urls) == 1:
        name = next(iter(urls))
    if name is None or name == ".":
        raise StoreError(_why_no_remote(repository, urls))
    if name not in urls:
        return _by_address(repository, name, urls)
    return Remote(name, urls[name], merged if name == upstream else None)


def _by_address(repository: Repository, address: str, urls: dict[str, str]) -> Remote:
    local = Path(address).expanduser()
    if address.startswith("-"):
        raise StoreError(f"{without_credentials(address)!r} is no address of a repository")
    if local.exists():
        address = str(local.resolve())
    elif "/" not in address and ":" not in address:
        names = ", ".join(sorted(urls)) or "none yet"
        raise StoreError(
            f"no remote of the journal is called {address!r} (there are: {names}), and no folder.\n"
            f"  add one: git -C {shlex.quote(str(repository.root))} remote add {address} ADDRESS"
        )
    for name, url in urls.items():
        if url == address:
            return Remote(name, url)
    if "origin" in urls:
        root = shlex.quote(str(repository.root))
        raise StoreError(
            f"the journal's remote origin is {Remote('origin', urls['origin']).shown} already.\n"
            f"  sync with that one: glj sync\n"
            f"  with this one too: git -C {root} remote add backup "
            f"{shlex.quote(without_credentials(address))} && "
            "glj sync backup"
        )
    return Remote(address, address)


def _settings(repository: Repository) -> dict[str, str]:
    said = git("config", "--includes", "-z", "--list", cwd=repository.root, check=False)
    pairs = (entry.partition("\n") for entry in said.decode(errors="replace").split("\0"))
    found: dict[str, str] = {}
    for key, _, value in pairs:
        if key.endswith(".url"):
            found.setdefault(key, value)  # git fetches from the first
        else:
            found[key] = value
    return found


def _why_no_remote(repository: Repository, urls: dict[str, str]) -> str:
    if urls:
        names = ", ".join(sorted(urls))
        return f"which remote? The journal has several: {names}.\n  as in: glj sync {min(urls)}"
    return (
        f"the journal at {repository.root} has no remote to sync with.\n"
        "  make an empty project on your GitLab or GitHub, then: glj sync git@HOST:GROUP/NAME.git\n"
        f"  or on a shared disk: git init --bare -b {repository.branch} /shared/NAME.git && "
        "glj sync /shared/NAME.git"
    )


def settle(repository: Repository, remote: Remote) -> Remote:
    """Return the remote with the branch to follow, its name in git's configuration.

    That is the branch called as ours, else the one that the remote shows first, else ours, to be
    made there; so it is where another branch of this clone follows the remote already. An unnamed
    address becomes `origin`. Writes git's configuration, once the remote has answered. Raises
    StoreError.
    """
    if remote.branch is not None:
        return remote
    root, ours = repository.root, repository.branch
    if remote.name != remote.url and _is_followed(repository, remote):
        return Remote(remote.name, remote.url, ours)
    done = _network(repository, ("ls-remote", "--symref", "--", remote.name))
    if done.returncode:
        raise _failure(repository, remote, done, NOTHING_DONE)
    lines = [line.split("\t") for line in done.stdout.decode(errors="replace").splitlines()]
    shown = next(
        (line[0].removeprefix("ref: refs/heads/") for line in lines if line[0][:4] == "ref:"), None
    )
    heads = [line[1][11:] for line in lines if line[1].startswith("refs/heads/")]
    shown = heads[0] if len(heads) == 1 else shown
    branch = ours if ours in heads or not heads else shown if shown in heads else None
    if branch is None:
        raise StoreError(
            f"{remote.shown} has no branch {ours}; which one is the journal's? "
            f"({', '.join(sorted(heads))})\n"
            f"  say so: git -C {root} config branch.{ours}.merge refs/heads/BRANCH"
        )
    name = remote.name
    if name == remote.url:
        git("remote", "add", "--", "origin", remote.url, cwd=root)
        name = "origin"
    return Remote(name, remote.url, branch)


def _is_followed(repository: Repository, remote: Remote) -> bool:
    return any(
        key.startswith("branch.") and key.endswith(".remote") and value == remote.name
        for key, value in _settings(repository).items()
    )


def follow(repository: Repository, remote: Remote) -> None:
    """Make a remote the upstream of the journal's branch where it has none yet."""
    key = f"branch.{repository.branch}"
    if f"{key}.remote" in _settings(repository):
        return
    git("config", f"{key}.remote", remote.name, cwd=repository.root)
    git("config", f"{key}.merge", f"refs/heads/{remote.branch}", cwd=repository.root)


def seen(repository: Repository, remote: Remote) -> str | None:
    """Return the commit that the remote's branch had when it was last looked at, None if never."""
    name = f"refs/remotes/{remote.name}/{remote.branch}"
    return refs.tip(repository.root, repository.common_dir, name)


def remember(repository: Repository, remote: Remote, commit: str) -> None:
    """Take back what `fetch` noted of the remote's branch: `seen` is `commit` again."""
    name = f"refs/remotes/{remote.name}/{remote.branch}"
    git("update-ref", name, commit, cwd=repository.root)


def fetch(repository: Repository, remote: Remote) -> str | None:
    """Fetch the remote's branch and return its commit, None where it has none yet.

    Raises StoreError. Writes objects and the references of git that say what the remote has.
    """
    words = ("fetch", "--no-tags", "--no-recurse-submodules", "--quiet", "--", remote.name)
    tracking = f"refs/remotes/{remote.name}/{remote.branch}"
    for left in reversed(range(_TRIES)):
        done = _network(repository, (*words, f"+refs/heads/{remote.branch}:{tracking}"))
        said = done.stderr.decode(errors="replace")
        if not done.returncode:
            return refs.tip(repository.root, repository.common_dir, tracking)
        if "couldn't find remote ref" in said:
            return None
        if not left or not _LOCKED.search(said):  # by another git on this machine
            break
        time.sleep(_PAUSE)
    raise _failure(repository, remote, done, NOTHING_DONE)


def push(repository: Repository, remote: Remote, commit: str) -> None:
    """Push `commit` to the remote's branch; never by force.

    Raises FasterError where somebody else pushed before, StoreError where the remote refuses.
    """
    words = ("push", "--porcelain", "--no-verify", "--no-recurse-submodules", "--no-follow-tags")
    where = f"{commit}:refs/heads/{remote.branch}"
    done = _network(repository, (*words, "--", remote.name, where))
    if not done.returncode:
        return
    lines = done.stdout.decode(errors="replace").splitlines()
    refused = [line.split("\t")[-1] for line in lines if line.startswith("!")]
    if any(_FASTER.search(line) for line in refused):
        raise FasterError(f"{remote.shown} moved in between: {refused[0]}")
    kept = "what came is joined here; nothing was pushed"
    if refused:
        why = why_refused(refused[0], done.stderr, at=remote.shown, branch=remote.branch or "")
        raise StoreError(f"{why}\n  {kept}")
    raise _failure(repository, remote, done, kept)


def _failure(
    repository: Repository, remote: Remote, done: CompletedProcess[bytes], kept: str
) -> StoreError:
    again = f"git -C {shlex.quote(str(repository.root))} fetch {shlex.quote(remote.name)}"
    why = why_failed(done.stderr, at=remote.shown, again=without_credentials(again))
    return StoreError(f"{why}\n  {kept}")


def _network(repository: Repository, words: tuple[str, ...]) -> CompletedProcess[bytes]:
    check_reaching(repository.root)
    ways = {name: value for name, value in os.environ.items() if _WAYS.fullmatch(name)}
    env = ways | _ssh(repository)
    return attempt(*_NETWORK, *words, cwd=repository.root, env=env, programs=True)


def _ssh(repository: Repository) -> dict[str, str]:
    """Return the variable that keeps ssh from asking at the terminal; the user's own stays."""
    if "GIT_SSH_COMMAND" not in os.environ and "GIT_SSH" in os.environ:
        return {}
    words = ("config", "--includes", "core.sshCommand")
    configured = attempt(*words, cwd=repository.root, programs=True).stdout.decode().strip()
    command = os.environ.get("GIT_SSH_COMMAND") or configured or "ssh"
    program = Path(command.split()[0]).name
    return {"GIT_SSH_COMMAND": f"{command} -o BatchMode=yes" if program == "ssh" else command}
