from __future__ import annotations

import base64
import hashlib
import re
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitlab_journal.secrets import REDACTED, redact, redact_values

# Put together at run time: a scanner of repositories would take them for real ones.
KEYS = {
    "aws": "AKIA" + "IOSFODNN7EXAMPLE",
    "github": "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "github fine": "github_pat_" + "11ABCDEFG0" + "x9Y8" * 15,
    "gitlab": "glpat-" + "x9Y8z7W6v5U4t3S2r1Q0",
    "slack": "xoxb-" + "123456789012-abcdefGHIJKL",
    "openai": "sk-" + "proj-abcDEF123456ghiJKL789mno",
    "hugging face": "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz01234567",
    "google": "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    "jwt": "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
}
PEM = "\n".join(
    (
        "-----BEGIN RSA PRIVATE" + " KEY-----",
        "MIIEpAIBAAKCAQEA7bq98w/QwGmnnmHkJ2Vx",
        "abcdefABCDEF0123456789+/==",
        "-----END RSA PRIVATE" + " KEY-----",
    )
)


def clean(text):
    return redact(text)[0]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_known_by_its_pattern_wherever_it_stands(key):
    text, count = redact(f'call("{key}")  # or {key}.')
    kind = re.match(r'call\("(\[redacted: [A-Za-z ]+\])"\)', text)[1]

    assert (f'call("{kind}")  # or {kind}.', 2) == (text, count)


def test_a_private_key_goes_as_a_whole_in_a_file_and_in_a_diff():
    diff = "\n".join(f"+{line}" for line in PEM.splitlines())

    assert ("a\n[redacted: private key]\nb", 1) == redact(f"a\n{PEM}\nb")
    assert "+[redacted: private key]\n b" == clean(f"{diff}\n b")


def test_the_words_that_begin_a_private_key_alone_stay():
    text = 'if text.startswith("-----BEGIN PRIVATE" + " KEY-----"):\n    return None\n'

    assert (text, 0) == redact(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://ada:hunter2@db/x", "postgresql://ada:[redacted]@db/x"),
        ("redis://:p%40ss@localhost:6379", "redis://:[redacted]@localhost:6379"),
        ('URL = "https://ci:abc@git.example"', 'URL = "https://ci:[redacted]@git.example"'),
        ("Authorization: Bearer abcdef123", "Authorization: Bearer [redacted]"),
        ("-H 'Authorization: Basic dXNlcjpw'", "-H 'Authorization: Basic [redacted]'"),
        ("Bearer 0123456789abcdef0123", "Bearer [redacted]"),
    ],
)
def test_a_password_in_an_address_or_header_goes_alone(text, expected):
    assert (expected, 1) == redact(text)


@pytest.mark.parametrize(
    "form",
    [
        '{} = "hunter2"',
        "{} = 'hunter2'",
        '{}: str = "hunter2"',
        '{}: str | None = "hunter2"',
        'call(x, {}="hunter2", y=1)',
        'call(x, {}=r"hunter2")',
        'if ({} := "hunter2"):',
        '"{}": "hunter2",',
        "'{}' : 'hunter2'}}",
        '"{{\\"{}\\": \\"hunter2\\"}}"',
        'os.environ["{}"] = "hunter2"',
        'self.{} = """hunter2"""',
        "{}: hunter2",
        "  - {}: hunter2  # a comment",
        '{}: "hunter2"',
        "run --{} hunter2 --verbose",
        "run --{}=hunter2",
        "https://host/path?x=1&{}=hunter2&y=2",
        'curl -H "{}: hunter2"',
        '"Server=db;{}=hunter2;Port=1"',
    ],
)
@pytest.mark.parametrize("name", ["password", "api_key", "DB_PASSWORD", "X-Api-Key", "accessToken"])
def test_a_secret_name_hides_its_value_and_nothing_else(form, name):
    text = form.format(name)

    assert (text.replace("hunter2", REDACTED), 1) == redact(text)


@pytest.mark.parametrize("line", ["{}=hunter2", "export {}=hunter2", "+{}=hunter2", "{}=swordfish"])
def test_a_file_of_variables_holds_literals(line):
    text = f"A=1\n{line.format('MY_SECRET')}\nB=2\n"
    value = line.partition("=")[2]

    assert (text.replace(value, REDACTED), 1) == redact(text)


SECRET_NAMES = [
    "password",
    "passwd",
    "db_password",
    "PGPASSWORD",
    "secret",
    "client_secret",
    "SECRET_KEY",
    "aws_secret_access_key",
    "token",
    "auth_token",
    "hf_token",
    "GITHUB_TOKEN",
    "api_key",
    "apikey",
    "apiKey",
    "APIKey",
    "X-Api-Key",
    "access_key",
    "private_key",
    "auth",
    "credential",
    "credentials",
    "passphrase",
    "password2",
]


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_values_are_hidden_by_name(name):
    assert ({name: REDACTED, "C": 1.0}, [name]) == redact_values({name: "s3cr3t-value", "C": 1.0})


HARMLESS = {
    "use_cls_token": "yes, at the first place",
    "tokenizer": "bert-base-uncased",
    "max_tokens": "1024 at most",
    "n_tokens": "12345678",
    "secretary": "Ms Example 2026",
    "author": "Ada Example 1815",
    "pad_token_id": "abcdef0123",
    "pad_token": "padding-000",
    "eos_token": "</s>",
    "token": "</s>",
    "mask_token": "[MASK]",
    "key": "abcdef0123",
    "sort_key": "abcdef0123",
    "keyboard": "abcdef0123",
    "authority": "abcdef0123",
    "password_length": "twelve or 13",
    "password": "",
    "credentials": "folder/credentials.json",
    "api_key": "OPENAI_API_KEY",
    "secret": "${SECRET}",
    "auth": "basic",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_names_that_only_sound_like_a_secret_stay(name):
    assert ({name: HARMLESS[name]}, []) == redact_values({name: HARMLESS[name]})
    assert (f'{name} = "{HARMLESS[name]}"', 0) == redact(f'{name} = "{HARMLESS[name]}"')


@pytest.mark.parametrize("value", [1234, 0.5, True, False, None, 3 + 0j])
def test_numbers_flags_and_none_are_no_secret(value):
    assert ({"password": value}, []) == redact_values({"password": value})
    assert (f"password = {value}", 0) == redact(f"password = {value}")


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        'token = os.getenv("TOKEN", "")',
        "token = getenv('TOKEN')",
        "token = None",
        "token=args.token",
        "password=password",
        "API_KEY=api_key",
        "API_KEY = load_key(path)",
        "TOKEN=load_token(path2)",
        "token: str",
        "token: np.float32",
        "secret: int64",
        "def login(user: str, password: str) -> None:",
        "token = tokens[i1]",
        "token = x1",
        "password = getpass('Password: ')",
        'password = input("Your password: ") or "x"',
        'f"token: {token}"',
        'headers = {"Authorization": f"Bearer {token}"}',
        'url = f"https://{user}:{password}@host"',
        'url = "https://$USER:$PASSWORD@host"',
        'password: "${DB_PASSWORD}"',
        'if token == "hunter2":',
        'api_key = "<your key>"',
        'api_key="..."',
        'password = "********"',
        "give --password options instead",
        "usage: tool --password PASSWORD --token TOKEN",
        'parser.add_argument("--api-key", help="the key")',
        'tokenizer = Tokenizer(oov_token="<OOV>", num_words=1000)',
        'class="sk-toggleable__label-arrow sk-estimator-doc-link-1"',
        "see https://host:8080/@scope/package",
        "git@github.com:user/repo.git",
        "ssh://git@host:22/repo",
        "The secret: keep it short.",
        "Add the token, then the password.",
    ],
)
def test_what_refers_elsewhere_or_is_prose_stays(text):
    assert (text, 0) == redact(text)


@pytest.mark.parametrize(
    "digest",
    [
        hashlib.sha1(b"commit", usedforsecurity=False).hexdigest(),
        f"git:{hashlib.sha1(b'commit', usedforsecurity=False).hexdigest()}",
        "xxh3_128:3fa40287042a22b2e5baa0cb25037b25",
        str(uuid.UUID(int=2**127 + 12345)),
        base64.b64encode(b"short words").decode(),
        "20260301-184307-d7k7m2",
    ],
)
def test_digests_and_ids_are_no_secret(digest):
    text = f"id: {digest}\ncode_hash: {digest}\ncommit = '{digest}'\n"

    assert (text, 0) == redact(text)
    assert ({"digest": digest}, []) == redact_values({"digest": digest})


def test_nested_values_are_hidden_with_their_paths():
    values = {
        "optimizer": {"class": "SGD", "api_key": "hunter2"},
        "layers": ["Dense(64, tanh)", {"token": KEYS["gitlab"]}],
        "auth": ("ada", "hunter2"),
        "address": "https://ada:hunter2@host",
        "raw": {"secret": b"hunter2"},
        3: "three",
    }

    assert (
        {
            "optimizer": {"class": "SGD", "api_key": REDACTED},
            "layers": ["Dense(64, tanh)", {"token": "[redacted: GitLab token]"}],
            "auth": ("ada", REDACTED),
            "address": f"https://ada:{REDACTED}@host",
            "raw": {"secret": REDACTED},
            3: "three",
        },
        ["optimizer.api_key", "layers[1].token", "auth[1]", "address", "raw.secret"],
    ) == redact_values(values)


def test_an_option_hides_the_argument_behind_it():
    argv = ["train.py", "--password", "swordfish", "--epochs", "3", "--token"]

    assert ({"argv": [*argv[:2], REDACTED, *argv[3:]]}, ["argv[2]"]) == redact_values(
        {"argv": argv}
    )


def test_the_values_given_are_not_changed():
    values = {"inside": {"password": "hunter2"}}

    redact_values(values)

    assert {"inside": {"password": "hunter2"}} == values


def test_a_diff_keeps_everything_else_byte_for_byte():
    diff = (
        "--- a/train.py\n+++ b/train.py\n@@ -1,3 +1,4 @@\n import os\r\n"
        '-password = "old-pass-1"\n+password = "hunter2"  # a comment é\n'
        '+key = os.environ["API_KEY"]\n+URL = "s3://ada:hunter2@bucket"\n'
    )
    expected = diff.replace("hunter2", REDACTED).replace("old-pass-1", REDACTED)

    assert (expected, 3) == redact(diff)


def test_a_megabyte_without_a_break_costs_one_reading():
    text = "token" * 200_000 + "=" + "a1" * 100_000

    assert text[:100] == clean(text)[:100]


WORDS = """password token api_key --secret Authorization bearer = := " ' \\ hunter2 swordfish
    :// ada: @ ? & ; + - f {x} [ ] ( ) None 1 export MY_SECRET="""
PIECES = [*WORDS.split(), " ", ": ", "\n", REDACTED, *KEYS.values(), PEM]
CODE_LIKE = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(st.one_of(st.text(), CODE_LIKE))
@example("Authorization: Bearer [redacted]")
@example(KEYS["google"] + KEYS["aws"])
@example(KEYS["aws"] + '"Password:="')
def test_redacting_again_changes_nothing(text):
    once, count = redact(text)

    assert (once, 0) == redact(once)
    assert (count == 0) == (once == text)


@given(st.text(alphabet=st.characters(exclude_characters="=:-@_A")))
def test_a_text_without_a_sign_stays_as_it_is(text):
    assert (text, 0) == redact(text)
