"""What a stranger's journal may do to the terminal that it is read on: nothing."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import termios
from contextlib import suppress

import pytest

from gitlab_journal.desk import create_desk

STEERING = {
    "conceal": "\x1b[8m",
    "clear the screen": "\x1b[2J\x1b[H",
    "move up and overwrite": "\x1b[9A\x1b[K",
    "link": "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "title of the window": "\x1b]0;owned\x07",
    "answer of the terminal": "\x1bP$qm\x1b\\",
    "program's own string": "\x1b_Gi=1\x1b\\",
    "reset": "\x1bc",
    "control sequence in one character": "\x9b8m",
    "title in one character": "\x9d0;owned\x9c",
    "next line": "\x85",
    "carriage return": "\r",
    "backspaces": "\x08\x08\x08",
    "bell": "\x07",
    "tab upwards": "\x0b",
    "form feed": "\x0c",
    "other letters": "\x0e",
    "delete": "\x7f",
    "right to left": "\u202e",
    "embedding": "\u202b",
    "isolate": "\u2067a\u2069",
    "marks of direction": "\u200e\u200f\u061c",
    "nothing to see": "\u200b\u2060\ufeff",
    "line of Unicode": "\u2028",
    "paragraph of Unicode": "\u2029",
    "tags of Unicode": "\U000e0041\U000e007f",
    "notes between lines": "\ufff9\ufffb",
}
EVERYTHING = "".join(f"{number}{text}" for number, text in enumerate(STEERING.values()))
LONG = "x" * 20_000
SGR = re.compile(r"\x1b\[([0-9;]*)m")
ONE, OTHER = "20260304-101010-aaaa11", "20260304-101011-bbbb22"


def quoted(text: str) -> str:
    """A text as YAML, its controls escaped, so that reading gives them back."""
    escaped = "".join(one if " " <= one <= "~" else f"\\U{ord(one):08x}" for one in text)
    return '"' + re.sub(r'\\(?!U)|"', r"\\\g<0>", escaped) + '"'


def entities(text: str) -> str:
    """A text as Markdown that says its characters by number, and as an address."""
    by_number = "".join(f"&#{ord(letter)};" for letter in text if letter.isascii() is not None)
    address = "".join(f"%{byte:02x}" for byte in text.encode())
    return f"{by_number} <https://example.org/{address}> [a]({address}) ![{by_number}](x.png)"


def hostile_page(entry_id: str, text: str, *, number: int = 1) -> str:
    said, name = quoted(f"a{text}b"), quoted(f"n{text}{number}")
    line = text.replace("\r", "").replace("\n", " ")
    return f"""---
id: {entry_id}
verdict: refuted
metric: {said}
score: 0.{number}
prediction: {quoted(f"{text} >= 0.9")}
model: {said}
dataset: {said}
author: {quoted(f"Eve {text} {chr(10)}error: forged")}
date: 2026-03-04T10:10:10Z
status: {"done" if number < 3 else "failed"}
duration: {number}
tags: [{said}, {quoted(f"{text}{chr(10)}error: forged")}]
parents: [{said}]
params_hash: {said}
config_hash: {said}
data_hash: {quoted(f"{text}{number}")}
code_hash: {quoted(f"{text}{number}")}
code: {said}
---

# Title {line} {number}

## Hypothesis

{line} {entities(text)}

```yaml prediction
- {{claim: {quoted(f"{text} >= 0.9")}, bound: 0.9}}
```

## Procedure

```yaml params
{name}: {said}
width: {quoted(f"{text}{number}")}
nested: {{{name}: [{said}]}}
```

```yaml data
{name}: {{name: {said}, type: {said}, shape: [1], hash: {quoted(f"{text}{number}")}}}
```

## Results

```yaml metrics
{said}: 0.{number}
{name}: {number}
```

```text traceback
ValueError: {line}
```

```python {line}
{line}
```

## Code

```yaml functions
{name}: {quoted(f"{text}{number}")}
```

```yaml environment
{name}: {quoted(f"{text}{number}")}
```

```diff
+{line}
```
"""


class Journal:
    """A hostile journal, and what each command says of it, on a pipe and on a terminal."""

    def __init__(self, root):
        self.root = root
        self.said = {}
        create_desk(root, title="Theirs")

    def git(self, *arguments, **options):
        subprocess.run(["git", *arguments], cwd=self.root, check=True, capture_output=True)

    def write(self, name, text):
        path = self.root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(errors="surrogateescape"))

    def commit(self, subject="A stranger's work"):
        self.git("add", "-A")
        self.git("commit", "-qm", subject, "--author", f"Eve {EVERYTHING} <eve@example.org>")

    def words(self, arguments):
        command, *rest = arguments
        return [sys.executable, "-m", "gitlab_journal", command, "--journal", str(self.root), *rest]

    def on_pipe(self, *arguments):
        """What a command writes to stdout and to stderr; it runs once for all tests."""
        if arguments not in self.said:
            self.said[arguments] = self._on_pipe(arguments)
        return self.said[arguments]

    def _on_pipe(self, arguments):
        done = subprocess.run(
            self.words(arguments), cwd=self.root.parent, capture_output=True, check=False
        )
        return tuple(text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))

    def on_terminal(self, *arguments):
        """What a command writes to a terminal."""
        ours, theirs = pty.openpty()
        flags = termios.tcgetattr(theirs)
        flags[1] &= ~termios.OPOST  # else each line would end in a carriage return
        termios.tcsetattr(theirs, termios.TCSANOW, flags)
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
        environment.pop("NO_COLOR")
        child = subprocess.Popen(
            self.words(arguments),
            cwd=self.root.parent,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
        )
        os.close(theirs)
        said = b""
        with suppress(OSError):  # Linux says so when the child has gone
            while chunk := os.read(ours, 65536):
                said += chunk
        child.wait()
        os.close(ours)
        return said.decode(errors="surrogateescape")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.org\n")
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
        journal = Journal(tmp_path_factory.mktemp("journal") / "theirs")
        day = "entries/2026/03/04"
        journal.write(f"{day}/{ONE}-one.md", hostile_page(ONE, EVERYTHING))
        journal.write(f"{day}/{OTHER}-other.md", hostile_page(OTHER, EVERYTHING, number=2))
        for number, text in enumerate(STEERING.values()):
            entry_id = f"20260305-1010{number:02}-cccc{number:02}"
            folder = f"{day}/{text.replace('/', '')}"
            journal.write(f"{folder}/{entry_id}-{text.replace('/', '')}.md",
                          hostile_page(entry_id, text, number=3))  # fmt: skip
            journal.write(f"{folder}/20260306-1010{number:02}-dddd{number:02}.md",
                          f"---\nid: x\n{quoted(text)}: 1\n{quoted(text)}: 2\n---\n")  # fmt: skip
        forged = "20260307-101010-eeee99\nerror: forged.md"
        journal.write(f"{day}/{forged}", "---\nid: x\nid: y\n---\n")
        broken = os.fsencode(f"{day}/20260307-101011-eeee98") + b"\x9b8m\xff.md"
        journal.write(broken, "---\nid: 1\n")
        journal.commit(f"amend: {EVERYTHING}")
        page = journal.root / f"{day}/{ONE}-one.md"
        page.write_text(page.read_text().replace("score: 0.1", "score: 0.2"))
        journal.commit(
            f"amend: {EVERYTHING}\n\nAmends: {EVERYTHING}\nReason: {EVERYTHING}\n"
            f"Entry: {ONE}\nStatus: done\nVerdict: refuted\nParams: -\nData: -\nCode: -"
        )
        page.write_text(page.read_text().replace("score: 0.2", "score: 0.3"))
        journal.git("add", "-A")
        journal.git("commit", "-qm", "undeclared")
        remote = journal.root.with_name("remote\u202e\x9b8m\x1b[8m")
        journal.git("init", "-q", "--bare", str(remote))
        journal.git("remote", "add", "origin", str(remote))
        journal.git("branch", "-m", "main", "m\u202e\x9b8main")
        yield journal


FIELDS = "id,date,author,tags,model,dataset,metric,prediction,params_hash,path,title,width,nested"
READERS = (
    ("ls",),
    ("ls", "--columns", FIELDS),
    ("ls", "--each", "--json"),
    ("show", ONE),
    ("show", ONE, "--json"),
    ("show", ONE, "--history"),
    ("show", ONE, "--history", "--json"),
    ("diff", ONE, OTHER),
    ("diff", ONE, OTHER, "--json"),
    ("show", "2026"),
    ("show", "nowhere"),
    ("render",),
    ("infer", OTHER, "It holds."),
    ("amend", OTHER, "--set", "dataset=digits", "--reason", "its name"),
    ("verify",),
    ("verify", "--json"),
    ("verify", "--repair"),
    ("sync",),
)


def steering(said: str) -> list[str]:
    """The names of what steers a terminal in a text, our own colours left out."""
    plain = SGR.sub(lambda found: found[0] if "8" in found[1].split(";") else "", said)
    found = [name for name, text in STEERING.items() if text in plain]
    return found + sorted({ascii(one) for one in plain if not (one.isprintable() or one in "\n\t")})


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_command_writes_nothing_to_a_terminal_that_steers_it(hostile, words):
    assert [] == steering(hostile.on_terminal(*words))


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_command_writes_nothing_to_a_pipe_that_steers_a_terminal(hostile, words):
    said, talk = hostile.on_pipe(*words)
    is_data = words == ("show", ONE) or words[0] in ("infer", "amend")  # a page, a path

    assert [] == steering(talk if is_data else said + talk)


def test_a_page_and_a_path_go_to_a_pipe_as_they_are(hostile):
    page = next(hostile.root.rglob(f"{ONE}-*.md"))

    assert page.read_text() == hostile.on_pipe("show", ONE)[0]


@pytest.mark.parametrize("words", [words for words in READERS if "--json" in words], ids=" ".join)
def test_json_says_every_character_of_a_hostile_page(hostile, words):
    found = json.loads(hostile.on_pipe(*words)[0])

    assert [] == [name for name, text in STEERING.items() if text not in texts_of(found)]


def texts_of(value) -> str:
    if isinstance(value, dict):
        return "".join(map(texts_of, [*value, *value.values()]))
    return "".join(map(texts_of, value)) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_no_line_break_of_a_stranger_makes_a_line_that_passes_for_ours(hostile, words):
    said = hostile.on_terminal(*words) + "".join(hostile.on_pipe(*words))

    assert not re.search(r"^(error|warning): forged", said, re.MULTILINE)


def test_the_titles_that_the_shell_offers_steer_nothing(hostile):
    done = subprocess.run(
        [sys.executable, "-m", "gitlab_journal"],
        cwd=hostile.root,
        env={
            **os.environ,
            "_GLJ_COMPLETE": "zsh_complete",
            "COMP_WORDS": "glj show 2026",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert ONE in done.stdout
    assert [] == steering(done.stdout + done.stderr)
    assert 0 == len(done.stdout.splitlines()) % 3  # kind, id, title


def test_what_a_damaged_cover_holds_steers_nothing(tmp_path):
    journal = Journal(tmp_path / "theirs")
    journal.write("journal.md", f"---\n{quoted(EVERYTHING)}: 1\n{quoted(EVERYTHING)}: 2\n---\n")
    journal.commit()

    assert [] == steering(journal.on_terminal("ls") + journal.on_terminal("render"))


TRAIN = """
import sys
from gitlab_journal import experiment

@experiment(on_duplicate=sys.argv[1])
def train(width, *, seed=None):
    return {"loss": 0.5}

train(3)
"""


@pytest.mark.parametrize("way", ["warn", "reuse", "raise", "run"])
def test_what_is_said_before_a_training_steers_nothing(project, way):
    script = project.folder / "train.py"
    script.write_text(TRAIN)
    run = [sys.executable, "train.py"]
    subprocess.run([*run, "run"], cwd=project.folder, check=True, capture_output=True)
    page = next(project.journal_folder.glob("entries/*/*/*/*.md"))
    text = page.read_text()
    hostile_title = "".join(one for one in EVERYTHING if one != "\r")
    text = re.sub("(?m)^# .*$", lambda _: f"# {hostile_title}", text)
    text = re.sub("(?m)^author: .*$", lambda _: f"author: {quoted(EVERYTHING)}", text)
    text = re.sub("(?m)^metric: .*$", lambda _: f"metric: {quoted(EVERYTHING)}", text)
    text = text.replace("loss:", f"{quoted(EVERYTHING)}:")
    page.write_text(text)
    folder = page.parent / "["  # with the next name what rich would take for the end of a style
    folder.mkdir()
    page.rename(folder / f"red]\x1b[8m\u202e{page.name}")
    project.journal_git("add", "-A")
    project.journal_git("commit", "-qm", EVERYTHING)

    done = subprocess.run(
        [*run, way], cwd=project.folder, capture_output=True, text=True, check=False
    )

    assert [] == steering(done.stderr)
    assert (way == "run") == (not done.stderr)
    assert (way == "raise") == (done.returncode != 0)


def test_errors_and_warnings_in_a_users_program_steer_nothing(tmp_path):
    page = tmp_path / f"{EVERYTHING.replace('/', '')}.md"
    program = (
        "import sys\nfrom pathlib import Path\nfrom gitlab_journal.guard import warn\n"
        "from gitlab_journal import Entry\nwarn(sys.argv[2])\n"
        "Entry.parse('---\\nid: x\\nid: y\\n---\\n', Path(sys.argv[1]))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(page), EVERYTHING],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "PageError" in done.stderr
    assert "JournalWarning" in done.stderr
    assert [] == steering(done.stderr)
