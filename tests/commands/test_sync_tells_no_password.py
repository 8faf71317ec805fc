"""The password in a remote's address stays in git's configuration: no word, no file tells it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from gitlab_journal.clones.push_ahead import push_what_is_wanted
from gitlab_journal.desk import create_desk, open_desk
from gitlab_journal.store.remotes.pushes import pushes
from gitlab_journal.store.remotes.refusals import why_failed, why_refused

PASSWORD = "hunter2-p@ss"  # noqa: S105  # made up
ADDRESS = f"https://ada:{PASSWORD}@git.example/lab/journal.git"
SHOWN = "https://git.example/lab/journal.git"


def git(folder: Path, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, check=True).stdout


def holding(journal: Path) -> list[str]:
    """Name what in a journal holds the password, but for git's configuration."""
    objects = git(journal, "cat-file", "--batch-all-objects", "--batch")
    files = [path for path in journal.rglob("*") if path.is_file()]
    found = [path for path in files if PASSWORD.encode() in path.read_bytes()]
    names = [str(path.relative_to(journal)) for path in found]
    return [
        *(name for name in names if name != ".git/config"),
        *["objects"] * (PASSWORD.encode() in objects),
    ]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    create_desk(tmp_path / "journal", title="Digits")
    return tmp_path / "journal"


def at_shared_disk(journal: Path, shared: Path) -> None:
    """Let git reach a bare repository under the address with the password."""
    git(journal, "config", f"url.{shared}.insteadOf", ADDRESS)


def commit(journal: Path, path: str) -> None:
    desk = open_desk(journal)
    desk.commit({path: b"text\n"}, message=f"write {path}\n", date=datetime.now(UTC))
    desk.repository.flush()


@pytest.mark.parametrize("by", ["address", "name", "upstream"])
def test_what_was_synced_tells_no_password(
    journal: Path, tmp_path: Path, glj: Callable[..., Result], by: str
):
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "shared.git")
    at_shared_disk(journal, tmp_path / "shared.git")
    if by == "name":
        git(journal, "remote", "add", "lab", ADDRESS)
    if by == "upstream":
        git(journal, "config", "branch.main.remote", ADDRESS)
        git(journal, "config", "branch.main.merge", "refs/heads/main")
    given = [ADDRESS] if by == "address" else []
    done = [glj("sync", *given, "--journal", str(journal))]
    git(tmp_path, "clone", "-q", "shared.git", "other")
    commit(tmp_path / "other", "theirs.txt")
    git(tmp_path / "other", "push", "-q")
    commit(journal, "ours.txt")
    done.append(glj("sync", "--journal", str(journal)))
    said = [PASSWORD in each.stdout + each.stderr for each in done]

    assert ([0, 0], [False, False]) == ([each.exit_code for each in done], said)
    assert ({SHOWN}, []) == (
        {push.remote for push in pushes(open_desk(journal).repository.state)},
        holding(journal),
    )


def test_an_address_that_does_not_answer_is_told_without_its_password(
    journal: Path, glj: Callable[..., Result]
):
    address = f"https://ada:{PASSWORD}@127.0.0.1:9/lab/journal.git"
    first = glj("sync", address, "--journal", str(journal))
    git(journal, "remote", "add", "origin", address)
    second = glj("sync", "--journal", str(journal))
    third = glj("sync", ADDRESS, "--journal", str(journal))
    said = "".join(done.stdout + done.stderr for done in (first, second, third))

    assert ([1, 1, 1], False) == (
        [done.exit_code for done in (first, second, third)],
        PASSWORD in said,
    )
    assert [] == holding(journal)


def test_a_push_in_the_background_writes_no_password(journal: Path):
    git(journal, "remote", "add", "origin", f"https://ada:{PASSWORD}@127.0.0.1:9/journal.git")
    repository = open_desk(journal).repository
    (repository.state / "push-wanted").touch()
    push_what_is_wanted(repository)
    failed = (repository.state / "push-failed.json").read_text()

    assert ([], True) == (holding(journal), "127.0.0.1" in failed)


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.replace("/lab", "//lab")])
def test_what_git_or_the_server_repeats_is_told_without_the_password(address: str):
    said = f"remote: push to {address} instead\nfatal: unable to access '{address}'\n".encode()
    told = why_failed(said, at=SHOWN, again="") + why_refused("no", said, at=SHOWN, branch="main")

    assert PASSWORD not in told
    assert "glpat-" not in why_failed(
        b"fatal: x?private_token=glpat-1234567890abcdefghij", at="", again=""
    )
