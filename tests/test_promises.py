"""docs/promises.md: each promise names the tests that hold it, and they are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<promise>[^|]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str]]:
    return [
        (row["promise"], test)
        for row in ROW.finditer(PROMISES)
        for test in re.findall(r"`([^`]+)`", row["tests"])
    ]


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_line_of_a_table_is_a_promise_with_its_tests():
    lines = [line for line in PROMISES.splitlines() if line.startswith("| ")]
    heads = [line for line in lines if line == "| promise | held by |"]

    assert len(lines) - len(heads) == len(list(ROW.finditer(PROMISES)))
    assert len(rows()) > 20


@pytest.mark.parametrize(("promise", "test"), rows())
def test_the_test_that_holds_a_promise_is_there(promise, test):
    path, _, name = test.partition("::")

    assert name in functions(ROOT / "tests" / path), promise


def test_a_promise_is_one_sentence():
    for promise, _ in rows():
        assert promise.endswith(".")
        assert 1 == len(re.findall(r"\.(?:\s|$)", promise)), promise


def test_what_is_not_promised_is_said():
    assert "## Not promised" in PROMISES
