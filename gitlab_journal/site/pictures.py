"""SVG drawings of strangers without what would act in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_SVG = "http://www.w3.org/2000/svg"
_ACTING = frozenset({"", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"})
# A page shows a drawing as <img>, where none of it runs; who opens the file itself runs its script.
_NAMES = """
svg g defs symbol use switch view a title desc metadata style image path rect circle ellipse
line polyline polygon text tspan textPath marker pattern mask clipPath linearGradient
radialGradient stop filter feBlend feColorMatrix feComponentTransfer feComposite feFlood
feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFuncA
feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
feSpecularLighting feSpotLight feTile feTurbulence
"""
_DRAWN = frozenset(_NAMES.split())
_LEADING = frozenset({"href", "src", "base"})
_INSIDE = re.compile(r"#|data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
# What CSS may fetch: an import, an address that is no fragment; an escape may spell either.
_FETCHING = re.compile(r"@import|\\|image-set|url\(\s*[\"']?(?!#)", re.IGNORECASE)
_DECLARED = re.compile(
    r"\s*<\?xml[^>]*?encoding\s*=\s*[\"']utf-8[\"']|\s*<(?!\?xml\s)", re.IGNORECASE
)
_NOTHING = f'<svg xmlns="{_SVG}" width="1" height="1"/>'.encode()


def still(content: bytes) -> bytes:
    """Return an SVG without scripts, events, addresses outside; as it is where it has none.

    What does not read as SVG, or defines entities, is an empty drawing.
    """
    try:
        text = content.decode("utf-8-sig")
        if "<!ENTITY" in text:
            return _NOTHING
        root = ET.fromstring(text)  # noqa: S314  # it defines no entities
    except (UnicodeDecodeError, ET.ParseError, RecursionError):
        return _NOTHING
    if not _is_drawn(root):
        return _NOTHING
    if not _quieten(root) and "<?xml-" not in text and _DECLARED.match(text):
        return content
    return bytes(ET.tostring(root, encoding="utf-8"))


def _is_drawn(element: ET.Element) -> bool:
    space, _, name = element.tag.rpartition("}")
    space = space.removeprefix("{")
    return name in _DRAWN if space == _SVG else space not in _ACTING


def _quieten(root: ET.Element) -> bool:
    """Remove from a drawing what would act; return whether there was any of it."""
    found, waiting = False, [root]
    while waiting:
        element = waiting.pop()
        acting = [name for name, value in element.attrib.items() if _acts(name, value)]
        for name in acting:
            del element.attrib[name]
        others = [child for child in element if not _is_drawn(child)]
        for child in others:
            element.remove(child)
        is_styled = element.tag == f"{{{_SVG}}}style" and _FETCHING.search(element.text or "")
        if is_styled:
            element.text = ""
        found = found or bool(acting or others or is_styled)
        waiting += element
    return found


def _acts(name: str, value: str) -> bool:
    name = name.rpartition("}")[2].lower()
    if name in _LEADING:
        return _INSIDE.match(value) is None
    return name.startswith("on") or _FETCHING.search(value) is not None
