from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gitlab_journal.cli import PURPOSES, command_line, exit_code
from gitlab_journal.errors import (
    ArgumentError,
    DuplicateExperimentError,
    EntryNotFoundError,
    JournalNotFoundError,
    NotYetError,
    PageError,
    StoreError,
)

NAMES = [name for names in PURPOSES.values() for name in names]


def run(*words: str):
    return CliRunner().invoke(command_line, list(words), prog_name="glj", catch_exceptions=False)


def command(name: str) -> click.Command:
    found = command_line.get_command(click.Context(command_line), name)
    assert found is not None
    return found


def test_help_groups_the_commands_by_purpose():
    lines = run("--help").stdout.splitlines()
    headings = [line.rstrip(":") for line in lines if line.rstrip(":") in PURPOSES]
    listed = [
        word for line in lines if line.startswith("  ") and (word := line.split()[0]) in NAMES
    ]

    assert (list(PURPOSES), NAMES) == (headings, listed)


def test_help_tells_how_completion_is_switched_on():
    assert "_GLJ_COMPLETE=bash_source glj" in run("-h").stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name):
    shown = run(name, "-h").stdout

    assert "Example" in shown
    assert f"  glj {name}" in shown.split("Example")[1] or f"$(glj {name})" in shown


@pytest.mark.parametrize("name", NAMES)
def test_every_option_has_help_and_each_with_a_value_an_example_of_it(name):
    options = [one for one in command(name).params if isinstance(one, click.Option)]
    silent = [
        one.name
        for one in options
        if not one.help
        or not any(
            f"{spelling} " in f"{one.help} " or f"{spelling}." in one.help for spelling in one.opts
        )
    ]

    assert [] == silent


@pytest.mark.parametrize("name", NAMES)
def test_the_work_of_a_command_is_a_documented_function(name):
    assert command(name).help


def test_version_is_that_of_the_package():
    import gitlab_journal

    assert f"gitlab-journal {gitlab_journal.__version__}\n" == run("--version").stdout


def test_an_unknown_command_is_wrong_usage():
    result = run("lst")

    assert 2 == result.exit_code
    assert "No such command 'lst'" in result.stderr


def test_an_unknown_option_is_wrong_usage():
    assert 2 == run("ls", "--wher", "C>=1").exit_code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PageError("reason"), 1),
        (EntryNotFoundError("none"), 1),
        (StoreError("locked"), 1),
        (ArgumentError("wrong"), 2),
        (NotYetError("later"), 2),
        (DuplicateExperimentError("again"), 3),
        (JournalNotFoundError("nowhere"), 5),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error, code):
    assert code == exit_code(error)


def test_outside_a_journal_the_message_names_init_and_no_traceback(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("ls")

    assert (5, "") == (result.exit_code, result.stdout)
    assert "glj init" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_that_is_no_journal_has_an_exit_code_of_its_own(tmp_path):
    result = run("ls", "--journal", str(tmp_path))

    assert 5 == result.exit_code
    assert str(tmp_path) in result.stderr


def test_the_journal_may_be_named_before_the_command(project):
    behind = run("ls", "--json", "--journal", str(project.journal_folder))
    before = run("--journal", str(project.journal_folder), "ls", "--json")

    assert (0, behind.stdout) == (before.exit_code, before.stdout)


def test_a_journal_named_before_a_command_that_makes_one_is_refused(tmp_path):
    result = run("--journal", str(tmp_path / "journal"), "init")

    assert 2 == result.exit_code
    assert "glj init takes no --journal" in result.stderr


def test_a_journal_that_is_switched_off_for_recording_still_reads(project, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", "off")

    assert (0, "no entries\n") == (run("ls").exit_code, run("ls").stderr)


def test_the_variable_names_the_journal(project, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITLAB_JOURNAL", str(project.journal_folder))

    assert 0 == run("ls").exit_code


def test_the_journal_is_found_from_a_folder_inside_the_project(project, monkeypatch):
    (project.folder / "src").mkdir()
    monkeypatch.chdir(project.folder / "src")

    assert 0 == run("ls").exit_code


def test_a_detached_journal_is_read_as_a_job_of_ci_has_it(project):
    project.journal_git("checkout", "-q", "--detach")
    result = run("ls")

    assert 0 == result.exit_code
    assert "detached" not in result.stderr


def test_a_run_that_died_is_finished_by_the_next_command(project):
    program = project.folder / "train.py"
    program.write_text(
        "import os, signal\n"
        "from gitlab_journal import experiment\n"
        "@experiment(data=())\n"
        "def train():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "train()\n"
    )
    subprocess.run([sys.executable, program], capture_output=True, check=False)

    assert "△ interrupted" in run("ls").stdout
    assert "" == project.journal_git("status", "--porcelain")


def test_control_c_ends_a_command_with_130_and_one_line(monkeypatch, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gitlab_journal.commands.init.create_journal", interrupt)
    result = run("init", str(tmp_path / "journal"))

    assert (130, "interrupted\n") == (result.exit_code, result.stderr)


def test_a_refusal_of_the_system_is_one_line_with_the_path(monkeypatch, tmp_path):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "/there")

    monkeypatch.setattr("gitlab_journal.commands.init.create_journal", refuse)
    result = run("init", str(tmp_path / "journal"))

    assert (1, "error: /there: Permission denied\n") == (result.exit_code, result.stderr)


def test_help_loads_nothing_heavy():
    program = (
        "import sys\n"
        "sys.argv = ['glj', '--help']\n"
        "from gitlab_journal.cli import command_line\n"
        "command_line.main(standalone_mode=False)\n"
        "heavy = ['numpy', 'sklearn', 'rich', 'jinja2', 'git', 'sqlite3', 'yaml', 'json']\n"
        "sys.exit(str([name for name in heavy if name in sys.modules]))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    ).stderr

    assert "[]\n" == said
