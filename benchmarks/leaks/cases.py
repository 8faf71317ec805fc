"""Texts that hold a made-up key, texts that only look so.

Keys are put together when the module is loaded, from parts and a fixed seed: nothing here is one,
and no scanner of repositories takes a line of this file for one.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from random import Random

_random = Random(20260301)  # noqa: S311  # not meant to be secret, meant to be the same
HEX, LOWER = "0123456789abcdef", string.ascii_lowercase + string.digits
MIXED = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Case:
    """A text with what must not be left of it; nothing, for a text that must stay."""

    name: str
    text: str
    secrets: tuple[str, ...] = ()


def made(length: int, alphabet: str = MIXED) -> str:
    """Return a made-up value that holds every kind of character that the alphabet has."""
    while True:
        value = "".join(_random.choice(alphabet) for _ in range(length))
        kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
        if all(set(value) & set(kind) for kind in kinds if set(alphabet) & set(kind)):
            return value


def shapes() -> dict[str, str]:
    """Return a made-up key of each issuer's shape."""
    jwt = ".".join(("eyJ" + made(33), "eyJ" + made(60), made(43)))
    return {
        "AWS access key": "AK" + "IA" + made(16, string.ascii_uppercase + "234567"),
        "AWS temporary key": "AS" + "IA" + made(16, string.ascii_uppercase + "234567"),
        "GitHub classic": "gh" + "p_" + made(36),
        "GitHub OAuth": "gh" + "o_" + made(36),
        "GitHub app": "gh" + "s_" + made(36),
        "GitHub refresh": "gh" + "r_" + made(76),
        "GitHub fine-grained": "github" + "_pat_" + made(22) + "_" + made(59),
        "GitLab personal": "gl" + "pat-" + made(20),
        "GitLab deploy": "gl" + "dt-" + made(20),
        "GitLab runner": "gl" + "rt-" + made(20),
        "GitLab job": "gl" + "cbt-" + made(24),
        "Hugging Face": "h" + "f_" + made(34, string.ascii_letters),
        "OpenAI project": "s" + "k-proj-" + made(74),
        "OpenAI": "s" + "k-" + made(48),
        "Anthropic": "s" + "k-ant-api03-" + made(93) + "AA",
        "OpenRouter": "s" + "k-or-v1-" + made(64, HEX),
        "DeepSeek": "s" + "k-" + made(32, HEX),
        "Slack bot": "xo" + "xb-" + made(12, string.digits) + "-" + made(24),
        "Slack app": "xa" + "pp-1-" + made(11) + "-" + made(64, HEX),
        "Stripe live": "s" + "k_live_" + made(24),
        "Stripe restricted": "r" + "k_live_" + made(24),
        "Stripe test": "s" + "k_test_" + made(24),
        "Twilio": "S" + "K" + made(32, HEX),
        "SendGrid": "S" + "G." + made(22) + "." + made(43),
        "npm": "np" + "m_" + made(36),
        "PyPI": "py" + "pi-AgEIcHlwaS5vcmc" + made(150),
        "JWT": jwt,
        "Google API": "AI" + "za" + made(35),
        "Google OAuth secret": "GOC" + "SPX-" + made(28),
        "Google OAuth token": "ya" + "29." + made(120),
        "Databricks": "da" + "pi" + made(32, HEX),
        "DigitalOcean": "do" + "p_v1_" + made(64, HEX),
        "Docker Hub": "dc" + "kr_pat_" + made(27),
        "Vault": "hv" + "s." + made(90),
        "Groq": "gs" + "k_" + made(52),
        "Replicate": "r" + "8_" + made(37),
        "Azure client": made(3) + "8Q" + "~" + made(34),
        "Telegram": made(10, "123456789") + ":A" + "A" + made(33),
        "Mailgun": "ke" + "y-" + made(32, HEX),
        "Mailchimp": made(32, HEX) + "-us" + "14",
        "Neptune": "eyJhcGlfYWRk" + "cmVzcyI6" + made(120),
        "Notion": "nt" + "n_" + made(46),
        "Pinecone": "pc" + "sk_" + made(60),
        "LangSmith": "ls" + "v2_pt_" + made(32, HEX) + "_" + made(10, HEX),
        "Grafana": "gl" + "sa_" + made(32) + "_" + made(8, HEX),
        "NVIDIA": "nv" + "api-" + made(64),
        "Shopify": "sh" + "pat_" + made(32, HEX),
        "Supabase": "sb" + "p_" + made(40, HEX),
        "age": "AGE-SEC" + "RET-KEY-1" + made(58, string.ascii_uppercase + "234567"),
    }


def _in_shapes() -> list[Case]:
    cases = []
    for name, key in shapes().items():
        cases.append(Case(f"{name} in a call", f'client = Client("{key}", retries=3)\n', (key,)))
        cases.append(Case(f"{name} in a log", f"connecting as {key} now\n", (key,)))
    return cases


def _pem(kind: str) -> tuple[str, str]:
    body = "\n".join(made(64, MIXED + "+/") for _ in range(12))
    mark = f"{kind}PRIVATE " + "KEY-----"
    return f"-----BEGIN {mark}\n{body}\n-----END {mark}\n", body


def _private_keys() -> list[Case]:
    cases = []
    for kind in ("", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "):
        text, body = _pem(kind)
        cases.append(Case(f"{kind}private key", f"a\n{text}b\n", tuple(body.split("\n"))))
    text, body = _pem("RSA ")
    escaped = text.replace("\n", "\\n")
    account = f'{{"type": "service_account", "private_key": "{escaped}", "client_id": "1"}}'
    return [*cases, Case("service account", account, tuple(body.split("\n")))]


def _by_name() -> list[Case]:
    word, key, digest = "correct-horse-7", made(40), made(40, HEX)
    forms = {
        "constant": ('DB_PASSWORD = "{}"', word),
        "annotated": ('api_key: str = "{}"', word),
        "keyword": ('connect(host="db", password="{}", port=5432)', word),
        "dictionary": ('{{"user": "ada", "client_secret": "{}"}}', word),
        "environment in code": ('os.environ["WANDB_API_KEY"] = "{}"', digest),
        "default of getenv": ('os.getenv("API_TOKEN", "{}")', word),
        "default of environ.get": ("os.environ.get('DB_PASSWORD', '{}')", word),
        "setdefault": ('os.environ.setdefault("COMET_API_KEY", "{}")', made(25)),
        "argument default": ('parser.add_argument("--api-key", type=str, default="{}")', word),
        "click option": ('@click.option("--password", default="{}")', word),
        "function default": ('def load(path, token="{}"):', key),
        "shell": ("export MLFLOW_TRACKING_PASSWORD={}", word),
        "inline variable": ("PGPASSWORD={} psql -h db", word),
        "dotenv": ("FOO_SECRET={}", word),
        "dotenv quoted": ('APP_SECRET_KEY="{}"', word),
        "Dockerfile": ("ENV NPM_TOKEN={}", key),
        "yaml": ("password: {}", word),
        "yaml nested": ("  - db_password: '{}'", word),
        "yaml in a comment": ("# password: {}", word),
        "toml": ('secret_key = "{}"', word),
        "json escaped": ('"{{\\"api_key\\": \\"{}\\"}}"', word),
        "query": ("https://host/x?page=2&access_token={}&y=1", key),
        "option": ("train.py --token {} --epochs 3", key),
        "option with a sign": ("train.py --db-password={}", word),
        "header": ('headers = {{"X-Api-Key": "{}"}}', key),
        "bearer": ("Authorization: Bearer {}", key),
        "basic": ("Authorization: Basic {}", made(24)),
        "GitHub's header": ('{{"Authorization": "token {}"}}', digest),
        "Docker's auth": ('{{"auths": {{"ghcr.io": {{"auth": "{}"}}}}}}', made(32)),
        "connection words": ('"Server=db;User Id=ada;Password={};Port=1"', word),
        "Azure storage": ("AccountName=ada;AccountKey={};EndpointSuffix=x", made(86) + "=="),
        "Azure service bus": ("SharedAccessKeyName=a;SharedAccessKey={}", made(43) + "="),
        "Azure SAS": ("https://a.blob.core.windows.net/c?sv=2024&sig={}", made(43) + "%3D"),
        "S3 presigned": ("https://b.s3.amazonaws.com/k?X-Amz-Signature={}", made(64, HEX)),
        "postgres": ("postgresql+psycopg2://ada:{}@db.example:5432/x", word),
        "mongodb": ('MongoClient("mongodb+srv://ada:{}@cluster0.mongodb.net")', word),
        "redis": ("redis://:{}@localhost:6379/0", word),
        "remote with a password": ("https://ci:{}@gitlab.example.org/a/b.git", word),
        "remote with a token alone": ("https://{}@github.com/a/b.git", digest),
        "Sentry": ("https://{}@o4505.ingest.sentry.io/45", made(32, HEX)),
        "proxy": ("HTTPS_PROXY=http://ada:{}@proxy.example:3128", word),
        "netrc": ("machine api.wandb.ai\n  login user\n  password {}\n", digest),
        "npmrc": ("//registry.example.org/:_authToken={}", made(36)),
        "pypirc": ("[pypi]\nusername = ada\npassword = {}\n", "s3cr3t-p@ss!"),
        "curl": ("curl -u ada:{} https://host/x", word),
        "curl long": ("curl -s --user ada:{} https://host/x", word),
        "docker login": ("docker login ghcr.io -u ada -p {}", word),
        "sshpass": ("sshpass -p {} ssh host", word),
        "wandb login": ("wandb login {}", digest),
        "wandb in code": ('wandb.login(key="{}")', digest),
        "kaggle.json": ('{{"username": "ada", "key": "{}"}}', made(32, HEX)),
        "KAGGLE_KEY": ("KAGGLE_KEY={}", made(32, HEX)),
        "Twilio auth": ('auth_token = "{}"', made(32, HEX)),
        "AWS secret by name": ("aws_secret_access_key = {}", made(40, MIXED + "/+")),
        "AWS session": ('AWS_SESSION_TOKEN="{}"', made(200, MIXED + "/+")),
        "pair": ('requests.get(url, auth=("ada", "{}"))', word),
        "basic auth class": ('HTTPBasicAuth("ada", "{}")', word),
        "cookie": ("Cookie: sessionid={}; a=b", made(32, LOWER)),
        "Slack webhook": ("https://hooks.slack.com/services/T0000/B0000/{}", made(24)),
        "Discord webhook": ("https://discord.com/api/webhooks/123456789012345678/{}", made(68)),
        "Fernet": ('FERNET_KEY = "{}"', made(43) + "="),
        "Django": ('SECRET_KEY = "django-insecure-{}"', made(50)),
        "in a traceback": ("ValueError: refused {{'token': '{}'}}", key),
        "repr of an estimator": ("Client(api_key='{}', timeout=3)", word),
        "camel case": ("const accessToken = '{}';", key),
        "passphrase": ('passphrase="{}"', word),
        "GITHUB_PAT": ("GITHUB_PAT={}", made(52, LOWER)),
        "removed line": ('-    password="{}",', word),
        "added line": ("+API_SECRET={}", word),
        "in a notebook": ('    "api_key = \\"{}\\"\\n",', word),
        "unnamed, random": ('session = boto3.Session("x", "{}")', made(40, MIXED + "/+")),
    }
    return [
        Case(name, f"{form.format(value)}\n", (value,)) for name, (form, value) in forms.items()
    ]


def leaks() -> list[Case]:
    """Return texts that hold a key."""
    return [*_in_shapes(), *_private_keys(), *_by_name()]


def lookalikes() -> list[Case]:
    """Return texts that hold none."""
    sha1, sha256, md5 = made(40, HEX), made(64, HEX), made(32, HEX)
    uuid = "-".join(made(count, HEX) for count in (8, 4, 4, 4, 12))
    texts = {
        **{name: f"{name} = {value}" for name, value in _HARMLESS_VALUES.items()},
        "git id": f"code: git:{sha1}",
        "our digest": f"params_hash: xxh3_128:{md5}",
        "sha256 of data": f'EXPECTED = "{sha256}"',
        "sha256 in a lock file": f'    {{file = "x.whl", hash = "sha256:{sha256}"}},',
        "integrity": f'"integrity": "sha512-{made(86)}=="',
        "etag": f'etag = "{made(32)}"',
        "uuid": f'run_id = "{uuid}"',
        "entry": "parents: [20260301-184307-d7k7m2]",
        "base32": f'id = "{made(26, "0123456789abcdefghjkmnpqrstvwxyz")}"',
        "wandb run": "run: dark-sunset-42 (3k8f2m1a)",
        "Drive file": f'gdown.download(id="{made(33)}")',
        "Drive address": f"https://drive.google.com/uc?id={made(33)}",
        "revision": f'from_pretrained("bert-base-uncased", revision="{sha1}")',
        "model name": 'model = "sentence-transformers/all-MiniLM-L6-v2"',
        "long model name": 'name = "meta-llama/Meta-Llama-3.1-70B-Instruct-AWQ-INT4"',
        "vit": 'model = "vit_base_patch16_224.augreg_in21k_ft_in1k"',
        "file": 'path = "/data/imagenet/ILSVRC2012_img_val/ILSVRC2012_val_00012345.JPEG"',
        "checkpoint": 'path = "runs/2026-03-01T18:43:07/epoch=12-val_loss=0.31.ckpt"',
        "bucket": 'uri = "s3://my-bucket/data/train/part-00000-of-00128.parquet"',
        "address": 'url = "https://host.example:8443/api/v1/models?limit=100&offset=20"',
        "remote": "origin  git@gitlab.com:group/project.git (fetch)",
        "https remote": "url = https://gitlab.com/group/project.git",
        "scoped package": "https://registry.example.org/@types/node/-/node-20.1.0.tgz",
        "colour": 'color = "#a3be8c"; fill: #1F77B4',
        "image": f'"image/png": "iVBORw0KGgo{made(400)}"',
        "data address": f'src="data:image/png;base64,iVBORw0KGgo{made(60)}"',
        "array in base64": f'"bdata": "{"AAAAAAAA8D8AAAAAAAAAQAAAAAAAAAhA" * 2}"',
        "alphabet": 'letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"',
        "camel case": 'cls = "StratifiedShuffleSplitWithGroupsAndRepeatedMeasuresV2"',
        "camel case, figures": 'layer = "Conv2DBatchNorm3ReLU6MaxPool2DropoutDense10Softmax"',
        "licence": "SPDX-License-Identifier: Apache-2.0 OR MIT",
        "test name": "def test_a_token_is_split_at_the_password_field_of_the_key(): ...",
        "public key": f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{made(43)} ada@example",
        "certificate": "-----BEGIN CERTIFICATE-----\nMIIBxTCCAWugAwIBAgIUZ\n"
        "-----END CERTIFICATE-----",
        "user of a container": "docker run -u 1000:1000 -v $PWD:/data image",
        "prose": "The key to the result is the token length; the password policy is elsewhere.",
        "prose with a colon": "Token: a piece of text. Key: what a query is compared with.",
        "sentence": "Keys and values: attention. Secret: more data. Auth: none needed.",
        "docstring": '"""Return the auth header; token comes from the environment."""',
        "environment": 'token = os.environ["HF_TOKEN"]',
        "getenv": 'api_key=os.getenv("OPENAI_API_KEY")',
        "getpass": 'password = getpass.getpass("Password: ")',
        "settings": "password=settings.DB_PASSWORD.get_secret_value()",
        "workflow": "token: ${{ secrets.GITHUB_TOKEN }}",
        "shell variable": 'curl -H "Authorization: Bearer $TOKEN" https://host',
        "shell substitution": "export API_TOKEN=$(cat /run/secrets/token)",
        "placeholder": 'API_KEY = "<your-api-key>"',
        "placeholder in words": 'api_key = "your_api_key_here"',
        "x's": "WANDB_API_KEY=xxxxxxxx",
        "stars": 'password = "********"',
        "annotation": "def login(user: str, password: str, token: str | None = None) -> Token:",
        "comparison": "if token == other_token and key != last_key:",
        "indexing": "tokens = keys[token_ids][:max_tokens]",
        "loop": "for key, token in zip(keys, tokens, strict=True): out[key] = token",
        "lambda": "items.sort(key=lambda item: item.score)",
        "sorted": 'sorted(rows, key=itemgetter("loss"))',
        "PRNG": "key = jax.random.PRNGKey(0)",
        "split": "key, subkey = jax.random.split(key)",
        "tokenizer": 'tokenizer = AutoTokenizer.from_pretrained("gpt2", use_fast=True)',
        "special tokens": 'bos_token="<s>", pad_token="<pad>", mask_token="[MASK]"',
        "vocabulary": '{"token": "hello", "token_id": 7592, "tokens": ["he", "##llo"]}',
        "JSON keys": '{"key": "value", "keys": ["a", "b"], "keyword": "loss"}',
        "keyboard": 'key = "ctrl+shift+p"; "key": "shift+enter"',
        "primary key": 'primary_key = "customer_id_2024"; foreign_key="order_id_1"',
        "partition key": 'partition_key="date=2026-03-01/hour=12"',
        "public": 'public_key = "id_for_lookup_1234"',
        "author": 'author = "Ada Example", authority = "example.org/1234567"',
        "pass": 'pass_rate = 0.93; passes = 12; first_pass = "quick-sweep-12345"',
        "compass": 'compass = "north-east-12345"; bypass_cache = "always-2026"',
        "monkey": 'monkeypatch.setattr(store, "token_length", 12)',
        "password length": "password_min_length = 12; password_strength: 0.3",
        "token counts": "prompt_tokens=1234, completion_tokens=56, total_tokens=1290",
        "attention": "q, k, v = self.query(x), self.key(x), self.value(x)",
        "pkey": "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id);",
        "kernel": "SKLEARN_SKIP=1; class='sk-container sk-top-container'",
        "CSS": "#sk-container-id-1 div.sk-toggleable__content {color: #1f77b4}",
        "tasks": "task-management-system-and-disk-usage-overview-2024-report",
        "versions": "torch==2.3.1+cu121 keras==3.15.1 numpy==2.4.6",
        "date": "2026-03-01T18:43:07.123456+00:00",
        "numbers": "0.30000000000000004, -1.7976931348623157e+308, 6.02214076e+23",
        "hex": "0x7f3a9c2b4d5e 0xDEADBEEF 1f77b4",
        "hunk": "@@ -11,4 +11,5 @@ def load(token, key):",
        "index": f"index {sha1}..{made(40, HEX)} 100644",
        "DNA": 'sequence = "ACGTACGGTTCAGGACCTTGAACGTACGGTTCAGGACCTTGA"',
        "protein": 'sequence = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ"',
        "SMILES": 'smiles = "CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)O"',
        "grid": 'grid = {"svc__C": [0.1, 1, 10], "svc__kernel": ["rbf", "poly"]}',
        "config": "config_key: optimizer.learning_rate",
        "cache key": 'cache_key = f"{name}-{version}"',
        "cookie cutter": "cookiecutter gh:audreyfeldroy/cookiecutter-pypackage",
        "ISBN": "ISBN 978-3-16-148410-0, DOI 10.1145/3292500.3330701",
        "arXiv": "arXiv:1706.03762v7, https://arxiv.org/abs/1706.03762",
        "column": 'df["passenger_key"] = df["token_count"] * 2',
        "regex": r'TOKEN = re.compile(r"\w+|[^\w\s]")',
        "SQL": "SELECT key, token FROM vocabulary WHERE secret_santa = 'yes-please-2'",
        "Keras layer": "MultiHeadAttention(num_heads=8, key_dim=64, value_dim=64)",
    }
    return [Case(name, f"{text}\n") for name, text in texts.items()]


_HARMLESS_VALUES = {
    "use_cls_token": "True",
    "max_tokens": "4096",
    "token_dim": '"768-dimensional, learned"',
    "num_key_value_heads": "8",
    "keyframes": '"0,12,24,48,96,192"',
    "secret_dim": '"128-then-64"',
    "author_name": '"Ada Example 1815"',
    "n_passes": '"12 or 13 passes"',
    "token_type": '"wordpiece-30522"',
    "keypoints": '"coco-17-keypoints"',
    "has_password": '"yes-in-2026"',
    "password_field": '"field-number-7"',
    "sort_key": '"abcdef0123456"',
    "cls_token": '"[CLS]-12345678"',
    "tokenizer_name": '"bert-base-uncased"',
    "credentials_file": '"~/.config/app/file-2"',
    "require_auth": '"for-admins-2026"',
    "key": '"abcdef0123"',
}
