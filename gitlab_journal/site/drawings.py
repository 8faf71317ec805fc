"""Drawings of the site's pages: positions in per cent, text in pixels, colours by class.

So they keep the size of their text on a phone, follow the theme, and print.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from gitlab_journal.chart import (
    axis_of,
    families,
    label,
    scale_of,
    spoken,
    thin,
)
from gitlab_journal.site.words import apart, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gitlab_journal.chart import Family, Point, Scale
    from gitlab_journal.site.history import Columns

PANELS = 6
FITS = 6
_POINTS = 100
_HEIGHT, _TOP, _FLOOR = 196, 6, 156  # of a panel; the floor is where its curves end
_DOT_STEP = 9.5
_STACKED = 5
_GAP = 3.0  # between the parts of a bar, in thousandths of its width


def stack(parts: Sequence[tuple[str, int]], *, name: str, total: int | None = None) -> str:
    """Return a bar whose parts (kind, number) are as wide as their share of `total`."""
    shown = [(kind, size) for kind, size in parts if size]
    whole = total or sum(size for _, size in shown)
    room = 1000 - _GAP * (len(shown) - 1)
    drawn, at = [], 0.0
    for kind, size in shown:
        wide = room * size / whole
        drawn.append(f'<rect class="{kind}" x="{at:.1f}" width="{wide:.1f}" height="14"/>')
        at += wide + _GAP
    spoken_name = f'role="img" aria-label="{escape(name)}"' if name else 'aria-hidden="true"'
    style = "stack" if name else "bar"
    return (
        f'<svg class="{style}" viewBox="0 0 1000 14" preserveAspectRatio="none" {spoken_name}>'
        f"{''.join(drawn)}</svg>"
    )


def dots(values: Sequence[float]) -> str:
    """Return replicates as points on a short line, least left, greatest right."""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    places = sorted(4 + 102 * (value - low) / span if high > low else 55.0 for value in values)
    points = "".join(f'<circle class="pt" cx="{x:.1f}" cy="7.5" r="3"/>' for x in places)
    return (
        '<svg width="110" height="15" aria-hidden="true">'
        f'<line class="gr" x1="1" x2="109" y1="7.5" y2="7.5"/>{points}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Observation:
    """A metric of one run: its value, and the replicates of which it is the mean."""

    value: float
    replicates: Sequence[float] = ()

    def __str__(self) -> str:
        if not self.replicates:
            return number(self.value)
        listed = ", ".join(number(one) for one in self.replicates)
        return f"{listed}, mean {number(self.value)}"


def evidence(
    observed: Observation,
    *,
    operator: str,
    bound: float,
    parent: Observation | None = None,
    key: str = "evidence",
) -> str:
    """Return a claim's strip: what was predicted, what was observed, the parent below it."""
    rows = [observed] if parent is None else [observed, parent]
    shown, edge = apart(observed.value, bound)
    scale = scale_of([bound, *(number for row in rows for number in (row.value, *row.replicates))])
    drawn, bottom = _lane(
        observed, scale, 38.0, name=f"this {shown}", styles=("mean", "pt", "labc")
    )
    if parent is not None:
        styles = ("pt0", "pt0", "lab0")
        name = f"parent {apart(parent.value, bound)[0]}"
        lane, bottom = _lane(parent, scale, bottom + 24, name=name, styles=styles)
        drawn += lane
    floor = bottom + 16
    words = f"predicted {_SIGNS.get(operator, operator)} {edge}"
    drawn = [*_bound(operator, words, scale.at(bound) * 100, floor), *_axis(scale, floor), *drawn]
    said = f"Predicted {operator} {edge}. Observed {observed}."
    said += f" Parent {parent}." if parent else ""
    return (
        f'<svg width="100%" height="{floor + 24:.0f}" role="img" aria-labelledby="{key}">'
        f'<title id="{key}">{escape(said)}</title>{"".join(drawn)}</svg>'
    )


_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "="}


def _bound(operator: str, words: str, x: float, floor: float) -> list[str]:
    """Return the side that was predicted, its edge, and words where there is room for them."""
    drawn = []
    if operator in ("<", "<=", ">", ">="):
        start, wide = (0.0, x) if operator.startswith("<") else (x, 100 - x)
        size = f'width="{wide:.2f}%" height="{floor - 2:.1f}"'
        drawn.append(f'<rect class="zone" x="{start:.2f}%" y="2" {size}/>')
    said = f'<text {_beside(x, 6)} y="15" class="lab">{escape(words)}</text>'
    return [
        *drawn,
        f'<line class="thr" x1="{x:.2f}%" x2="{x:.2f}%" y1="2" y2="{floor:.1f}"/>',
        f'<svg x="{x:.2f}%" overflow="visible">{said}</svg>',
    ]


def _beside(x: float, gap: int) -> str:
    """Return where words stand: on the right of a place, on its left where they would be cut."""
    if x > 55:  # noqa: PLR2004  # on a phone the drawing is 300 px wide, the words up to 130
        return f'x="-{gap}" text-anchor="end"'
    return f'x="{gap}"'


def _axis(scale: Scale, floor: float) -> list[str]:
    drawn = [f'<line class="ax" x1="0" x2="100%" y1="{floor:.1f}" y2="{floor:.1f}"/>']
    for tick in scale.ticks(5):
        x = scale.at(tick) * 100
        drawn.append(
            f'<line class="ax" x1="{x:.2f}%" x2="{x:.2f}%" y1="{floor:.1f}" y2="{floor + 5:.1f}"/>'
        )
        if 3 < x < 97:  # noqa: PLR2004  # at an edge the number would be cut
            drawn.append(
                f'<text x="{x:.2f}%" y="{floor + 19:.1f}" text-anchor="middle">{label(tick)}</text>'
            )
    return drawn


def _places(values: Sequence[float], scale: Scale) -> list[tuple[float, int]]:
    """Return where each value lies, and how many lie below it already."""
    seen: dict[int, int] = {}
    places = []
    for value in sorted(values):
        x = scale.at(value) * 100
        level = seen.get(round(x), 0)
        seen[round(x)] = level + 1
        places.append((x, min(level, _STACKED - 1)))
    return places


def _lane(
    row: Observation, scale: Scale, top: float, *, name: str, styles: tuple[str, str, str]
) -> tuple[list[str], float]:
    """Return a run's mean with its words, its replicates stacked below, and where they end."""
    mean, point, word = styles
    x = scale.at(row.value) * 100
    said = f'<text {_beside(x, 11)} y="4" class="{word}">{name}</text>'
    diamond = f'<path class="{mean}" d="M0-7 6 0 0 7-6 0z"/>'
    drawn = [f'<svg x="{x:.2f}%" y="{top:.1f}" overflow="visible">{diamond}{said}</svg>']
    places = _places(row.replicates, scale)
    if not places:
        return drawn, top
    base = top + 16 + _DOT_STEP * max(level for _, level in places)
    drawn += [
        f'<circle class="{point}" cx="{x:.2f}%" cy="{base - level * _DOT_STEP:.1f}" r="4.5"/>'
        for x, level in places
    ]
    return drawn, base


def panels(fits: Sequence[Columns], parents: Sequence[Columns]) -> list[dict[str, object]]:
    """Return one panel for each quantity of a run's curves, the parent's beside them."""
    axis, own = _by_name(fits)
    other_axis, others = _by_name(parents)
    if other_axis != axis:  # steps of another kind lie elsewhere
        others = {}
    drawn: list[dict[str, object]] = []
    for place, (name, lines) in enumerate(own.items()):
        if place == PANELS:
            break
        drawn.append(_panel(name, axis, lines, others.get(name, []), key=f"curve{place}"))
    return drawn


def _by_name(fits: Sequence[Columns]) -> tuple[str, Mapping[str, list[Family]]]:
    axis, found = "epoch", dict[str, list["Family"]]()
    for fit in fits[:FITS]:
        axis, quantities = families(fit)
        for family in quantities:
            found.setdefault(family.name, []).append(family)
    return axis, found


def _panel(
    name: str, axis: str, own: Sequence[Family], others: Sequence[Family], *, key: str
) -> dict[str, object]:
    """Return a panel: this run's validation thick, its training thin, its parent dashed."""
    lines: list[tuple[str, Sequence[Point]]] = []
    lines += [("ln0", family.validation or family.train) for family in others]
    if len(own) == 1:
        lines += [("ln2", own[0].train)] if own[0].validation else []
        lines += [("ln", own[0].validation or own[0].train)]
    else:
        lines += [("ln many", family.validation or family.train) for family in own]
    every = [point for _, points in lines for point in points]
    across, up = axis_of([x for x, _ in every]), scale_of((y for _, y in every), name=name)
    inside = [_polyline(style, points, across, up) for style, points in lines if points]
    svg = (
        f'<svg width="100%" height="{_HEIGHT}" overflow="visible" role="img" '
        f'aria-labelledby="{key}"><title id="{key}">{escape(spoken(own[-1]))}</title>'
        f"{_grid(across, up, axis)}"
        f'<svg y="{_TOP}" width="100%" height="{_FLOOR - _TOP}" viewBox="0 0 100 100" '
        f'preserveAspectRatio="none" overflow="visible">{"".join(inside)}</svg></svg>'
    )
    return {"name": name, "log": up.logarithmic, "svg": svg}


def _polyline(style: str, points: Sequence[Point], across: Scale, up: Scale) -> str:
    places = [
        f"{across.at(x) * 100:.1f},{100 - up.at(y) * 100:.1f}"
        for x, y in thin(sorted(points), _POINTS)
    ]
    if len(places) == 1:  # a line to itself, whose round ends are a point
        return f'<polyline class="{style}" data-point="" points="{places[0]} {places[0]}"/>'
    return f'<polyline class="{style}" points="{" ".join(places)}"/>'


def _grid(across: Scale, up: Scale, axis: str) -> str:
    drawn = []
    for tick in up.ticks(4):
        y = _FLOOR - up.at(tick) * (_FLOOR - _TOP)
        drawn.append(
            f'<line class="gr" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{label(tick)}</text>'
        )
    for tick in across.ticks(4):
        x = across.at(tick) * 100
        drawn.append(
            f'<text x="{x:.1f}%" y="{_FLOOR + 17}" text-anchor="middle">{label(tick)}</text>'
        )
    drawn.append(f'<text x="50%" y="{_HEIGHT - 6}" text-anchor="middle">{escape(axis)}</text>')
    return "".join(drawn)
