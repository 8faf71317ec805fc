"""The answers of the tools as Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duplicates.answer import UNDECLARED
from duplicates.scenario import DIFFERENT, SAME, UNABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duplicates.answer import Answer
    from duplicates.scenario import Scenario

RIGHT, FALSE_SAME, FALSE_DIFFERENT = "right", f"false {SAME}", f"false {DIFFERENT}"
COUNTED = (RIGHT, FALSE_SAME, FALSE_DIFFERENT, UNABLE)


def judged(scenario: Scenario, answer: Answer) -> str:
    """Return one of `COUNTED`."""
    if answer.word == UNABLE:
        return UNABLE
    return RIGHT if answer.word == scenario.truth else f"false {answer.word}"


def summary(
    scenarios: Sequence[Scenario],
    versions: Mapping[str, str],
    answers: Mapping[str, Sequence[Answer]],
) -> str:
    """Return the table of how often each tool was right, wrong in which way, unable.

    A tool without answers has a row with its version alone, which says why.
    """
    heads = ("tool", "version", "scenarios", *COUNTED, "debatable: right", "limits: right")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for tool, version in versions.items():
        pairs = list(zip(scenarios, answers.get(tool, ()), strict=False))
        counted = [judged(scenario, said) for scenario, said in pairs if scenario.counted]
        aside = [
            [judged(scenario, said) for scenario, said in pairs if scenario.debatable],
            [judged(scenario, said) for scenario, said in pairs if scenario.limit],
        ]
        cells = [
            tool,
            version,
            len(counted),
            *(counted.count(word) for word in COUNTED),
            *(f"{found.count(RIGHT)} of {len(found)}" for found in aside),
        ]
        shown = cells if pairs else [tool, version, *[""] * (len(heads) - 2)]
        lines.append(f"| {' | '.join(str(cell) for cell in shown)} |")
    return "\n".join(lines)


def details(scenarios: Sequence[Scenario], answers: Mapping[str, Sequence[Answer]]) -> str:
    """Return the table of every answer: wrong ones bold, with † where `UNDECLARED`."""
    heads = ("scenario", "truth", *answers, "why")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for number, scenario in enumerate(scenarios):
        kind = " (debatable)" * scenario.debatable + " (limit)" * scenario.limit
        cells = [_cell(scenario, said[number]) for said in answers.values()]
        row = (f"{scenario.name}{kind}", scenario.truth, *cells, scenario.reason)
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _cell(scenario: Scenario, answer: Answer) -> str:
    if judged(scenario, answer) in (RIGHT, UNABLE):
        return answer.word
    return f"**{answer.word}**" + " †" * (answer.note == UNDECLARED)
