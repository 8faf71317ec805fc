"""A secret for each place where one may stand, beside a word that shows whether it is recorded."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from leaks.cases import HEX, made, shapes

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hidden:
    """What stands in one place: a word of no meaning, then a secret."""

    word: str
    secret: str


def hidden() -> dict[str, Hidden]:
    """Return made-up secrets by their places: those of a known shape, and those known by name."""
    shape = shapes()
    secrets = {
        "parameter": made(24),
        "argument": shape["GitLab personal"],
        "environment": made(20),
        "remote": made(20),
        "untracked .env": made(40),
        "diff": shape["OpenAI project"],
        "print": shape["GitHub classic"],
        "traceback": shape["AWS access key"],
        "title": shape["Hugging Face"],
        "tag": shape["Slack bot"],
    }
    return {place: Hidden("word" + made(12, HEX), secret) for place, secret in secrets.items()}


def lay(project: Path, places: dict[str, Hidden]) -> frozenset[Path]:
    """Make a git repository with the secrets in its files; returns the files that hold them.

    The secrets that the program itself uses stand in a file beside the project.
    """
    git("init", "--quiet", folder=project)
    (program,) = project.glob("with_*.py")
    git("add", ".", folder=project)
    git("commit", "--quiet", "--message", "begin", folder=project)
    remote, dotenv, diff = places["remote"], places["untracked .env"], places["diff"]
    url = f"https://ada:{remote.secret}@git.example/{remote.word}/digits.git"
    git("remote", "add", "origin", url, folder=project)
    (project / ".env").write_text(f"NOTE={dotenv.word}\nDB_PASSWORD={dotenv.secret}\n")
    lines = f'import secret\n\nNOTE = "{diff.word}"\nAPI_KEY = "{diff.secret}"\n'
    program.write_text(program.read_text().replace("import secret\n", lines, 1))
    said = project.parent / "hidden.json"
    said.write_text(json.dumps({place: asdict(each) for place, each in places.items()}))
    return frozenset({program, project / ".env", project / ".git" / "config", said})


def git(*words: str, folder: Path) -> None:
    """Run git in a folder. Raises CalledProcessError."""
    who = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True)
