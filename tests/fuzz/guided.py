"""Search for bytes that break a parser, led by the lines of code that they reach.

    python tests/fuzz/guided.py TARGET [-atheris_runs=100000] [-seed=1]

TARGET is page, cover, tree, trailers or record. Needs atheris (`pip install '.[soak]'`), which has
wheels for Linux on x86_64 and Python 3.11 to 3.13; elsewhere it cannot be installed. Bytes that
break something are written to `.hypothesis/crash-...`, which git ignores.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

try:
    import atheris
except ImportError:
    print(  # noqa: T201 - a script
        "the guided search is left out: it needs atheris, which has wheels for Linux on x86_64\n"
        "  with Python 3.11 to 3.13 alone; where there is one: pip install '.[soak]'"
    )
    sys.exit(0)

with atheris.instrument_imports(include=["gitlab_journal", "yaml"]):
    from checks import check_cover, check_page, check_parsers, check_record, check_trailers

SCRATCH = tempfile.TemporaryDirectory(prefix="guided-")  # a record is a file
FOLDER = Path(SCRATCH.name)
TARGETS = {
    "page": check_page,
    "cover": check_cover,
    "tree": check_parsers,
    "trailers": check_trailers,
    "record": lambda data: check_record(FOLDER / "record", data),
}


def main(target: str, *options: str) -> None:
    """Search from the corpus of a target on, as libFuzzer's `options` say."""
    corpus = FOLDER / f"corpus-{target}"
    corpus.mkdir()
    for number, seed in enumerate(seeds(target)):
        (corpus / str(number)).write_bytes(seed)
    words = FOLDER / "words"
    words.write_text("\n".join(map(quoted, hurtful())))

    def search(data: bytes) -> None:
        TARGETS[target](data)

    found = Path(".hypothesis")
    found.mkdir(exist_ok=True)
    usual = [f"-dict={words}", "-max_len=20000", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *usual, *options, str(corpus)], search)
    atheris.Fuzz()


def seeds(target: str) -> list[bytes]:
    """Return what the search begins with."""
    from hostile import COVER, MESSAGE, PAGE, RECORD, TREE, example_pages

    found = {"cover": [COVER], "trailers": [MESSAGE], "record": [RECORD], "tree": [TREE]}
    texts = found.get(target) or [PAGE, *example_pages()]
    return [text if isinstance(text, bytes) else text.encode() for text in texts]


def hurtful() -> list[bytes]:
    """Return the words that hurt parsers, without the very long ones."""
    from hostile import HURTFUL, HURTFUL_BYTES

    words = [*(text.encode() for text in HURTFUL), *HURTFUL_BYTES]
    return [word for word in words if len(word) < 60]


def quoted(word: bytes) -> str:
    """Return a word as libFuzzer reads it in a dictionary."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"'


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"expected one of {', '.join(TARGETS)}")
    main(*sys.argv[1:])
