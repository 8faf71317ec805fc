"""The wheel and the sdist hold what the tool needs, templates included."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A folder with the wheel installed in it, and the environment to run from it."""
    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    command = ["install", "--quiet", "--no-deps", "--no-index", "--target", folder, wheel]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    return {**os.environ, "PYTHONPATH": str(folder)}


def run(environment, *arguments, cwd):
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=cwd,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_wheel_holds_the_templates_inside_the_package(built):
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    templates = {
        f"gitlab_journal/templates/{path.relative_to(ROOT / 'templates')}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert templates
    assert set() == templates - set(names)
    assert "gitlab_journal/py.typed" in names


def test_the_sdist_holds_the_templates(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()

    assert any("/templates/" in name for name in names)


def test_the_tool_runs_from_the_installed_wheel(installed, tmp_path):
    where = run(
        installed, "-c", "import gitlab_journal; print(gitlab_journal.__file__)", cwd=tmp_path
    )
    run(installed, "-m", "gitlab_journal", "init", "journal", cwd=tmp_path)
    page = run(
        installed, "-m", "gitlab_journal", "render", "--journal", "journal", cwd=tmp_path
    ).strip()

    assert str(ROOT) not in where
    assert "<!doctype html>" in (tmp_path / page).read_text().lower()
