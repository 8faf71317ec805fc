"""What unfolds to more than a machine holds is refused in words, within a bounded memory."""

from __future__ import annotations

import hashlib
import resource
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.store import changes, inflate
from gitlab_journal.store.objects import FOLDER, Item, Objects
from gitlab_journal.store.repository import Repository

PAGE = "entries/2026/03/01/20260301-184307-d7k7m2-one.md"
MEMORY = 1 << 30
COMMANDS = [["ls"], ["show", "d7k7m2"], ["render"], ["verify"]]


def run_bounded(root, *words):
    """Run a command in a process of its own that may take one gigabyte of memory."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))"
    code = f"{limit}; from gitlab_journal.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, words[0], "--journal", root, *words[1:]],
        capture_output=True,
        text=True,
        check=False,
    )


def commit_tree(stranger, tree):
    commit = stranger.git("commit-tree", tree, "-m", "A bomb").strip()
    stranger.git("update-ref", "refs/heads/main", commit)


def bomb(objects, levels, inner):
    for _ in range(levels):
        inner = objects.grow(None, {f"d{place}": Item(FOLDER, inner) for place in range(10)})
    objects.flush()
    return inner


def put_loose(objects, kind, size, said=None):
    """Write a loose object of zeros that is small on disk."""
    header = b"%s %d\0" % (kind, size if said is None else said)
    digest = hashlib.sha1(header, usedforsecurity=False).hexdigest()
    packer = zlib.compressobj(1)
    parts = [packer.compress(header)]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    path = objects.folder / digest[:2] / digest[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join([*parts, packer.flush()]))
    return digest


@pytest.mark.parametrize("inside", ["a page", "nothing"])
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_tree_of_ten_trees_ten_times_over_is_refused(stranger, monkeypatch, words, inside):
    monkeypatch.setattr(changes, "MOST_NAMES", 2000)
    objects = Objects(stranger.root / ".git" / "objects")
    blob = objects.add("blob", b"# a page")
    tree = objects.grow(None, {"a.md": blob}) if inside == "a page" else objects.add("tree", b"")
    objects.flush()
    cover = stranger.git("rev-parse", "HEAD:journal.md").strip()
    whole = objects.grow(
        None, {"journal.md": cover, "entries": Item(FOLDER, bomb(objects, 10, tree))}
    )
    objects.flush()
    commit_tree(stranger, whole)
    done = stranger.glj(*words)

    assert done.returncode == 1
    assert b"differ in more than 2,000 names" in done.stderr


def test_a_tree_nested_without_end_is_refused(stranger):
    objects = Objects(stranger.root / ".git" / "objects")
    tree = objects.grow(None, {"a.md": objects.add("blob", b"# a page")})
    for _ in range(500):
        tree = objects.grow(None, {"d": Item(FOLDER, tree)})
    cover = stranger.git("rev-parse", "HEAD:journal.md").strip()
    whole = objects.grow(None, {"journal.md": cover, "entries": Item(FOLDER, tree)})
    objects.flush()
    commit_tree(stranger, whole)
    done = stranger.glj("ls")

    assert done.returncode == 1
    assert b"deeper than 64 folders" in done.stderr


@pytest.mark.parametrize("said", [None, 10])
def test_a_loose_object_of_gigabytes_is_not_unpacked(tmp_path, said):
    objects = Objects(tmp_path)
    digest = put_loose(objects, b"blob", 1100 << 20, said)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(StoreError, match=r"expected at most|more than its header says"):
        objects.read(digest)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


def test_a_packed_object_that_is_too_large_is_not_unpacked(stranger, monkeypatch):
    repository = Repository.open(stranger.root)
    blob = stranger.git("rev-parse", f"HEAD:{PAGE}").strip()
    stranger.git("gc", "-q")
    assert b"Number 0" in repository.objects.read(blob)[1]
    monkeypatch.setattr(inflate, "LARGEST", 100)

    with pytest.raises(StoreError, match=r"is a blob of .* bytes; expected at most 100"):
        repository.objects.read(blob)


def test_a_page_that_is_too_large_is_named_and_the_others_are_listed(stranger):
    page = stranger.root / PAGE
    with page.open("ab") as file:
        file.truncate(40 << 20)
    stranger.commit()
    listed, shown = run_bounded(stranger.root, "ls"), run_bounded(stranger.root, "show", "d7k7m2")

    assert (1, True) == (listed.returncode, "Number 1" in listed.stdout)
    assert "the page holds 41,943,040 bytes, expected at most 33,554,432" in listed.stderr
    assert shown.returncode == 1
    assert "the page holds 41,943,040 bytes" in shown.stderr


def test_a_page_that_swelled_in_the_folder_is_shown_as_committed(stranger):
    with (stranger.root / PAGE).open("ab") as file:
        file.truncate(2 << 30)
    done = run_bounded(stranger.root, "show", "d7k7m2")

    assert (0, True) == (done.returncode, "Number 0" in done.stdout)
    assert "has edits that are not" in done.stderr


@pytest.mark.parametrize(
    "name",
    ["runs/20260301-184307-d7k7m2/marker", "runs/20260301-184307-d7k7m2/record", "pushes.jsonl"],
)
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_file_of_gigabytes_among_the_state_takes_no_memory(stranger, name, words):
    from gitlab_journal.store.runs.host import describe_process
    from gitlab_journal.store.runs.leftovers import MARKER

    path = stranger.root / ".git" / "gitlab-journal" / name.replace("marker", MARKER)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name == "record":
        import json

        (path.parent / MARKER).write_text(json.dumps({**describe_process(), "pid": 1}))
    with path.open("wb") as file:
        file.truncate(3 << 30)
    done = run_bounded(stranger.root, *words)

    assert "MemoryError" not in done.stderr
    assert "Traceback" not in done.stderr
    assert (words, done.returncode, done.stderr if done.returncode else "") in (
        (words, 0, ""),
        (words, 1, done.stderr if "3,221,225,472 bytes" in done.stderr else None),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER late AFTER UPDATE ON about BEGIN DELETE FROM pages; END",
        "CREATE VIEW other AS SELECT * FROM pages",
        "CREATE TABLE other (text)",
        "CREATE INDEX other ON pages (folded(title))",
    ],
)
def test_a_catalogue_with_a_schema_of_a_strangers_is_made_anew(stranger, statement):
    first = stranger.glj("ls")
    path = stranger.root / ".git" / "gitlab-journal" / "catalogue.sqlite"
    connection = sqlite3.connect(path)
    connection.create_function("folded", 1, str, deterministic=True)
    connection.execute(statement)
    connection.execute("UPDATE pages SET title = 'poisoned'")
    connection.commit()
    connection.close()
    second = stranger.glj("ls")

    assert (0, first.stdout) == (second.returncode, second.stdout)


def test_an_honest_catalogue_is_kept(stranger):
    stranger.glj("ls")
    path = stranger.root / ".git" / "gitlab-journal" / "catalogue.sqlite"
    before = Path(path).stat().st_ino
    stranger.glj("ls")

    assert before == path.stat().st_ino
