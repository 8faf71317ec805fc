"""A virtual environment for each tool, made once and kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PYTHONS = ("python3.11", "python3.12", "python3.13")
# What the scenarios' projects import. Keras computes on jax here, which is the smallest to install.
PROJECTS = ("numpy", "pandas", "scikit-learn", "scipy")
NETWORKS = ("keras", "jax")


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python with a tool, or why there is none."""

    python: Path | None
    version: str
    reason: str = ""


def environment(
    folder: Path, *packages: str, keras: bool, projects: Sequence[str] = PROJECTS
) -> Environment:
    """Return the environment that holds the packages, made where it does not stand yet.

    The first package is the tool, whose version is told. Tries one Python after another.
    """
    wanted = [*packages, *projects, *(NETWORKS if keras else ())]
    reason = "no Python from 3.11 to 3.13 found"
    for base in _pythons():
        python, noted = folder.absolute() / "bin" / "python", folder / "installed.txt"
        if not noted.exists() or not set(wanted) <= set(noted.read_text().splitlines()):
            reason = _install(base, folder, wanted)
            if reason:
                continue
            noted.write_text("\n".join(wanted))
        return Environment(python, _version(python, packages[0]))
    return Environment(None, "", reason)


def _pythons() -> Sequence[str]:
    own = [sys.executable] if f"python3.{sys.version_info.minor}" in PYTHONS else []
    return [*own, *(found for name in PYTHONS if (found := shutil.which(name)))]


def _install(base: str, folder: Path, wanted: Sequence[str]) -> str:
    """Make an environment; returns the last line of the error, or nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [base, "-m", "venv", str(folder)],
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed"
    return ""


def _version(python: Path, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
