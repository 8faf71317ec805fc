"""The shapes that issuers give to their keys, which are known wherever they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PEM = r"(?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_END = r"(?![\w])"
# What is in every text of the shape, the shape, the issuer. Most texts hold none of the first, and
# each shape begins with it where it can: then it is looked for at the speed of a search for words.
# Lengths are bounded, so that no text is read more than a few times.
_TABLE = (
    ("AKIA", rf"AKIA[0-9A-Z]{{16}}{_END}", "AWS key"),
    ("ASIA", rf"ASIA[0-9A-Z]{{16}}{_END}", "AWS key"),
    ("ghp_", rf"ghp_[A-Za-z0-9]{{30,255}}{_END}", "GitHub token"),
    ("gho_", rf"gho_[A-Za-z0-9]{{30,255}}{_END}", "GitHub token"),
    ("ghu_", rf"ghu_[A-Za-z0-9]{{30,255}}{_END}", "GitHub token"),
    ("ghs_", rf"ghs_[A-Za-z0-9]{{30,255}}{_END}", "GitHub token"),
    ("ghr_", rf"ghr_[A-Za-z0-9]{{30,255}}{_END}", "GitHub token"),
    ("github_pat_", rf"github_pat_[A-Za-z0-9_]{{20,255}}{_END}", "GitHub token"),
    *(
        (f"gl{kind}-", rf"gl{kind}-[\w-]{{16,300}}", "GitLab token")
        for kind in ("pat", "dt", "rt", "ptt", "ft", "cbt", "oas", "soat", "agent", "imt", "ffct")
    ),
    ("xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,255}", "Slack token"),
    ("xapp-", r"xapp-[0-9]-[A-Za-z0-9-]{20,255}", "Slack token"),
    (
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<value>[\w/]{20,200})",
        "Slack webhook",
    ),
    ("/api/webhooks/", r"/api/webhooks/[0-9]{15,22}/(?P<value>[\w-]{40,100})", "Discord webhook"),
    # OpenAI, Anthropic and their like; CSS classes of scikit-learn begin so too, without a capital.
    ("sk-", r"sk-(?=[\w-]{0,250}[0-9])(?=[\w-]{0,250}[A-Z])[\w-]{16,255}", "API key"),
    ("sk-", rf"sk-[0-9a-f]{{32}}{_END}", "API key"),
    ("sk-or-v1-", r"sk-or-v1-[0-9a-f]{40,80}", "API key"),
    ("hf_", rf"hf_[A-Za-z0-9]{{30,255}}{_END}", "Hugging Face token"),
    ("api_org_", rf"api_org_[A-Za-z0-9]{{30,60}}{_END}", "Hugging Face token"),
    ("AIza", r"AIza[\w-]{30,40}", "Google key"),
    ("GOCSPX-", r"GOCSPX-[\w-]{20,40}", "Google secret"),
    ("ya29.", r"ya29\.[\w-]{20,1000}", "Google token"),
    *(
        (f"{kind}_", rf"{kind}_[A-Za-z0-9]{{16,255}}", "Stripe key")
        for kind in ("sk_live", "sk_test", "rk_live", "rk_test")
    ),
    ("whsec_", r"whsec_[A-Za-z0-9+/]{24,100}", "webhook secret"),
    ("SK", rf"SK[0-9a-f]{{32}}{_END}", "Twilio key"),
    ("SG.", r"SG\.[\w-]{16,40}\.[\w-]{30,80}", "SendGrid key"),
    ("npm_", rf"npm_[A-Za-z0-9]{{36}}{_END}", "npm token"),
    ("pypi-", r"pypi-AgE[\w-]{50,1000}", "PyPI token"),
    ("dapi", rf"dapi[0-9a-f]{{32}}(?:-[0-9])?{_END}", "Databricks token"),
    ("dop_v1_", r"dop_v1_[0-9a-f]{64}", "DigitalOcean token"),
    ("doo_v1_", r"doo_v1_[0-9a-f]{64}", "DigitalOcean token"),
    ("shp", rf"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{{32}}{_END}", "Shopify token"),
    ("key-", rf"key-[0-9a-f]{{32}}{_END}", "Mailgun key"),
    ("-us", r"(?<![0-9a-f])[0-9a-f]{32}-us[0-9]{1,2}\b", "Mailchimp key"),
    ("dckr_", r"dckr_(?:pat|oat)_[\w-]{20,60}", "Docker token"),
    ("hvs.", r"hvs\.[\w-]{24,300}", "Vault token"),
    ("gsk_", rf"gsk_[A-Za-z0-9]{{40,80}}{_END}", "Groq key"),
    ("r8_", rf"r8_[A-Za-z0-9]{{37}}{_END}", "Replicate token"),
    ("xai-", r"xai-[A-Za-z0-9]{60,100}", "xAI key"),
    ("pplx-", r"pplx-[A-Za-z0-9]{40,80}", "Perplexity key"),
    ("pcsk_", r"pcsk_[A-Za-z0-9_]{40,100}", "Pinecone key"),
    ("lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}", "LangSmith key"),
    ("lin_api_", r"lin_api_[A-Za-z0-9]{32,60}", "Linear key"),
    ("ntn_", rf"ntn_[A-Za-z0-9]{{40,60}}{_END}", "Notion token"),
    ("secret_", rf"secret_[A-Za-z0-9]{{43}}{_END}", "Notion token"),
    ("glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}", "Grafana token"),
    ("wandb_v1_", r"wandb_v1_[A-Za-z0-9_]{30,100}", "W&B key"),
    ("KGAT_", r"KGAT_[A-Za-z0-9]{30,60}", "Kaggle token"),
    ("rnd_", rf"rnd_[A-Za-z0-9]{{28}}{_END}", "Render key"),
    ("sbp_", rf"sbp_[0-9a-f]{{40}}{_END}", "Supabase token"),
    ("fo1_", rf"fo1_[\w-]{{43}}{_END}", "Fly token"),
    ("nvapi-", r"nvapi-[\w-]{60,80}", "NVIDIA key"),
    ("8Q~", r"(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}(?![\w~.-])", "Azure secret"),
    (":AA", r"(?<![0-9])[0-9]{8,10}:AA[\w-]{32,34}(?![\w-])", "Telegram token"),
    ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "age key"),
    ("eyJ", r"eyJ[\w-]{8,5000}\.eyJ[\w-]{8,20000}\.[\w-]{5,5000}", "JSON web token"),
    ("eyJhcGlfYWRkcmVzcyI6", r"eyJhcGlfYWRkcmVzcyI6[\w+/-]{20,1000}=*", "Neptune token"),
    (
        "-----BEGIN ",
        rf"-----BEGIN\ {_PEM}(?:[\w\s+/=\\\"',:.@()]|-(?!----)){{16,20000}}+-----END {_PEM}",
        "private key",
    ),
)
_SHORTEST = 20
_FURTHEST = 34  # of what a key begins with before the part that it is known by
_PRIVATE = "-----BEGIN "
_SHAPES = tuple((part, re.compile(pattern), kind) for part, pattern, kind in _TABLE)


def find_shapes(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where keys of a known shape stand in a text, from, to, and whose they are."""
    # No key is shorter, nor holds a space, but for those of several lines: a tenth of a text is
    # left to be looked through for what each shape begins with.
    long = " ".join([word for word in text.split() if len(word) >= _SHORTEST])
    for part, pattern, kind in _SHAPES:
        if part not in (text if part == _PRIVATE else long):
            continue
        for found in _matches(text, part, pattern):
            start, end = found.span("value" if "value" in pattern.groupindex else 0)
            yield start, end, kind


def _matches(text: str, part: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin where `part` stands, or shortly before."""
    further = 0 if pattern.pattern.replace("\\", "").startswith(part) else _FURTHEST
    position, passed = text.find(part), 0
    while position >= 0:
        starts = range(max(passed, position - further), position + 1)
        found = next((one for at in starts if (one := pattern.match(text, at))), None)
        if found is not None:
            before = text[found.start() - 1 : found.start()]
            is_inside = before.isalnum() or before == "_"  # the rest of a longer word
            if not (is_inside and found[0][0].isalnum()):
                yield found
            passed = found.end()
        position = text.find(part, max(passed, position + 1))
