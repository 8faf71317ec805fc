"""What runs returned, kept on this machine."""

from __future__ import annotations

import json
import os
import pickle
import stat
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from gitlab_journal import kept
from gitlab_journal.errors import JournalWarning, StoreError
from gitlab_journal.kept import is_kept, keep, load_kept

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])
ID = "20260301-184307-d7k7m2"

KEEPING = """
import counting
from gitlab_journal import experiment

@experiment(on_duplicate="reuse", keep=True)
def train(X, model=None):
    counting.calls.append(1)
    return counting.make(X, model)
"""


@pytest.fixture(autouse=True)
def state_home(home, monkeypatch):
    """The user's own state folder, in the home that each test has."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return home / ".local" / "state"


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """A module outside of the project that counts calls and makes results."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "counting.py").write_text("calls = []\n")
    monkeypatch.syspath_prepend(str(folder))
    import counting

    yield counting
    sys.modules.pop("counting", None)


def folder_of(project, entry):
    return project.journal_folder / ".git" / "gitlab-journal" / "kept" / entry.id


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def round_trip(folder, value):
    keep(folder, ID, value, changed=())
    return load_kept(folder, ID).value


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array(1.5),
        np.zeros((0, 3), dtype=">i2"),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2026-03-01"], dtype="datetime64[D]"),
        np.array(["a", "bc"]),
    ],
)
def test_an_array_comes_back_as_it_was(tmp_path, array):
    again = round_trip(tmp_path, array)

    assert (array.dtype, array.shape, array.tobytes()) == (
        again.dtype,
        again.shape,
        again.tobytes(),
    )
    assert array.flags.f_contiguous == again.flags.f_contiguous
    assert ["kept.json", "value.npy"] == names_in(tmp_path / "kept" / ID)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"loss": [1.0, np.float64(2.0)], "names": ("a", {"b"})},
        np.array([None, "a"], dtype=object),
        np.ma.masked_array([1, 2], mask=[True, False]),
        Path("somewhere"),
    ],
)
def test_any_other_value_comes_back_through_joblib(tmp_path, value):
    again = round_trip(tmp_path, value)

    assert (type(value), repr(value)) == (type(again), repr(again))
    assert ["kept.json", "value.joblib"] == names_in(tmp_path / "kept" / ID)


def test_an_estimator_comes_back_fitted_with_the_versions_that_it_needs(tmp_path):
    import joblib
    import sklearn
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(X, Y)
    again = round_trip(tmp_path, {"model": model})["model"]

    about = json.loads((tmp_path / "kept" / ID / "kept.json").read_text())
    assert model.predict(X).tolist() == again.predict(X).tolist()
    assert {
        "python": f"3.{sys.version_info.minor}",
        "joblib": joblib.__version__,
        "numpy": np.__version__,
        "sklearn": sklearn.__version__,
    } == about["versions"]


# Keras itself, to numpy, as it saves
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_keras_model_comes_back_as_a_keras_file(tmp_path):
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.train_on_batch(X, Y)
    again = round_trip(tmp_path, model)

    about = json.loads((tmp_path / "kept" / ID / "kept.json").read_text())
    assert (keras.__version__, keras.config.backend()) == (
        about["versions"]["keras"],
        about["versions"]["backend"],
    )
    assert [1, 1] == [int(one.optimizer.iterations) for one in (model, again)]
    assert [w.tolist() for w in model.get_weights()] == [w.tolist() for w in again.get_weights()]
    assert ["kept.json", "value.keras"] == names_in(tmp_path / "kept" / ID)


def test_the_key_is_the_users_alone_and_made_once(tmp_path, state_home):
    keep(tmp_path, ID, 1, changed=())
    key = state_home / "gitlab-journal" / "key"
    first = key.read_bytes()
    keep(tmp_path, f"{ID[:-1]}3", 1, changed=())

    assert (32, 0o600, first) == (len(first), stat.S_IMODE(key.stat().st_mode), key.read_bytes())
    assert ["key"] == names_in(key.parent)


def test_the_key_lies_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    keep(tmp_path, ID, 1, changed=())

    assert (tmp_path / "state" / "gitlab-journal" / "key").is_file()


def test_threads_make_one_key_together(tmp_path):
    threads = [
        threading.Thread(target=keep, args=(tmp_path, f"{ID[:-1]}{i}", i), kwargs={"changed": ()})
        for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(range(8)) == [load_kept(tmp_path, f"{ID[:-1]}{i}").value for i in range(8)]


def edit(path, change):
    path.write_bytes(change(path.read_bytes()))


class Trap:
    """Unpickled it would run a command."""

    def __reduce__(self):
        return (os.mkdir, ("sprung",))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda folder: edit(folder / "value.joblib", lambda _: pickle.dumps(Trap())),
        lambda folder: edit(folder / "value.joblib", lambda content: content + b" "),
        lambda folder: edit(folder / "kept.json", lambda text: text.replace(b"[]", b'["model"]')),
        lambda folder: edit(folder / "kept.json", lambda text: text.replace(b'"hmac"', b'"mac"')),
        lambda folder: edit(folder / "kept.json", lambda text: text.replace(b"d7k7m2", b"d7k7m3")),
        lambda folder: edit(
            folder / "kept.json", lambda text: text.replace(b"joblib", b"array", 1)
        ),
        lambda folder: edit(folder / "kept.json", lambda _: b"[]"),
    ],
)
def test_what_was_tampered_with_is_not_loaded(tmp_path, monkeypatch, tamper):
    monkeypatch.chdir(tmp_path)
    keep(tmp_path, ID, {"a": 1}, changed=())
    tamper(tmp_path / "kept" / ID)

    with pytest.raises(StoreError):
        load_kept(tmp_path, ID)
    assert not (tmp_path / "sprung").exists()


def test_what_was_kept_for_another_entry_is_not_loaded(tmp_path):
    keep(tmp_path, ID, 1, changed=())
    other = tmp_path / "kept" / f"{ID[:-1]}3"
    (tmp_path / "kept" / ID).rename(other)

    with pytest.raises(StoreError, match="not kept by you"):
        load_kept(tmp_path, other.name)


def test_without_the_key_nothing_is_loaded(tmp_path, state_home):
    keep(tmp_path, ID, 1, changed=())
    key = state_home / "gitlab-journal" / "key"
    key.unlink()
    with pytest.raises(StoreError, match="not kept by you"):
        load_kept(tmp_path, ID)
    key.write_bytes(bytes(32))
    key.chmod(0o600)

    with pytest.raises(StoreError, match="its signature does not fit"):
        load_kept(tmp_path, ID)


def test_a_key_that_others_may_read_is_no_key(tmp_path, state_home):
    keep(tmp_path, ID, 1, changed=())
    (state_home / "gitlab-journal" / "key").chmod(0o644)

    with pytest.raises(StoreError, match="chmod 600"):
        load_kept(tmp_path, ID)
    with pytest.raises(StoreError, match="chmod 600"):
        keep(tmp_path, f"{ID[:-1]}3", 1, changed=())


def test_another_version_of_a_library_does_not_load_it(tmp_path, monkeypatch):
    keep(tmp_path, ID, X, changed=())
    monkeypatch.setattr(np, "__version__", "1.0.0")

    with pytest.raises(StoreError, match=r"kept under numpy .*, and this is 1\.0\.0"):
        load_kept(tmp_path, ID)


@pytest.mark.parametrize("value", [lambda: None, threading.Lock(), (one for one in "ab")])
def test_what_cannot_be_pickled_leaves_nothing(tmp_path, value):
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        keep(tmp_path, ID, {"a": value}, changed=())

    assert ([], False) == (names_in(tmp_path / "kept"), is_kept(tmp_path, ID))


def test_what_a_process_left_that_died_is_deleted_after_a_day(tmp_path):
    keep(tmp_path, ID, 1, changed=())
    for name, age in ((".new-old", 90_000), (".new-young", 0)):
        folder = tmp_path / "kept" / name
        folder.mkdir()
        (folder / "value.npy").write_bytes(b"x")
        os.utime(folder, (time.time() - age,) * 2)
    keep(tmp_path, f"{ID[:-1]}3", 1, changed=())

    assert [".new-young", ID, f"{ID[:-1]}3"] == names_in(tmp_path / "kept")


# What follows runs.


@pytest.mark.parametrize("made", [None, np.arange(3.0), [1, 2], {"loss": 0.5}, "words"])
def test_what_was_kept_is_given_back_without_running(project, counting, made):
    counting.make = lambda rows, model: made
    train = project.module(KEEPING).train
    train(X)
    again = train(X)

    assert (repr(made), type(made), [1]) == (repr(again), type(again), counting.calls)
    assert "" == project.journal_git("status", "--porcelain", "--ignored")


def test_a_value_that_cannot_be_kept_is_a_warning_and_still_returned(project, counting):
    lock = threading.Lock()
    counting.make = lambda rows, model: lock
    train = project.module(KEEPING).train
    with pytest.warns(JournalWarning, match="what the run returned is not kept: TypeError"):
        found = train(X)

    (entry,) = project.journal.entries()
    assert (lock, "done", False) == (found, entry.status, folder_of(project, entry).exists())


def test_what_was_tampered_with_is_a_warning_and_runs_again(project, counting):
    counting.make = lambda rows, model: {"loss": 0.5}
    train = project.module(KEEPING).train
    train(X)
    (entry,) = project.journal.entries()
    edit(folder_of(project, entry) / "value.joblib", lambda _: pickle.dumps(Trap()))
    with pytest.warns(JournalWarning, match="is not loaded: StoreError: .*signature does not fit"):
        again = train(X)

    assert ({"loss": 0.5}, [1, 1]) == (again, counting.calls)


def test_a_model_that_came_in_and_was_fitted_is_kept_and_not_reused(project, counting, capsys):
    from sklearn.linear_model import LogisticRegression

    counting.make = lambda rows, model: model.fit(rows, Y)
    train = project.module(KEEPING).train
    train(X, LogisticRegression())
    capsys.readouterr()
    second = LogisticRegression()

    assert second is train(X, second)
    assert "it changed model, which came in as an argument" in capsys.readouterr().err
    about = folder_of(project, project.journal.entries()[0]) / "kept.json"
    assert ["model"] == json.loads(about.read_text())["fitted"]


def test_a_failed_run_keeps_nothing(project, counting):
    def fail(rows, model):
        raise ValueError("no")

    counting.make = fail
    with pytest.raises(ValueError, match="no"):
        project.module(KEEPING).train(X)

    assert not folder_of(project, project.journal.entries()[0]).exists()


def test_without_keep_nothing_is_kept(project, counting):
    counting.make = lambda rows, model: [1]
    train = project.module(KEEPING).train.options(keep=False)
    train(X)

    assert not folder_of(project, project.journal.entries()[0]).parent.exists()


def test_a_disk_that_fails_is_a_warning_and_leaves_nothing(project, counting, monkeypatch):
    counting.make = lambda rows, model: [1]
    train = project.module(KEEPING).train

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "_sync", full)
    with pytest.warns(JournalWarning, match="is not kept: OSError"):
        assert [1] == train(X)

    assert [] == list(folder_of(project, project.journal.entries()[0]).parent.iterdir())


def test_a_newer_result_that_cannot_be_loaded_gives_way_to_an_older_one(project, counting):
    counting.make = lambda rows, model: ["older"]
    train = project.module(KEEPING).train
    train(X)
    counting.make = lambda rows, model: ["newer"]
    train.options(on_duplicate="run")(X)
    newer = project.journal.entries()[1]
    edit(folder_of(project, newer) / "value.joblib", lambda content: content + b" ")
    with pytest.warns(JournalWarning, match="is not loaded"):
        again = train(X)

    assert ["older"] == again
