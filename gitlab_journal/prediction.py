"""The grammar of claims that a machine can check.

claim      = metric comparison expression
metric     = a word, with . / - inside it where it has them, or anything in backticks
comparison = < <= > >= == !=           (≤ and ≥ are read too)
expression = term {(+ or -) term}
term       = factor {(* or /) factor}
factor     = - factor | number | parent | entry:ID | (expression)
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from gitlab_journal.errors import PredictionError

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
# Far above any claim a person writes, far below what recursion bears.
MAX_DEPTH = 40

_NORMAL = {"≤": "<=", "≥": ">="}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_METRIC = re.compile(r"[^\W\d]\w*(?:[./-]\w+)*")
_QUOTED = re.compile(r"`([^`\x00-\x1f\x7f-\x9f\u2028\u2029]+)`")
_COMPARISON = re.compile(r"<=|>=|==|!=|<|>|≤|≥")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# A dash belongs to an id behind its date only; `entry:k7m2-1` is a difference.
_ID = re.compile(r"[0-9]{8}-[0-9]{1,6}(?:-[0-9a-hjkmnp-tv-z]+)?|[0-9a-hjkmnp-tv-z]+")
_PARENT = re.compile(r"parent(?![\w.:])")
_WORD = re.compile(r"\w+(?:[./:-]\w+)*")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a bound in postfix order: a number, a reference, or an operation on both.

    The last is one of + - * / and `negate`; `position` counts characters of the text from 0.
    """

    what: float | str
    position: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A metric compared with a bound; `text` is what was written, its spaces normalised."""

    text: str
    metric: str
    operator: str
    bound: tuple[Step, ...]


def parse_claim(text: str) -> Claim:
    """Return the claim that a text makes; raises PredictionError, which points at the character."""
    reader = _Reader(text)
    reader.read()
    # Read again, so that positions count in the text that the claim keeps.
    return _Reader("".join(reader.pieces)).read()


def references(claim: Claim) -> tuple[str, ...]:
    """Return what the bound refers to, once each: `parent`, `entry:k7m2`."""
    words = (step.what for step in claim.bound if isinstance(step.what, str))
    return tuple(dict.fromkeys(word for word in words if _is_reference(word)))


def resolve(claim: Claim, lookup: Callable[[str, str], float]) -> float:
    """Return the bound as a number; `lookup` gives a reference's value of the claim's metric.

    Raises PredictionError for a division by zero and for what is not finite.
    """
    stack: list[float] = []
    for step in claim.bound:
        if isinstance(step.what, float):
            stack.append(step.what)
        elif _is_reference(step.what):
            stack.append(_looked_up(claim, step, lookup))
        elif step.what == "negate":
            stack.append(-stack.pop())
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_calculated(claim, step, left, right))
    return stack.pop()


def holds(value: float, comparison: str, bound: float) -> bool:
    """Return whether a value stands in the comparison (`<=`) to the bound."""
    return COMPARISONS[comparison](value, bound)


def _is_reference(word: str) -> bool:
    return word == "parent" or word.startswith("entry:")


def _looked_up(claim: Claim, step: Step, lookup: Callable[[str, str], float]) -> float:
    value = float(lookup(str(step.what), claim.metric))
    if not math.isfinite(value):
        raise PredictionError(
            f"the {claim.metric} of {step.what} is {value}; expected a finite number",
            claim=claim.text,
            position=step.position,
        )
    return value


def _calculated(claim: Claim, step: Step, left: float, right: float) -> float:
    if step.what == "/" and right == 0:
        raise PredictionError("division by zero", claim=claim.text, position=step.position)
    value = _ARITHMETIC[str(step.what)](left, right)
    if not math.isfinite(value):
        raise PredictionError(
            f"{left:g} {step.what} {right:g} is {value}; expected a finite number",
            claim=claim.text,
            position=step.position,
        )
    return value


class _Reader:
    """Reads one claim from left to right: where it stands, what it has read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.pieces: list[str] = []
        self.steps: list[Step] = []

    def read(self) -> Claim:
        """Return the claim; the pieces of its normalised text are then in `pieces`."""
        metric = self._metric()
        comparison = self._comparison()
        self._expression()
        self._end()
        return Claim(self.text, metric, comparison, tuple(self.steps))

    def _metric(self) -> str:
        self._skip()
        quoted = _QUOTED.match(self.text, self.position)
        if quoted:
            self._take(quoted.group(), shown=_named(quoted[1]))
            return quoted[1]
        if self._peek() == "`":
            self._fail("expected a metric's name between two backticks")
        word = _METRIC.match(self.text, self.position)
        if word is None:
            self._fail("a claim begins with its metric, as in `val_loss < 0.3`")
        if word.group() == "parent" or self.text.startswith("entry:", self.position):
            self._fail(
                "a claim begins with its metric, as in `val_loss < parent`; "
                "a metric of this name stands in backticks"
            )
        self._take(word.group())
        return word.group()

    def _comparison(self) -> str:
        self._skip()
        found = _COMPARISON.match(self.text, self.position)
        if found is None:
            equality = " (for equality: ==)" if self._peek() == "=" else ""
            self._fail(f"expected a comparison after the metric: {' '.join(COMPARISONS)}{equality}")
        normal = _NORMAL.get(found.group(), found.group())
        self._take(found.group(), shown=f" {normal} ")
        return normal

    def _expression(self) -> None:
        self._operations("+-", lambda: self._operations("*/", self._factor))

    def _operations(self, signs: str, operand: Callable[[], None]) -> None:
        operand()
        self._skip()
        while self._peek() and self._peek() in signs:
            step = Step(self._peek(), self.position)
            self._take(self._peek(), shown=f" {self._peek()} ")
            operand()
            self.steps.append(step)
            self._skip()

    def _factor(self) -> None:
        self._skip()
        start = self.position
        if self._peek() == "-":
            self._nested("-", self._factor)
            self.steps.append(Step("negate", start))
        elif self._peek() == "(":
            self._nested("(", self._expression)
            self._close()
        else:
            self._operand()

    def _nested(self, opening: str, inside: Callable[[], None]) -> None:
        if self.depth == MAX_DEPTH:
            self._fail(f"expected at most {MAX_DEPTH} parentheses or signs within each other")
        self._take(opening)
        self.depth += 1
        inside()
        self.depth -= 1

    def _close(self) -> None:
        self._skip()
        if self._peek() != ")":
            self._fail("expected + - * / or the closing parenthesis")
        self._take(")")

    def _operand(self) -> None:
        start = self.position
        if number := _NUMBER.match(self.text, start):
            if not math.isfinite(float(number.group())):
                self._fail("expected a number that fits a double")
            self._take(number.group())
            self.steps.append(Step(float(number.group()), start))
        elif _PARENT.match(self.text, start):
            self._take("parent")
            self.steps.append(Step("parent", start))
        elif self.text.startswith("entry:", start):
            self._take("entry:")
            self.steps.append(Step(f"entry:{self._id()}", start))
        else:
            self._fail("expected a number, parent, entry:ID or an opening parenthesis")

    def _id(self) -> str:
        found = _ID.match(self.text, self.position)
        end = found.end() if found else self.position
        if found is None or _WORD.match(self.text, end):
            self.position = end
            self._fail("expected an id of digits and lower-case letters without i, l, o, u")
        self._take(found.group())
        return found.group()

    def _end(self) -> None:
        self._skip()
        if self.position < len(self.text):
            self._fail("expected + - * / or the end of the claim")

    def _skip(self) -> None:
        while self._peek().isspace():
            self.position += 1

    def _peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def _take(self, text: str, *, shown: str | None = None) -> None:
        self.position += len(text)
        self.pieces.append(text if shown is None else shown)

    def _fail(self, expected: str) -> NoReturn:
        word = _NUMBER.match(self.text, self.position) or _WORD.match(self.text, self.position)
        found = repr(word.group() if word else self._peek()) if self._peek() else "the end"
        # Each white space becomes one blank, so that the pointer stands below its character.
        shown = "".join(" " if character.isspace() else character for character in self.text)
        raise PredictionError(f"{expected}, found {found}", claim=shown, position=self.position)


def _named(metric: str) -> str:
    """Return a metric's name as a claim writes it."""
    plain = _METRIC.fullmatch(metric) and metric != "parent"
    return metric if plain else f"`{metric}`"
