"""What is done about an experiment that is done already."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitlab_journal.compose import Ending, verdict_page
from gitlab_journal.cover import Cover
from gitlab_journal.earlier import Earlier
from gitlab_journal.entry import Entry, draft
from gitlab_journal.errors import DuplicateExperimentError
from gitlab_journal.gate import decide
from gitlab_journal.returned import given_back, numbers_returned, returned_key

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])

# `calls` is rebound from outside, so that it is no part of the code.
TRAIN = """
import counting
from gitlab_journal import current_run, experiment

@experiment(on_duplicate="reuse")
def train(X, *, C=1.0, seed=0):
    counting.calls.append(C)
    return {"accuracy": C / 4, "steps": 3}
"""
COUNTING = "calls = []\n"


@pytest.fixture
def counting(tmp_path, monkeypatch):
    """A module outside of the project that counts calls."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "counting.py").write_text(COUNTING)
    monkeypatch.syspath_prepend(str(folder))
    import counting

    yield counting
    sys.modules.pop("counting", None)


def recorded(project, returning, *, arguments="X", before="", options=""):
    """The module of a function that returns an expression."""
    return project.module(
        "import counting\nimport numpy as np\nfrom gitlab_journal import current_run, experiment\n"
        f"@experiment(on_duplicate='reuse'{options})\n"
        f"def train({arguments}):\n"
        f"    counting.calls.append(1)\n    {before or 'pass'}\n    return {returning}\n"
    )


def test_reuse_returns_what_was_returned_without_running(project, counting, capsys):
    train = project.module(TRAIN).train
    first = train(X)
    said = capsys.readouterr().err
    again = train(X)

    (entry,) = project.journal.entries()
    line = capsys.readouterr().err
    assert ("", {"accuracy": 0.25, "steps": 3}, [1.0]) == (said, again, counting.calls)
    assert first == again
    assert ("accuracy", "steps") == entry.returned
    assert 1 == line.count("\n")
    for words in ("Reused", entry.id[-4:], "just now", "accuracy 0.25"):
        assert words in line
    assert "unseeded" not in line


@pytest.mark.parametrize(
    ("returning", "value"),
    [
        ("2", 2),
        ("0.1 + 0.2", 0.1 + 0.2),
        ("-0.0", -0.0),
        ("np.float32(0.1)", float(np.float32(0.1))),
        ("np.int64(7)", 7),
        ("{'a': np.float64(0.1), 'b': 10**25}", {"a": 0.1, "b": 10**25}),
        ("{'loss': float('inf')}", {"loss": float("inf")}),
    ],
)
def test_a_number_comes_back_to_the_last_bit_as_pythons_own(project, counting, returning, value):
    train = recorded(project, returning).train
    train(X)
    again = train(X)

    assert (repr(value), [1]) == (repr(again), counting.calls)


@pytest.mark.parametrize(
    "returning",
    [
        "None",
        "True",
        "{'ok': True, 'loss': 1.0}",
        "{}",
        "{1: 2.0}",
        "{'loss': [1.0, 2.0]}",
        "[1.0]",
        "(1.0, 2.0)",
        "np.array(1.0)",
        "np.arange(3.0)",
        "{'over': 1.0}",
        "{'returned': 1.0}",
        "{'loss': 1.0, 'name': 'x'}",
    ],
)
def test_what_is_no_number_or_mapping_of_numbers_runs_again_and_says_why(
    project, counting, capsys, returning
):
    train = recorded(project, returning).train
    train(X)
    capsys.readouterr()
    train(X)

    said = capsys.readouterr().err
    assert ([1, 1], 1) == (counting.calls, said.count("\n"))
    assert ", its page gives back no number or mapping of numbers: just now" in said
    assert [None, None] == [entry.returned for entry in project.journal.entries()]


def test_a_metric_called_returned_is_a_metric(project, counting):
    recorded(project, "{'returned': 1.0}").train(X)

    (entry,) = project.journal.entries()
    assert ({"returned": 1.0}, None) == (entry.metrics, entry.returned)


def test_a_number_that_the_page_keeps_under_another_value_is_not_given_back(project, counting):
    before = "current_run().metric('loss', 2.0)"
    train = recorded(project, "{'loss': 1.0}", before=before).train
    train(X)

    assert ("loss",) == project.journal.entries()[0].returned


def test_metrics_beside_the_returned_ones_are_not_given_back(project, counting):
    train = recorded(project, "0.5", before="current_run().metric('steps', 3)").train
    train(X)

    assert 0.5 == train(X)
    assert {"score": 0.5, "steps": 3} == project.journal.entries()[0].metrics


numbers = st.one_of(st.floats(), st.integers(), st.floats(width=32).map(np.float32))
names = st.text(min_size=1, max_size=8)


@given(st.one_of(numbers, st.dictionaries(names, numbers, min_size=1, max_size=4)))
def test_what_a_page_says_was_returned_is_given_back_or_not_at_all(value):
    numbers = numbers_returned(value)
    metrics = numbers if isinstance(numbers, dict) else {"score": numbers}
    front = {"id": "20260301-184307-d7k7m2", "status": "running"}
    key = returned_key(numbers, metrics)
    ending = Ending(status="done", duration=1.0, metrics=metrics, returned=key)
    page = Entry.parse(verdict_page(draft(front=front, title="T"), ending).render())

    if page.returned is not None:
        assert repr(numbers) == repr(given_back(page.returned, page.metrics))
    assert (page.returned is None) or key is not None


def test_a_page_whose_returned_metric_is_gone_is_not_reused(project, counting, capsys):
    train = recorded(project, "0.5").train
    train(X)
    page = project.journal.entries()[0].path
    page.write_text(page.read_text().replace("score: 0.5\nreturned", "returned"))
    project.journal_git("commit", "-qam", "Take it away")
    train(X)

    assert [1, 1] == counting.calls


def test_without_data_reuse_runs_and_says_why(project, counting, capsys):
    train = recorded(project, "1.0", arguments="C").train
    train(1)
    capsys.readouterr()
    train(1)

    assert "no data were seen; data=() says that there are none" in capsys.readouterr().err
    assert [1, 1] == counting.calls


def test_code_that_cannot_be_read_runs_and_says_why(project, counting, capsys):
    train = project.module(TRAIN).train.options(data=())
    desk, described = train._describe((X,), {})
    unread = replace(described, fingerprint=replace(described.fingerprint, code_hash=None))
    train(X)
    earlier = [
        Earlier("duplicate", entry.id, lambda entry=entry: entry)
        for entry in project.journal.entries()
    ]

    assert None is decide(earlier, unread, train._options, state=desk.repository.state)
    assert "its code cannot be read and may have changed" in capsys.readouterr().err


def test_a_file_that_a_parameter_names_runs_again_and_says_why(project, counting, capsys):
    (project.folder / "a.csv").write_text("1\n")
    train = recorded(project, "1.0", arguments="table", options=", data=()").train
    train("a.csv")
    capsys.readouterr()
    train("a.csv")

    assert "a file that is named in its parameters may have changed" in capsys.readouterr().err
    assert 2 == len(counting.calls)


def test_data_declared_to_be_none_are_reused(project, counting):
    train = recorded(project, "1.0", arguments="C", options=", data=()").train
    train(1)

    assert (1.0, [1]) == (train(1), counting.calls)


def test_an_unseeded_duplicate_is_reused_and_called_so(project, counting, capsys):
    train = recorded(project, "1.0").train
    train(X)
    capsys.readouterr()
    train(X)

    assert capsys.readouterr().err.endswith(", unseeded\n")


def test_only_exact_duplicates_are_reused(project, counting, capsys):
    train = project.module(TRAIN).train
    train(X, seed=0)
    train(X, seed=1)

    assert "Replicate of" in capsys.readouterr().err
    assert [1.0, 1.0] == counting.calls


def test_the_newest_duplicate_that_can_be_reused_counts(project, counting):
    module = recorded(project, "counting.value")
    for value in (0.25, 0.5, [1]):
        counting.value = value
        module.train.options(on_duplicate="run")(X)
    counting.value = 0.75

    assert 0.5 == module.train(X)


def test_the_cover_may_ask_for_reuse(project, counting):
    cover = project.journal_folder / "journal.md"
    cover.write_text(Cover.parse(cover.read_text()).set(on_duplicate="reuse").render())
    train = project.module(TRAIN.replace('(on_duplicate="reuse")', "")).train

    assert (train(X), [1.0]) == (train(X), counting.calls)


FITTING = """
import counting
from gitlab_journal import experiment

@experiment(on_duplicate="reuse")
def train(model, X, y):
    counting.calls.append(1)
    return float(model.fit(X, y).score(X, y))

class Trainer:
    def __init__(self, width):
        self.width = width

    @experiment(on_duplicate="reuse")
    def train(self, X):
        counting.calls.append(1)
        self.history = [1.0]
        return 0.5

@experiment(on_duplicate="reuse")
def clone_and_train(model, X, y):
    from sklearn.base import clone

    counting.calls.append(1)
    return float(clone(model).fit(X, y).score(X, y))

@experiment(on_duplicate="reuse")
def fill(X, found):
    counting.calls.append(1)
    found.append(1)
    return 0.5
"""


def test_a_run_that_fits_a_model_that_came_in_runs_again_and_says_why(project, counting, capsys):
    from sklearn.linear_model import LogisticRegression

    train = project.module(FITTING).train
    train(LogisticRegression(), X, Y)
    capsys.readouterr()
    second = LogisticRegression()
    train(second, X, Y)

    assert ([1, 1], True) == (counting.calls, hasattr(second, "coef_"))
    assert "or it changed model, which came in" in capsys.readouterr().err
    assert [None, None] == [entry.returned for entry in project.journal.entries()]


def test_a_run_that_fits_a_copy_of_a_model_is_reused(project, counting):
    from sklearn.linear_model import LogisticRegression

    train = project.module(FITTING).clone_and_train

    assert train(LogisticRegression(), X, Y) == train(LogisticRegression(), X, Y)
    assert [1] == counting.calls


def test_a_run_that_fits_a_fitted_model_further_runs_again(project, counting):
    from sklearn.linear_model import SGDClassifier

    def fitted():
        return SGDClassifier(random_state=0, warm_start=True).fit(X, Y)

    train = project.module(FITTING).train
    train(fitted(), X, Y)
    train(fitted(), X, Y)

    assert [1, 1] == counting.calls


def test_a_run_that_fits_a_model_of_its_module_runs_again(project, counting):
    from sklearn.linear_model import LogisticRegression

    source = (
        "from sklearn.linear_model import LogisticRegression\n"
        "MODEL = LogisticRegression()\n"
        + FITTING.replace("train(model, X, y)", "train(X, y)").replace("model.fit", "MODEL.fit")
    )
    module = project.module(source)
    module.train(X, Y)
    module.MODEL = LogisticRegression()
    module.train(X, Y)

    assert [1, 1] == counting.calls


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_network_that_came_in_may_be_evaluated_but_not_trained(project, counting):
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile("sgd", "mse")
    weights = network.get_weights()
    source = FITTING + (
        "\n@experiment(on_duplicate='reuse')\n"
        "def evaluate(model, X, y):\n"
        "    counting.calls.append(2)\n"
        "    return float(model.evaluate(X, y, verbose=0))\n"
        "\n@experiment(on_duplicate='reuse')\n"
        "def fit(model, X, y):\n"
        "    counting.calls.append(3)\n"
        "    return model.train_on_batch(X, y) and 0.5\n"
    )
    module = project.module(source)
    first, again = (module.evaluate(network, X, Y) for _ in range(2))
    module.fit(network, X, Y)
    network.set_weights(weights)
    network.optimizer.iterations.assign(0)
    module.fit(network, X, Y)

    assert (first, [2, 3, 3]) == (again, counting.calls)


def test_a_method_that_changes_its_object_runs_again(project, counting):
    trainer = project.module(FITTING).Trainer
    trainer(3).train(X)
    second = trainer(3)
    second.train(X)

    assert ([1, 1], [1.0]) == (counting.calls, second.history)


def test_a_run_that_fills_a_list_that_came_in_runs_again(project, counting):
    train = project.module(FITTING).fill
    train(X, [])
    found = []
    train(X, found)

    assert ([1, 1], [1]) == (counting.calls, found)


MEETING = """
import counting
from gitlab_journal import current_run, experiment

@experiment(on_duplicate="reuse", data=())
def train(n):
    counting.calls.append("begun")
    current_run().data(X=counting.X)
    counting.calls.append("trained")
    return counting.value
"""


def test_a_duplicate_met_through_data_gives_back_the_earlier_result(project, counting, capsys):
    counting.X, counting.value = X, 0.5
    train = project.module(MEETING).train
    train(1)
    counting.value = 0.75
    capsys.readouterr()
    again = train(1)

    first, stopped = project.journal.entries()
    assert (0.5, ["begun", "trained", "begun"]) == (again, counting.calls)
    assert ("stopped", True) == (
        stopped.status,
        f"Stopped: duplicate of {first.id}." in stopped.section("Results"),
    )
    assert 1 == capsys.readouterr().err.count("Reused")


def test_a_duplicate_met_through_data_that_cannot_be_reused_goes_on(project, counting, capsys):
    counting.X, counting.value = X, [1]
    train = project.module(MEETING).train
    train(1)
    capsys.readouterr()

    assert [1] == train(1)
    assert ["done", "done"] == [entry.status for entry in project.journal.entries()]
    assert 1 == capsys.readouterr().err.count("Not reused")


def test_other_data_met_train_anew(project, counting):
    counting.X, counting.value = X, 0.5
    train = project.module(MEETING).train
    train(1)
    counting.X, counting.value = X + 1, 0.75

    assert 0.75 == train(1)


def test_a_run_that_catches_the_error_itself_goes_on(project, counting):
    counting.X, counting.value = X, 0.5
    source = MEETING.replace("    current_run().data(X=counting.X)\n", CATCHING)
    train = project.module(source).train
    train(1)
    counting.value = 0.75

    assert 0.75 == train(1)
    assert ["done", "done"] == [entry.status for entry in project.journal.entries()]


CATCHING = """\
    try:
        current_run().data(X=counting.X)
    except Exception:
        pass
"""


@pytest.mark.parametrize("error", [ValueError("no"), DuplicateExperimentError("mine")])
def test_an_error_after_the_caught_one_is_the_runs_own(project, counting, error):
    counting.X, counting.value, counting.error = X, 0.5, None
    source = MEETING.replace("    current_run().data(X=counting.X)\n", CATCHING).replace(
        "    return", "    if counting.error:\n        raise counting.error\n    return"
    )
    train = project.module(source).train
    train(1)
    counting.error = error
    with pytest.raises(type(error), match=str(error)):
        train(1)

    assert ["done", "failed"] == [entry.status for entry in project.journal.entries()]


def test_an_error_of_another_run_is_not_taken_for_ones_own(project, counting):
    counting.X, counting.value = X, 0.5
    source = (
        MEETING
        + """
@experiment(on_duplicate="reuse", data=())
def outer(n):
    return train.options(on_duplicate="raise")(n)
"""
    )
    module = project.module(source)
    module.train(1)
    with pytest.raises(DuplicateExperimentError):
        module.outer(1)

    assert ["done", "failed", "stopped"] == [entry.status for entry in project.journal.entries()]


def test_a_nested_call_is_reused_within_its_caller(project, counting):
    counting.X, counting.value = X, 0.5
    source = MEETING + "\n@experiment\ndef outer(n):\n    return train(n) + 1\n"
    module = project.module(source)
    module.train(1)
    counting.value = 0.75

    assert 1.5 == module.outer(1)


def test_threads_reuse_side_by_side(project, counting):
    train = project.module(TRAIN).train
    train(X)
    found = []
    threads = [threading.Thread(target=lambda: found.append(train(X))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ([train(X)] * 4, [1.0]) == (found, counting.calls)


def test_workers_of_joblib_reuse(project):
    (project.folder / "script.py").write_text(
        "import joblib\n"
        "from gitlab_journal import experiment\n"
        "@experiment(on_duplicate='reuse', data=())\n"
        "def train(C):\n    print('trained', flush=True)\n    return C / 2\n"
        "if __name__ == '__main__':\n"
        "    for _ in range(2):\n"
        "        print(joblib.Parallel(2)(joblib.delayed(train)(C) for C in range(2)))\n"
    )
    script = [sys.executable, "script.py"]
    said = subprocess.run(
        script, cwd=project.folder, capture_output=True, text=True, check=True
    ).stdout

    assert (2, 2) == (said.count("trained"), said.count("[0.0, 0.5]"))


def test_where_nobody_can_answer_ask_is_as_warn(project, counting, capsys):
    train = project.module(TRAIN).train.options(on_duplicate="ask")
    train(X)
    capsys.readouterr()
    train(X)

    said = capsys.readouterr().err
    assert ("You have run this before" in said, "[y/N]" in said) == (True, False)
    assert [1.0, 1.0] == counting.calls


ASKING = """
from pathlib import Path
import numpy as np
from gitlab_journal import DuplicateExperimentError, experiment

@experiment(on_duplicate="ask")
def train(X):
    print("trained", flush=True)
    return 0.5

if __name__ == "__main__":
    try:
        train(np.arange(3.0))
    except DuplicateExperimentError as error:
        print("refused", len(error.entries), flush=True)
"""


def answered(project, answer):
    """What a script says whose stdin and stderr are a terminal that gives the answer."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "script.py"],
        cwd=project.folder,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    ) as process:
        os.close(theirs)
        os.write(ours, answer)
        out = process.stdout.read()
    said = os.read(ours, 100_000).decode()
    os.close(ours)
    return out, said


@pytest.mark.parametrize(
    ("answer", "out"),
    [
        (b"\n", "refused 1\n"),
        (b"n\n", "refused 1\n"),
        (b"\x04", "refused 1\n"),
        (b"y\n", "trained\n"),
        (b" YES\n", "trained\n"),
    ],
)
def test_on_a_terminal_the_answer_decides(project, answer, out):
    (project.folder / "script.py").write_text(ASKING)
    subprocess.run([sys.executable, "script.py"], cwd=project.folder, check=True)
    found, said = answered(project, answer)

    assert out == found
    assert answer != b"\x04" or said.endswith("[y/N] \r\n")
    assert ("You have run this before" in said, "Train all the same? [y/N]" in said) == (True, True)


def test_on_a_terminal_what_is_new_is_not_asked_about(project):
    (project.folder / "script.py").write_text(ASKING)

    assert "trained\n" == answered(project, b"\n")[0]


def test_a_journal_that_cannot_be_read_while_training_is_a_warning(project, counting):
    counting.X, counting.value = X, 0.5
    train = project.module(MEETING).train
    train(1)
    page = project.journal.entries()[0].path
    source = MEETING.replace("begun", "broken").replace(
        "    current_run()", "    counting.break_it()\n    current_run()"
    )
    broken = project.module(source).train

    def break_it():
        page.write_text(page.read_text().replace("status: done", "status: perhaps"))
        project.journal_git("commit", "-qam", "Damage it")

    counting.break_it = break_it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = broken(1)

    assert 0.5 == result
