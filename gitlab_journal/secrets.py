"""What looks like a key, a password or a token, by name or by pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTED = "[redacted]"

_PEM = r"(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
# The shapes that issuers give to their keys, by what each begins with: most texts hold none of
# these. Lengths are bounded, so that no text is read more than a few times.
_KEYS = {
    "AKIA": r"\bAKIA[0-9A-Z]{16}\b",  # AWS
    "ASIA": r"\bASIA[0-9A-Z]{16}\b",
    "gh": r"\bgh[pousr]_[A-Za-z0-9]{30,255}\b",  # GitHub
    "github_pat_": r"\bgithub_pat_[A-Za-z0-9_]{20,255}\b",
    "gl": r"\bgl(?:pat|dt|rt|ptt|ft|cbt|oas|soat)-[\w-]{16,300}",  # GitLab
    "xox": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}",  # Slack
    # OpenAI and its like; CSS classes of scikit-learn begin so too, without a capital.
    "sk-": r"\bsk-(?=[\w-]{0,250}[0-9])(?=[\w-]{0,250}[A-Z])[\w-]{16,255}",
    "hf_": r"\bhf_[A-Za-z0-9]{30,255}\b",  # Hugging Face
    "AIza": r"\bAIza[\w-]{30,40}",  # Google
    "k_live_": r"\b[rs]k_live_[A-Za-z0-9]{20,255}\b",  # Stripe
    "npm_": r"\bnpm_[A-Za-z0-9]{36}\b",
    "pypi-": r"\bpypi-AgEI[\w-]{50,1000}",
    "eyJ": r"\beyJ[\w-]{8,5000}\.eyJ[\w-]{8,20000}\.[\w-]{5,5000}",  # JSON web token
    "PRIVATE KEY": rf"-----BEGIN {_PEM}[\w\s+/=\\\"',:.@()-]{{16,20000}}?-----END {_PEM}",
}
_IN_URL = re.compile(
    r"(?<=://)(?P<head>[^\s/:@'\"`<>{}]{0,100}:)"
    r"(?P<value>(?:[^\s/@'\"`<>{}$%]|%[0-9A-Fa-f]{2}){1,300})(?=@)"
)
_IN_HEADER = re.compile(
    r"(?i)(?P<head>\bauthorization\\?[\"']?\s{0,4}[:=,]\s{0,4}\\?[\"']?(?:bearer|basic|token)\s{1,4}"
    r"|\bbearer\s(?=[\w.~+/-]{0,500}[0-9])(?=\S{20}))"
    r"(?P<value>[\w.~+/=-]{8,5000})"
)
_NAME = r"(?=[\w.-]{0,80}(?i:pass|secret|token|key|auth|credential|pwd))[\w.-]{2,100}"
_QUOTED = (
    r"(?P<prefix>[rbufRBUF]{0,2})(?P<quote>\"{3}|'{3}|\\?[\"'])"
    r"(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\n])){0,5000})(?P=quote)"
)
_BARE = r"[^\s\"'`,;&()\[\]{}<>|$%\\#=][^\s\"'`,;&()\[\]{}<>|\\]{0,2000}"
_ASSIGNED = re.compile(
    rf"(?P<head>(?P<open>\\?[\"'])?(?<![\w.-])(?P<name>{_NAME})(?P<close>\\?[\"']\]?)?"
    r"(?P<sign>[ \t]*:[ \t]*[\w.\[\]|, ]{1,60}?[ \t]*=(?!=)[ \t]*"  # with a type
    r"|[ \t]*(?::=|=>|=(?!=)|:(?![:=]))[ \t]*))"
    rf"(?:{_QUOTED}|(?P<bare>{_BARE}))"
)
_OPTION = re.compile(rf"(?P<head>(?<!\S)--(?P<name>{_NAME})[ \t]+)(?P<value>(?!-)[^\s\"'$<\[(]+)")
# A line of a shell script or of a file of variables; in a diff, one sign before it.
_VARIABLE = re.compile(
    rf"(?m)(?P<head>^[+ -]?(?:export[ \t]+)?(?P<name>{_NAME})=)"
    r"(?P<value>[^\s\"'`$<({\[=]\S*)[ \t]*$"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET = _words("accesskey apikey authkey authtoken passphrase passwd privatekey secretkey")
_SECRET |= _words("secret secrets")
_WEAK = _words("auth authorization credential credentials pass pwd token")
_KEY_OF = _words(
    """access account api app auth client encryption license master private secret service shared
    signing ssh storage subscription"""
)
_TOKEN_OF = _KEY_OF | _words(
    """bearer bot ci deploy github gitlab gh gl hf hub huggingface id job jwt npm oauth personal
    pypi refresh registry session slack user wandb"""
)
_PASS_OF = _words("admin db email ftp http mail mysql pg proxy redis root smtp ssh user")
# Words before `token` that make it a piece of text.
_TEXT = _words(
    """additional begin beginning blank bos boundary class cls comment current dist end eod eop eos
    eot extra fill first image input invalid last line mask masked max min missing n newline next
    null num of oov other output pad padding parsed per previous prompt query register sentinel
    sep separator single sos special split start stop string target text unk unknown use vocab
    word"""
)
# Words behind a name that change nothing about it.
_TAIL = _words("b64 base default dev new old prod staging str string test value")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_ELSEWHERE = re.compile(
    r"\$\{?\w+\}?|\$\(.*\)|\{.*\}|<.*>|\[.*\]|%\(?\w*\)?[s%]"
    r"|\W?\*+|\.{3}|…|[xX]{3,}|(?i:your[_ -]).*"
)
_LITERAL = re.compile(r"(?i)none|null|nil|true|false|[+-]?[0-9][0-9_]*\.?[0-9]*(?:e[+-]?[0-9]+)?")
_FILE = re.compile(r"[\w./~-]+\.(?:json|ya?ml|toml|ini|cfg|conf|env|txt|pem|key|crt|p12|py|csv)")
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_TYPE = re.compile(r"(?:u?int|float|complex)[0-9]+")
_SHORT = 6
_LONG = 12
_RANDOM_LENGTH = 16
_RANDOM_DIGITS = 3


def redact(text: str) -> tuple[str, int]:
    """Return a text without what looks like a key, then how many were taken out.

    Every other character stays. A value that refers elsewhere, `os.environ["TOKEN"]`, is none.
    """
    total = 0
    while True:  # a value taken out may leave another one standing free
        text, count = _redact_once(text)
        total += count
        if not count:
            return text, total


def _redact_once(text: str) -> tuple[str, int]:
    count = 0
    for beginning, pattern in _KEYS.items():
        if beginning in text:
            text, found = re.subn(pattern, REDACTED, text)
            count += found
    for place, looks_secret in (
        (_IN_URL, _is_there),
        (_IN_HEADER, _is_there),
        (_VARIABLE, _is_secret_variable),
        (_ASSIGNED, _is_secret_assigned),
        (_OPTION, _is_secret_option),
    ):
        text, found = _replaced(place, text, looks_secret)
        count += found
    return text, count


def redact_values(values: Mapping[Any, Any]) -> tuple[dict[Any, Any], list[str]]:
    """Return a copy of nested values without what looks like a key, then the paths to those."""
    paths: list[str] = []
    return {
        name: _without(value, str(name), _strength(name), paths) for name, value in values.items()
    }, paths


def _without(value: Any, path: str, strength: str | None, paths: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _without(inside, f"{path}.{name}", _strength(name) or strength, paths)
            for name, inside in value.items()
        }
    if isinstance(value, list | tuple):
        named = [strength, *(_strength_of_option(option) or strength for option in value[:-1])]
        return type(value)(
            _without(inside, f"{path}[{number}]", named[number], paths)
            for number, inside in enumerate(value)
        )
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return value
    clean = REDACTED if strength and _is_plausible(text, strength) else redact(text)[0]
    if clean == text:
        return value
    paths.append(path)
    return clean


def _strength(name: object) -> str | None:
    """Return whether a name is that of a secret: "strong", "weak" (it may be another), or None."""
    words = [word.lower() for word in _WORD.findall(str(name))]
    while len(words) > 1 and words[-1] in _TAIL:
        words.pop()
    last, before = (words or [""])[-1], (words[-2:-1] or [""])[0]
    if last in _SECRET or last.endswith(("password", "passwords")):
        return "strong"
    if (last in {"key", "keys"} and before in _KEY_OF) or (last == "token" and before in _TOKEN_OF):
        return "strong"
    other = (
        (last == "token" and before in _TEXT)
        or (last == "pass" and before not in _PASS_OF)
        or (last == "pwd" and before in {"", "old"})
    )
    return "weak" if last in _WEAK and not other else None


def _strength_of_option(value: object) -> str | None:
    return _strength(value) if isinstance(value, str) and value.startswith("--") else None


def _is_plausible(value: str, strength: str) -> bool:
    """Tell whether a value under the name of a secret can be one."""
    if not value.strip() or value == REDACTED:
        return False
    if any(kind.fullmatch(value) for kind in (_ELSEWHERE, _LITERAL, _FILE)):
        return False
    if value.isupper() and _IDENTIFIER.fullmatch(value) and _strength(value):
        return False  # the name of a variable of the environment
    has_digit = any(character.isdigit() for character in value)
    return strength == "strong" or len(value) >= _LONG or (has_digit and len(value) >= _SHORT)


def _replaced(
    pattern: re.Pattern[str], text: str, looks_secret: Callable[[re.Match[str]], bool]
) -> tuple[str, int]:
    """Return the text with the values of matches that look secret replaced, then their number."""
    pieces: list[str] = []
    kept = position = count = 0
    while match := pattern.search(text, position):
        if looks_secret(match):
            start, end = _span(match)
            pieces += text[kept:start], REDACTED
            kept, position, count = end, match.end(), count + 1
        else:
            position = match.end("head")  # what follows may be a secret by its own name
    return "".join((*pieces, text[kept:])), count


def _span(match: re.Match[str]) -> tuple[int, int]:
    groups = match.groupdict()
    name = next(one for one in ("value", "quoted", "bare") if groups.get(one) is not None)
    return match.span(name)


def _is_there(match: re.Match[str]) -> bool:
    return match["value"] != REDACTED and not _ELSEWHERE.fullmatch(match["value"])


def _is_secret_variable(match: re.Match[str]) -> bool:
    name, value = match["name"], match["value"]
    strength = _strength(name)
    if not strength or not name.isupper() or not _is_plausible(value, strength):
        return False
    is_code = value.lower() == name.lower() or re.match(r"[\w.]+[(\[]", value) is not None
    is_reference = _IDENTIFIER.fullmatch(value) and ("." in value or value.isupper())
    return not (is_code or is_reference)


def _is_secret_option(match: re.Match[str]) -> bool:
    strength = _strength(match["name"])
    return (
        strength is not None
        and not re.fullmatch(r"[^\W\d]+", match["value"])  # the next word of a sentence
        and _is_plausible(match["value"], strength)
    )


def _is_secret_assigned(match: re.Match[str]) -> bool:
    strength = _strength(match["name"])
    if not strength:
        return False
    if match["bare"] is not None:
        return _is_plausible(match["bare"], strength) and _is_literal_bare(match)
    if match["open"] and not match["close"]:
        return False  # the quote behind the sign ends the string that holds the name
    if "f" in match["prefix"].lower() and "{" in match["quoted"]:
        return False
    return match["quoted"][:1] not in (")", ",", "]", "}") and _is_plausible(
        match["quoted"], strength
    )


def _is_literal_bare(match: re.Match[str]) -> bool:
    """Tell whether a value without quotes is a text, not an expression."""
    text, value = match.string, match["bare"]
    behind = text[match.end() : match.end() + 1]
    if behind and behind in "([{":
        return False
    digits = sum(character.isdigit() for character in value)
    is_word = _IDENTIFIER.fullmatch(value) is not None
    if is_word and ("." in value or value.isupper() or _TYPE.fullmatch(value)):
        return False
    if len(value) >= _RANDOM_LENGTH and digits >= _RANDOM_DIGITS and "_" not in value:
        return True
    before = text[max(match.start() - 1, 0) : match.start()]
    in_query = before != "" and before in "?&;"
    in_string = bool(match["open"]) and not match["close"] and behind == (match["open"] or "")[-1:]
    as_option = match["name"].startswith("--")
    return (in_query or in_string or as_option or _is_alone(match)) and (digits > 0 or not is_word)


def _is_alone(match: re.Match[str]) -> bool:
    """Tell whether `name: value` is a line of its own, as in YAML."""
    text = match.string
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    rest = text[match.end() :].split("\n", 1)[0].strip()
    return ":" in match["sign"] and not line.strip("+- \t") and (not rest or rest.startswith("#"))
