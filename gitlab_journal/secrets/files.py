"""Which files hold secrets, as their names tell."""

from __future__ import annotations

import re

# Whole names of files and of folders, in lower case.
_NAMES = frozenset(
    """.env .envrc .netrc _netrc .pgpass .my.cnf .npmrc .pypirc .htpasswd .git-credentials
    .dockercfg .dockerconfigjson .boto .s3cfg .vault-token .credentials .secrets .ssh .gnupg
    .aws .azure .kube .gcloud kaggle.json secrets.toml secrets.yml secrets.yaml secrets.json
    credentials credentials.json credentials.yml credentials.yaml credentials.toml
    credentials.csv credentials.ini rootkey.csv accesskeys.csv client_secret.json
    service-account.json service_account.json terraform.tfstate id_rsa id_dsa id_ecdsa
    id_ed25519 id_ecdsa_sk id_ed25519_sk""".split()  # noqa: SIM905
)
_SHAPES = re.compile(
    r"\.env\..+|.+\.env"
    r"|.+\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx|p8|ovpn|tfvars|agekey)"
    r"|(?:credentials?|client_secrets?|service[-_]account(?:[-_]key)?|gcp[-_]key)[-_.].*\.json"
    r"|.+[-_.](?:credentials?|service[-_]account)\.json"
    r"|.+_accesskeys\.csv|id_(?:rsa|dsa|ecdsa|ed25519)[-_.](?!pub$).+"
)
# Such as a person copies to fill in; they hold no values.
_SAMPLES = re.compile(r".*\.(?:example|sample|template|dist|tmpl)(?:\..+)?|.+\.pub")


def is_secret_file(path: str) -> bool:
    """Tell whether a path is `.env`, `id_rsa`, `server.pem`, or lies in a folder such as `.ssh`."""
    parts = [part for part in path.lower().split("/") if part]
    return any(map(_is_secret, parts))


def _is_secret(name: str) -> bool:
    if name in _NAMES:
        return True
    return _SHAPES.fullmatch(name) is not None and _SAMPLES.fullmatch(name) is None
