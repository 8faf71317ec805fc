"""Small real programs that write a journal, and say outside of it what they were told.

Each line said is one of: `began C`, `logged C N`, `returned C LOSS`, `refused C ERROR`; it is on
disk before the program goes on.
"""

SAYING = """
import os, sys, threading
from gitlab_journal import Journal, current_run, experiment

journal, said = os.environ["TOLD_JOURNAL"], os.environ["TOLD_FILE"]

def say(*words):
    line = " ".join(map(str, words)) + "\\n"
    descriptor = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line.encode())
    os.close(descriptor)

@experiment(journal=journal, predict="loss < 1", on_duplicate="run")
def train(C):
    say("began", C)
    for epoch in range(3):
        current_run().log(step=epoch, loss=1 / (epoch + C))
        say("logged", C, epoch + 1)
    return {"loss": 0.5 / C}

def run(C):
    say("returned", C, train(C)["loss"])
"""

PROGRAMS = {
    "calls": "run(1)\nrun(2)\n",
    "once": "run(3)\n",
    "threads": """
threads = [threading.Thread(target=lambda n=n: [run(n), run(n + 1)]) for n in (1, 3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
""",
    "block": """
with Journal(journal).run(title="A block", params={"C": 1}, predict="loss < 1") as open_run:
    say("began", 1)
    for epoch in range(3):
        open_run.log(step=epoch, loss=1 / (epoch + 1))
        say("logged", 1, epoch + 1)
    open_run.note("What was seen.")
    open_run.figure("drawn", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    open_run.metric("loss", 0.5)
say("returned", 1, 0.5)
""",
    "joined": """
import pathlib, subprocess
run(1)
cover = pathlib.Path(journal, "journal.md")
cover.write_text(cover.read_text() + "\\nA person wrote this.\\n")
subprocess.run(["git", "commit", "-qam", "A person's"], cwd=journal, check=True)
run(2)
""",
    "slow": """
import time
for C in (1, 2, 3):
    run(C)
    time.sleep(0.02)
""",
    "refused": """
from gitlab_journal.errors import JournalError
for C in (1, 2):
    try:
        run(C)
    except JournalError as error:
        say("refused", C, repr(str(error)))
""",
    "filling": """
import pathlib
from gitlab_journal.errors import JournalError

@experiment(journal=journal, predict="loss < 1")
def fill(C):
    say("began", C)
    with open(pathlib.Path(journal).parent / "checkpoint", "wb", buffering=0) as file:
        try:
            for _ in range(4096):  # 16 MB: all of a small disk, and no other
                file.write(bytes(4096))
        except OSError as error:
            say("filled", C, error.errno)
    for epoch in range(3):
        current_run().log(step=epoch, loss=1 / (epoch + C))
    return {"loss": 0.5 / C}

say("returned", 1, fill(1)["loss"])
try:
    say("returned", 2, fill(2)["loss"])
except JournalError as error:
    say("refused", 2, repr(str(error)))
""",
    "failing": """
@experiment(journal=journal)
def fail(C):
    say("began", C)
    raise ValueError("no")
try:
    fail(7)
except ValueError:
    pass
run(1)
""",
}


def source(name: str) -> str:
    return SAYING + PROGRAMS[name]
