"""Many processes write one journal while a person edits, stages, and commits in it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
from scene import locks

from gitlab_journal.entry import Entry
from gitlab_journal.history.trailers import statements

PROGRAM = """
import sys
from gitlab_journal import experiment

@experiment(predict="loss < 1", on_duplicate="run")
def train(process, number):
    return {"loss": 1 / (number + 2)}

for number in range(int(sys.argv[2])):
    train(int(sys.argv[1]), number)
"""
DRAFT, STAGED = "An unfinished thought.", "Staged for later."


class Person:
    """Somebody at work in the journal until `stop`: a note committed again and again.

    All the while an edit of the cover is uncommitted, and a plan is staged.
    """

    def __init__(self, journal):
        self.journal = journal
        self.committed = 0
        self.stop = threading.Event()
        cover = journal / "journal.md"
        cover.write_text(f"{cover.read_text()}\n{DRAFT}\n")
        (journal / "plan.md").write_text(f"{STAGED}\n")
        assert self.git("add", "plan.md")
        self.thread = threading.Thread(target=self.work)
        self.thread.start()

    def git(self, *arguments):
        """Return whether git did as told; what it refuses is asked again later, as people do."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.journal, capture_output=True, text=True, check=False
        )
        # the branch that moved, and locks of others, are what two gits at once give as well
        assert not done.returncode or ".lock" in done.stderr or "cannot lock ref" in done.stderr
        return not done.returncode

    def work(self):
        while not self.stop.is_set():
            with (self.journal / "notes.md").open("a") as file:
                file.write(f"line {self.committed}\n")
            self.git("status")
            if self.git("add", "notes.md") and self.git("commit", "-qm", "note", "notes.md"):
                self.committed += 1
            time.sleep(0.05)  # no person is quicker


def check_many(project, *, processes, runs):
    (project.folder / "many.py").write_text(PROGRAM)
    project.git("add", ".")
    project.git("commit", "-qm", "The program")
    person = Person(project.journal_folder)
    try:
        started = [
            subprocess.Popen(
                [sys.executable, "many.py", str(number), str(runs)],
                cwd=project.folder,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(processes)
        ]
        said = [process.communicate()[1] for process in started]
    finally:
        person.stop.set()
        person.thread.join()
    command = ["-m", "gitlab_journal", "--journal", project.journal_folder, "ls", "--json"]
    listed = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)

    # a process that could not join its last commits in time leaves that to the next
    assert [] == [words for words in said if words and "wait in git; the next command" not in words]
    assert (0, "") == (listed.returncode, listed.stderr)
    check_entries(project, {(one, two) for one in range(processes) for two in range(runs)})
    check_person(project, person)
    check_journal(project)


def check_entries(project, wanted):
    """Each run is there once, done, with both of its commits."""
    git = project.journal_git
    names = [
        name
        for name in git("ls-tree", "-r", "--name-only", "HEAD", "entries").splitlines()
        if name.endswith(".md")
    ]
    pages = [Entry.read(git("show", f"HEAD:{name}").encode(), name) for name in names]
    said = {}
    for message in git("log", "--format=%B%x00", "HEAD").split("\0"):
        for group in statements(message):
            said.setdefault(group["Entry"], []).append(group["Status"])

    assert sorted(wanted) == sorted(
        (page.params["process"], page.params["number"]) for page in pages
    )
    assert {"done"} == {page.status for page in pages}
    # in one second git sorts commits of a merge as it likes
    assert {page.id: ["done", "running"] for page in pages} == {
        identifier: sorted(states) for identifier, states in said.items()
    }


def check_person(project, person):
    """All that a person committed is there, and what they did not commit is theirs alone."""
    git = project.journal_git
    lines = [f"line {number}" for number in range(person.committed)]
    cover = (project.journal_folder / "journal.md").read_text()

    assert person.committed > 0
    assert set(lines) <= set(git("show", "HEAD:notes.md").splitlines())
    assert person.committed == len(git("log", "--format=%H", "--grep=^note$").splitlines())
    assert DRAFT in cover
    assert "" == git("log", "--all", "-m", "--format=%H", f"-S{DRAFT}")
    assert "" == git("log", "--all", "-m", "--format=%H", "--", "plan.md")
    assert f"{STAGED}\n" == git("show", ":plan.md")


def check_journal(project):
    git = project.journal_git
    git("commit", "-qam", "All that is left")

    assert "" == git("status", "--porcelain")
    assert [] == locks(project.journal_folder)
    runs = project.journal_folder / ".git" / "gitlab-journal" / "runs"
    assert [] == [path for path in runs.iterdir() if not path.name.startswith(".new-")]
    fsck = subprocess.run(
        ["git", "fsck", "--full", "--strict", "--no-dangling"],
        cwd=project.journal_folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (0, "", "") == (fsck.returncode, fsck.stdout, fsck.stderr)


def test_nothing_is_lost_when_processes_and_a_person_write_at_once(project):
    check_many(project, processes=4, runs=10)


@pytest.mark.soak
def test_nothing_is_lost_when_a_crowd_and_a_person_write_at_once(project):
    check_many(project, processes=16, runs=100)
