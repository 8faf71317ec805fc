"""A journal to render."""

from __future__ import annotations

import pytest
from digits_journal import Shelf, fill


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "digits-journal")


@pytest.fixture
def filled(shelf):
    return fill(shelf)
