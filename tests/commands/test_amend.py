from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from gitlab_journal.amending.rewrite import commit_page, newest
from gitlab_journal.desk import open_desk
from gitlab_journal.entry import Entry
from gitlab_journal.history.trailers import statements

REASON = ("--reason", "three images were mislabelled")

TRAIN = """
from gitlab_journal import experiment

@experiment(hypothesis="A wider layer helps.", predict="accuracy >= 0.975")
def train(width=64):
    return {"accuracy": 0.97, "loss": 0.3}
"""
CALLING = """
from gitlab_journal import experiment

@experiment(hypothesis="A wider layer helps.")
def train(then):
    then()
"""


@pytest.fixture
def run(notebook, entry):
    """A journal with entries to amend, by hand and from other machines."""
    notebook.write(
        entry(
            1, "A wider margin", params={"C": 1.0}, metrics={"accuracy": 0.97}, verdict="supported"
        ),
        entry(2, "Still at it", status="running"),
        entry(3, "No claim", metrics={"accuracy": 0.97}),
    )
    return notebook


@pytest.fixture
def recorded(project, glj, monkeypatch):
    """A journal with one refuted run, made by the decorator."""
    project.module(TRAIN).train(width=128)
    monkeypatch.setenv("GITLAB_JOURNAL", str(project.journal_folder))
    return project


def page(notebook, part: str = "0001zz") -> Entry:
    path = next(path for path in notebook.folder.glob("entries/**/*.md") if part in path.name)
    return Entry.parse(path.read_text(), path)


def only(project) -> Entry:
    (found,) = project.journal.entries()
    return found


def last(project) -> dict[str, str]:
    return statements(project.journal_git("log", "-1", "--format=%B"))[-1]


def test_a_metric_is_amended_and_the_verdict_judged_anew(recorded, glj):
    was = only(recorded)
    result = glj("amend", was.id, "--set", "metrics.accuracy=0.98", *REASON)
    now = only(recorded)

    assert ("refuted", "supported") == (was.verdict, now.verdict)
    assert (0.98, 0.98, 0.3) == (now.metrics["accuracy"], now.score, now.metrics["loss"])
    assert f"{now.path}\n" == result.stdout
    assert "metrics.accuracy 0.97 -> 0.98" in result.stderr


def test_the_commit_declares_what_it_amends_and_why(recorded, glj):
    glj("amend", only(recorded).id, "--set", "metrics.accuracy=0.98", *REASON)
    stated = last(recorded)

    assert "verdict, score, metrics.accuracy" == stated["Amends"]
    assert REASON[1] == stated["Reason"]
    assert ("supported", "done") == (stated["Verdict"], stated["Status"])
    assert "amend: A wider layer helps\n" == recorded.journal_git("log", "-1", "--format=%s")
    assert "" == recorded.journal_git("status", "--porcelain")


def test_the_page_says_what_was_amended_why_and_what_stood_there(recorded, glj):
    glj("amend", only(recorded).id, "--set", "metrics.accuracy=0.98", *REASON)
    note = only(recorded).prose("Results").split("\n\n")[-1]

    assert "by Ada Example: three images were mislabelled. Changed: " in note
    assert "metrics.accuracy (was 0.97)" in note
    assert note.endswith("Judged anew: Predicted accuracy >= 0.975, observed 0.98: supported.")


def test_every_other_byte_of_the_page_stays(run, glj):
    path = page(run).path
    path.write_text(path.read_text().replace("C: 1.0", "C: 1.0   # my guess"))
    run.git("commit", "-qam", "a comment")
    before = path.read_text()
    glj("amend", "0001zz", "--set", "tags=[paper, svm]", "--reason", "for the paper")
    lines = [line for line in path.read_text().splitlines() if line not in before.splitlines()]

    assert ["tags:", "  - paper", "  - svm"] == lines[:3]
    assert 1 == len(lines[3:])
    assert "C: 1.0   # my guess" in path.read_text()


def test_a_parameter_is_found_by_its_new_value_afterwards(recorded, glj):
    was = only(recorded)
    glj("amend", was.id, "--set", "params.width=256", "--reason", "typed wrongly")
    now = only(recorded)
    found = recorded.module(TRAIN).train.find(width=256)

    assert [now.id] == [entry.id for entry in found]
    assert now.params_hash != was.params_hash
    assert "params.width" in last(recorded)["Amends"]
    assert "Changed: params.width (was 128)." in now.prose("Procedure")


def test_a_default_that_is_amended_is_a_parameter_that_was_set(project, glj, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", str(project.journal_folder))
    project.module(TRAIN).train()
    glj("amend", only(project).id, "--set", "params.width=32", "--reason", "it was 32")
    now = only(project)

    assert ({"width": 32}, {}) == (now.params, now.defaults)
    assert "params_hash, config_hash, params.width" == last(project)["Amends"]


def test_a_parameter_whose_hash_holds_more_than_the_page_is_refused(run, glj):
    result = glj("amend", "0001zz", "--set", "params.C=2.0", *REASON)

    assert 2 == result.exit_code
    assert "params_hash holds more than the page shows" in result.stderr


def test_a_prediction_is_amended_on_the_page_that_it_was_committed_on(recorded, glj):
    claims = "prediction=[accuracy >= 0.9, loss < 0.5]"
    result = glj("amend", only(recorded).id, "--set", claims, "--reason", "the bound had a typo")
    now = only(recorded)

    assert 0 == result.exit_code
    assert (("accuracy >= 0.9", "loss < 0.5"), "supported") == (now.prediction, now.verdict)
    assert [0.9, 0.5] == [row["bound"] for row in now.claims]
    assert "Changed: prediction (was accuracy >= 0.975)." in now.prose("Hypothesis")
    assert "Judged anew:" in now.prose("Results")


def test_a_prediction_that_is_taken_back_leaves_an_exploratory_run(recorded, glj):
    glj("amend", only(recorded).id, "--unset", "prediction", "--reason", "it was no claim")
    now = only(recorded)

    assert ((), [], None) == (now.prediction, [*now.claims], now.verdict)


def test_a_run_without_a_prediction_gets_none_after_its_result(run, glj):
    result = glj("amend", "0003zz", "--set", "prediction=accuracy > 0.9", *REASON)

    assert 2 == result.exit_code
    assert "ran without a prediction" in result.stderr


def test_the_text_of_a_section_is_replaced_its_blocks_and_notes_stay(recorded, glj):
    identifier = only(recorded).id
    glj("amend", identifier, "--set", "prediction=accuracy >= 0.9", "--reason", "a typo")
    glj("amend", identifier, "Wider is better.", "--section", "hypothesis", "--reason", "clearer")
    now = only(recorded)

    assert now.prose("Hypothesis").startswith("Wider is better.\n\nAmended ")
    assert 2 == now.prose("Hypothesis").count("Amended ")
    assert "accuracy >= 0.9" == now.claims[0]["claim"]
    assert "Hypothesis" == last(recorded)["Amends"]


def test_a_section_is_read_from_a_pipe(run, glj):
    glj("amend", "0001zz", "-", "--section", "Inference", "--reason", "more", stdin="So it is.\n")

    assert page(run).prose("Inference").startswith("So it is.")


def test_the_title_is_plain_words_and_stays_one_heading(run, glj):
    glj("amend", "0001zz", "--set", "title=SVC: wide # margin", "--reason", "the paper's words")

    assert "SVC: wide # margin" == page(run).title
    assert 1 == page(run).text.count("\n# ")


def test_the_score_goes_with_its_metric(run, glj):
    glj("amend", "0001zz", "--unset", "metric", "--reason", "none is the headline")

    assert (None, None) == (page(run).metric, page(run).score)
    assert {"accuracy": 0.97} == page(run).metrics


def test_replicates_are_amended_together_and_their_mean_follows(notebook, entry, glj):
    path, text = entry(1, "Three seeds", metrics={"accuracy": 0.5})
    lists = "replicates: {over: seed, accuracy: [0.4, 0.5, 0.6]}\n"
    notebook.write((path, text.replace("accuracy: 0.5\n```", f"accuracy: 0.5\n{lists}```")))
    early = glj("amend", "0001zz", "--set", "metrics.accuracy=0.6", *REASON)
    words = "metrics.replicates={over: seed, accuracy: [0.4, 0.5, 0.9]}"
    result = glj("amend", "0001zz", "--set", words, *REASON)

    assert (2, 0) == (early.exit_code, result.exit_code)
    assert "amend metrics.replicates" in early.stderr
    assert 0.6 == pytest.approx(page(notebook).score)
    assert [0.4, 0.5, 0.9] == page(notebook).replicates["accuracy"]


def test_parents_are_named_in_short_and_kept_in_full(run, glj):
    glj("amend", "0001zz", "--set", "parents=0003zz", "--reason", "it was made from that one")

    assert (page(run, "0003zz").id,) == page(run).parents


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "id=x"), "cannot be amended: links, commits"),
        (("--set", "params_hash=x"), "follows from the parameters"),
        (("--set", "data.X=1"), "says what ran"),
        (("--set", "format=2"), "how the page is to be read"),
        (("--set", "verdict=refuted"), "follows from prediction and metrics"),
        (("--set", "score=0.5"), "amend metrics.accuracy"),
        (("--set", "status=running"), "expected one of done, failed"),
        (("--set", "metrics.accuracy=lots"), "expected a number"),
        (("--set", "metrics=1"), "one by one"),
        (("--set", "duration=long"), "expected a number"),
        (("--set", "tags=[a"), "does not read as YAML"),
        (("--set", "prediction=accuracy ~ 1"), "accuracy ~ 1"),
        (("--set", "metric=loss"), "there is no loss"),
        (("--set", "title="), "title is empty"),
        (("--set", "tags="), "removed by --unset tags"),
        (("--set", "metrics.accuracy=null"), "removed by --unset metrics.accuracy"),
        (("--unset", "date"), "every entry has one"),
        (("--set", "accuracy"), "expected KEY=VALUE"),
        (("--set", "accuracy=0.98"), "amend metrics.accuracy"),
        (("--set", "C=2"), "amend params.C"),
        (("--set", "a b=1"), "is no key"),
        (("--set", "metrics.accuracy=0.97"), "says that already"),
        (("--set", "tags=a", "--unset", "tags"), "twice"),
        (("--unset", "status"), "every entry has one"),
        (("--unset", "metrics.loss"), "there are accuracy"),
        (("--unset", "params.gamma"), "there are C"),
        (("--unset", "tags"), "no tags to be removed"),
        (("--section", "Code", "x"), "expected Hypothesis"),
        (("--section", "Hypothesis"), "the text is empty"),
        (("x",), "name it: --section"),
        ((), "nothing to amend"),
        (("--delete", "--set", "tags=a"), "nothing but --reason"),
    ],
)
def test_what_may_not_be_amended_is_refused_with_the_reason(run, glj, words, said):
    head = run.git("rev-parse", "HEAD")
    result = glj("amend", "0001zz", *words, *REASON)

    assert (1 if "prediction" in str(words) else 2) == result.exit_code
    assert said in result.stderr
    assert head == run.git("rev-parse", "HEAD")


TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"[:36]


@pytest.mark.parametrize(
    "words",
    [
        ("amend", "0001zz", "--set", f"dataset={TOKEN}", *REASON),
        ("amend", "0001zz", "--set", "params.password=hunter2hunter2", *REASON),
        ("amend", "0001zz", "--set", "tags=a", "--reason", f"the token {TOKEN} leaked"),
        ("amend", "0001zz", f"With {TOKEN}.", "--section", "Procedure", *REASON),
        ("amend", "0001zz", "--delete", "--reason", f"the token {TOKEN} leaked"),
        ("infer", "0001zz", f"With {TOKEN} it works."),
    ],
)
def test_what_looks_like_a_key_is_refused_since_history_would_keep_it(run, glj, words):
    result = glj(*words)

    assert 2 == result.exit_code
    assert "history would keep it" in " ".join(result.stderr.split())
    assert TOKEN not in run.git("log", "--all", "-p")


def test_words_that_only_look_random_may_be_written(run, glj):
    text = "See commit 2391d93f0a1b2c3d4e5f60718293a4b5c6d7e8f9 and run 20260301-184307-d7k7m2."

    assert 0 == glj("infer", "0001zz", text).exit_code


@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", " \n ")])
def test_an_amendment_without_a_reason_is_refused(run, glj, reason):
    result = glj("amend", "0001zz", "--set", "tags=a", *reason)

    assert 2 == result.exit_code
    assert "needs its reason" in result.stderr


def test_an_unknown_entry_is_named(run, glj):
    result = glj("amend", "nowhere", "--set", "tags=a", *REASON)

    assert 1 == result.exit_code
    assert "'nowhere'" in result.stderr


def test_a_live_run_is_refused_and_goes_on(project, glj, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", str(project.journal_folder))
    said = []

    def amend():
        words = ("--set", "status=failed", *REASON)
        said.append(glj("amend", only(project).id, *words))
        said.append(glj("amend", only(project).id, "--delete", *REASON))

    project.module(CALLING).train(amend)

    assert [2, 2] == [result.exit_code for result in said]
    assert all("is running" in result.stderr for result in said)
    assert "done" == only(project).status


def test_a_run_of_a_lost_machine_is_amended_to_interrupted(run, glj):
    early = glj("amend", "0002zz", "--set", "tags=a", *REASON)
    result = glj(
        "amend", "0002zz", "--set", "status=interrupted", "--reason", "the machine is lost"
    )

    assert (2, 0) == (early.exit_code, result.exit_code)
    assert "--set status=interrupted" in early.stderr
    assert "interrupted" == page(run, "0002zz").status


def test_what_a_person_edits_in_the_folder_is_not_swept_in(run, glj):
    path = page(run).path
    path.write_text(path.read_text().replace("It helps.", "It helps, says Vapnik."))
    glj("amend", "0001zz", "--set", "tags=a", *REASON)

    assert "It helps, says Vapnik." in path.read_text()
    assert "Vapnik" not in run.git("show", f"HEAD:{path.relative_to(run.folder)}")
    assert "tags" in run.git("show", f"HEAD:{path.relative_to(run.folder)}")


def test_what_a_person_commits_to_the_page_meanwhile_is_joined(run):
    desk = open_desk(run.folder)
    with newest(desk, "0001zz") as (row, entry):
        path = run.folder / row.path
        path.write_text(path.read_text().replace("It helps.", "It helps, says Vapnik."))
        run.git("commit", "-qam", "by hand")
        after = entry.set(tags=["svm"])
        commit_page(desk, row, entry, after, message="m", date=datetime.now(UTC))

    assert "It helps, says Vapnik." in run.git("show", f"HEAD:{row.path}")
    assert "svm" in run.git("show", f"HEAD:{row.path}")


def test_a_verdict_that_was_changed_by_hand_is_put_right(recorded, glj):
    glj("ls")
    path = only(recorded).path
    path.write_text(path.read_text().replace("verdict: refuted", "verdict: supported"))
    recorded.journal_git("commit", "-qam", "by hand")
    words = ("--set", "verdict=refuted", "--reason", "changed by hand")
    result = glj("amend", only(recorded).id, *words)

    assert (0, "refuted") == (result.exit_code, only(recorded).verdict)
    assert "verdict" == last(recorded)["Amends"]


def test_a_deleted_entry_is_gone_from_look_ups_and_stays_in_history(recorded, glj):
    gone, *_ = recorded.module(TRAIN).train.find(width=128)
    result = glj("amend", gone.id, "--delete", "--reason", "ran on the wrong branch")

    assert 0 == result.exit_code
    assert [] == list(recorded.journal_folder.glob("entries/**/*.md"))
    assert [] == recorded.module(TRAIN).train.find(width=128)
    assert "[]\n" == glj("ls", "--json").stdout
    assert f"glj show {gone.id} --history" in glj("show", gone.id).stderr
    assert ("page", "ran on the wrong branch") == (
        last(recorded)["Amends"],
        last(recorded)["Reason"],
    )
    assert "" == recorded.journal_git("status", "--porcelain")
    assert "" == recorded.journal_git("fsck", "--strict")


def test_an_entry_of_which_a_person_removed_the_folder_is_deleted(recorded, glj):
    gone = only(recorded)
    shutil.rmtree(recorded.journal_folder / "entries")
    result = glj("amend", gone.id, "--delete", *REASON)

    assert (0, False) == (result.exit_code, "warning" in result.stderr)
    assert "" == recorded.journal_git("ls-files", "entries")
    assert "" == recorded.journal_git("status", "--porcelain")


def test_a_grid_that_is_deleted_leaves_its_cells(notebook, entry, glj):
    path, text = entry(1, "The grid")
    identifier = path.rpartition("/")[2][:22]
    grid = path, text.replace("status: done", f"grid: {identifier}\nstatus: done")
    cell, text = entry(2, "A cell")
    folder = path.rpartition("/")[0]
    cell = f"{folder}/{identifier}/{cell.rpartition('/')[2]}"
    notebook.write(grid, (cell, text), (f"{folder}/{identifier}/grid/a.csv", "a\n"))
    glj("amend", identifier, "--delete", *REASON)

    assert [cell] == notebook.git("ls-files", "entries").split()
    assert 2 == len(json.loads(glj("show", identifier, "--history", "--json").stdout))


def test_an_entry_with_edits_that_no_commit_holds_is_not_deleted(run, glj):
    path = page(run).path
    path.write_text(f"{path.read_text()}\nMy note.\n")
    result = glj("amend", "0001zz", "--delete", *REASON)

    assert 2 == result.exit_code
    assert "in no commit" in result.stderr
    assert "My note." in path.read_text()


def test_inferences_of_the_same_moment_all_stay(run):
    words = ("-m", "gitlab_journal", "infer", "0001zz")
    running = [
        subprocess.Popen([sys.executable, *words, f"Thought {number}."], cwd=run.folder)
        for number in range(4)
    ]
    codes = [one.wait() for one in running]
    inference = page(run).prose("Inference")

    assert [0, 0, 0, 0] == codes
    assert 4 == sum(f"Thought {number}." in inference for number in range(4))
    assert "" == run.git("status", "--porcelain")
