"""The newest trees of two clones joined."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gitlab_journal.clones.join import Joined, join
from gitlab_journal.desk import create_desk
from gitlab_journal.store.repository import Repository
from gitlab_journal.store.words import Words

ID = "20260301-184307-d7k7m2"
PAGE = f"entries/2026/03/01/{ID}-it-helps.md"
RUNNING = f"---\nid: {ID}\nverdict: open\nstatus: running\n---\n\n# It helps\n\n## Results\n"
DONE = RUNNING.replace("open", "supported").replace("running", "done")
INTERRUPTED = RUNNING.replace("running", "interrupted")
CURVES = f"entries/2026/03/01/{ID}/history.csv"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return create_desk(tmp_path / "journal", title="Digits").repository


def commit(repository: Repository, *parents: str, **files: str | None) -> str:
    """A commit of its own on `parents`; a file that is None is removed."""
    objects = repository.objects
    items = {path: text and objects.add("blob", text.encode()) for path, text in files.items()}
    tree = objects.grow(objects.tree_of(parents[0]), items)
    words = Words("m\n", repository.author(), datetime.now(UTC))
    digest = objects.add("commit", words.commit(tree, parents))
    objects.flush()
    return digest


def read(repository: Repository, joined: Joined, path: str) -> str | None:
    item = repository.objects.find(joined.tree, path)
    return repository.objects.read(item.object)[1].decode() if item else None


@pytest.mark.parametrize("swapped", [False, True])
def test_the_files_beside_a_page_are_of_the_side_whose_verdict_stands(
    repository: Repository, *, swapped: bool
):
    base = commit(repository, repository.tip() or "", **{PAGE: RUNNING})
    done = commit(repository, base, **{PAGE: DONE, CURVES: "step,loss\n0,1\n1,0\n"})
    dead = commit(repository, base, **{PAGE: INTERRUPTED, CURVES: "step,loss\n0,1\n"})
    joined = join(repository, *((dead, done) if swapped else (done, dead)))

    assert (DONE, "step,loss\n0,1\n1,0\n", "step,loss\n0,1\n") == (
        read(repository, joined, PAGE),
        read(repository, joined, CURVES),
        read(repository, joined, f"{CURVES}.from-{dead[:8]}"),
    )


@pytest.mark.parametrize("swapped", [False, True])
def test_a_file_that_one_side_removed_and_the_other_changed_stays(
    repository: Repository, *, swapped: bool
):
    base = commit(repository, repository.tip() or "", **{"notes.md": "one\n"})
    gone, kept = (commit(repository, base, **{"notes.md": text}) for text in (None, "two\n"))
    joined = join(repository, *((gone, kept) if swapped else (kept, gone)))

    assert ("two\n", 1) == (read(repository, joined, "notes.md"), len(joined.notes))


def test_lines_of_a_gitignore_are_united(repository: Repository):
    base = repository.tip() or ""
    ours, theirs = (commit(repository, base, **{".gitignore": f"/site/\n/{n}/\n"}) for n in "ab")

    assert "/site/\n/a/\n/b/\n" == read(repository, join(repository, ours, theirs), ".gitignore")


def test_a_damaged_page_stays_and_the_other_version_is_no_page(repository: Repository):
    base = commit(repository, repository.tip() or "", **{PAGE: RUNNING})
    ours = commit(repository, base, **{PAGE: "---\nbroken\n"})
    theirs = commit(repository, base, **{PAGE: DONE})
    joined = join(repository, ours, theirs)

    assert ("---\nbroken\n", DONE) == (
        read(repository, joined, PAGE),
        read(repository, joined, f"{PAGE}.from-{theirs[:8]}"),
    )


def test_histories_that_crossed_are_joined_with_what_both_bases_hold(repository: Repository):
    root = repository.tip() or ""
    one = commit(repository, root, **{"a.md": "a\n"})
    two = commit(repository, root, **{"b.md": "b\n"})
    ours = commit(repository, one, two, **{"a.md": "a\n", "b.md": "b\n", "c.md": "c\n"})
    theirs = commit(repository, two, one, **{"a.md": None, "b.md": "b\n", "d.md": "d\n"})
    joined = join(repository, ours, theirs)

    assert (None, "b\n", "c\n", "d\n") == tuple(
        read(repository, joined, f"{name}.md") for name in "abcd"
    )


def test_histories_without_a_common_commit_are_not_joined(repository: Repository, tmp_path: Path):
    other = create_desk(tmp_path / "other", title="Other").repository
    commit_apart = other.tip() or ""
    tree = other.objects.tree_of(commit_apart)
    apart, _ = (repository.objects.add(*other.objects.read(one)) for one in (commit_apart, tree))
    repository.objects.flush()

    assert join(repository, repository.tip() or "", apart) is None
