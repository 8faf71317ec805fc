"""What a stranger's folder says a run returned, with a key of its own beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gitlab_journal.errors import StoreError
from gitlab_journal.kept import is_kept, keep, load_kept
from gitlab_journal.store.key import key_path, new_user_key

ENTRY = "20260304-101010-aaaa11"


class Trap:
    """A value whose loading leaves a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def theirs(tmp_path, monkeypatch) -> Path:
    """A folder of a journal with a value that a stranger kept and signed, and all of their key."""
    state = tmp_path / "theirs" / ".git" / "gitlab-journal"
    state.mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "stranger"))
    keep(state, ENTRY, Trap(tmp_path / "ran"), changed=())
    for folder in (state, state / "kept", state / "kept" / ENTRY, state.parents[1]):
        shutil.copy2(key_path(), folder / "key")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "reader"))
    return state


@pytest.mark.parametrize("has_key", [False, True])
def test_a_strangers_kept_value_is_not_loaded_whatever_key_lies_beside_it(
    tmp_path, theirs, has_key
):
    if has_key:
        new_user_key()

    assert is_kept(theirs, ENTRY)
    with pytest.raises(StoreError, match="kept"):
        load_kept(theirs, ENTRY)
    assert not (tmp_path / "ran").exists()


def test_the_trap_of_these_tests_would_run(tmp_path, theirs, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "stranger"))
    load_kept(theirs, ENTRY)

    assert (tmp_path / "ran").exists()
