import os
import shutil

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import git


def test_git_ignores_the_variables_of_the_caller(tmp_path, monkeypatch):
    git("init", "-q", cwd=tmp_path)
    monkeypatch.setenv("GIT_DIR", "/nowhere")

    assert b".git\n" == git("rev-parse", "--git-dir", cwd=tmp_path)


def test_git_takes_variables_that_are_handed_to_it(tmp_path):
    git("init", "-q", cwd=tmp_path)
    said = git("var", "GIT_AUTHOR_IDENT", cwd=tmp_path, env={"GIT_AUTHOR_NAME": "Emmy"})

    assert said.startswith(b"Emmy <")


def test_git_runs_no_hook(tmp_path):
    git("init", "-q", cwd=tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    git("commit", "-q", "--allow-empty", "-m", "first", cwd=tmp_path)

    assert b"first\n" == git("log", "--format=%s", cwd=tmp_path)


def test_git_fails_in_its_own_words_with_the_command(tmp_path):
    git("init", "-q", cwd=tmp_path)

    with pytest.raises(StoreError, match=r"(?s)bad revision 'nope'.*command: git log nope --"):
        git("log", "nope", "--", cwd=tmp_path)


def test_git_without_check_returns_what_was_printed(tmp_path):
    git("init", "-q", cwd=tmp_path)

    assert b"" == git("rev-parse", "--verify", "-q", "HEAD", cwd=tmp_path, check=False)


def test_git_reads_what_it_is_given(tmp_path):
    git("init", "-q", cwd=tmp_path)
    blob = git("hash-object", "-w", "--stdin", cwd=tmp_path, input=b"page")

    assert b"page" == git("cat-file", "blob", blob.decode().strip(), cwd=tmp_path)


def test_git_says_when_it_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StoreError, match="git was not found on the PATH"):
        git("version", cwd=tmp_path)


def test_git_says_when_its_folder_is_missing(tmp_path):
    with pytest.raises(StoreError, match="no such folder"):
        git("version", cwd=tmp_path / "gone")


def _git_that_says(words, folder, monkeypatch):
    """Put a git of another version before the real one on the PATH."""
    real = shutil.which("git")
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\n[ "$1" = version ] && echo "{words}" && exit\nexec {real} "$@"\n'
    )
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_git_that_would_ignore_what_we_switch_off_is_refused(tmp_path, monkeypatch):
    _git_that_says("git version 2.30.2", tmp_path / "bin", monkeypatch)

    with pytest.raises(StoreError, match=r"git version 2\.30\.2; 2\.31 or newer is needed"):
        git("init", "-q", cwd=tmp_path)
    assert not (tmp_path / ".git").exists()


@pytest.mark.parametrize("said", ["git version 2.31.0", "git version 3.0 (Apple Git-154)"])
def test_git_may_be_of_any_version_that_takes_settings_from_the_environment(
    said, tmp_path, monkeypatch
):
    _git_that_says(said, tmp_path / "bin", monkeypatch)
    git("init", "-q", cwd=tmp_path)

    assert (tmp_path / ".git").is_dir()


def test_git_is_asked_for_its_version_once_in_a_process(tmp_path, monkeypatch):
    asked = tmp_path / "asked"
    _git_that_says(f"git version 2.44.0$(echo asked >> {asked})", tmp_path / "bin", monkeypatch)
    git("init", "-q", cwd=tmp_path)
    git("status", cwd=tmp_path)

    assert "asked\n" == asked.read_text()
