"""Two clones of a journal beside the bare repository that they sync through."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from promises import check_store
from scene import Nursery, Scene, copy_scene, locks

REASON = "three images were mislabelled"
# What is killed, with `ID` for the entry that it changes, and what the message of its commit holds.
COMMANDS = {
    "infer": (("infer", "ID", "One scale is enough."), ("inference: ",)),
    "set": (
        ("amend", "ID", "--set", "metrics.loss=0.25", "--reason", REASON),
        ("amend: ", "Amends: ", "metrics.loss", f"Reason: {REASON}"),
    ),
    "delete": (
        ("amend", "ID", "--delete", "--reason", REASON),
        ("delete: ", "Amends: page", f"Reason: {REASON}"),
    ),
    "sync": (("sync",), ()),
}
OTHER, REMOTE = "other-journal", "shared.git"
SAID = ("Said in this clone.", "Said in the other clone.")


def prepare(template: Path, folder: Path, nursery: Nursery) -> Path:
    """Record in both clones; the remote has what the other recorded, not yet what ours did."""
    scene = copy_scene(template, folder, nursery, "calls")
    assert 0 == scene.run()  # two entries that both clones have
    bare = ["git", "init", "-q", "--bare", "-b", scene.git("branch", "--show-current").strip()]
    subprocess.run([*bare, scene.folder / REMOTE], check=True)
    succeed(scene, "sync", str(scene.folder / REMOTE))
    subprocess.run(["git", "clone", "-q", REMOTE, OTHER], cwd=scene.folder, check=True)
    for journal in (scene.journal, scene.folder / OTHER):  # so that copies sync among themselves
        words = ["git", "remote", "set-url", "origin", f"../{REMOTE}"]
        subprocess.run(words, cwd=journal, check=True)
    other = other_of(scene)
    other.change("once")
    assert 0 == other.run()
    succeed(other, "infer", entry_of(other, 2), SAID[1])
    succeed(other, "sync")
    scene.change("failing")
    assert 0 == scene.run()
    succeed(scene, "infer", entry_of(scene, 2), SAID[0])
    return folder


def other_of(scene: Scene) -> Scene:
    return replace(scene, named=OTHER)


def succeed(scene: Scene, *words: str) -> None:
    status, _ = scene.glj(*words)

    assert (words, 0) == (words, status), scene.err


def entry_of(scene: Scene, number: int) -> str:
    """Return the id of the entry with this parameter, of those that both clones have."""
    entries = other_of(scene).entries().values()
    return next(entry.id for entry in entries if entry.params["C"] == number)


def words_of(scene: Scene, command: str) -> list[str]:
    """Return the command line that changes an entry that both clones have, or syncs."""
    return [entry_of(scene, 1) if word == "ID" else word for word in COMMANDS[command][0]]


def check_command_killed(scene: Scene, command: str, **how: object) -> float:
    """Kill the command as told, look at both clones, sync them; returns how it ended."""
    before, words = scene.files(), words_of(scene, command)
    ended, _ = scene.glj(*words, **how)

    status, _ = scene.glj("ls", "--json")
    assert (0, "") == (status, scene.err)
    check_settled(scene)
    if command != "sync":
        check_whole(scene, command, before, words)
    check_synced(scene, before, deleted=words[1] if command == "delete" else None)
    return ended


def check_settled(scene: Scene) -> None:
    assert "" == scene.git("status", "--porcelain")
    assert [] == locks(scene.journal)
    check_store(scene)


def check_whole(scene: Scene, command: str, before: dict[str, str], words: list[str]) -> None:
    """The page is as before, and the command can be repeated; or as after, declared so."""
    if scene.files() == before:
        succeed(scene, *words)
    after = scene.files()
    page = next(path for path in before if path.endswith(".md") and words[1] in before[path])
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    commits = scene.git("log", "--format=%H", "--", page).split()
    message = scene.git("log", "-1", "--format=%B", "--", page)

    assert 3 == len(commits)  # begun, ended, changed: once
    assert all(part in message for part in (*COMMANDS[command][1], f"Entry: {words[1]}"))
    if command == "delete":
        assert {path for path in before if words[1] in path} | {page} == changed
        assert page not in after
        return
    assert {page} == changed
    again = [word.replace("0.25", "0.5").replace("enough", "all it takes") for word in words]
    if command == "set":
        assert 0.25 == scene.entries()[page].metrics["loss"]
    else:
        assert words[2] in scene.entries()[page].section("Inference")
    succeed(scene, *again)


def check_synced(scene: Scene, before: dict[str, str], *, deleted: str | None) -> None:
    """Both clones sync, then hold the same, and nothing of either is gone."""
    other = other_of(scene)
    pages = {path for path, text in before.items() if path.endswith(".md")}
    expected = {*pages, *other.entries()} - {
        path for path in pages if deleted and f"id: {deleted}" in before[path]
    }
    for clone in (scene, other, scene):
        succeed(clone, "sync")
    entries = scene.entries()
    joined = next(entry for entry in entries.values() if entry.id == entry_of(scene, 2))

    assert expected == set(entries)
    assert scene.files() == other.files()
    assert all(said in joined.section("Inference") for said in SAID)
    for clone in (scene, other):
        succeed(clone, "verify")
        check_settled(clone)
