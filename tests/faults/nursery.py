"""A warm process that forks a child for each job, so that a thousand kills take minutes.

It has imported the journal and done nothing with it: a child stands where a fresh process stands
after its imports, then runs a program or a command as a process of its own would, to its exit.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import json
import os
import runpy
import signal
import sys
import time

# What a program imports, or its first call.
IMPORTED = (
    "boundaries",
    "gitdb.db.pack",
    "gitlab_journal.amending.amendment",
    "gitlab_journal.amending.rewrite",
    "gitlab_journal.cli",
    "gitlab_journal.clones.sync",
    "gitlab_journal.commands.amend",
    "gitlab_journal.commands.gathering",
    "gitlab_journal.commands.infer",
    "gitlab_journal.commands.ls",
    "gitlab_journal.commands.sync",
    "gitlab_journal.decorator",
    "gitlab_journal.worktree.captured",
    "rich.table",
    "sysconfig",
    "tomllib",
)
PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    if sys.platform == "linux":  # so that git, when its parent was killed, is waited for as well
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        job = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            run(job)
            return  # to the end of the interpreter, with all that is done there
        status = wait(child, job)
        sys.stdout.write(json.dumps({"status": status, "seconds": time.monotonic() - began}) + "\n")
        sys.stdout.flush()


def wait(child: int, job: dict) -> int:
    """Return how the child ended, once all that it started ended too."""
    if job.get("signal"):
        time.sleep(job["delay"])
        (os.killpg if job.get("group") else os.kill)(child, job["signal"])
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return status


def run(job: dict) -> None:
    os.setpgid(0, 0)
    os.chdir(job["folder"])
    os.environ.update(job.get("environment", {}))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = [job["program"], *job.get("arguments", [])]
    if job.get("act"):
        watch(job)
    if job["program"] == "glj":
        from gitlab_journal.cli import main as command

        command()
    else:
        runpy.run_path(job["program"], run_name="__main__")


def watch(job: dict) -> None:
    """Act at the moment that the job names: be killed there, or meet an error from there on."""
    from boundaries import FREEING, Boundaries

    act, last = job["act"], job.get("at", 0)
    write = os.write
    noted = os.open(job["count"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if act == "count" else -1

    def note(number: int, kind: str) -> None:
        write(noted, f"{kind}\n".encode())

    def kill(number: int, kind: str) -> None:
        if number == last:
            (os.killpg if job.get("group") else os.kill)(os.getpid(), signal.SIGKILL)

    def fail(number: int, kind: str) -> bool:
        if number < last or kind in FREEING:
            return False
        if not kind.startswith("process"):
            code = getattr(errno, act)
            raise OSError(code, os.strerror(code), job["root"])
        return True

    action = {"count": note, "kill": kill}.get(act, fail)
    # a process that is killed before a sync leaves what it leaves after it
    left_out = () if action is fail else ("sync",)
    Boundaries(job["root"], action, left_out=left_out).install()


if __name__ == "__main__":
    main()
