"""A folder that leads elsewhere, or holds what no journal holds, is refused in words."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess

import pytest

from gitlab_journal.store.runs.host import describe_process

PAGE = "entries/2026/03/01/20260301-184307-d7k7m2-one.md"


@pytest.fixture
def outside(tmp_path):
    """Something of the reader's own that no journal may read, change or remove."""
    folder = tmp_path / "home" / "papers"
    folder.mkdir(parents=True)
    (folder / "thesis.md").write_text("mine")
    (folder / ".draft.0123abcd").write_text("mine")
    for path in (folder, *folder.iterdir()):
        os.utime(path, (0, 0))
    return folder


def contents(folder):
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_database_of_the_readers_own_is_not_taken_for_the_catalogue(stranger, outside):
    database = outside / "mail.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE letters (text)")
    connection.close()
    before = contents(outside)
    stranger.glj("ls")
    catalogue = stranger.root / ".git" / "gitlab-journal" / "catalogue.sqlite"
    catalogue.unlink()
    catalogue.symlink_to(database)
    done = stranger.glj("ls")

    assert (1, before) == (done.returncode, contents(outside))
    assert b"catalogue.sqlite is a symbolic link" in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "gitlab-journal",
        "gitlab-journal/runs",
        "gitlab-journal/kept",
        "objects",
        "objects/aa",
        "refs",
        "refs/heads",
        "refs/gitlab-journal",
        "logs",
        "info",
    ],
)
def test_no_folder_within_git_may_be_a_link(stranger, outside, name):
    before = contents(outside)
    path = stranger.root / ".git" / name
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(outside)
    done = stranger.glj("ls")

    assert (1, before) == (done.returncode, contents(outside))
    assert f"{path.name} is a symbolic link".encode() in done.stderr


def dead_run(stranger, path):
    run = stranger.root / ".git" / "gitlab-journal" / "runs" / "papers"
    run.mkdir(parents=True)
    about = {**describe_process(), "path": path, "author": ["A", "a@b"]}
    (run / "marker.json").write_text(json.dumps(about))


@pytest.mark.parametrize("where", ["{above}/x.md", "../home/x.md", "entries/../../home/x.md"])
def test_a_dead_run_that_came_along_removes_nothing_outside(stranger, outside, where):
    before = contents(outside)
    dead_run(stranger, where.format(above=outside.parent))
    done = stranger.glj("ls")

    assert (0, before) == (done.returncode, contents(outside))
    assert b"no path" in done.stderr


def test_a_dead_run_that_came_along_removes_nothing_through_a_link(stranger, outside):
    before = contents(outside)
    (stranger.root / "entries" / "away").symlink_to(outside.parent)
    dead_run(stranger, "entries/away/x.md")
    stranger.glj("ls")

    assert before == contents(outside)


def test_a_git_file_that_points_to_another_repository_is_refused(stranger, project):
    shutil.rmtree(stranger.root / ".git")
    (stranger.root / ".git").write_text(f"gitdir: {project.journal_folder}/.git\n")
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"does not point back" in done.stderr), done.stderr


def test_a_shared_folder_that_is_another_repositorys_is_refused(stranger, project):
    stranger.write(".git/commondir", f"{project.journal_folder}/.git\n")
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"does not point back" in done.stderr), done.stderr


def test_a_linked_working_tree_of_the_users_own_is_a_journal(stranger, tmp_path):
    stranger.git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
    second = type(stranger)(tmp_path / "second", stranger.caught)

    assert (0, 0) == (second.glj("ls").returncode, second.glj("infer", "k7m2", "x").returncode)


@pytest.mark.parametrize("settings", ["[core]\n\tworktree = {}\n", "[core] worktree = {}\n"])
def test_a_working_tree_elsewhere_is_refused(stranger, outside, settings):
    stranger.config(settings.format(outside))
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"core.worktree" in done.stderr), done.stderr


@pytest.mark.parametrize("key", ["include.path", "includeIf.gitdir:/.path", "INCLUDE.PATH"])
def test_a_configuration_that_includes_another_is_refused(stranger, key):
    stranger.git("config", key, "/dev/zero")
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"include" in done.stderr.lower()), done.stderr


PIPES = [
    *(".git/config", ".git/HEAD", ".git/commondir", ".git/packed-refs", ".git/refs/heads/main"),
    *("journal.md", ".git/objects/info/alternates", ".git/refs/gitlab-journal/pending"),
    *(PAGE, "site/.gitlab-journal-site.json", "pyproject.toml", ".git"),
]


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(stranger, name):
    path = stranger.root / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    for command in (("ls",), ("show", "k7m2"), ("render",)):
        assert b"Traceback" not in stranger.glj(*command).stderr


@pytest.mark.parametrize("name", ["config", "HEAD", "packed-refs", "refs/heads/main"])
def test_a_file_of_gigabytes_within_git_is_refused_unread(stranger, name):
    path = stranger.root / ".git" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(8 << 30)
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"expected at most" in done.stderr), done.stderr


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../../etc/passwd", "elsewhere.md"])
def test_a_cover_that_is_a_link_is_refused(stranger, target):
    cover = stranger.root / "journal.md"
    cover.rename(stranger.root / "elsewhere.md")
    cover.symlink_to(target)
    for command in (("ls",), ("infer", "k7m2", "x"), ("diff", "k7m2", "p3x9")):
        done = stranger.glj(*command)

        assert (1, True) == (done.returncode, b"symbolic link" in done.stderr), done.stderr
        assert b"root:" not in done.stdout + done.stderr


def linked(stranger, outside):
    """Pages and attachments that are committed as links out of the journal."""
    folder = stranger.root / "entries/2026/03/03"
    folder.mkdir(parents=True)
    (folder / "20260303-101112-link00-one.md").symlink_to(outside / "thesis.md")
    (folder / "20260303-101112-link01").symlink_to(outside)
    beside = stranger.root / "entries/2026/03/01/20260301-184307-d7k7m2"
    beside.mkdir()
    (beside / "history.csv").symlink_to(outside / "thesis.md")
    (beside / "picture.png").symlink_to(outside / "thesis.md")
    stranger.commit()


def test_links_out_of_the_journal_are_neither_listed_shown_nor_published(stranger, outside):
    linked(stranger, outside)
    listed = stranger.glj("ls", "--json").stdout
    done = stranger.glj("render")
    site = contents(stranger.root / "site")

    assert (2, 0) == (len(json.loads(listed)), done.returncode), done.stderr
    assert [] == [name for name, content in site.items() if b"mine" in content]


def test_no_page_is_written_through_a_link(stranger, outside):
    page = stranger.root / PAGE
    before = contents(outside)
    moved = outside / "20260301-184307-d7k7m2-one.md"
    text = page.read_text()
    shutil.rmtree(page.parent)
    page.parent.symlink_to(outside)
    stranger.glj("infer", "k7m2", "Written.")

    assert (before, False) == (contents(outside), moved.exists())
    page.parent.unlink()
    page.parent.mkdir()
    (outside / "page.md").write_text(text)
    page.symlink_to(outside / "page.md")
    stranger.glj("infer", "k7m2", "Written.")

    assert text == (outside / "page.md").read_text()


def test_the_site_is_written_through_no_link(stranger, outside):
    before = contents(outside)
    stranger.glj("render")
    entries = stranger.root / "site" / "entries"
    shutil.rmtree(entries)
    entries.symlink_to(outside)
    stranger.write("entries/2026/03/01/20260301-184307-d7k7m2/a.csv", "a\n1\n")
    stranger.commit()
    done = stranger.glj("render")

    assert (2, before) == (done.returncode, contents(outside)), done.stderr


def test_a_journal_of_another_user_is_refused_as_git_refuses_it(stranger, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    monkeypatch.delenv("SUDO_UID", raising=False)
    stranger.glj("ls")
    for path in (stranger.root, *stranger.root.rglob("*")):
        os.lchown(path, 12345, 12345)
    done = stranger.glj("ls")

    assert (1, True) == (done.returncode, b"safe.directory" in done.stderr), done.stderr
    words = ("config", "--global", "--add", "safe.directory", str(stranger.root))
    subprocess.run(["git", *words], check=True)
    assert 0 == stranger.glj("ls").returncode
