"""Another repository of the journal: which one, and what it says."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gitlab_journal.desk import create_desk
from gitlab_journal.errors import StoreError
from gitlab_journal.store.remotes.remote import (
    FasterError,
    Remote,
    fetch,
    find_remote,
    push,
    seen,
    settle,
)
from gitlab_journal.store.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return create_desk(tmp_path / "journal", title="Digits").repository


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def bare(path: Path, branch: str = "main") -> Path:
    subprocess.run(["git", "init", "-q", "--bare", "-b", branch, path], check=True)
    return path


def commit(repository: Repository, path: str) -> str:
    new = repository.commit(
        {path: b"text\n"}, message="m", author=repository.author(), date=datetime.now(UTC)
    )
    repository.flush()
    return new


def test_the_upstream_is_the_remote(repository: Repository):
    for name in ("origin", "lab"):
        git(repository.root, "remote", "add", name, f"git@example.org:{name}/digits.git")
    git(repository.root, "config", "branch.main.remote", "lab")
    git(repository.root, "config", "branch.main.merge", "refs/heads/trunk")

    assert Remote("lab", "git@example.org:lab/digits.git", "trunk") == find_remote(repository, None)


def test_without_an_upstream_origin_or_the_only_one_is_the_remote(repository: Repository):
    git(repository.root, "remote", "add", "lab", "git@example.org:lab.git")
    only = find_remote(repository, None).name
    git(repository.root, "remote", "add", "origin", "git@example.org:origin.git")

    assert ("lab", "origin") == (only, find_remote(repository, None).name)


def test_of_several_remotes_one_is_to_be_named(repository: Repository):
    for name in ("lab", "backup"):
        git(repository.root, "remote", "add", name, f"git@example.org:{name}.git")
    with pytest.raises(StoreError, match="glj sync backup"):
        find_remote(repository, None)


def test_an_address_that_is_known_is_the_remote_of_that_name(repository: Repository):
    git(repository.root, "remote", "add", "lab", "git@example.org:lab.git")

    assert "lab" == find_remote(repository, "git@example.org:lab.git").name


@pytest.mark.parametrize("word", ["nobody", "--upload-pack=x"])
def test_a_word_that_names_nothing_is_refused(repository: Repository, word: str):
    with pytest.raises(StoreError, match=word):
        find_remote(repository, word)


def test_a_token_in_an_address_is_never_shown():
    remote = Remote("origin", "https://bot:glpat-secret@example.org/lab/digits.git")

    assert "https://example.org/lab/digits.git" == remote.shown


def test_the_branch_of_our_name_is_followed_else_the_one_that_is_shown(
    repository: Repository, tmp_path: Path
):
    folder = bare(tmp_path / "shared.git", "trunk")
    empty = settle(repository, find_remote(repository, str(folder))).branch
    git(repository.root, "push", "-q", "origin", "main:trunk", "main:other")
    shown = settle(repository, find_remote(repository, None)).branch
    git(repository.root, "push", "-q", "origin", "main")

    assert ("main", "trunk", "main") == (
        empty,
        shown,
        settle(repository, find_remote(repository, None)).branch,
    )


def test_what_was_fetched_and_pushed_is_seen(repository: Repository, tmp_path: Path):
    remote = settle(repository, find_remote(repository, str(bare(tmp_path / "shared.git"))))
    first = fetch(repository, remote), seen(repository, remote)
    new = commit(repository, "a.md")
    push(repository, remote, new)

    assert ((None, None), new, new) == (
        first,
        fetch(repository, remote),
        seen(repository, remote),
    )


def test_a_push_that_somebody_was_faster_than_is_told_apart(repository: Repository, tmp_path: Path):
    remote = settle(repository, find_remote(repository, str(bare(tmp_path / "shared.git"))))
    push(repository, remote, repository.tip() or "")
    git(tmp_path, "clone", "-q", remote.url, "other")
    other = Repository.open(tmp_path / "other")
    push(other, Remote("origin", remote.url, "main"), commit(other, "other.md"))
    with pytest.raises(FasterError):
        push(repository, remote, commit(repository, "mine.md"))


def test_a_damaged_object_of_theirs_is_not_taken(repository: Repository, tmp_path: Path):
    folder = bare(tmp_path / "shared.git")
    remote = settle(repository, find_remote(repository, str(folder)))
    blob = git(repository.root, "rev-parse", "HEAD:journal.md").strip()
    push(repository, remote, repository.tip() or "")
    line = f"100644 blob {blob}\t.git\n"
    tree = subprocess.run(
        ["git", "mktree"], cwd=folder, input=line, capture_output=True, text=True, check=True
    ).stdout.strip()
    about = ("-c", "user.name=E", "-c", "user.email=e@x", "commit-tree", tree, "-m", "evil")
    evil = git(folder, *about, "-p", "main").strip()
    git(folder, "update-ref", "refs/heads/main", evil)
    with pytest.raises(StoreError, match="nothing was fetched or pushed"):
        fetch(repository, remote)


def test_another_branch_of_a_clone_keeps_its_name_at_the_remote(
    repository: Repository, tmp_path: Path
):
    remote = settle(repository, find_remote(repository, str(bare(tmp_path / "shared.git"))))
    push(repository, remote, repository.tip() or "")
    git(tmp_path, "clone", "-q", remote.url, "other")
    git(tmp_path / "other", "switch", "-q", "-c", "idea")
    other = Repository.open(tmp_path / "other")

    assert "idea" == settle(other, find_remote(other, None)).branch
