"""Whether a text is random, as keys without a known shape are."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORTEST, _LONGEST = 32, 128  # a longer one is data
_ALPHABET = r"[A-Za-z0-9+/=_-]"
_WHOLE = re.compile(rf"{_ALPHABET}{{{_SHORTEST},{_LONGEST}}}")
_QUOTED = re.compile(rf"[\"'](?P<value>{_ALPHABET}{{{_SHORTEST},{_LONGEST}}}+)[\"']")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F-]+")
_NAMED = re.compile(r"([\w-]{1,60})[\"']?\]?[ \t]{0,4}[:=][ \t]{0,4}[rbuRBU]?$")
# Names of what is random and no secret.
_PUBLIC = frozenset(
    """artifact checksum checkpoint commit data digest dir etag file fingerprint folder hash hashes
    id identifier ids image integrity md model name nonce path png public pubkey ref rev revision
    run salt sha sha1 sha256 sha512 signature tag uid url uuid version video weights""".split()  # noqa: SIM905
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*")
_SPELT = re.compile(r"[a-z]{4,}")
_KNOWN = ("AAAA", "sha1-", "sha256-", "sha384-", "sha512-", "iVBOR", "data", "ssh-")
_BITS = 4.0  # per character; words have some 3.5
_WORDS = 0.35  # of the letters stand in words: random 0.1
_CHANGES = 0.45  # of the neighbours that are of another kind: random 0.6, words 0.3


def is_random(text: str, name: str = "") -> bool:
    """Tell whether a text is a random key: capitals, small letters and figures without order.

    Digests in hex are none, nor what `name` says to be an id or a digest.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if not _WHOLE.fullmatch(text) or (words and words[-1] in _PUBLIC):
        return False
    if _HEX.fullmatch(text) or text.startswith(_KNOWN):
        return False
    kinds = [_kind(one) for one in text if one.isalnum()]
    if not {"upper", "lower", "digit"} <= set(kinds):
        return False
    if sum(map(len, _SPELT.findall(text))) > _WORDS * len(text):
        return False
    changes = sum(one != other for one, other in pairwise(kinds)) / len(kinds)
    return changes >= _CHANGES and _bits(text) >= _BITS


def find_random(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where random keys stand in quotes, from, to, and that they are random."""
    for found in _QUOTED.finditer(text):
        if is_random(found["value"], _name_before(text, found.start())):
            yield *found.span("value"), "random"


def _name_before(text: str, position: int) -> str:
    named = _NAMED.search(text[max(0, position - 70) : position])
    return named[1] if named else ""


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower"


def _bits(text: str) -> float:
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
