"""The working tree is captured exactly, and nothing of the user's is touched."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.worktree import capture


def git(root, *arguments, stdin=b""):
    done = subprocess.run(
        ("git", *arguments),
        cwd=root,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    (root / "train.py").write_text("LR = 0.1\n")
    (root / "helpers.py").write_text("def clean(x):\n    return x\n")
    (root / "old").mkdir()
    (root / "old" / "note.txt").write_text("a note\n")
    (root / "run.sh").write_text("echo\n")
    (root / ".gitignore").write_text("*.log\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def snapshot(folder):
    """Return all that lies under a folder: kinds, modes, contents; times but of git's own files.

    As any `git add` does, git renews the time of an object that it would write again.
    """
    return {path.relative_to(folder): state(path) for path in sorted(folder.rglob("*"))}


def state(path):
    status = path.lstat()
    time = None if {"objects", ".git"} & set(path.parts) else status.st_mtime_ns
    content = None
    if path.is_symlink():
        content = path.readlink()
    elif path.is_file():
        content = path.read_bytes()
    return status.st_mode, time, content


def tree_by_git(root):
    """Return the tree that `git add -A` makes, in a copy of the project."""
    copy = root.parent / "copy"
    shutil.copytree(root, copy, symlinks=True)
    git(copy, "add", "-A")
    tree = git(copy, "write-tree")
    shutil.rmtree(copy)
    return f"git:{tree}"


def tree_by_diff(root, captured, *apply):
    """Return the tree of a fresh checkout of the commit with the diff applied."""
    fresh = root.parent / "fresh"
    git(root.parent, "init", "-q", "fresh")
    if captured.commit:
        git(fresh, "fetch", "-q", str(root), "HEAD")
        git(fresh, "checkout", "-q", captured.commit.removeprefix("git:"))
    if captured.diff:
        git(fresh, "apply", *apply, stdin=captured.diff)
    if not apply:
        git(fresh, "add", "-A")
    tree = git(fresh, "write-tree")
    shutil.rmtree(fresh)
    return f"git:{tree}"


def stage_a_change(root):
    (root / "train.py").write_text("LR = 0.2\n")
    git(root, "add", "train.py")


def change_without_staging(root):
    (root / "train.py").write_text("LR = 0.30\n")


def change_again_after_staging(root):
    stage_a_change(root)
    (root / "train.py").write_text("LR = 0.300\n")


def change_in_the_same_moment(root):
    (root / "train.py").write_text("LR = 0.7\n")
    git(root, "add", "train.py")
    before = (root / "train.py").stat()
    (root / "train.py").write_text("LR = 0.8\n")
    os.utime(root / "train.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(root / ".git" / "index", ns=(before.st_atime_ns, before.st_mtime_ns))


def add_without_staging(root):
    (root / "new").mkdir()
    (root / "new" / "model.py").write_text("class Net:\n    pass")


def add_an_empty_file(root):
    (root / "empty.py").touch()


def change_a_binary(root):
    (root / "weights.bin").write_bytes(bytes(range(256)) * 10)


def delete(root):
    (root / "helpers.py").unlink()


def delete_staged(root):
    git(root, "rm", "-q", "helpers.py")


def delete_staged_only(root):
    git(root, "rm", "-q", "--cached", "helpers.py")


def rename(root):
    git(root, "mv", "helpers.py", "cleaning.py")


def rename_without_staging(root):
    (root / "helpers.py").rename(root / "cleaning.py")


def change_the_mode(root):
    (root / "run.sh").chmod(0o755)


def add_a_symlink(root):
    (root / "link").symlink_to("old/note.txt")


def file_becomes_symlink(root):
    (root / "helpers.py").unlink()
    (root / "helpers.py").symlink_to("train.py")


def folder_becomes_symlink(root):
    shutil.move(root / "old", root / "older")
    (root / "old").symlink_to("older")


def add_a_dangling_symlink(root):
    (root / "link").symlink_to("/nowhere")


def crlf_with_autocrlf(root):
    git(root, "config", "core.autocrlf", "true")
    (root / "train.py").write_bytes(b"LR = 0.1\r\nC = 1\r\n")
    (root / "new.py").write_bytes(b"X = 1\r\n")


def crlf_without_autocrlf(root):
    (root / "train.py").write_bytes(b"LR = 0.1\r\nC = 1\r\n")


def names_that_are_no_utf8(root):
    if sys.platform == "darwin":
        pytest.skip("its file system takes only names in UTF-8")
    (root / os.fsdecode(b'm\xe9thode \t"q" \n.py')).write_text("X = 1\n")


def latin_1_contents(root):
    (root / "train.py").write_bytes("# caf\xe9\n".encode("latin-1"))


def intend_to_add(root):
    (root / "new.py").write_text("X = 1\n")
    git(root, "add", "-N", "new.py")


def file_becomes_folder(root):
    (root / "helpers.py").unlink()
    (root / "helpers.py").mkdir()
    (root / "helpers.py" / "inside.py").write_text("X = 1\n")


def folder_becomes_file(root):
    shutil.rmtree(root / "old")
    (root / "old").write_text("a file now\n")


def split_index(root):
    git(root, "update-index", "--split-index")
    git(root, "config", "core.splitIndex", "true")
    (root / "train.py").write_text("LR = 0.2\n")


def strange_diff_settings(root):
    git(root, "config", "diff.noprefix", "true")
    git(root, "config", "diff.mnemonicPrefix", "true")
    git(root, "config", "diff.external", "false")
    git(root, "config", "diff.suppressBlankEmpty", "true")
    git(root, "config", "core.safecrlf", "true")
    git(root, "config", "color.ui", "always")
    (root / "train.py").write_text("LR = 0.2\n\n\nC = 1\n")


def hidden_untracked(root):
    git(root, "config", "status.showUntrackedFiles", "no")
    (root / "new.py").write_text("X = 1\n")


def conflict(root):
    git(root, "checkout", "-qb", "other")
    (root / "train.py").write_text("LR = 0.2\n")
    git(root, "commit", "-qam", "other")
    git(root, "checkout", "-q", "-")
    (root / "train.py").write_text("LR = 0.3\n")
    git(root, "commit", "-qam", "ours")
    subprocess.run(("git", "merge", "-q", "other"), cwd=root, capture_output=True, check=False)


CHANGES = [
    stage_a_change,
    change_without_staging,
    change_again_after_staging,
    change_in_the_same_moment,
    add_without_staging,
    add_an_empty_file,
    change_a_binary,
    delete,
    delete_staged,
    delete_staged_only,
    rename,
    rename_without_staging,
    change_the_mode,
    add_a_symlink,
    add_a_dangling_symlink,
    file_becomes_symlink,
    folder_becomes_symlink,
    crlf_with_autocrlf,
    crlf_without_autocrlf,
    names_that_are_no_utf8,
    latin_1_contents,
    intend_to_add,
    file_becomes_folder,
    folder_becomes_file,
    split_index,
    strange_diff_settings,
    hidden_untracked,
    conflict,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_diff_on_the_commit_gives_back_the_tree(project, change):
    change(project)

    captured = capture(project)

    assert tree_by_git(project) == captured.tree
    assert tree_by_diff(project, captured) == captured.tree
    assert () == captured.notes


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_nothing_of_the_users_is_touched(project, change):
    change(project)
    before = snapshot(project)

    capture(project)

    assert before == snapshot(project)


def test_a_clean_worktree_is_the_tree_of_its_commit(project):
    captured = capture(project / "old")

    assert project == captured.root
    assert "git:" + git(project, "rev-parse", "HEAD") == captured.commit
    assert "git:" + git(project, "rev-parse", "HEAD^{tree}") == captured.tree
    assert b"" == captured.diff
    assert () == captured.notes


def test_a_touched_file_is_no_change(project):
    os.utime(project / "train.py", (1, 1))
    before = snapshot(project)

    captured = capture(project)

    assert b"" == captured.diff
    assert before == snapshot(project)


def test_a_folder_without_git_has_no_capture(tmp_path):
    assert capture(tmp_path) is None


def test_before_the_first_commit_the_diff_alone_gives_the_tree(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    (root / "train.py").write_text("LR = 0.1\n")
    (root / "other.py").write_text("LR = 0.1\n")
    git(root, "add", "other.py")

    captured = capture(root)

    assert captured.commit is None
    assert tree_by_git(root) == captured.tree
    assert tree_by_diff(root, captured) == captured.tree


def test_an_empty_repository_has_the_empty_tree(tmp_path):
    git(tmp_path, "init", "-q")

    captured = capture(tmp_path)

    assert captured.commit is None
    assert "git:4b825dc642cb6eb9a060e54bf8d69288fbee4904" == captured.tree
    assert b"" == captured.diff


def test_a_repository_with_sha256_is_captured_too(tmp_path):
    root = tmp_path / "project"
    git(tmp_path, "init", "-q", "--object-format=sha256", "project")
    (root / "train.py").write_text("LR = 0.1\n")

    captured = capture(root)

    assert tree_by_git(root) == captured.tree
    assert b"+LR = 0.1" in captured.diff


def test_a_linked_worktree_is_captured(project):
    git(project, "worktree", "add", "-q", "../linked")
    linked = project.parent / "linked"
    (linked / "train.py").write_text("LR = 0.9\n")
    before = snapshot(project / ".git")

    captured = capture(linked)

    assert linked == captured.root
    assert b"+LR = 0.9" in captured.diff
    assert tree_by_diff(project, captured) == captured.tree
    assert before == snapshot(project / ".git")


def test_a_sparse_checkout_is_no_deletion(project):
    git(project, "sparse-checkout", "set", "--no-cone", "/train.py")
    (project / "train.py").write_text("LR = 0.9\n")

    captured = capture(project)

    assert tree_by_diff(project, captured) == captured.tree
    assert b"note.txt" not in captured.diff


def test_another_submodule_commit_is_in_the_tree(project, tmp_path):
    library = tmp_path / "library"
    git(tmp_path, "init", "-q", "library")
    git(library, "commit", "-q", "--allow-empty", "-m", "one")
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    git(project, *words)
    git(project, "commit", "-qm", "submodule")
    git(project / "lib", "commit", "-q", "--allow-empty", "-m", "two")

    captured = capture(project)

    assert tree_by_git(project) == captured.tree
    assert tree_by_diff(project, captured, "--index") == captured.tree
    assert b"+Subproject commit" in captured.diff


def test_changes_inside_a_submodule_draw_a_note(project, tmp_path):
    library = tmp_path / "library"
    git(tmp_path, "init", "-q", "library")
    (library / "code.py").write_text("X = 1\n")
    git(library, "add", "-A")
    git(library, "commit", "-qm", "one")
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    git(project, *words)
    git(project, "commit", "-qm", "submodule")
    (project / "lib" / "code.py").write_text("X = 2\n")

    captured = capture(project)

    assert b"" == captured.diff
    assert ["lib"] == [note.partition(":")[0] for note in captured.notes]


def test_a_repository_inside_is_named_and_left_out(project):
    git(project, "init", "-q", "nested")
    (project / "nested" / "code.py").write_text("X = 1\n")
    git(project / "nested", "add", "-A")
    git(project / "nested", "commit", "-qm", "one")
    (project / "new.py").write_text("X = 1\n")

    captured = capture(project)

    assert tree_by_diff(project, captured) == captured.tree
    assert b"nested" not in captured.diff
    assert "nested" in captured.notes[0]


def test_a_nested_repository_without_commit_is_left_out(project):
    git(project, "init", "-q", "nested")

    captured = capture(project)

    assert b"" == captured.diff
    assert "nested" in captured.notes[0]


def test_clean_filters_hooks_and_diff_programs_do_not_run(project, tmp_path):
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{ran}"\ncat\n')
    program.chmod(0o755)
    hooks = project / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    shutil.copy(program, hooks / "post-index-change")
    shutil.copy(program, hooks / "fsmonitor")
    (project / ".gitattributes").write_text("*.py filter=mine diff=mine\n*.bin filter=long\n")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "attributes")
    ran.unlink(missing_ok=True)
    for name in ("filter.mine.clean", "diff.mine.textconv", "diff.mine.command", "diff.external"):
        git(project, "config", name, str(program))
    git(project, "config", "filter.mine.required", "true")
    git(project, "config", "filter.long.process", str(program))
    git(project, "config", "core.fsmonitor", str(hooks / "fsmonitor"))
    (project / "train.py").write_text("LR = 0.9\n")
    (project / "data.bin").write_bytes(b"\0\1")
    os.utime(project / "helpers.py", (1, 1))

    captured = capture(project)

    assert not ran.exists()
    assert b"+LR = 0.9" in captured.diff


def test_a_file_with_a_filter_is_recorded_as_it_lies_there_with_a_note(project):
    git(project, "config", "filter.strip.clean", "sed s/0/9/")
    (project / ".gitattributes").write_text("*.py filter=strip\n")
    (project / "train.py").write_text("LR = 0.2\n")

    captured = capture(project)

    assert b"+LR = 0.2" in captured.diff
    assert ("train.py: recorded as in the folder, the filter did not run",) == captured.notes


@pytest.fixture
def with_lfs(project):
    for name in ("clean", "smudge", "process"):
        git(project, "config", f"filter.lfs.{name}", "cat")  # so that `add` takes it as it is
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(b'weights').hexdigest()}\nsize 7\n"
    )
    git(project, "config", "--unset", "filter.lfs.process")
    (project / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (project / "net.bin").write_text(pointer)
    git(project, "add", "-A")
    git(project, "commit", "-qm", "weights")
    git(project, "config", "filter.lfs.clean", "false")
    git(project, "config", "filter.lfs.required", "true")
    (project / "net.bin").write_text("weights")
    return project


def test_a_file_of_git_lfs_that_was_only_touched_is_no_change(with_lfs):
    captured = capture(with_lfs)

    assert b"" == captured.diff
    assert "git:" + git(with_lfs, "rev-parse", "HEAD^{tree}") == captured.tree
    assert () == captured.notes


def test_a_changed_file_of_git_lfs_is_a_pointer(with_lfs):
    (with_lfs / "net.bin").write_text("heavier")
    (with_lfs / "new.bin").write_text("weights")

    captured = capture(with_lfs)
    digest = hashlib.sha256(b"heavier").hexdigest().encode()

    assert b"+oid sha256:" + digest in captured.diff
    assert 2 == captured.diff.count(b"+oid sha256:")
    assert tree_by_diff(with_lfs, captured) == captured.tree


def test_variables_of_the_caller_do_not_redirect(project, tmp_path, monkeypatch):
    git(tmp_path, "init", "-q", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    captured = capture(project)

    assert project == captured.root
    assert b"" == captured.diff


def test_ignored_files_never_enter(project):
    (project / "run.log").write_text("a log\n")

    assert b"" == capture(project).diff


@pytest.mark.parametrize("name", [".env", ".env.local", ".envrc", "sub/.env", ".ENV"])
def test_environment_files_never_enter(project, name):
    (project / "sub").mkdir()
    (project / name).write_text("PASSWORD=correct-horse\n")

    captured = capture(project)

    assert b"" == captured.diff
    assert [name] == [note.partition(":")[0] for note in captured.notes]


def test_a_staged_environment_file_does_not_enter(project):
    (project / ".env").write_text("PASSWORD=correct-horse\n")
    git(project, "add", ".env")

    captured = capture(project)

    assert b"" == captured.diff
    assert "git:" + git(project, "rev-parse", "HEAD^{tree}") == captured.tree
    assert ".env" in captured.notes[0]


@pytest.mark.parametrize("stage", [True, False])
def test_a_changed_environment_file_stays_as_committed(project, stage):
    (project / ".env").write_text("DEBUG=1\n")
    git(project, "add", ".env")
    git(project, "commit", "-qm", "env")
    (project / ".env").write_text("PASSWORD=correct-horse\n")
    if stage:
        git(project, "add", ".env")
    (project / "train.py").write_text("LR = 0.9\n")

    captured = capture(project)

    assert b"correct-horse" not in captured.diff
    assert tree_by_diff(project, captured) == captured.tree
    assert ".env" in captured.notes[0]


def test_a_large_untracked_file_is_named_and_left_out(project):
    (project / "data.csv").write_bytes(b"1\n" * 600_000)
    (project / "new.py").write_text("X = 1\n")

    captured = capture(project)

    assert b"data.csv" not in captured.diff
    assert "data.csv" in captured.notes[0]
    assert tree_by_diff(project, captured) == captured.tree


def test_many_untracked_files_are_left_out_largest_first(project, monkeypatch):
    monkeypatch.setattr("gitlab_journal.worktree.captured._ALL_UNTRACKED", 1000)
    for number in range(12):
        (project / f"image{number}.dat").write_bytes(bytes([number]) * 100)
    (project / "new.py").write_text("X = 1\n")

    captured = capture(project)

    assert b"new.py" in captured.diff
    assert 9 == captured.diff.count(b"diff --git a/image")
    assert 3 == captured.notes[0].count("image")
    assert tree_by_diff(project, captured) == captured.tree


def test_a_diff_over_5_mb_loses_its_largest_file_and_says_so(project):
    (project / "table.csv").write_bytes(b"1\n")
    git(project, "add", "table.csv")
    (project / "table.csv").write_bytes(b"123456789\n" * 600_000)
    (project / "new.py").write_text("X = 1\n")

    captured = capture(project)

    assert b"table.csv" not in captured.diff
    assert b"+X = 1" in captured.diff
    assert tree_by_git(project) == captured.tree
    assert "table.csv" in captured.notes[0]
    assert "does not give back the tree" in captured.notes[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_named(project):
    (project / "new.py").write_text("X = 1\n")
    (project / "new.py").chmod(0)

    captured = capture(project)

    assert b"" == captured.diff
    assert "new.py" in captured.notes[0]


def test_secrets_in_the_diff_are_redacted(project):
    (project / "train.py").write_text('API_KEY = "sk-proj-abcdefghijklmnop1234567890"\nLR = 0.2\n')

    captured = capture(project)

    assert b"abcdefghijklmnop" not in captured.diff
    assert b"+LR = 0.2" in captured.diff
    assert tree_by_git(project) == captured.tree
    assert "1 value redacted; the diff does not give back the tree" in captured.notes


def test_a_redacted_diff_still_applies(project):
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7V\n-----END RSA PRIVATE KEY-----\n"
    (project / "key.txt").write_text(f"before\n{key}after\n")

    captured = capture(project)

    assert b"MIIEowIBAAKCAQEA7V" not in captured.diff
    assert tree_by_diff(project, captured) != captured.tree


def test_a_secret_in_the_heading_of_a_hunk_is_redacted(project):
    heading = 'API_KEY = "sk-proj-abcdefghijklmnop1234567890"\n'
    (project / "train.py").write_text(heading + " x\n" * 10)
    git(project, "commit", "-qam", "key")
    (project / "train.py").write_text(heading + " x\n" * 10 + " y\n")

    captured = capture(project)

    assert b"+ y" in captured.diff
    assert b"abcdefghijklmnop" not in captured.diff


def test_a_damaged_repository_is_refused_by_name(project):
    (project / ".git" / "index").write_bytes(b"no index")

    with pytest.raises(StoreError, match="index"):
        capture(project)
