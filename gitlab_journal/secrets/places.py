"""Where a secret stands by what is around it: an address, a header, a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitlab_journal.secrets.names import ELSEWHERE, is_plausible, strength

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUOTE = r"(?P<quote>\\?[\"'])(?P<value>(?:(?!\\?[\"'])[^\n]){1,300}+)(?P=quote)"
_IN_COMMAND = r"[\"']?(?P<value>[^\s\"'$@:]{3,200})"
# What is in every such place, then the place; each begins with letters where it can, for speed.
_PLACES = tuple(
    (part, re.compile(pattern))
    for part, pattern in (
        # A password in an address, or a token alone.
        (
            "://",
            r"://[^\s/:@'\"`<>{}]{0,100}+:(?P<value>(?:[^\s/@'\"`<>{}$%]|%[0-9A-Fa-f]{2}){1,300}+)@",
        ),
        ("://", r"://(?P<value>(?=[\w-]{0,80}[0-9])[\w-]{20,200}+)@"),
        (
            "=",
            (
                r"[?&;](?:sig|[Ss]ignature|X-(?:Amz|Goog)-(?:Signature|Security-Token|Credential))="
                r"(?P<value>[\w%+/=.~-]{16,2000}+)"
            ),
        ),
        # Headers.
        (
            "uthorization",
            (
                r"uthorization\\?[\"']?\s{0,4}[:=,]\s{0,4}\\?[\"']?(?i:bearer|basic|token)\s{1,4}"
                r"(?P<value>[\w.~+/=-]{8,5000}+)"
            ),
        ),
        ("earer", r"earer\s(?=[\w.~+/-]{0,500}[0-9])(?=\S{20})(?P<value>[\w.~+/=-]{8,5000}+)"),
        # A pair of user and password.
        (
            "uth",
            r"uth[ \t]*=?[ \t]*[(\[][ \t]*[rbu]?[\"'][^\"'\n]{0,100}+[\"'],[ \t]*[rbu]?"
            + _QUOTE
            + r"[ \t]*[)\]]",
        ),
        # Files and commands of one program's own.
        ("machine", r"machine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(?P<value>\S{1,200})"),
        ("curl", r"curl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"'$]{1,100}:" + _IN_COMMAND),
        ("docker login", r"docker login\b[^\n]{0,200}?\s-p[ =]?" + _IN_COMMAND),
        ("sshpass", r"sshpass\s+-p[ =]?" + _IN_COMMAND),
        ("az login", r"az login\b[^\n]{0,200}?\s-p[ =]?" + _IN_COMMAND),
        ("redis-cli", r"redis-cli\b[^\n]{0,200}?\s-a[ =]?" + _IN_COMMAND),
        ("wandb login", r"wandb login[ \t]+(?:--\S+[ \t]+){0,4}(?P<value>[0-9a-f]{40})"),
        ("wandb", r"wandb\.login\([^)\n]{0,100}?\bkey[ \t]*=[ \t]*" + _QUOTE),
        (
            "username",
            (
                r"username\\?[\"']?[ \t]*:[ \t]*\\?[\"'][^\"'\n]{1,100}+[\"'],"
                r"\s{0,8}\\?[\"']key\\?[\"'][ \t]*:[ \t]*\\?[\"'](?P<value>[0-9a-f]{32})"
            ),
        ),
    )
)
# The value behind the name of a variable, as what it is where the variable is not set.
_FALLBACK = re.compile(
    r"(?:env|environ\.get|setdefault|environ\.pop)\([ \t]*[\"'](?P<name>[\w.-]{2,100}+)[\"'],[ \t]*"
    + _QUOTE
)
_OPTION = re.compile(r"--(?P<name>[\w.-]{2,100}+)[ \t]+(?P<value>(?!-)[^\s\"'$<\[(]{1,2000}+)")
_OPTION_DEFAULT = re.compile(
    r"--(?P<name>[\w.-]{2,100}+)[\"'][^\n]{0,200}?\bdefault[ \t]*=[ \t]*" + _QUOTE
)
_WORD = re.compile(r"[^\W\d]+")


def find_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where values stand that are secret by what is around them: from, to, no kind."""
    for part, pattern in _PLACES:
        if part in text:
            yield from _values(text, pattern)
    if "(" in text:
        yield from _values(text, _FALLBACK)
    if "--" in text:
        yield from _values(text, _OPTION)
        yield from _values(text, _OPTION_DEFAULT)


def _values(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    named = "name" in pattern.groupindex
    for found in pattern.finditer(text):
        if _is_secret(found, strength(found["name"]) if named else "strong"):
            yield *found.span("value"), ""


def _is_secret(found: re.Match[str], strong: str | None) -> bool:
    value = found["value"]
    if strong is None or ELSEWHERE.fullmatch(value):
        return False
    if found.re is _OPTION and (_WORD.fullmatch(value) or _is_glued(found)):
        return False  # the next word of a sentence
    return found.re not in (_OPTION, _OPTION_DEFAULT, _FALLBACK) or is_plausible(value, strong)


def _is_glued(found: re.Match[str]) -> bool:
    before = found.string[found.start() - 1 : found.start()]
    return bool(before) and not before.isspace()
