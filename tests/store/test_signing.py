from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gitlab_journal.cli import command_line
from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.store.author import Author
from gitlab_journal.store.place import COVER
from gitlab_journal.store.repository import Repository
from gitlab_journal.store.signing import signature_of

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
ADA = Author("Ada Example", "ada@example.org")

pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="signing by a key of ssh needs ssh-keygen"
)


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


def run_glj(*words: str) -> Result:
    return CliRunner().invoke(command_line, list(words), catch_exceptions=False)


@pytest.fixture
def key(home: Path) -> Path:
    """A key of ssh that git's configuration names and vouches for."""
    file = home / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file)
    allowed = home / "allowed"
    allowed.write_text(f"ada@example.org {file.with_suffix('.pub').read_text()}")
    run("git", "config", "--global", "gpg.format", "ssh")
    run("git", "config", "--global", "user.signingkey", file)
    run("git", "config", "--global", "gpg.ssh.allowedSignersFile", allowed)
    return file


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A journal that asks for signed commits; its first one was made before it did."""
    made = Repository.create(tmp_path / "journal", {COVER: b"---\n---\n"}, message="Begin")
    (made.root / COVER).write_text("---\nsign: true\n---\n")
    return made


def commit(repository: Repository, text: str = "x\n") -> str:
    return repository.commit(
        {"entries/a.md": text.encode()}, message="m\n\nbody", author=ADA, date=NOW
    )


def test_each_commit_is_signed_where_the_cover_asks_for_it(repository, key):
    first, made = repository.tip(), commit(repository)

    assert {first: "N", made: "G"} == signature_of(repository.root, [first, made])
    assert "" == run("git", "verify-commit", made, cwd=repository.root)
    assert "" == run("git", "fsck", "--strict", cwd=repository.root)


def test_no_commit_is_signed_where_it_does_not(repository, key):
    (repository.root / COVER).write_text("---\nsign: false\n---\n")

    made = commit(repository)

    assert {made: "N"} == signature_of(repository.root, [made])


def test_the_merge_with_what_a_person_committed_is_signed_too(repository, key):
    waiting = commit(repository)
    run("git", "commit", "-q", "--allow-empty", "-m", "by hand", cwd=repository.root)
    repository.flush()

    head = repository.head()

    assert waiting in repository.objects.parents_of(head)
    assert "G" == signature_of(repository.root, [head])[head]


def test_a_signed_commit_that_was_made_already_is_not_made_again(repository, key):
    assert commit(repository) == commit(repository)


def test_without_a_key_the_error_says_how_to_name_one(repository, home):
    tip = repository.tip()

    with pytest.raises(StoreError, match=r"user\.signingkey") as caught:
        commit(repository)
    assert "sign: true" in str(caught.value)
    assert tip == repository.tip()


def test_a_locked_key_is_an_error_and_no_question(repository, key):
    run("ssh-keygen", "-q", "-p", "-P", "", "-N", "secret phrase", "-f", key)

    with pytest.raises(StoreError, match="ssh-add"):
        commit(repository)


def test_a_program_that_the_journal_itself_names_is_never_run(repository, key, tmp_path):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name in ("gpg.program", "gpg.ssh.program", "gpg.openpgp.program"):
        run("git", "config", "--local", name, trap, cwd=repository.root)

    made = commit(repository)

    assert {made: "G"} == signature_of(repository.root, [made])
    assert not (tmp_path / "sprung").exists()


def test_a_signature_of_a_key_that_nobody_vouches_for_is_no_missing_one(repository, key):
    run("git", "config", "--global", "--unset", "gpg.ssh.allowedSignersFile")

    made = commit(repository)

    assert {made: "U"} == signature_of(repository.root, [made])


def test_an_altered_commit_has_a_bad_signature(repository, key):
    made = commit(repository)
    text = repository.objects.commit(made).replace(b"\n\nm\n", b"\n\nn\n")
    altered = repository.objects.add("commit", text)
    repository.objects.flush()

    assert {altered: "B"} == signature_of(repository.root, [altered])


@pytest.mark.skipif(shutil.which("gpg") is None, reason="signing by gpg needs gpg")
def test_a_key_of_gpg_signs_as_well(repository, home, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("g", numbered=True)  # short: a socket's path has no room
    folder.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(folder))
    words = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
    run("gpg", *words, "--quick-gen-key", "Ada Example <ada@example.org>", "ed25519")

    made = commit(repository)

    assert {made: "G"} == signature_of(repository.root, [made])
    subprocess.run(["gpgconf", "--kill", "all"], check=False)


TRAIN = """
from gitlab_journal import experiment

@experiment(hypothesis="It helps.", predict="loss < 0.5")
def train(width, then=lambda: None):
    then()
    return {"loss": 0.25}
"""


def test_a_key_that_goes_while_a_run_is_open_loses_no_result(project, key):
    (project.journal_folder / COVER).write_text("---\nsign: true\n---\n")
    train = project.module(TRAIN).train
    hidden = key.with_name("hidden")

    with pytest.warns(JournalWarning, match="not committed yet"):
        assert {"loss": 0.25} == train(1, then=lambda: key.rename(hidden) and None)
    hidden.rename(key)
    found = project.journal_git("log", "--all", "--format=%G? %s", "--", "entries").splitlines()

    assert ["G hypothesis: It helps"] == found
    assert 0 == run_glj("ls", "--journal", str(project.journal_folder)).exit_code
    found = project.journal_git("log", "--all", "--format=%G? %s", "--", "entries").splitlines()
    assert ["G supported: It helps", "G hypothesis: It helps"] == found


def test_without_a_key_a_run_does_not_start(project):
    (project.journal_folder / COVER).write_text("---\nsign: true\n---\n")
    train = project.module(TRAIN).train

    with pytest.raises(StoreError, match="sign: true"):
        train(1, then=lambda: pytest.fail("it ran"))
