"""The example journal is true to its history and to the story it tells."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from gitlab_journal.cover import Cover
from gitlab_journal.entry import Entry
from gitlab_journal.identity import data_hash
from gitlab_journal.identity.source import code_of

EXAMPLE = Path(__file__).parent.parent / "example-journal"
BESIDE = {"README.md", "make.py", "inferences.py", "journal.bundle", "experiments", "edits"}
PAGES = sorted((EXAMPLE / "entries").rglob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
TRAILERS = ("Entry", "Status", "Verdict", "Params", "Data", "Code")


@pytest.fixture
def clone(tmp_path, home):
    folder = tmp_path / "digits-journal"
    subprocess.run(["git", "clone", "--quiet", EXAMPLE / "journal.bundle", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def entries():
    return [Entry.read(page.read_bytes(), page) for page in PAGES]


def git(folder, *words):
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def commits(folder):
    """Return the trailers of each commit of an entry, the oldest first."""
    log = git(folder, "log", "--reverse", "--format=%(trailers:unfold)%x00")
    found = [dict(re.findall(r"^(\w+): (.*)$", one, re.MULTILINE)) for one in log.split("\0")]
    return [one for one in found if one]


def files_of_the_journal():
    return {
        path.relative_to(EXAMPLE).as_posix(): path.read_bytes()
        for path in EXAMPLE.rglob("*")
        if path.is_file() and path.relative_to(EXAMPLE).parts[0] not in BESIDE | {"__pycache__"}
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_renders_as_it_was_read(page):
    text = page.read_bytes().decode()

    assert text == Entry.parse(text, page).render()


def test_the_cover_names_the_data_set():
    cover = Cover.parse((EXAMPLE / "journal.md").read_text(), EXAMPLE / "journal.md")

    assert {"digits"} == set(cover.names.values())


def test_every_page_names_the_data_set(entries):
    assert {"digits"} == {entry.dataset for entry in entries}


def test_the_bundle_is_sound(clone):
    assert "" == git(clone, "fsck", "--strict", "--no-dangling")


def test_the_bundle_holds_the_pages_byte_for_byte(clone):
    tracked = git(clone, "ls-files", "-z").strip("\0").split("\0")

    assert {name: (clone / name).read_bytes() for name in tracked} == files_of_the_journal()


def test_every_commit_is_by_ada(clone):
    assert {"Ada Example <ada@example.org>"} == set(
        git(clone, "log", "--format=%an <%ae>%n%cn <%ce>").split("\n")[:-1]
    )


def test_every_hypothesis_was_committed_before_its_verdict(clone, entries):
    stages = defaultdict(list)
    for trailers in commits(clone):
        stages[trailers["Entry"]].append(trailers["Status"])

    assert {entry.id: ["running", entry.status] for entry in entries} == {
        identifier: statuses[:2] for identifier, statuses in stages.items()
    }


def test_the_hypothesis_commit_holds_the_prediction_without_results(clone, entries):
    for entry in entries:
        first = git(clone, "log", "--reverse", "--format=%H", f"--grep=^Entry: {entry.id}$")
        path = entry.path.relative_to(EXAMPLE)
        before = Entry.parse(git(clone, "show", f"{first.split()[0]}:{path}"))

        assert (entry.prediction, entry.claims, {}) == (
            before.prediction,
            before.claims,
            before.metrics,
        )


def test_the_trailers_of_the_last_commit_are_those_of_the_page(clone, entries):
    last = {trailers["Entry"]: trailers for trailers in commits(clone)}
    named = ("id", "status", "verdict", "params_hash", "data_hash", "code_hash")

    for entry in entries:
        expected = [getattr(entry, name) or "-" for name in named]
        assert dict(zip(TRAILERS, expected, strict=True)) == last[entry.id]


def test_the_edits_fit_the_experiments(tmp_path):
    project = shutil.copytree(EXAMPLE / "experiments", tmp_path / "digits")
    git(project, "init", "--quiet")

    for edit in sorted((EXAMPLE / "edits").iterdir()):
        git(project, "apply", edit)


def test_the_pages_were_made_from_these_experiments(project, entries):
    source = (EXAMPLE / "experiments" / "accuracy.py").read_text()
    cross_validated = project.module(source, name="accuracy").cross_validated

    found = code_of(cross_validated.__wrapped__).functions
    made = [entry.functions for entry in entries if entry.title.startswith("SVC: ")]
    assert [found] * 9 == made


def test_the_pages_were_made_from_the_digits(entries):
    from sklearn.datasets import load_digits

    whole = data_hash(dict(zip("Xy", load_digits(return_X_y=True), strict=True)))

    assert {whole} == {entry.data_hash for entry in entries}


def test_links_between_pages_resolve(entries):
    for entry in entries:
        for link in LINK.findall(entry.text):
            if "://" not in link:
                assert (entry.path.parent / link).exists(), (entry.path, link)


def test_all_of_it_stays_small():
    sizes = [path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()]

    assert sum(sizes) < 1_500_000


def test_no_page_holds_a_path_of_a_machine():
    for name, content in files_of_the_journal().items():
        assert not re.search(rb"/(tmp|home|root|Users|work|var)\b", content), name


def test_the_story_has_all_its_parts(entries):
    told = {(entry.status, entry.verdict) for entry in entries}

    assert told >= {("done", None), ("done", "supported"), ("done", "refuted"), ("failed", "open")}


def test_the_failed_run_keeps_its_error(entries):
    (failed,) = [entry for entry in entries if entry.status == "failed"]

    assert failed.traceback.rstrip().splitlines()[-1].startswith("FloatingPointError: ")


def test_nine_cells_were_run_once_each(entries):
    cells = [entry for entry in entries if entry.title.startswith("SVC: ")]

    assert 9 == len({entry.params_hash for entry in cells}) == len(cells)


def test_one_experiment_was_run_from_five_seeds(entries):
    seeds = defaultdict(set)
    for entry in entries:
        if entry.status == "done":
            seeds[entry.config_hash, entry.code_hash].add(entry.params.get("seed"))

    assert {0, 1, 2, 3, 4} in seeds.values()


def test_each_normalised_net_was_compared_with_the_raw_one_of_its_seed(entries):
    by_id = {entry.id: entry for entry in entries}
    compared = [
        (entry.params["seed"], by_id[entry.parents[0]].params["seed"])
        for entry in entries
        if entry.title.startswith("Normalised inputs halve the epochs to")
    ]

    assert compared
    assert all(mine == theirs for mine, theirs in compared)


def test_an_uncommitted_edit_is_on_the_page(entries):
    assert any(entry.diff and "deviation == 0" in entry.diff for entry in entries)


def test_a_variant_differs_in_code_alone(entries):
    fingerprints = defaultdict(set)
    for entry in entries:
        if entry.status == "done":
            fingerprints[entry.params_hash, entry.data_hash].add(entry.code_hash)

    assert 2 in {len(codes) for codes in fingerprints.values()}


def test_no_experiment_was_done_twice(entries):
    done = [
        (entry.params_hash, entry.data_hash, entry.code_hash)
        for entry in entries
        if entry.status == "done"
    ]

    assert len(done) == len(set(done))


def test_the_refuted_hypothesis_has_an_inference(entries):
    inferred = [entry for entry in entries if entry.prose("Inference").strip()]

    assert "refuted" in {entry.verdict for entry in inferred}
