"""What a folder says of itself counts only where its user says so outside of it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gitlab_journal.desk import create_desk
from gitlab_journal.store.trust import is_trusted


def trust(root):
    subprocess.run(
        ["git", "config", "--global", "--add", "gitlab-journal.trust", str(root)], check=True
    )


@pytest.fixture
def own(tmp_path, stranger):
    """A journal that its reader made."""
    create_desk(tmp_path / "own", title="Own")
    return type(stranger)(tmp_path / "own", stranger.caught)


@pytest.fixture
def unpacked(stranger):
    """The journal as it comes out of an archive: made elsewhere, copied as a whole."""
    return stranger


def test_a_journal_is_trusted_where_its_user_made_it(own):
    assert is_trusted(own.root)


def test_a_copy_of_a_folder_is_not_trusted(unpacked):
    assert not is_trusted(unpacked.root)


def test_a_journal_that_another_user_made_is_not_trusted(own, home, monkeypatch):
    monkeypatch.setenv("HOME", str(home.with_name("another")))

    assert not is_trusted(own.root)


def test_a_folder_put_in_the_place_of_a_trusted_one_is_not_trusted(own, tmp_path):
    shutil.copytree(own.root, tmp_path / "copy", symlinks=True)
    own.root.rename(tmp_path / "older")
    (tmp_path / "copy").rename(own.root)

    assert not is_trusted(own.root)


def test_a_journal_is_trusted_where_the_users_own_configuration_names_it(unpacked):
    trust(unpacked.root)

    assert is_trusted(unpacked.root)


def test_the_folders_own_configuration_does_not_make_it_trusted(unpacked):
    unpacked.config(f"[gitlab-journal]\n\ttrust = {unpacked.root}\n")

    assert not is_trusted(unpacked.root)


@pytest.mark.parametrize("is_named", [False, True], ids=["not trusted", "trusted"])
def test_templates_of_an_unpacked_folder_are_used_only_where_it_is_trusted(unpacked, is_named):
    unpacked.write("templates/home.html", "{{ ''.__class__.__mro__[1].__subclasses__() }}Own.")
    unpacked.config("[gitlab-journal]\n\ttrustTemplates = true\n")
    if is_named:
        trust(unpacked.root)
    done = unpacked.glj("render")
    page = (unpacked.root / "site" / "index.html").read_text()

    assert (0, is_named) == (done.returncode, "Own." in page)
    assert (not is_named) == (b"gitlab-journal.trust " in done.stderr)


SETTINGS = [
    ("core.sshCommand", "{program}"),
    ("credential.helper", "!{program}"),
    ("credential.https://example.org.helper", "!{program}"),
    ("remote.origin.uploadpack", "{program}"),
    ("remote.origin.receivepack", "{program}"),
    ("remote.origin.vcs", "ext"),
    ("protocol.ext.allow", "always"),
    ("core.gitProxy", "{program}"),
    ("http.proxy", "http://127.0.0.1:9"),
    ("include.path", "evil"),
]


@pytest.mark.parametrize(("key", "value"), SETTINGS, ids=[key for key, _ in SETTINGS])
def test_sync_starts_nothing_that_an_unpacked_folder_names_and_says_so(unpacked, key, value):
    there = unpacked.root.with_name("there.git")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(there)], check=True)
    unpacked.git("remote", "add", "origin", str(there))
    unpacked.git("config", key, value.format(program=unpacked.program))
    done = unpacked.glj("sync")

    assert (1, []) == (done.returncode, unpacked.what_ran())
    assert key.lower() in done.stderr.decode().lower()
    assert f"--add gitlab-journal.trust {unpacked.root}" in done.stderr.decode()


def test_sync_starts_what_the_folder_names_where_it_is_trusted(unpacked):
    unpacked.git("remote", "add", "origin", "ssh://example.invalid/there.git")
    unpacked.git("config", "core.sshCommand", unpacked.program)
    trust(unpacked.root)
    unpacked.glj("sync")

    assert [] != unpacked.what_ran()


def test_sync_starts_what_the_users_own_configuration_names(unpacked):
    unpacked.git("remote", "add", "origin", "ssh://example.invalid/there.git")
    unpacked.git("config", "--global", "core.sshCommand", unpacked.program)
    unpacked.glj("sync")

    assert [] != unpacked.what_ran()


@pytest.mark.parametrize("url", ["ext::{program} x", "--upload-pack={program}", "fd::17"])
def test_sync_reaches_no_address_that_is_a_program(unpacked, url):
    unpacked.config(f'[remote "origin"]\n\turl = "{url.format(program=unpacked.program)}"\n')
    done = unpacked.glj("sync")

    assert (1, []) == (done.returncode, unpacked.what_ran()), done.stderr
