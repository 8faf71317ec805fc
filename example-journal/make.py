"""Make the example journal anew: run its experiments, keep its pages with their history.

`make example` runs this. The experiments are copied to a git repository in a temporary folder and
run there, one after the other; the journal grows beside it. Everything else here stays as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import inferences

from gitlab_journal import Journal
from gitlab_journal.cover import Cover
from gitlab_journal.identity import data_hash

HERE = Path(__file__).parent
BUNDLE = HERE / "journal.bundle"
COVER = """
# What small models need to read digits

What do small models need in order to read handwritten digits? Two questions are followed here,
on the 1797 images of 8 x 8 pixels that come with scikit-learn:

- Does the width of a kernel decide alone how well a support vector machine does, or does C
  matter as much?
- Do normalised inputs speed up a small network, as *Efficient BackProp* (LeCun, Bottou, Orr and
  Müller 1998) says?

Each page was begun before its experiment ran: the hypothesis, the prediction and what would refute
it were committed first, the results afterwards. `git log` shows that order.
"""


def main() -> None:
    """Run the whole story in a temporary folder, then replace pages and bundle here."""
    with TemporaryDirectory(prefix="example-") as folder:
        place = Place(Path(folder).resolve())
        place.begin()
        tell_story(place)
        keep(place.journal)


def tell_story(place: Place) -> None:
    """Run the experiments in the order in which Ada did, with her edits and inferences between."""
    place.experiment("linear_model.py")
    place.infer(inferences.ON_LINEAR)
    place.experiment("kernels.py")
    place.infer(inferences.ON_BEST_CELL)
    place.infer(inferences.ON_SMALL_C)
    place.experiment("raw_inputs.py")
    place.infer(inferences.ON_RAW)
    place.experiment("normalised_inputs.py", "0", fails=True)
    place.infer(inferences.ON_FAILED)
    place.edit("blank-pixels.patch")
    place.experiment("normalised_inputs.py", "0")
    place.commit("Divide pixels that are always blank by one")
    place.experiment("normalised_inputs.py", "1", "2", "3", "4")
    place.infer(inferences.ON_NORMALISED)
    place.experiment("learning_rates.py")
    place.infer(inferences.ON_RAW_FAST)
    place.infer(inferences.ON_NORMALISED_FAST)
    place.edit("folds-in-order.patch")
    place.commit("Take folds in the order of the images")
    place.experiment("unseen_writers.py")
    place.infer(inferences.ON_UNSEEN_WRITERS)


class Place:
    """Ada's desk: a home of her own, the project `digits`, its journal beside it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.project = folder / "digits"
        self.journal = folder / "digits-journal"
        theirs = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GIT_", "GITLAB_JOURNAL", "XDG_"))
        }
        self.environment = theirs | {
            "HOME": str(self.home),
            "KERAS_BACKEND": "tensorflow",
            # On one kind of device, with one order of sums, the results differ least.
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def begin(self) -> None:
        """Make the project with its first commit, then the journal with its cover."""
        self.home.mkdir()
        identity = "[user]\n\tname = Ada Example\n\temail = ada@example.org\n"
        (self.home / ".gitconfig").write_text(f"{identity}[init]\n\tdefaultBranch = main\n")
        shutil.copytree(HERE / "experiments", self.project, ignore=shutil.ignore_patterns("__*"))
        (self.project / ".gitignore").write_text("__pycache__/\n")
        self._run("git", "init", "--quiet")
        self.commit("Ask what small models need to read digits")
        self._journal("init")
        write_cover(self.journal / "journal.md")
        self._run(
            "git", "commit", "--quiet", "--all", "-m", "Say what it is about", at=self.journal
        )

    def experiment(self, script: str, *arguments: str, fails: bool = False) -> None:
        """Run a script of the project; raises CalledProcessError unless it ends as expected."""
        ended = self._run(sys.executable, script, *arguments, check=not fails)
        if fails and not ended.returncode:
            raise RuntimeError(f"{script} was expected to fail and did not")

    def infer(self, inference: inferences.Inference) -> None:
        """Write an inference into its entry, the latest of that title."""
        entries = {entry.title: entry for entry in Journal(self.journal).entries()}
        text = inferences.write_inference(inference, entries)
        self._journal("infer", entries[inference.title].id, text)

    def edit(self, patch: str) -> None:
        """Change the project's files, without committing that."""
        self._run("git", "apply", str(HERE / "edits" / patch))

    def commit(self, message: str) -> None:
        """Commit the project as it is."""
        self._run("git", "add", "--all")
        self._run("git", "commit", "--quiet", "-m", message)

    def _journal(self, *words: str) -> None:
        self._run(sys.executable, "-m", "gitlab_journal", *words)

    def _run(
        self, *words: str, at: Path | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(words, cwd=at or self.project, env=self.environment, check=check)


def write_cover(path: Path) -> None:
    """Give the journal its title, the name of its data set, its introduction."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)  # noqa: N806  # X is its name everywhere
    whole = data_hash({"X": X, "y": y})
    cover = Cover.parse(path.read_text(), path).set(
        title="What small models need to read digits",
        names={whole.removeprefix("xxh3_128:")[:12]: "digits"},
        metrics={"epochs_to_95": "min"},
    )
    path.write_text(cover.text.removesuffix(cover.body) + COVER)


def keep(journal: Path) -> None:
    """Replace the pages and the bundle here by those of the finished journal."""
    git = ["git", "-C", str(journal)]
    subprocess.run([*git, "fsck", "--strict"], check=True)
    shutil.rmtree(HERE / "entries", ignore_errors=True)
    tracked = subprocess.run([*git, "ls-files", "-z"], check=True, capture_output=True).stdout
    for name in tracked.decode().strip("\0").split("\0"):
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(journal / name, HERE / name)
    subprocess.run([*git, "bundle", "create", "--quiet", str(BUNDLE), "HEAD", "main"], check=True)


if __name__ == "__main__":
    main()
