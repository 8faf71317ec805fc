"""Histories that the journal itself makes, in which nothing is found."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from click.testing import CliRunner

from gitlab_journal import current_run
from gitlab_journal.cli import command_line
from gitlab_journal.compose import commit_message
from gitlab_journal.entry import Entry


def glj(notebook, *words, folder=None):
    result = CliRunner().invoke(
        command_line,
        [*words, "--journal", str(folder or notebook.folder)],
        prog_name="glj",
        catch_exceptions=False,
    )
    assert 0 == result.exit_code, result.output
    return result


def identifier(page):
    return Entry.parse(page.read_text()).id


def test_an_inference_and_an_amendment_of_each_kind(notebook):
    first, second = identifier(notebook.run()), identifier(notebook.run(width=32))
    glj(notebook, "infer", first, "So it does.")
    because = ("--reason", "a typing error")
    glj(notebook, "amend", first, "--set", "metrics.loss=0.75", *because)
    glj(notebook, "amend", first, "--set", "prediction=loss < 0.25", *because)
    glj(notebook, "amend", first, "--set", "params.width=63", *because)
    glj(notebook, "amend", first, "--set", "author=Emmy", "--set", "title=Wide", *because)
    glj(notebook, "amend", first, "--section", "Hypothesis", "Wider is better.", *because)
    glj(notebook, "amend", first, "--unset", "metrics.accuracy", *because)
    glj(notebook, "amend", second, "--delete", *because)

    assert ([], 1) == (notebook.codes(), notebook.audit().entries)


def test_runs_that_fail_are_interrupted_met_their_data_inside_or_only_look(notebook):
    module = notebook.project.module(
        "from gitlab_journal import experiment\n"
        "@experiment(predict='loss < 0.5', data=())\n"
        "def train(act):\n    return {'loss': act()}\n"
        "@experiment(data=())\n"
        "def look(act):\n    return {'loss': act()}\n",
        name="acting",
    )

    def fail():
        raise ValueError("no")

    def interrupt():
        raise KeyboardInterrupt

    def meet():
        current_run().data(X_train=np.arange(5.0))
        return 0.25

    for number, act in enumerate((fail, interrupt, meet, lambda: float("nan"), lambda: 0.75)):
        for function in (module.train, module.look):
            with suppress(ValueError, KeyboardInterrupt):
                function.options(ignore=["act"], on_duplicate="run", tags=[f"{number}"])(act)
    notebook.desk().flush()

    assert ([], 10) == (notebook.codes(), notebook.audit().entries)


def test_a_killed_run_that_the_next_command_marks(notebook):
    script = notebook.project.folder / "killed.py"
    script.write_text(
        "import os, signal\n"
        "from gitlab_journal import current_run, experiment\n"
        "@experiment(predict='loss < 0.5', data=())\n"
        "def train():\n"
        "    current_run().log(step=0, loss=1.0)\n"
        "    current_run().log(step=1, loss=0.5)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "train()\n"
    )
    done = subprocess.run(
        [sys.executable, script], cwd=notebook.project.folder, env=os.environ, check=False
    )
    glj(notebook, "ls")
    (page,) = notebook.pages()

    assert (-signal.SIGKILL, "interrupted") == (
        done.returncode,
        Entry.parse(page.read_text()).status,
    )
    assert [] == notebook.codes()


def test_two_clones_that_record_amend_and_meet(notebook, tmp_path):
    bare, other = tmp_path / "remote.git", tmp_path / "other"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True)
    page = notebook.run()
    glj(notebook, "sync", str(bare))
    subprocess.run(["git", "clone", "-q", bare, other], check=True)
    notebook.run(width=32)
    glj(notebook, "infer", identifier(page), "So it does.")
    because = ("--reason", "a typing error")
    glj(
        notebook, "amend", identifier(page), "--set", "metrics.accuracy=0.8", *because, folder=other
    )
    glj(notebook, "sync", folder=other)
    glj(notebook, "sync")
    glj(notebook, "sync", folder=other)
    here = notebook.codes()
    notebook.folder = other

    assert ([], []) == (here, notebook.codes())


def batch(notebook, size):
    """Commit the verdicts of `size` cells of a grid by one commit."""
    page = notebook.run()
    entry = Entry.parse(page.read_text())
    notebook.git("reset", "-q", "--hard", "HEAD~2")
    grid = "20260301-184307-d7k7m2"
    folder = notebook.folder / "entries" / grid
    folder.mkdir(parents=True)
    (folder.parent / f"{grid}-grid.md").write_text(
        f"---\nid: {grid}\ngrid: {grid}\nprediction: loss < 0.5\nformat: 1\n---\n# A grid\n"
    )
    notebook.commit("a grid")
    groups = []
    for number in range(size):
        cell = entry.set(id=f"20260301-184308-{number:06}", grid=grid)
        text = "\n".join(line for line in cell.text.splitlines() if "](" not in line)
        (folder / f"{cell.id}-cell.md").write_text(text)
        groups.append(commit_message(cell).partition("\n\n")[2])
    notebook.commit("a batch\n\n" + "".join(groups))
    return folder


def test_a_batch_of_cells_by_one_commit(notebook):
    batch(notebook, 400)
    report = notebook.audit()

    assert ((), 400) == (report.findings, report.entries)


def test_a_cell_of_a_batch_that_is_not_what_its_group_says_is_found(notebook):
    folder = batch(notebook, 5)
    message = notebook.git("log", "-1", "--format=%B")
    page = folder / "20260301-184308-000003-cell.md"
    page.write_text(page.read_text().replace("verdict: supported", "verdict: refuted"))
    notebook.git("commit", "-qa", "--amend", "-m", message)

    assert [("20260301-184308-000003", "trailers-differ")] == [
        (one.entry, one.code)
        for one in notebook.audit().findings
        if one.code != "verdict-unfounded"
    ]


PLANNED = (
    "---\nid: 20260301-184307-d7k7m2\nprediction: loss < 0.5\nverdict: open\nstatus: {status}\n"
    "format: 1\n---\n# Planned\n\n## Hypothesis\n\n```yaml prediction\n"
    "- {{claim: loss < {bound}, bound: {bound}}}\n```\n"
)


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ([("planned", 0.5), ("planned", 0.4), ("running", 0.4)], []),
        ([("planned", 0.5), ("running", 0.4)], []),
        ([("planned", 0.5), ("failed", 0.5)], []),
        ([("planned", 0.5), ("failed", 0.4)], ["hypothesis-changed"]),
        ([("running", 0.5), ("running", 0.4)], ["hypothesis-changed"]),
    ],
)
def test_a_planned_entry_is_a_person_s_own_until_its_run_begins(notebook, steps, codes):
    page = notebook.folder / "entries" / "20260301-184307-d7k7m2-planned.md"
    page.parent.mkdir()
    for status, bound in steps:
        text = PLANNED.format(status=status, bound=bound)
        page.write_text(text.replace("prediction: loss < 0.5", f"prediction: loss < {bound}"))
        notebook.commit(commit_message(Entry.parse(page.read_text())))
    found = [code for code in notebook.codes() if code != "run-left-open"]

    assert codes == found
