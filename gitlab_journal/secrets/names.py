"""Whether a name is that of a secret, whether a value under such a name can be one."""

from __future__ import annotations

import re
from functools import lru_cache

REDACTED = "[redacted]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET = _words("accesskey apikey authkey authtoken passcode passphrase passwd privatekey")
_SECRET |= _words("secret secrets secretkey")
_WEAK = _words("auth authorization cookie cookies credential credentials pass pat pwd token")
_KEY_OF = _words(
    """access account admin aes api app auth aws azure client deploy encryption fernet gcp hmac
    jwt kaggle license master openai private root rsa secret service session shared signing ssh
    storage subscription wandb webhook"""
)
_TOKEN_OF = _KEY_OF | _words(
    """bearer bot ci deploy github gitlab gh gl hf hub huggingface id job jwt npm oauth personal
    pypi refresh registry security session slack tracking user wandb"""
)
_PASS_OF = _words("admin db email ftp http mail mysql pg proxy redis root smtp ssh user")
_PAT_OF = _words("ado azure devops gh git github gitlab")
# Words before `token` that make it a piece of text.
_TEXT = _words(
    """additional begin beginning blank bos boundary class cls comment current dist end eod eop eos
    eot extra fill first image input invalid last line mask masked max min missing n newline next
    null num of oov other output pad padding parsed per previous prompt query register sentinel
    sep separator single sos special split start stop string target text unk unknown use vocab
    word"""
)
# Words before these names that make them something about a secret, or no secret at all.
_ABOUT = _words("has is need needs no public require requires without")
# Words behind a name that change nothing about it.
_TAIL = _words("b64 base default dev new old prod staging str string test value")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

ELSEWHERE = re.compile(
    r"\$\{?\w+\}?|\$\(.*\)|\{.*\}|<.*>|\[.*\]|%\(?\w*\)?[s%]"
    r"|\W?\*+|\.{3}|…|[xX]{3,}|(?i:your[_ -]).*|(?i:change[_-]?me)"
)
_LITERAL = re.compile(r"(?i)none|null|nil|true|false|[+-]?[0-9][0-9_]*\.?[0-9]*(?:e[+-]?[0-9]+)?")
_FILE = re.compile(r"[\w./~-]+\.(?:json|ya?ml|toml|ini|cfg|conf|env|txt|pem|key|crt|p12|py|csv)")
_IDENTIFIER = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_SHORT = 6
_LONG = 12


@lru_cache(maxsize=4096)  # a text says the same few names again
def strength(name: str) -> str | None:
    """Return whether a name is that of a secret: "strong", "weak" (it may be another), or None."""
    words = [word.lower() for word in _WORD.findall(name)]
    while len(words) > 1 and words[-1] in _TAIL:
        words.pop()
    last, before = (words or [""])[-1], (words[-2:-1] or [""])[0]
    if _ABOUT.intersection(words[:-1]):
        return None
    if last in _SECRET or last.endswith(("password", "passwords")):
        return "strong"
    if (last in {"key", "keys"} and before in _KEY_OF) or (last == "token" and before in _TOKEN_OF):
        return "strong"
    other = (
        (last == "token" and before in _TEXT)
        or (last == "pass" and before not in _PASS_OF)
        or (last == "pat" and before not in _PAT_OF)
        or (last == "pwd" and before in {"", "old"})
    )
    return "weak" if last in _WEAK and not other else None


def is_plausible(value: str, strong: str) -> bool:
    """Tell whether a value under the name of a secret, a `strong` or "weak" one, can be one."""
    if (strong == "weak" and len(value) < _SHORT) or not value.strip():
        return False
    if ELSEWHERE.fullmatch(value) or _LITERAL.fullmatch(value) or _FILE.fullmatch(value):
        return False
    if value.isupper() and _IDENTIFIER.fullmatch(value) and strength(value):
        return False  # the name of a variable of the environment
    has_digit = any(character.isdigit() for character in value)
    return strong == "strong" or len(value) >= _LONG or (has_digit and len(value) >= _SHORT)


def is_identifier(text: str) -> bool:
    """Tell whether a text is a name of Python's, perhaps with dots."""
    return _IDENTIFIER.fullmatch(text) is not None
