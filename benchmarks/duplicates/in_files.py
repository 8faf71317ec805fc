"""Scenarios whose data lie in files and folders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from duplicates.scenario import DIFFERENT, SAME, Scenario, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = """import argparse
from pathlib import Path

from training import train

parser = argparse.ArgumentParser()
parser.add_argument("--data", default="{data}")
train(Path(parser.parse_args().data))
"""
TRAINING = '''"""The experiment."""

from tracker import tracked


@tracked
def train(data, *, width=64):
    """Return the score."""
    files = [data] if data.is_file() else sorted(data.iterdir())
    return {"score": float(sum(len(file.read_text()) for file in files) * width)}
'''
AS_TEXT = MAIN.replace("Path(parser.parse_args().data)", "parser.parse_args().data").replace(
    "from pathlib import Path\n", ""
)
FROM_TEXT = TRAINING.replace(
    "    files = [data]", "    data = Path(data)\n    files = [data]"
).replace("from tracker", "from pathlib import Path\n\nfrom tracker")
TABLE = "age,height\n" + "".join(f"{row % 90 + 10},{1.5 + row / 1000:.3f}\n" for row in range(300))
FOLDER: Mapping[str, str] = {f"pictures/{n}.txt": f"picture {n}\n" for n in range(5)}


def _file(name: str, *, truth: str, reason: str, table: str = TABLE, **step: Any) -> Scenario:
    first = Step(
        files={
            "main.py": MAIN.format(data="table.csv"),
            "training.py": TRAINING,
            "table.csv": TABLE,
        },
        arguments={"data": "table.csv"},
    )
    second = replace(first, files={**first.files, "table.csv": table}, **step)
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about="files",
        first=first,
        second=second,
        data_files=("table.csv",),
    )


def _as_text(name: str, table: str, *, truth: str, reason: str) -> Scenario:
    code = {"main.py": AS_TEXT.format(data="table.csv"), "training.py": FROM_TEXT}
    first = Step(files={**code, "table.csv": TABLE}, arguments={"data": "table.csv"})
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about="files",
        first=first,
        second=replace(first, files={**code, "table.csv": table}),
        data_files=("table.csv",),
        limit=True,
    )


def _folder(name: str, pictures: Mapping[str, str], *, truth: str, reason: str) -> Scenario:
    code = {"main.py": MAIN.format(data="pictures"), "training.py": TRAINING}
    first = Step(files={**code, **FOLDER}, arguments={"data": "pictures"})
    second = replace(first, files={**code, **pictures})
    return Scenario(
        name=name,
        truth=truth,
        reason=reason,
        about="files",
        first=first,
        second=second,
        data_files=("pictures",),
        options='data=["data"]',
    )


SCENARIOS: tuple[Scenario, ...] = (
    _file(
        "file touched",
        touched=("table.csv",),
        truth=SAME,
        reason="Equal bytes, another time.",
    ),
    _file(
        "same-size edit in a file",
        table=TABLE.replace("1.777", "1.778"),
        truth=DIFFERENT,
        reason="One value changed.",
    ),
    _file(
        "same-size edit, the file's time kept",
        table=TABLE.replace("1.777", "1.778"),
        kept_time=("table.csv",),
        truth=DIFFERENT,
        reason="One value changed, as by rsync --times from another machine.",
    ),
    _file(
        "row added to a file",
        table=TABLE + "55,1.9\n",
        truth=DIFFERENT,
        reason="One sample more.",
    ),
    _as_text(
        "same-size edit in a file given as a text",
        TABLE.replace("1.777", "1.778"),
        truth=DIFFERENT,
        reason="One value changed, in a file that no argument but a text names.",
    ),
    _folder(
        "same-size edit in a file of a folder",
        {**FOLDER, "pictures/3.txt": "picture X\n"},
        truth=DIFFERENT,
        reason="One sample changed.",
    ),
    _folder(
        "file added to a folder",
        {**FOLDER, "pictures/9.txt": "picture 9\n"},
        truth=DIFFERENT,
        reason="One sample more.",
    ),
    _folder(
        "file renamed in a folder",
        {name.replace("/3", "/8"): text for name, text in FOLDER.items()},
        truth=DIFFERENT,
        reason="Names give the order, often the label.",
    ),
    _folder(
        "two files of a folder change names",
        {**FOLDER, "pictures/1.txt": "picture 2\n", "pictures/2.txt": "picture 1\n"},
        truth=DIFFERENT,
        reason="Names give the order, often the label.",
    ),
    _folder(
        "folder unchanged",
        FOLDER,
        truth=SAME,
        reason="Nothing changed.",
    ),
)
