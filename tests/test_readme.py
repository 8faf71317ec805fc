"""The README's code runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_python_blocks_run_in_one_script_and_make_the_entries_they_speak_of(project):
    script = project.folder / "train.py"
    script.write_text("\n\n".join(blocks("python")), encoding="utf-8")
    subprocess.run([sys.executable, "-W", "error", script], cwd=project.folder, check=True)

    assert [
        ("An RBF kernel separates the digits: five folds agree above 0.97", "supported"),
        ("SVC: C = 0.1", "supported"),
        ("Perceptron by hand", None),
        ("A look at the digits", None),
    ] == [(entry.title, entry.verdict) for entry in project.journal.entries()]


def test_every_command_and_option_that_the_readme_types_exists(project):
    from click.testing import CliRunner

    from gitlab_journal.cli import command_line

    typed = re.findall(r"^glj (\w+)((?: --[\w-]+)*)", "\n".join(blocks("console")), re.MULTILINE)
    helps = {name: CliRunner().invoke(command_line, [name, "--help"]).output for name, _ in typed}

    assert typed
    assert [] == [
        (name, option)
        for name, options in typed
        for option in options.split()
        if option not in helps[name]
    ]
    assert all(f"glj {name}" in text for name, text in helps.items())


def test_links_to_files_lead_somewhere():
    root = Path(__file__).parents[1]
    targets = re.findall(r"\]\(([^)#:]+)\)", README)

    assert [] == [target for target in targets if not (root / target).exists()]
