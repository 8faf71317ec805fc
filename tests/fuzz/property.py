"""One property as two tests: a short one for each run, a long one for `make soak`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings


def holds_for(*strategies, short=60, long=2000):
    """Return a decorator that makes a property a test of `short` examples, and of `long` ones."""

    def decorated(check):
        @pytest.mark.parametrize(
            "examples", [short, pytest.param(long, marks=pytest.mark.soak)], ids=["short", "long"]
        )
        def test(examples):
            settings(max_examples=examples)(given(*strategies)(check))()

        test.__name__ = test.__qualname__ = check.__name__
        test.__module__ = check.__module__
        return test

    return decorated
