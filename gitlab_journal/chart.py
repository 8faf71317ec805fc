"""Curves over epochs or steps, drawn as SVG."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

AXES = ("epoch", "step")
POINTS = 400
FAMILIES = 3  # of a training and a validation curve each: six curves are what an eye can follow
DECADE = 10
_DRAWABLE = 1e300  # beyond, the span of an axis overflows
_LOSSES = re.compile(r"loss|error|mse|mae|rmse|entropy|perplexity", re.IGNORECASE)
_TWIN = re.compile(r"^(val|train)_")
_WIDTH, _LEFT, _RIGHT = 720, 56, 18
_TITLE, _LEGEND, _PLOT, _FOOT = 34, 24, 170, 34

_STYLE = """
svg{--paper:#fdfcf8;--ink:#1c1b19;--muted:#5f5d57;--rule:#dedacd;--c0:#0b55c4;--c1:#ac3d0e;--c2:#5e0f63}
@media(prefers-color-scheme:dark){svg{--paper:#15171b;--ink:#e9e6de;--muted:#a3a19a;--rule:#32363e;--c0:#5bb4fc;--c1:#ec7f4a;--c2:#f0d0ff}}
text{font:12px system-ui,sans-serif;fill:var(--muted)}.t{font:600 15px Georgia,serif;fill:var(--ink)}.n{font-weight:600;fill:var(--ink)}
.p{fill:var(--paper)}.g{stroke:var(--rule)}polyline,.k{fill:none;stroke-width:2;stroke-linejoin:round}.train{stroke-dasharray:5 4;stroke-width:1.5}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}
""".strip()  # noqa: E501 - a style sheet is read by rule, not by column

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """The stretch of an axis from `low` to `high`, plain or logarithmic."""

    low: float
    high: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return where `value` lies: 0 at `low`, 1 at `high`."""
        if self.logarithmic:
            return (math.log10(value) - math.log10(self.low)) / (
                math.log10(self.high) - math.log10(self.low)
            )
        return (value - self.low) / (self.high - self.low)

    def ticks(self, count: int = 4) -> list[float]:
        """Return round values between the ends, about `count`, ascending."""
        if not self.logarithmic:
            return _round_values(self.low, self.high, count)
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        for factors in ((1, 2, 5), (1, 3), (1,)):
            found = [
                f * 10.0**d
                for d in decades
                for f in factors
                if self.low <= f * 10.0**d <= self.high
            ]
            if len(found) <= count + 1:
                break
        step = max(1, math.ceil(len(found) / (count + 1)))
        return found[::step] or [self.low, self.high]


@dataclass(frozen=True, slots=True)
class Family:
    """The curves of one quantity: its training curve, its validation curve, either or both."""

    name: str
    train: Sequence[Point] = ()
    validation: Sequence[Point] = ()
    names: tuple[str, ...] = ()

    @property
    def points(self) -> list[Point]:
        """All points of the family."""
        return [*self.train, *self.validation]


def families(columns: Mapping[str, Sequence[float]]) -> tuple[str, list[Family]]:
    """Return the name of the x axis and the curves, twins together, losses first.

    Points that are not finite are left out, and so is a column without any other.
    """
    names = list(columns)
    axis = names[0] if names and names[0] in AXES else ""
    count = max((len(column) for column in columns.values()), default=0)
    xs = columns[axis] if axis else [float(number) for number in range(count)]
    found: dict[str, Family] = {}
    for name in names[1:] if axis else names:
        points = finite(xs, columns[name])
        if not points:
            continue
        base = _TWIN.sub("", name)
        twin = found.get(base, Family(base))
        is_train = name != f"val_{base}"
        found[base] = Family(
            base,
            points if is_train and not twin.train else twin.train,
            twin.validation if is_train else points,
            (*twin.names, name),
        )
    return axis or "step", sorted(found.values(), key=lambda family: not is_loss(family.name))


def finite(xs: Sequence[float], ys: Sequence[float]) -> list[Point]:
    """Return the points that can be drawn: both coordinates finite."""
    return [
        (x, y) for x, y in zip(xs, ys, strict=False) if abs(x) < _DRAWABLE and abs(y) < _DRAWABLE
    ]


def is_loss(name: str) -> bool:
    """Return whether `name` sounds like a loss, for which less is better."""
    return bool(_LOSSES.search(name))


def axis_of(xs: Sequence[float]) -> Scale:
    """Return the axis that reaches from the first of `xs` to the last."""
    low, high = min(xs), max(xs)
    return Scale(low, high if high > low else low + (abs(low) or 1.0))


def scale_of(values: Iterable[float], *, name: str = "") -> Scale:
    """Return the axis that holds `values`: logarithmic for a loss that spans over a decade."""
    held = list(values)
    low, high = min(held), max(held)
    if is_loss(name) and low > 0 and high / low > DECADE:
        return Scale(low, high, logarithmic=True)
    room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    return Scale(low - room, high + room)


def thin(points: Sequence[Point], limit: int = POINTS) -> list[Point]:
    """Return at most `limit` points: both ends, and the least and greatest of each stretch."""
    if len(points) <= limit:
        return list(points)
    stretches = limit // 2 - 1
    inner = points[1:-1]
    edges = [round(number * len(inner) / stretches) for number in range(stretches + 1)]
    kept = [points[0]]
    for start, end in pairwise(edges):
        part = range(start, end)
        ends = {min(part, key=lambda i: inner[i][1]), max(part, key=lambda i: inner[i][1])}
        kept += [inner[index] for index in sorted(ends)]
    return [*kept, points[-1]]


def label(value: float) -> str:
    """Return a number as an axis says it: 0.05, 1.5, 200, 1e-05."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}", 1) if value else "0"


def curves(columns: Mapping[str, Sequence[float]], *, title: str) -> str:
    """Return the curves as an SVG of its own for forges, in light and dark; writes nothing.

    The first column may be the x axis, by the name of `epoch` or `step`. One panel for each
    quantity, its training curve dashed, its validation curve solid.
    """
    axis, found = families(columns)
    shown = found[:FAMILIES]
    height = _TITLE + len(shown) * (_LEGEND + _PLOT) + _FOOT
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    inside = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t">',
        f'<title id="t">{_text(_spoken(title, shown))}</title><style>{_STYLE}</style>',
        f'<rect class="p" width="{_WIDTH}" height="{height}"/>',
        f'<text class="t" x="{_LEFT}" y="22">{_text(_short(title))}</text>',
    ]
    if shown:
        xs = [x for family in shown for x, _ in family.points]
        across = axis_of(xs)
        for number, family in enumerate(shown):
            inside += _panel(family, across, top=_TITLE + number * (_LEGEND + _PLOT), colour=number)
        inside += _foot(across, axis, height)
    return "\n".join([*inside, "</svg>"]) + "\n"


def _panel(family: Family, across: Scale, *, top: int, colour: int) -> list[str]:
    """Return one quantity: its legend, its grid with numbers, its curves."""
    scale = scale_of((y for _, y in family.points), name=family.name)
    lines = [("train", family.train), ("val", family.validation)]
    words = f"{family.name}, log scale" if scale.logarithmic else family.name
    drawn = [f'<text class="n" x="{_LEFT}" y="{top + 14}">{_text(_short(words))}</text>']
    start = _WIDTH - _RIGHT
    for kind, points in reversed(lines) if family.validation else ():
        if points:
            name, wide = ("validation", 92) if kind == "val" else ("training", 78)
            drawn += [
                f'<text x="{start}" y="{top + 14}" text-anchor="end">{name}</text>',
                f'<path class="k c{colour} {kind}" d="M{start - wide} {top + 10}h24"/>',
            ]
            start -= wide + 18
    floor = top + _LEGEND + _PLOT - 16
    for tick in scale.ticks():
        y = floor - scale.at(tick) * (_PLOT - 24)
        drawn += [
            f'<path class="g" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>',
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label(tick)}</text>',
        ]
    for kind, points in lines:
        if points:
            path = " ".join(
                f"{_x(across, x):.1f},{floor - scale.at(y) * (_PLOT - 24):.1f}"
                for x, y in thin(sorted(points))
            )
            dashed = " train" if kind == "train" and family.validation else ""
            drawn.append(f'<polyline class="c{colour}{dashed}" points="{path}"/>')
    return drawn


def _foot(across: Scale, axis: str, height: int) -> list[str]:
    middle = 'text-anchor="middle"'
    ticks = [
        f'<text x="{_x(across, tick):.1f}" y="{height - 26}" {middle}>{label(tick)}</text>'
        for tick in across.ticks(8)
    ]
    return [
        *ticks,
        f'<text x="{_WIDTH // 2}" y="{height - 8}" {middle}>{_text(axis)}</text>',
    ]


def _x(across: Scale, x: float) -> float:
    return _LEFT + across.at(x) * (_WIDTH - _LEFT - _RIGHT)


def spoken(family: Family) -> str:
    """Return what a curve shows in words, for those who do not see it."""
    points = sorted(family.validation or family.train)
    return f"{family.name} from {label(points[0][1])} to {label(points[-1][1])}"


def _spoken(title: str, shown: Sequence[Family]) -> str:
    return f"{title}: {', '.join(spoken(family) for family in shown) or 'no finite points'}"


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _text(text: str) -> str:
    """Return text that stands in XML: escaped, what XML forbids replaced."""
    allowed = re.sub(
        r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text
    )
    return escape(allowed)


def _round_values(low: float, high: float, count: int) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten between `low` and `high`."""
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(factor for factor in (1, 2, 5, 10) if raw <= 1.3 * factor * power)
    first, last = math.ceil(low / step), math.floor(high / step)
    digits = max(0, -math.floor(math.log10(step)))
    return [round(number * step, digits + 1) + 0.0 for number in range(first, last + 1)]
