"""Make a journal of many synthetic entries, the same bytes each time.

python benchmarks/journals.py FOLDER [NUMBER OF ENTRIES]
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from gitlab_journal.compose import commit_message
from gitlab_journal.cover import draft_cover
from gitlab_journal.entry import Entry, attachments_path, draft, new_id, page_path

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 10_000
KEPT_FROM = 10_000
CACHE = Path.home() / ".cache" / "gitlab-journal" / "benchmarks" / "journals"
BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
EVERY = timedelta(minutes=11)  # about 130 entries a day
AUTHOR = "Ada Example <ada@example.org>"
MODELS = ("keras.Sequential", "sklearn.svm.SVC", "sklearn.neural_network.MLPClassifier")
OPTIMIZERS = ("sgd", "adam", "rmsprop")
TAGS = ("normalisation", "depth", "width", "learning-rate", "regularisation")
EPOCHS = 20
SETTINGS = 4  # a setting is trained in so many seeds, as replicates
FILES = {
    "journal.md": draft_cover("Ten thousand experiments").encode(),
    ".gitattributes": b"* -text\n",
    ".gitignore": b"/site/\n",
}
PROCEDURE = (
    "The same network, optimiser and split as before. One change at a time: the layer is wider,\n"
    "all else stays. The validation part is a fifth of the training part, stratified by class."
)
INFERENCE = (
    "The gain is within what the seeds differ by. Wider layers need more epochs here,\n"
    "so the next experiment trains longer before it widens again."
)
DIFF = """\
diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -11,4 +11,5 @@ def load(seed):
     a, b, c, d = train_test_split(X, y, test_size=0.2, stratify=y, random_state=0)
+    a, b = scale(a), scale(b)
     return a, b, c, d
"""


def main() -> None:
    """Make the journal that the arguments ask for."""
    folder = Path(sys.argv[1])
    size = int(sys.argv[2]) if len(sys.argv) > 2 else SIZE  # noqa: PLR2004  # program, folder, size
    print(make_journal(folder, size))


def make_journal(folder: Path, size: int = SIZE, *, begin: int = 0) -> Path:
    """Make a journal of `size` entries, numbered from `begin`, in an empty folder; return it.

    Each entry has its two commits. The objects are packed, as in a journal that was cloned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "-q", "-b", "main")
    _stream(folder, _all_commits(begin, size))
    _git(folder, "reset", "-q", "--hard")
    return folder


def cached_journal(folder: Path, size: int) -> Path:
    """Make the same journal as `make_journal`, from a clone that is kept when it is large.

    100,000 entries take some minutes to write; the clone is told by what they would say.
    """
    if size < KEPT_FROM:
        return make_journal(folder, size)
    ends = [*_all_commits(0, 1), *commits(size - 1)]
    name = f"{size}-{blake2b(repr(ends).encode(), digest_size=6).hexdigest()}.git"
    kept = CACHE / name
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f"{name}.{os.getpid()}")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", beside], check=True)
        _stream(beside, _all_commits(0, size))
        beside.rename(kept)
    subprocess.run(["git", "clone", "-q", kept, folder], check=True)
    _git(folder, "remote", "remove", "origin")
    return folder


def add_entries(folder: Path, size: int, *, begin: int) -> None:
    """Commit `size` more entries, numbered from `begin`, to a journal."""
    _stream(folder, (one for number in range(begin, begin + size) for one in commits(number)))
    _git(folder, "reset", "-q", "--hard")


def _all_commits(begin: int, size: int) -> Iterator[tuple[datetime, str, dict[str, bytes]]]:
    yield BEGIN - EVERY, "Begin the journal: Ten thousand experiments\n", FILES
    for number in range(begin, begin + size):
        yield from commits(number)


def commits(number: int) -> Iterator[tuple[datetime, str, dict[str, bytes]]]:
    """Yield an entry's hypothesis, then its verdict: date, message, files by path."""
    random = Random(number)  # noqa: S311  # not meant to be secret, meant to be the same
    date = BEGIN + number * EVERY
    before, after, sentence = _pages(number, date, random)
    path = page_path(before.id, before.title)
    claim = before.prediction[0] if before.prediction else ""
    yield date, commit_message(before, body=claim), {str(path): before.render().encode()}
    history = str(attachments_path(path, before.id) / "history.csv")
    yield (
        date + timedelta(seconds=after.front["duration"]),
        commit_message(after, body=sentence),
        {str(path): after.render().encode(), history: _history(random)},
    )


def _pages(number: int, date: datetime, random: Random) -> tuple[Entry, Entry, str]:
    """Return the page before the run, the page after it, the sentence that judges it."""
    setting, seed = divmod(number, SETTINGS)
    chosen = Random(setting)  # noqa: S311  # as above
    params = _params(chosen) | {"seed": seed}
    bound = round(chosen.uniform(0.1, 0.4), 2)
    model = chosen.choice(MODELS)
    before = draft(
        front={
            "id": new_id(date, random.randbytes(4)),
            "verdict": "open",
            "prediction": f"val_loss < {bound}",
            "model": model,
            "dataset": "digits",
            "author": "Ada Example",
            "date": date,
            "status": "running",
            "tags": chosen.sample(TAGS, 2),
            "params_hash": _hash(random),
            "config_hash": _hash(chosen),
            "data_hash": f"xxh3_128:{0:032x}",
            "code_hash": _hash(Random(setting // 100)),  # noqa: S311  # as above
            "code": f"git:{chosen.randbytes(20).hex()}",
            "tree": f"git:{chosen.randbytes(20).hex()}",
            "format": 1,
        },
        title=f"A layer of {params['width']} units lowers the loss of {model}",
        hypothesis=f"A layer of {params['width']} units lowers the validation loss below {bound}, "
        "because the layer before it\nhas more directions than it can keep.",
        claims=[{"claim": f"val_loss < {bound}", "bound": bound}],
        procedure=PROCEDURE,
        params=params,
        data={"X": _data("X", [1797, 64]), "y": _data("y", [1797])},
        code=f"Commit `{setting:07x}` with these changes.",
        diff=DIFF,
        functions={"train.train": _hash(chosen), "train.load": _hash(chosen)},
        environment={"python": "3.12.4", "keras": "3.5.0", "scikit-learn": "1.5.1"},
    )
    return before, *_judged(before, bound, random)


def _judged(before: Entry, bound: float, random: Random) -> tuple[Entry, str]:
    loss = round(random.uniform(0.05, 0.5), 4)
    verdict = "supported" if loss < bound else "refuted"
    sentence = f"Predicted val_loss < {bound}, observed {loss}: {verdict}."
    metrics = {
        "val_loss": loss,
        "val_accuracy": round(1 - loss / 3, 4),
        "best_val_loss": round(loss * 0.97, 4),
        "epochs_to_95": random.randint(2, EPOCHS),
        "fit_seconds": round(random.uniform(1, 90), 2),
    }
    after = (
        before.set(
            verdict=verdict,
            metric="val_loss",
            score=loss,
            status="done",
            duration=metrics["fit_seconds"],
        )
        .append("Results", f"{sentence}\n\nFiles: [history.csv]({before.id}/history.csv).")
        .set_block("metrics", metrics)
        .fill("Inference", INFERENCE)
    )
    return after, sentence


def _params(random: Random) -> dict[str, Any]:
    return {
        "width": random.choice((16, 32, 64, 128, 256)),
        "depth": random.randint(1, 4),
        "learning_rate": random.choice((0.001, 0.01, 0.1)),
        "momentum": random.choice((0.0, 0.9)),
        "optimizer": random.choice(OPTIMIZERS),
        "batch_size": random.choice((16, 32, 64)),
        "epochs": EPOCHS,
        "dropout": round(random.uniform(0, 0.5), 2),
        "normalise": random.choice(("none", "zscore")),
    }


def _data(name: str, shape: list[int]) -> dict[str, Any]:
    digest = f"xxh3_128:{Random(name).randbytes(16).hex()}"  # noqa: S311  # as above
    return {
        "name": "digits",
        "role": name,
        "type": "ndarray",
        "shape": shape,
        "dtype": "float64",
        "hash": digest,
    }


def _hash(random: Random) -> str:
    return f"xxh3_128:{random.randbytes(16).hex()}"


def _history(random: Random) -> bytes:
    rows = [f"{n},{1 / (n + 1):.6f},{random.uniform(1, 1.1) / (n + 1):.6f}" for n in range(EPOCHS)]
    return "\n".join(["epoch,loss,val_loss", *rows, ""]).encode()


def _stream(folder: Path, changes: Iterator[tuple[datetime, str, dict[str, bytes]]]) -> None:
    """Commit to the branch through one `git fast-import`."""
    importing = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--date-format=raw"],
        cwd=folder,
        stdin=subprocess.PIPE,
    )
    assert importing.stdin is not None  # noqa: S101  # a pipe, as asked
    start = b"from refs/heads/main^0\n" if (folder / ".git/index").exists() else b""
    for date, message, files in changes:
        who = f"{AUTHOR} {date.timestamp():.0f} +0000"
        importing.stdin.write(f"commit refs/heads/main\ncommitter {who}\n".encode())
        importing.stdin.write(_data_of(message.encode()) + start)
        start = b""
        for path, content in files.items():
            importing.stdin.write(f"M 644 inline {path}\n".encode() + _data_of(content))
    importing.stdin.close()
    if importing.wait() != 0:
        raise SystemExit("git fast-import refused the journal")


def _data_of(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    main()
