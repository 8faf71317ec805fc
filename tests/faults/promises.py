"""What must hold of a journal after its process died, whatever it was doing."""

from __future__ import annotations

import os
import subprocess

from scene import Scene, left_running, locks

LINE = "A person wrote this line."


def check_begun(scene: Scene) -> None:
    """What began is in git already, before any other command ran."""
    found = {entry.params["C"] for entry in scene.entries_ever()}

    assert scene.numbers("began") <= found


def check_kill(scene: Scene, manner: str, **how: object) -> float:
    """Kill the program as told, commit as a person does, look at all; returns how it ended."""
    ended = scene.run(**how)
    check_begun(scene)
    edit_as_a_person(scene, manner)
    committed = commit_as_a_person(scene, manner)
    check_recovered(scene, manner, committed=committed)
    return ended


def edit_as_a_person(scene: Scene, manner: str) -> None:
    if manner:
        cover = scene.journal / "journal.md"
        cover.write_text(f"{cover.read_text()}\n{LINE}\n")


def commit_as_a_person(scene: Scene, manner: str) -> bool:
    """Commit as people do, "commit -a" or "add -A"; returns whether git did not refuse.

    It refuses where the process died while it held git's index, as after the death of any git;
    that is harmless as long as the next command of ours mends it.
    """
    if not manner:
        return True
    words = ["commit", *(["-a"] if manner == "commit -a" else []), "-qm", "x"]
    for command in ([["add", "-A"]] if manner == "add -A" else []) + [words]:
        done = subprocess.run(
            ["git", *command], cwd=scene.journal, capture_output=True, text=True, check=False
        )
        if done.returncode:
            assert ".lock': File exists" in done.stderr
            return False
    return True


def check_recovered(
    scene: Scene, manner: str = "", *, committed: bool = True, points: bool = True
) -> None:
    """The next command finds all that was told outside, and leaves nothing to be done."""
    before = scene.pages_ever()
    status, _ = scene.glj("ls", "--json")

    assert (0, "") == (status, scene.err)
    entries = scene.entries()
    assert before <= set(entries)
    check_told(scene, points=points)
    if not committed:
        assert LINE in (scene.journal / "journal.md").read_text()
        assert LINE not in scene.git("show", "HEAD:journal.md")
        assert commit_as_a_person(scene, manner)
    # a program that plays the person may have died between an edit and its commit
    own = {" M journal.md\n"} if scene.program == "joined" else set()
    assert scene.git("status", "--porcelain") in {"", *own}
    assert [] == left_running(scene)
    assert [] == locks(scene.journal)
    check_store(scene)
    if manner:
        assert LINE in scene.git("show", "HEAD:journal.md")


def check_told(scene: Scene, *, points: bool = True) -> None:
    """Each result that a call returned is there; each run that began has its points, and ended."""
    files, entries = scene.files(), scene.entries()
    by_number = {entry.params["C"]: (path, entry) for path, entry in entries.items()}

    assert {"done", "interrupted", "failed"} >= {entry.status for entry in entries.values()}
    assert len(by_number) == len(entries)
    for word, number, *rest in scene.said:
        if word in ("refused", "filled"):
            continue
        path, entry = by_number[int(number)]
        if word == "returned":
            assert ("done", float(rest[0])) == (entry.status, entry.metrics["loss"])
        elif word == "logged" and points:
            folder, _, _ = path.rpartition("/")
            history = files.get(f"{folder}/{entry.id}/history.csv", "")
            assert len(history.splitlines()) > int(rest[0])


def check_store(scene: Scene) -> None:
    """Git finds no fault in what it keeps."""
    done = subprocess.run(
        ["git", "fsck", "--full", "--strict", "--no-dangling"],
        cwd=scene.journal,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)
