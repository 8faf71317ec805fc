"""Keys of every issuer's shape and look-alikes, as in benchmarks/leaks/cases.py."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from gitlab_journal.secrets import assigned, entropy, places, redact, redact_values, shapes
from gitlab_journal.secrets.files import is_secret_file

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
cases = importlib.import_module("leaks.cases")

LEAKS, LOOKALIKES = cases.leaks(), cases.lookalikes()
# One in forty random keys of 40 characters has the look of words.
MISSED = frozenset({"unnamed, random"})


@pytest.mark.parametrize("case", LEAKS, ids=[case.name for case in LEAKS])
def test_no_key_is_left(case):
    text, count = redact(case.text)
    left = [key for key in case.secrets if key in text]

    assert (case.name in MISSED) == bool(left)
    assert (case.name not in MISSED) == bool(count)


@pytest.mark.parametrize("case", LOOKALIKES, ids=[case.name for case in LOOKALIKES])
def test_what_only_looks_like_a_key_stays(case):
    assert (case.text, 0) == redact(case.text)


@pytest.mark.parametrize(
    "path",
    """.env .env.local app/.env prod.env .envrc server.pem keys/id_rsa id_ed25519 .netrc
    credentials.json credentials-prod.json my-service-account.json .ssh/config tls.key .npmrc
    .aws/credentials kaggle.json secrets.toml id_rsa.bak client_secret_1.json .pypirc""".split(),  # noqa: SIM905
)
def test_files_of_secrets_are_known_by_their_names(path):
    assert is_secret_file(path)


@pytest.mark.parametrize(
    "path",
    """.env.example env.py environment.yml keyframes.json tokenizer.json keys.py credentials.py
    id_rsa.pub secrets.py data/keypoints.json .environment monkey.py turnkey venv/x.py""".split(),  # noqa: SIM905
)
def test_files_that_only_sound_so_are_others(path):
    assert not is_secret_file(path)


def test_a_random_value_goes_unless_its_name_says_that_it_is_an_id():
    key = "q7Rz2LmX9vBn4KtY8pWd3HsJ6fCg1ZaT"

    assert ({"opaque": "[redacted: random]"}, ["opaque"]) == redact_values({"opaque": key})
    assert ({"file_id": key}, []) == redact_values({"file_id": key})
    assert ({"opaque": key}, []) == redact_values({"opaque": key}, with_random=False)


class Counted:
    """A pattern that counts how many characters its matches span, and how often it is asked."""

    def __init__(self, pattern, counts):
        self._inner, self._counts = pattern, counts

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def _count(self, found):
        self._counts[0] += 1 + (len(found[0]) if found else 0)
        return found

    def match(self, *arguments):
        return self._count(self._inner.match(*arguments))

    def fullmatch(self, *arguments):
        return self._count(self._inner.fullmatch(*arguments))

    def finditer(self, *arguments):
        return map(self._count, self._inner.finditer(*arguments))


def steps(text, monkeypatch):
    """How many characters all patterns of the secrets match while `text` is redacted."""
    counts = [0]
    with monkeypatch.context() as patched:
        for module in (assigned, entropy):
            for name, value in vars(module).items():
                if hasattr(value, "finditer") and not isinstance(value, Counted):
                    patched.setattr(module, name, Counted(value, counts))
        counted = [(part, Counted(one, counts)) for part, one in places._PLACES]
        patched.setattr(places, "_PLACES", counted)
        counted = [(part, Counted(one, counts), kind) for part, one, kind in shapes._SHAPES]
        patched.setattr(shapes, "_SHAPES", counted)
        redact(text)
    return counts[0]


HOSTILE = {
    "names": "token",
    "names with signs": "token=",
    "one value of many names": "a=token=b1",
    "open quotes": 'token="',
    "escaped quotes": 'token=\\"',
    "escapes": 'token="\\',
    "addresses": "://a:b",
    "signs of keys": "sk-A1",
    "beginnings of private keys": "-----BEGIN PRIVATE" + " KEY-----\n",
    "beginnings of web tokens": "eyJ" + "a" * 9 + ".",
    "types": "key: a[b, c] | ",
    "options": "--password ",
    "tokens in JSON": '{"token": "abc123", "key": "v"}, ',
    "words": "the key of a token and its secret, ",
    "machines": "machine a login b ",
    "Azure's": "8Q~",
    "hex": "0123456789abcdef",
    "hex, almost Mailchimp's": f"{'0123456789abcdef' * 2}-us",
    "hex behind a sign": f"token={'0123456789abcdef' * 4}g",
    "quoted hex": f"'{'0123456789abcdef' * 8}",
    "almost random": "q7Rz2LmX9vBn4KtY8pWd",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_the_work_grows_as_the_text_does(piece, monkeypatch):
    size = 6_000 // len(piece)
    once, twice = (steps(piece * count, monkeypatch) for count in (size, 2 * size))

    assert twice <= 2.5 * once + 20_000


def test_the_benchmark_finds_nothing_that_we_store():
    script = Path(cases.__file__).parents[1] / "leaks.py"
    done = subprocess.run(
        [sys.executable, script, "--only", "ours"], capture_output=True, text=True, check=False
    )
    rows = [line.split("|") for line in done.stdout.splitlines() if line.startswith("| ")]
    readme = (script.parent / "README.md").read_text().splitlines()
    published = [line.split("|")[3:] for line in readme]

    assert (0, "") == (done.returncode, done.stderr)
    assert [] == [row for row in rows if row[3:] not in published]
