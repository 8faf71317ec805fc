from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

from gitlab_journal.commands.demo import SCRIPT, run_demo
from gitlab_journal.errors import ArgumentError

KERAS = importlib.util.find_spec("keras") is not None
RUNS = 8 if KERAS else 6


def git(folder, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def listed(demo, glj) -> list[dict[str, object]]:
    said = glj("ls", "--json", "--each", "--journal", str(demo.folder / "digits-journal")).stdout
    return json.loads(said)


def test_it_ends_by_naming_the_page_to_open_and_prints_nothing_else(demo):
    assert 0 == demo.returncode, demo.stderr
    assert f"{demo.folder / 'digits-journal' / 'site' / 'index.html'}\n" == demo.stdout
    assert Path(demo.stdout.strip()).is_file()


def test_every_run_ended_well_and_had_a_prediction(demo, glj):
    found = listed(demo, glj)

    assert RUNS == len(found)
    assert {"done"} == {entry["status"] for entry in found}
    assert {"supported", "refuted"} == {entry["verdict"] for entry in found}


def test_the_linear_model_is_refuted_and_says_what_follows(demo, glj):
    linear = next(entry for entry in listed(demo, glj) if "linear" in entry["tags"])
    page = Path(linear["path"]).read_text()

    assert "refuted" == linear["verdict"]
    assert "straight boundaries" in page.split("## Inference")[1]


def test_three_seeds_are_one_row(demo, glj):
    said = glj("ls", "trees", "--journal", str(demo.folder / "digits-journal")).stdout

    assert 1 == said.count("n=3")


@pytest.mark.skipif(not KERAS, reason="the networks are of Keras, which is not installed")
def test_the_networks_left_their_curves(demo, glj):
    networks = [entry for entry in listed(demo, glj) if "keras" in entry["tags"]]
    attached = [Path(entry["path"]).parent / entry["id"] for entry in networks]

    assert 2 == len(networks)
    assert all({"history.csv", "curves.svg"} <= {f.name for f in one.iterdir()} for one in attached)


def test_the_second_training_of_the_same_thing_was_warned_of(demo):
    said = demo.stderr.split("The journal remembers")[1]

    assert "You have run this before" in said
    assert "A support vector machine reads 98 % of the digits" in said


def test_the_log_of_the_journal_alone_tells_the_story(demo):
    journal = demo.folder / "digits-journal"
    subjects = git(journal, "log", "--format=%s").splitlines()

    assert RUNS == sum(subject.startswith("hypothesis: ") for subject in subjects)
    assert ("", "") == (git(journal, "status", "--porcelain"), git(journal, "fsck", "--strict"))


def test_the_project_is_a_repository_of_its_own_that_was_only_read(demo):
    project = demo.folder / "digits"

    assert (f"{SCRIPT}\n", "", "1\n") == (
        git(project, "ls-files"),
        git(project, "status", "--porcelain", "--untracked-files=no"),
        git(project, "rev-list", "--count", "HEAD"),
    )


def test_inside_a_repository_it_stays_out_of_it(demo):
    assert "" == git(demo.folder.parent, "status", "--porcelain")


def test_the_data_set_has_its_name(demo, glj):
    assert {"digits"} == {entry.get("dataset") for entry in listed(demo, glj)}


def test_a_folder_that_holds_anything_is_refused(tmp_path):
    (tmp_path / "mine.txt").touch()

    with pytest.raises(ArgumentError, match="is there already"):
        run_demo(tmp_path)

    assert ["mine.txt"] == [path.name for path in tmp_path.iterdir()]
