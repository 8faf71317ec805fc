"""The benchmark of duplicates: its scenarios hold together, and we answer some of them right."""

from __future__ import annotations

import ast
import importlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.append(str(BENCHMARKS))
scenarios = importlib.import_module("duplicates.scenarios").SCENARIOS
scenario = importlib.import_module("duplicates.scenario")
answer = importlib.import_module("duplicates.answer")
tables = importlib.import_module("duplicates.tables")
ours = importlib.import_module("duplicates.tools.ours")

ASKED = (
    "other array in memory",
    "dict in another order",
    "another seed",
    "helper function edited",
    "helper's comment edited",
)


def test_at_least_forty_scenarios_count():
    counted = [each for each in scenarios if each.counted]

    assert len(counted) >= 40
    assert {scenario.SAME, scenario.DIFFERENT} == {each.truth for each in counted}


def test_each_scenario_has_a_name_of_its_own():
    assert len(scenarios) == len({each.name for each in scenarios})


def test_the_published_table_holds_each_scenario():
    published = (BENCHMARKS / "duplicates" / "README.md").read_text().splitlines()
    rows = [line.split(" | ")[:2] for line in published if line.startswith("| ")][1:]

    assert [each.name for each in scenarios] == [row[0][2:].split(" (")[0] for row in rows]
    assert [each.truth for each in scenarios] == [row[1] for row in rows]


@pytest.mark.parametrize("each", scenarios, ids=lambda each: each.name)
def test_a_scenario_is_well_formed(each):
    assert each.reason.endswith(".")
    assert each.relation is None or each.relation in ours.WORDS
    assert {each.first.script, *each.data_files} <= _names(each.first)
    for step in (each.first, each.second):
        for name, text in {**step.files, **step.outside}.items():
            if name.endswith(".py"):
                ast.parse(text)


@pytest.mark.parametrize(
    "each", [each for each in scenarios if each.truth == scenario.DIFFERENT], ids=lambda e: e.name
)
def test_what_makes_the_second_run_differ_is_there(each):
    assert each.first != each.second


@pytest.mark.parametrize("name", ASKED)
def test_we_answer_a_scenario_right(name, tmp_path):
    each = next(each for each in scenarios if each.name == name)

    said = ours.ask(each, tmp_path / "scenario", Path(sys.executable))

    assert answer.Answer(each.truth, each.expected_relation or "") == said


def test_a_broken_second_run_is_no_answer(tmp_path):
    each = next(each for each in scenarios if each.name == "nothing changed")
    broken = replace(each.second, files={**each.second.files, "main.py": "raise OSError('gone')\n"})

    said = ours.ask(replace(each, second=broken), tmp_path / "scenario", Path(sys.executable))

    assert answer.Answer(scenario.UNABLE, "OSError: gone") == said


def test_the_summary_tells_wrong_answers_apart():
    asked = [
        next(each for each in scenarios if each.counted and each.truth == truth)
        for truth in (scenario.SAME, scenario.DIFFERENT, scenario.DIFFERENT)
    ]
    said = [answer.Answer(word) for word in (scenario.DIFFERENT, scenario.SAME, scenario.UNABLE)]

    last = tables.summary(asked, {"a tool": "1.0"}, {"a tool": said}).splitlines()[-1]

    assert "| a tool | 1.0 | 3 | 0 | 1 | 1 | 1 | 0 of 0 | 0 of 0 |" == last


def _names(step):
    """Return the files of a step and the folders they lie in."""
    return {*step.files, *(str(Path(name).parent) for name in step.files)}
