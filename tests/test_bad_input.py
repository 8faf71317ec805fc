"""What is not as it should be: an error of ours before the run, a warning once it could start."""

from __future__ import annotations

import linecache
import subprocess
import sys

import pytest

from gitlab_journal import Journal, decorator, experiment
from gitlab_journal.desk import open_desk
from gitlab_journal.errors import JournalWarning, NotYetError, PredictionError, StoreError


def test_code_that_cannot_be_read_is_recorded_with_a_warning_and_without_a_code_hash(project):
    namespace = {"experiment": experiment, "__file__": pytest.__file__}  # as a library generates
    exec("@experiment\ndef train(C):\n    return C / 2\n", namespace)  # noqa: S102
    with pytest.warns(JournalWarning, match="cannot be read: no code_hash"):
        result = namespace["train"](3)

    (entry,) = project.journal.entries()
    assert (1.5, None, {"score": 1.5}) == (result, entry.code_hash, entry.metrics)


def test_at_the_prompt_a_function_is_recorded(project):
    typed = (
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(C):\n    return C / 2\n"
        "\n"
        "train(3)\n"
    )
    subprocess.run([sys.executable, "-i"], input=typed, text=True, cwd=project.folder, check=True)

    assert [{"score": 1.5}] == [entry.metrics for entry in project.journal.entries()]


def test_a_notebook_cell_is_recorded_with_its_source(project):
    source = "@experiment\ndef train(C):\n    return C / 2\n"
    name = "<ipython-input-1-0123456789ab>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    linecache.getlines(decorator.__file__)
    namespace = {"experiment": experiment, "__name__": "__main__"}
    exec(compile(source, name, "exec"), namespace)  # noqa: S102
    namespace["train"](3)

    (entry,) = project.journal.entries()
    assert ["train"] == list(entry.functions)


def test_without_a_git_identity_the_author_is_login_at_host_with_one_warning(project):
    (project.folder / "script.py").write_text(
        "import warnings\n"
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(C):\n    return C / 2\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    train(1), train(2)\n"
        "print(*(f'{warning.filename} {warning.message}' for warning in caught), sep='\\n')\n"
    )
    said = subprocess.run(
        [sys.executable, "script.py"],
        cwd=project.folder,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LOGNAME": "grace"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    expected = f"{project.folder / 'script.py'} gitlab_journal: git does not know who you are"

    assert [expected] == [line.partition(";")[0] for line in said]
    assert {"grace"} == {entry.author for entry in project.journal.entries()}


def test_a_claim_on_a_parent_that_failed_is_refused_before_training(project):
    with pytest.raises(ZeroDivisionError), project.journal.run(title="Fails"):
        1 / 0  # noqa: B018
    failed = project.journal.entries()[0]

    claim = {"predict": "loss < parent", "parents": [failed.id]}
    with pytest.raises(PredictionError, match="status is failed"), project.journal.run(**claim):
        pass


def test_a_claim_on_a_metric_that_the_parent_lacks_names_those_it_has(project):
    with project.journal.run(title="One") as run:
        run.metric("loss", 1.0)
    parent = project.journal.entries()[0]

    claim = {"predict": "accuracy > parent", "parents": [parent.id]}
    with pytest.raises(PredictionError, match="it has loss"), project.journal.run(**claim):
        pass


def test_a_claim_on_one_of_several_parents_asks_for_entry(project):
    for title in ("One", "Two"):
        with project.journal.run(title=title) as run:
            run.metric("loss", 1.0)
    both = [entry.id for entry in project.journal.entries()]

    claim = {"predict": "loss < parent", "parents": both}
    with pytest.raises(PredictionError, match="write entry:ID"), project.journal.run(**claim):
        pass


def test_a_metric_that_the_claim_needs_and_the_run_lacks_is_invalid(project):
    with project.journal.run(title="One", predict="accuracy > 0.5") as run:
        run.metric("loss", 1.0)

    (entry,) = project.journal.entries()
    assert ("invalid", True) == (entry.verdict, "no metric accuracy" in entry.section("Results"))


def test_a_journal_may_not_be_made_inside_the_users_repository(project):
    from gitlab_journal.desk import create_desk

    with pytest.raises(StoreError, match="inside"):
        create_desk(project.folder / "journal", title="Inside")


def test_a_broken_hook_signing_and_git_variables_do_not_break_a_commit(project, monkeypatch):
    hook = project.journal_folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    project.journal_git("config", "commit.gpgSign", "true")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent/index")
    with Journal(project.journal_folder).run(title="One"):
        pass
    monkeypatch.undo()

    assert ["One"] == [entry.title for entry in Journal(project.journal_folder).entries()]


def test_what_looks_like_a_key_is_redacted_from_params_code_and_tracebacks(project):
    key = "ghp_" + "a1B2" * 9
    train = project.module(
        "from gitlab_journal import experiment\n"
        f"TOKEN = '{key}'\n"
        "@experiment\n"
        f"def train(api_key, *, login='{key}'):\n"
        "    raise ValueError(f'refused: {TOKEN}')\n"
    ).train
    with pytest.raises(ValueError, match="refused"):
        train(api_key="correct-horse-battery-staple")

    whole = project.journal_git("log", "-p", "--all")
    assert (False, False) == (key in whole, "correct-horse" in whole)
    assert "[redacted]" in whole


def test_what_looks_like_a_key_is_redacted_from_titles(project):
    project.module(
        "from gitlab_journal import experiment\n"
        "@experiment(title='As {api_key}')\n"
        "def train(api_key):\n    pass\n"
    ).train("correct-horse-battery-staple")

    assert ["As [redacted]"] == [entry.title for entry in project.journal.entries()]


def test_ignored_files_and_env_files_never_enter(project):
    (project.folder / ".gitignore").write_text("data.csv\n")
    (project.folder / "data.csv").write_text("private,1\n")
    (project.folder / ".env").write_text("DATABASE=private\n")
    project.module(
        "from gitlab_journal import experiment\n@experiment\ndef train():\n    pass\n"
    ).train()

    assert "private" not in project.journal_git("log", "-p", "--all")


def test_a_damaged_page_is_named_before_a_run_which_goes_on(project):
    with project.journal.run(title="One"):
        pass
    page = project.journal.entries()[0].path
    page.write_text(page.read_text().replace("status: done", "status: perhaps"))
    project.journal_git("commit", "-qam", "Damage it")
    with (
        pytest.warns(JournalWarning, match=rf"{page.name}:\d+: "),
        project.journal.run(title="Two"),
    ):
        pass
    open_desk(project.journal_folder).flush()

    assert 2 == len(list(project.journal_folder.glob("entries/*/*/*/*.md")))


def test_a_planned_entry_named_in_the_environment_does_not_exist_yet(project, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL_ENTRY", "k7m2")

    with pytest.raises(NotYetError, match="GITLAB_JOURNAL_ENTRY"), project.journal.run(title="x"):
        pass


def test_results_that_cannot_be_set_out_leave_the_metrics(project, monkeypatch):
    from gitlab_journal import verdict

    def fail(*arguments, **keywords):
        raise RuntimeError("injected")

    monkeypatch.setattr(verdict, "results", fail)
    with pytest.warns(JournalWarning, match="the metrics alone"), project.journal.run() as run:
        run.metric("loss", 0.5)

    (entry,) = project.journal.entries()
    assert ("done", {"loss": 0.5}) == (entry.status, entry.metrics)
