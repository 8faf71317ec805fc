"""Verdicts must be told apart by readers of every kind of colour sight."""

from __future__ import annotations

import re
from itertools import combinations
from math import dist

import pytest

from gitlab_journal.site.templates import shipped_templates

VERDICTS = ("supported", "refuted", "inconclusive", "open")
# On linear RGB: Viénot, Brettel, Mollon 1999; for tritan Machado, Oliveira, Fernandes 2009.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deutan": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def tokens(theme):
    """Return the colours of a theme as linear RGB."""
    sheet = (shipped_templates() / "assets" / "journal.css").read_text()
    place = ("light", "dark").index(theme)
    found = re.findall(r"--([a-z]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)", sheet)
    return {name: linear(pair[place]) for name, *pair in found}


def linear(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(colour):
    scaled = [part / white for part, white in zip(times(XYZ, colour), WHITE, strict=True)]
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour, sight):
    return lab([min(max(part, 0), 1) for part in times(SIGHT[sight], colour)])


def contrast(one, other):
    light, dark = sorted((times(XYZ, one)[1], times(XYZ, other)[1]), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("name", [*VERDICTS, "failed", "muted", "ink"])
def test_words_are_legible(theme, ground, name):
    colours = tokens(theme)

    assert contrast(colours[name], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_verdicts_are_told_apart(theme, sight):
    colours = tokens(theme)
    gaps = {
        pair: dist(*(seen(colours[name], sight) for name in pair))
        for pair in combinations(VERDICTS, 2)
    }

    assert min(gaps.values()) >= 24, gaps


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_edge_of_a_control_is_seen(theme):
    colours = tokens(theme)

    assert contrast(colours["edge"], colours["paper"]) >= 3


def test_the_sheet_is_small():
    assets = list((shipped_templates() / "assets").iterdir())

    assert sum(path.stat().st_size for path in assets) <= 20_000
