"""A name is only a name: no page of any name makes a command read or write outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store.repository import check_path
from gitlab_journal.store.trees import is_git_folder

ID = "20260305-101112-k2p3x9"
PAGE = (
    "---\nid: {id}\nstatus: done\nformat: 1\n---\n\n# Odd\n\n"
    "## Hypothesis\n\nNone stated: exploratory.\n"
)
NAMES = [
    b"line\nbreak",
    b"tab\there",
    b"quo\"t'es",
    b"back\\slash",
    b"no-\xff-utf8",
    b"-rf",
    b"CON",
    b"trailing. ",
    "cafe\u0301".encode(),
    "caf\u00e9".encode(),
    b"<script>alert(1)<",
    b"\x1b]0;title\x07",
    b"x" * 180,
]


def everything(folder):
    return {
        path: path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "catalogue.sqlite" not in path.name
    }


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_page_of_any_name_is_read_and_rendered_inside_the_output_folder(stranger, name):
    folder = os.fsencode(stranger.root) + b"/entries/2026/03/05/"
    Path(os.fsdecode(folder)).mkdir(parents=True)
    page = Path(os.fsdecode(folder + ID.encode() + b"-" + name + b".md"))
    page.write_text(PAGE.format(id=ID))
    stranger.commit()
    around = everything(stranger.root.parent / "trap")
    site = stranger.root.parent / "site"
    codes = [
        stranger.glj(*words).returncode
        for words in (["ls"], ["show", "k2p3x9"], ["render", "--output", str(site)], ["verify"])
    ]

    assert [0, 0, 0] == codes[:3]
    assert codes[3] in (0, 4)
    assert around == everything(stranger.root.parent / "trap")
    assert {"site", "theirs", "trap"} == {path.name for path in stranger.root.parent.iterdir()}
    assert stranger.git("status", "--porcelain") == ""


@pytest.mark.parametrize("bad", ["../../../out", "a/b", "..", ".git", "x\ny", "a" * 4000])
def test_a_page_whose_id_is_a_path_leads_nowhere(stranger, bad):
    page = stranger.root / "entries" / "2026" / "03" / "05" / f"{ID}-odd.md"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE.format(id=repr(bad)))
    stranger.commit()
    around = stranger.root.parent
    before = everything(around / "trap")
    for words in (["ls"], ["render", "--output", str(around / "site")], ["verify"]):
        stranger.glj(*words)

    assert before == everything(around / "trap")
    assert {"site", "theirs", "trap"} >= {path.name for path in around.iterdir()}


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".GIT",
        "git~1",
        "GIT~1",
        ".g\u200cit",
        "\ufeff.git",
        ".git ",
        ".git.",
        ".git::$INDEX_ALLOCATION",
    ],
)
def test_a_name_that_a_file_system_takes_for_the_git_folder_is_no_path(name):
    with pytest.raises(StoreError, match="no path inside a journal"):
        check_path(f"entries/{name}/config")


@pytest.mark.parametrize(
    "name", [b".gitignore", b"git", b"digits~1", "\u00e9.git".encode(), b"...", b".github"]
)
def test_an_honest_name_with_git_in_it_is_taken(name):
    assert not is_git_folder(name)


@pytest.mark.parametrize("name", [".GIT", "git~1", ".g\u200cit", ".."])
def test_a_tree_that_names_a_git_folder_is_refused(stranger, name):
    blob = stranger.git("rev-parse", "HEAD:journal.md").strip()
    said = subprocess.run(
        ["git", "mktree", "-z"],
        cwd=stranger.root,
        input=f"100644 blob {blob}\t{name}\0".encode(),
        capture_output=True,
        check=True,
    )
    inner = said.stdout.decode().strip()
    top = (
        subprocess.run(
            ["git", "mktree"],
            cwd=stranger.root,
            input=f"040000 tree {inner}\tentries\n100644 blob {blob}\tjournal.md\n".encode(),
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    commit = stranger.git("commit-tree", top, "-m", "odd").strip()
    stranger.git("update-ref", "refs/heads/main", commit)
    done = stranger.glj("ls")

    assert done.returncode == 1
    assert b"which no tree may hold" in done.stderr
