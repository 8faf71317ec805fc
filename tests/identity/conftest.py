"""Modules of a small project, written and imported anew."""

from __future__ import annotations

import importlib
import sys
import textwrap

import pytest


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Return a function that writes modules, imports `train` anew and returns it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)

    def write(**texts):
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
                del sys.modules[name]
        for name, text in texts.items():
            path = tmp_path.joinpath(*name.split("/")).with_suffix(".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        for cached in tmp_path.rglob("__pycache__/*"):
            cached.unlink()
        return importlib.import_module("train")

    yield write
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
