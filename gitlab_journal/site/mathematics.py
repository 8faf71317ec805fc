"""Formulas, from LaTeX to MathML."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST = 2_000  # characters; a longer one is no formula and may be an attack
_TAG_NAMES = """
math mrow mi mn mo ms mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot
mstyle mtable mtr mtd mpadded mphantom menclose merror mmultiscripts mprescripts none
"""
# No href, class, style, id: a formula is text, and its author may be a stranger.
_ATTRIBUTE_NAMES = """
display displaystyle scriptlevel stretchy fence form largeop movablelimits separator linethickness
mathvariant columnalign rowspacing columnspacing rowalign columnlines rowlines notation accent
accentunder lspace rspace minsize maxsize width height depth mathcolor mathbackground
"""
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())


@lru_cache(maxsize=1024)
def mathml(latex: str, *, block: bool) -> str | None:
    """Return a formula as MathML, cleaned; None where it does not read as one."""
    if len(latex) > LONGEST:
        return None
    from latex2mathml.converter import convert_to_element

    try:
        element = convert_to_element(latex, display="block" if block else "inline")
        return _written(element)
    except _refusals():
        return None


def _written(element: Element) -> str:
    """Return an element as text; the converter's own writer escapes nothing."""
    inside = escape(unescape(element.text or ""), quote=False) + "".join(
        _written(child) + escape(unescape(child.tail or ""), quote=False) for child in element
    )
    if element.tag not in _TAGS:
        return inside
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in sorted(element.attrib.items())
        if name in _ATTRIBUTES
    )
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


@cache
def _refusals() -> tuple[type[Exception], ...]:
    """Return what the converter raises: errors of its own without a common root, and slips."""
    from latex2mathml import exceptions

    own = [kind for kind in vars(exceptions).values() if isinstance(kind, type)]
    slips = (IndexError, KeyError, ValueError, TypeError, AttributeError, StopIteration)
    return (*own, *slips, RecursionError)
