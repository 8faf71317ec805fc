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
