"""The git configuration that came with a folder runs nothing."""

from __future__ import annotations

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store.git import git

READERS = (
    ("ls",),
    ("ls", "--json"),
    ("show", "k7m2"),
    ("show", "k7m2", "--json"),
    ("diff", "k7m2", "p3x9"),
    ("render",),
)
SETTINGS = """
[core]
	fsmonitor = {program}
	hooksPath = {hooks}
	sshCommand = {program}
	gitProxy = {program}
	pager = {program}
	editor = {program}
	askPass = {program}
	alternateRefsCommand = {program}
	attributesFile = {attributes}
[pager]
	log = {program}
[sequence]
	editor = {program}
[credential]
	helper = !{program}
[credential "https://example.org"]
	helper = !{program}
[diff]
	external = {program}
[diff "evil"]
	command = {program}
	textconv = {program}
[merge "evil"]
	driver = {program}
[filter "evil"]
	clean = {program}
	smudge = {program}
	process = {program}
	required = true
[filter "ev=il"]
	clean = {program}
	smudge = {program}
[gpg]
	program = {program}
[gpg "ssh"]
	program = {program}
	defaultKeyCommand = {program}
[log]
	showSignature = true
[alias]
	log = !{program}
	ls-tree = !{program}
	cat-file = !{program}
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[uploadpack]
	packObjectsHook = {program}
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::{program}
	promisor = true
	uploadpack = {program}
	fetch = +refs/heads/*:refs/remotes/origin/*
[trailer "entry"]
	command = {program}
	cmd = {program}
[core]
	repositoryformatversion = 1
"""
HOOKS = (
    *("pre-commit", "post-commit", "post-index-change", "reference-transaction", "post-checkout"),
    *("pre-push", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman", "post-merge"),
)


@pytest.fixture
def hostile(stranger):
    attributes = "* filter=evil diff=evil merge=evil\n*.md filter=ev=il\n"
    stranger.write(".gitattributes", attributes)
    stranger.commit()
    stranger.write(".git/info/attributes", attributes)
    hooks = stranger.root / ".git" / "hooks"
    for name in HOOKS:
        stranger.write(f".git/hooks/{name}", f"#!/bin/sh\nexec {stranger.program}\n").chmod(0o755)
    stranger.config(
        SETTINGS.format(
            program=stranger.program, hooks=hooks, attributes=stranger.root / ".gitattributes"
        )
    )
    return stranger


def test_the_trap_of_these_tests_catches_what_git_itself_runs(hostile):
    page = next(hostile.root.glob("entries/*/*/*/*.md"))
    page.write_text(f"{page.read_text()} ")
    hostile.git("status", check=False)

    assert [] != hostile.what_ran()


@pytest.mark.parametrize("command", READERS, ids=" ".join)
def test_reading_runs_no_program_of_the_folders_configuration(hostile, command):
    page = next(hostile.root.glob("entries/*/*/*/*.md"))
    page.write_text(f"{page.read_text()} ")
    done = hostile.glj(*command)

    assert (0, []) == (done.returncode, hostile.what_ran()), done.stderr


def test_writing_runs_no_program_of_the_folders_configuration(hostile):
    done = hostile.glj("infer", "k7m2", "It holds.")

    assert (0, []) == (done.returncode, hostile.what_ran()), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--porcelain"),
        ("diff", "HEAD"),
        ("log", "-p", "--ext-diff", "--textconv"),
        ("add", "-A"),
        ("checkout", "--", "."),
        ("stash",),
        ("commit", "-qam", "x"),
        ("fetch", "origin"),
        ("ls-remote", "origin"),
        ("cat-file", "-p", "0123456789012345678901234567890123456789"),
        ("fsck",),
        ("gc", "-q"),
        ("merge", "HEAD~1"),
        ("cat-file", "--filters", "HEAD:journal.md"),
    ],
    ids=" ".join,
)
def test_no_git_command_of_ours_runs_a_program_of_the_folder(hostile, arguments):
    page = next(hostile.root.glob("entries/*/*/*/*.md"))
    page.write_text(f"{page.read_text()} ")
    git(*arguments, cwd=hostile.root, check=False)

    assert [] == hostile.what_ran()


def test_a_missing_object_is_not_fetched_from_where_the_folder_says(hostile):
    from gitlab_journal.store.repository import Repository

    with pytest.raises(StoreError):
        Repository.open(hostile.root).blobs([f"{place:040x}" for place in range(20)])

    assert [] == hostile.what_ran()


def test_what_git_prints_is_bounded_where_it_may_be_a_bomb(stranger):
    with pytest.raises(StoreError, match="more than 10 bytes"):
        git("log", cwd=stranger.root, most=10)
