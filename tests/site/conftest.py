"""A journal to render, and one browser for all tests of its pages."""

from __future__ import annotations

import shutil

import pytest
from digits_journal import Shelf, fill


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "digits-journal")


@pytest.fixture
def filled(shelf):
    return fill(shelf)


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium to look at the pages with")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield opened
        opened.close()
