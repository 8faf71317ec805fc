"""What journal.md could say so that an earlier run is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from gitlab_journal.cover import Cover
from gitlab_journal.proposals import propose, setting_line


@dataclass(frozen=True)
class Run:
    """A run as a page written by hand tells it; its code by a digest alone."""

    params: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    params_hash: str | None = None
    config_hash: str | None = None
    data_hash: str | None = None
    state_hash: str | None = None
    code_hash: str | None = None


def run(code: str | None = None, data: dict[str, str] | None = None, **params: Any) -> Run:
    rows = {name: {"hash": digest} for name, digest in (data or {}).items()}
    return Run(params, data=rows, data_hash=str(rows), code_hash=code)


ONE, OTHER = f"xxh3_128:{'a1' * 16}", f"xxh3_128:{'b2' * 16}"


@pytest.mark.parametrize(
    ("before", "after", "proposed"),
    [
        (run(width=64), run(units=64), {"aliases": {"width": "units"}}),
        (run(width=64, C=1), run(units=64, C=2), {"aliases": {"width": "units"}}),
        (run(width=64), run(units=32), {}),
        (run(a=1, b=1), run(c=1), {}),
        (run(a=1), run(b=1, c=1), {}),
        (run(a=1, b=2), run(c=1, d=2), {"aliases": {"a": "c", "b": "d"}}),
        (
            run(model={"class": "Net", "width": 64}),
            run(model={"class": "Net", "units": 64}),
            {"aliases": {"width": "units"}},
        ),
        (run(data={"rows": "1"}), run(data={"table": "1"}), {"aliases": {"rows": "table"}}),
        (run(C=1), run(C=1, dropout=0.2), {"added": {"dropout": 0.2}}),
        (run(C=1), run(C=1, a=None, b="x"), {"added": {"a": None, "b": "x"}}),
        (run(C=1), run(C=2, dropout=0.2), {}),
        (run(C=1, momentum=0.9), run(C=1, dropout=0.2), {}),
        (run(C=1), run(C=1, model={"class": "SVC"}), {}),
        (run(C=1), run(C=1, function="scale xxh3 12345678…"), {}),
        (run(C=1, dropout=0.2), run(C=1), {}),
        (run(a=1), run(b=1, c=2), {"aliases": {"a": "b"}, "added": {"c": 2}}),
        (run(ONE, C=1), run(OTHER, C=1), {"same_code": ["a1a1a1a1", "b2b2b2b2"]}),
        (run(ONE, C=1), run(OTHER, C=2), {}),
        (run(ONE, data={"X": "1"}), run(OTHER, data={"X": "2"}), {}),
        (
            run(ONE, width=64),
            run(OTHER, units=64),
            {"aliases": {"width": "units"}, "same_code": ["a1a1a1a1", "b2b2b2b2"]},
        ),
        (run(ONE, C=1), run(ONE, C=1), {}),
    ],
)
def test_what_is_proposed(before, after, proposed):
    assert proposed == propose(before, after).as_dict()


def test_a_replicate_has_the_same_configuration_whatever_its_seed():
    before = Run({"seed": 0}, params_hash="0", config_hash="c", code_hash=ONE)
    after = Run({"seed": 1}, params_hash="1", config_hash="c", code_hash=OTHER)

    assert {"same_code": ["a1a1a1a1", "b2b2b2b2"]} == propose(before, after).as_dict()


def test_weights_go_with_the_parameter_that_was_renamed():
    def trained(name: str) -> Run:
        rows = {name: {"role": "state", "hash": "1"}}
        return Run({name: {"class": "SVC"}}, data=rows, state_hash=name, code_hash=name * 9)

    assert ["aliases", "same_code"] == list(propose(trained("a"), trained("b")).as_dict())


@pytest.mark.parametrize(
    ("name", "value", "settings", "line"),
    [
        ("aliases", {"width": "units"}, {}, "aliases: {width: units}"),
        ("aliases", {"b": "c"}, {"aliases": {"a": "b"}}, "aliases: {a: b, b: c}"),
        ("added", {"dropout": 0.2}, {"added": {}}, "added: {dropout: 0.2}"),
        ("same_code", ["a1a1a1a1", "12345678"], {}, 'same_code: [a1a1a1a1, "12345678"]'),
        (
            "same_code",
            ["a1a1a1a1", "b2b2b2b2"],
            {"same_code": ["c3c3c3c3", "d4d4d4d4"]},
            "same_code: [[c3c3c3c3, d4d4d4d4], [a1a1a1a1, b2b2b2b2]]",
        ),
        (
            "same_code",
            ["a1a1a1a1", "b2b2b2b2"],
            {"same_code": ["c3c3c3c3", ONE]},
            f'same_code: [c3c3c3c3, "{ONE}", b2b2b2b2]',
        ),
        (
            "same_code",
            ["a1a1a1a1", "b2b2b2b2"],
            {"same_code": [["c3c3c3c3", "a1a1a1a1"], ["d4d4d4d4", "b2b2b2b2"]]},
            "same_code: [c3c3c3c3, a1a1a1a1, d4d4d4d4, b2b2b2b2]",
        ),
    ],
)
def test_a_line_holds_what_the_journal_says_already(name, value, settings, line):
    written = setting_line(name, value, settings)

    assert line == written
    assert Cover.parse(f"---\n{written}\n---\n").render()
