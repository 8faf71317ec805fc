"""docs/verify.md: each code is there, the jobs work in a fresh clone as CI makes it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gitlab_journal.audit import CODES, NOTES
from gitlab_journal.audit.finding import MENDS
from gitlab_journal.history.trailers import statements

DOCUMENT = Path(__file__).parents[2] / "docs" / "verify.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
JOBS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]


def lines_of(job: dict) -> list[str]:
    """The shell lines of a job file in order, those that install left out."""
    if "jobs" in job:
        steps = [step for one in job["jobs"].values() for step in one["steps"]]
        lines = [step["run"] for step in steps if "run" in step]
    else:
        parts = [part for part in job.values() if isinstance(part, dict)]
        lines = [line for part in parts for line in part.get("script", ())]
    return [line for line in lines if not line.startswith("pip install ")]


def test_every_code_stands_in_the_document_with_its_meaning():
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", TEXT, re.MULTILINE))

    assert {**CODES, **NOTES} == rows


def test_what_mends_a_finding_is_said_of_codes_that_there_are():
    assert set() == set(MENDS) - set(CODES)


def test_the_jobs_fetch_the_whole_history():
    gitlab, github = JOBS
    checkout = github["jobs"]["verify"]["steps"][0]

    assert (0, 0) == (gitlab["variables"]["GIT_DEPTH"], checkout["with"]["fetch-depth"])


@pytest.fixture
def checkout(notebook, tmp_path):
    """A fresh clone with a detached HEAD, and how a line of a job runs there."""
    notebook.run()
    folder = tmp_path / "ci"

    def run(*lines: str) -> list[int]:
        notebook.git("clone", "-q", str(notebook.folder), str(folder))
        subprocess.run(["git", "checkout", "-q", "--detach"], cwd=folder, check=True)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        bare = {**os.environ, "PATH": path, "GIT_CONFIG_GLOBAL": os.devnull}
        return [
            subprocess.run(["sh", "-ec", line], cwd=folder, env=bare, check=False).returncode
            for line in lines
        ]

    return run, folder


@pytest.mark.parametrize("job", JOBS, ids=["gitlab", "github"])
def test_a_job_verifies_and_renders_in_a_fresh_clone(checkout, job):
    run, folder = checkout

    assert ["glj verify", "glj render --output public"] == lines_of(job)
    assert ([0, 0], True) == (run(*lines_of(job)), (folder / "public" / "index.html").is_file())


def test_a_job_fails_where_something_is_found(notebook, checkout):
    run, _ = checkout
    (page,) = notebook.pages()
    notebook.edit(page, ("verdict: supported", "verdict: refuted"))

    assert [4] == run("glj verify")


def test_a_commit_of_the_journal_states_its_entry_as_the_document_says(notebook):
    notebook.run()
    (said,) = statements(notebook.git("log", "-1", "--format=%B"))

    assert "Amends" not in said
