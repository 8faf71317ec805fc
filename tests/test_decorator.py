"""The main job: a call becomes a page in a git-backed journal."""

from __future__ import annotations

import functools
import inspect
import json
import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from gitlab_journal import experiment
from gitlab_journal.cover import Cover
from gitlab_journal.errors import (
    ArgumentError,
    DescriptionError,
    DuplicateExperimentError,
    JournalNotFoundError,
    JournalWarning,
    NotYetError,
    PredictionError,
)

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 0, 1])

TRAIN = """
from gitlab_journal import current_run, experiment

@experiment(hypothesis="A larger C fits better.", predict="accuracy >= 0.9")
def train(X, y, *, C=1.0, seed=0):
    return {"accuracy": 0.9 + C / 100, "loss": 0.1}
"""


def test_a_call_returns_exactly_what_the_function_returned(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "value = object()\n"
        "@experiment\n"
        "def train():\n    return value\n"
    )

    assert train.value is train.train()


def test_a_call_becomes_an_entry_with_hypothesis_and_verdict(project):
    project.module(TRAIN).train(X, Y, C=2)

    (entry,) = project.journal.entries()
    assert ("A larger C fits better", "done", "supported", "accuracy", 0.92) == (
        entry.title,
        entry.status,
        entry.verdict,
        entry.metric,
        entry.score,
    )


def test_params_set_and_defaults_left_alone_are_kept_apart(project):
    project.module(TRAIN).train(X, Y, C=2)

    (entry,) = project.journal.entries()
    assert ({"C": 2}, {"seed": 0}) == (entry.params, entry.defaults)


def test_the_hypothesis_is_in_git_before_the_first_line_of_the_function(project):
    train = project.module(
        "import subprocess\n"
        "from gitlab_journal import experiment\n"
        "@experiment(hypothesis='It will be there.')\n"
        "def train(journal):\n"
        "    log = ['git', '-C', journal, 'log', '-1', '--format=%s']\n"
        "    train.seen = subprocess.run(log, capture_output=True, text=True).stdout\n"
    ).train
    train(str(project.journal_folder))

    assert "hypothesis: It will be there\n" == train.seen


def test_git_log_alone_tells_the_story(project):
    project.module(TRAIN).train(X, Y)

    entry = project.journal.entries()[0]
    trailers = project.journal_git(
        "log", "--reverse", "--format=%s|%(trailers:separator=%x2C,valueonly=false)", "-2"
    ).splitlines()
    fixed = f"Params: {entry.params_hash},Data: {entry.data_hash},Code: {entry.code_hash}"
    assert [
        f"hypothesis: {entry.title}|Entry: {entry.id},Status: running,Verdict: open,{fixed}",
        f"supported: {entry.title}|Entry: {entry.id},Status: done,Verdict: supported,{fixed}",
    ] == trailers


def test_git_finds_the_journal_clean_and_sound(project):
    project.module(TRAIN).train(X, Y)

    assert "" == project.journal_git("status", "--porcelain")
    assert "" == project.journal_git("fsck", "--strict")


def test_the_users_repository_is_only_read(project):
    train = project.module(TRAIN)
    index = (project.folder / ".git" / "index").read_bytes()
    train.train(X, Y)

    assert "?? train.py\n" == project.git("status", "--porcelain")
    assert index == (project.folder / ".git" / "index").read_bytes()


def test_the_page_holds_the_diff_of_the_working_tree(project):
    project.module(TRAIN).train(X, Y)

    (entry,) = project.journal.entries()
    assert '+@experiment(hypothesis="A larger C fits better."' in entry.diff
    assert f"git:{project.git('rev-parse', 'HEAD').strip()}" == entry.code


def test_an_exception_reaches_the_caller_unchanged_and_is_recorded(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "error = ValueError('the loss is NaN')\n"
        "@experiment(predict='loss < 1')\n"
        "def train():\n    raise error\n"
    )
    with pytest.raises(ValueError, match="the loss is NaN") as raised:
        train.train()

    (entry,) = project.journal.entries()
    assert train.error is raised.value
    assert ("failed", "open") == (entry.status, entry.verdict)
    assert entry.traceback.endswith("ValueError: the loss is NaN\n")
    assert "gitlab_journal/" not in entry.traceback
    assert 'File "train.py", line' in entry.traceback


@pytest.mark.parametrize("error", [KeyError("x"), StopIteration(3), GeneratorExit(), SystemExit(3)])
def test_an_exception_keeps_its_cause_its_context_and_its_traceback(project, error):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "cause = ValueError('before')\n"
        "@experiment(ignore='error')\n"
        "def train(error):\n    raise error from cause\n"
    )
    with pytest.raises(type(error)) as raised:
        train.train(error)

    assert (error, train.cause, None) == (raised.value, error.__cause__, error.__context__)
    assert ["__call__", "train"] == [frame.name for frame in raised.traceback[1:]]


def test_the_traceback_of_a_nested_experiment_names_no_frame_of_ours(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def inner():\n    raise KeyError('loss')\n"
        "@experiment\n"
        "def outer():\n"
        "    try:\n        inner()\n"
        "    except KeyError as error:\n        raise ValueError('no loss') from error\n"
    ).outer
    with pytest.raises(ValueError, match="no loss"):
        train()

    outer, inner = project.journal.entries()
    assert "The above exception was the direct cause" in outer.traceback
    assert ["KeyError: 'loss'", "ValueError: no loss"] == [
        entry.traceback.splitlines()[-1] for entry in (inner, outer)
    ]
    assert "gitlab_journal" not in outer.traceback


def test_control_c_is_recorded_as_interrupted_and_raised_again(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train():\n    raise KeyboardInterrupt\n"
    )
    with pytest.raises(KeyboardInterrupt):
        train.train()

    assert ["interrupted"] == [entry.status for entry in project.journal.entries()]


def test_a_second_run_of_the_same_is_announced_before_training(project, capsys):
    train = project.module(TRAIN).train
    train(X, Y)
    first = project.journal.entries()[0]
    capsys.readouterr()
    train(X.copy(order="F"), Y)

    said = capsys.readouterr().err
    for words in (
        "You have run this before",
        first.id[-4:],
        first.title,
        "accuracy 0.91",
        "supported",
        "Ada Example",
        "took",
        first.path.name,
    ):
        assert words in said


def test_raise_refuses_the_duplicate_before_training(project):
    train = project.module(TRAIN).train
    train(X, Y)
    with pytest.raises(DuplicateExperimentError) as raised:
        train.options(on_duplicate="raise")(X, Y)

    assert project.journal.entries() == raised.value.entries


def test_run_says_nothing_of_a_duplicate(project, capsys):
    train = project.module(TRAIN).train
    train(X, Y)
    capsys.readouterr()
    train.options(on_duplicate="run")(X, Y)

    assert "" == capsys.readouterr().err


def test_find_returns_the_duplicates_newest_first_without_running(project):
    train = project.module(TRAIN).train.options(on_duplicate="run")
    train(X, Y)
    train(X, Y)
    train(X, Y, C=3)

    assert [entry.id for entry in project.journal.entries()[1::-1]] == [
        entry.id for entry in train.find(X, Y)
    ]


def test_another_seed_is_a_replicate_not_a_duplicate(project, capsys):
    train = project.module(TRAIN).train
    train(X, Y)
    capsys.readouterr()
    train(X, Y, seed=1)

    assert "Replicate of" in capsys.readouterr().err
    assert [] == train.find(X, Y, seed=2)


def test_changed_code_makes_a_variant_that_names_the_functions(project, capsys):
    project.module(TRAIN).train(X, Y)
    capsys.readouterr()
    project.module(TRAIN.replace("C / 100", "C / 200")).train(X, Y)

    assert "Variant of" in (said := capsys.readouterr().err)
    assert "the code of train changed" in said


def test_an_edited_hypothesis_makes_no_variant(project):
    project.module(TRAIN).train(X, Y)
    edited = project.module(TRAIN.replace("A larger C fits better.", "Nothing changes."))

    assert 1 == len(edited.train.find(X, Y))


def test_other_data_is_another_experiment(project, capsys):
    train = project.module(TRAIN).train
    train(X, Y)
    capsys.readouterr()
    train(X + 1, Y)

    assert "" == capsys.readouterr().err


def test_a_run_that_failed_before_is_announced_with_its_error(project, capsys):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(C):\n    raise ValueError('no')\n"
    ).train
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            train(1)

    assert "Failed before" in (said := capsys.readouterr().err)
    assert "ValueError: no" in said


def test_a_claim_on_the_parent_is_resolved_and_committed_with_the_hypothesis(project):
    train = project.module(TRAIN).train
    train(X, Y)
    parent = project.journal.entries()[0]
    train.options(predict="accuracy > parent", parents=[parent.id[-4:]])(X, Y, C=3)

    child = project.journal.entries()[1]
    assert ([{"claim": "accuracy > parent", "bound": 0.91}], "supported", (parent.id,)) == (
        child.claims,
        child.verdict,
        child.parents,
    )


def test_a_claim_on_a_parent_that_is_not_there_is_refused_before_training(project):
    train = project.module(TRAIN).train.options(predict="accuracy > parent")
    with pytest.raises(PredictionError, match="there is none"):
        train(X, Y)

    assert [] == project.journal.entries()


def test_a_prediction_that_does_not_parse_is_refused_at_decoration():
    with pytest.raises(PredictionError, match=r"\^"):
        experiment(predict="accuracy >=")


def test_several_claims_are_judged_together(project):
    train = project.module(TRAIN).train
    train.options(predict=["accuracy > 0.5", "loss < 0.05"])(X, Y)

    assert ["refuted"] == [entry.verdict for entry in project.journal.entries()]


def test_without_a_claim_the_entry_is_exploratory(project):
    train = project.module(TRAIN).train
    train.options(predict=())(X, Y)

    assert [None] == [entry.verdict for entry in project.journal.entries()]


def test_titles_are_templates_over_the_arguments(project):
    project.module(TRAIN).train.options(title="SVC: C = {C:.1f}")(X, Y, C=2)

    assert ["SVC: C = 2.0"] == [entry.title for entry in project.journal.entries()]


def test_an_argument_that_does_not_count_may_stand_in_the_title(project):
    project.module(TRAIN).train.options(title="{seed} of {C}", ignore="seed")(X, Y, C=2, seed=7)

    assert ["7 of 2"] == [entry.title for entry in project.journal.entries()]


def test_parents_stay_in_their_order(project):
    train = project.module(TRAIN).train
    for width in (1, 2):
        train(X, Y, C=width)
    first, second = (entry.id for entry in project.journal.entries())
    train.options(parents=[second[-4:], first[-4:]])(X, Y, C=3)

    assert (second, first) == project.journal.entries()[-1].parents


def set_cover(project, **settings):
    cover = project.journal_folder / "journal.md"
    cover.write_text(Cover.parse(cover.read_text()).set(**settings).render())


def test_the_cover_says_which_parameters_do_not_count(project):
    set_cover(project, ignore=["C"])
    train = project.module(TRAIN).train
    train(X, Y, C=2)

    assert 1 == len(train.find(X, Y, C=3))


def test_the_cover_says_which_parameters_are_replicated(project, capsys):
    set_cover(project, replicate=["C"])
    train = project.module(TRAIN).train
    train(X, Y, C=2)
    capsys.readouterr()
    train(X, Y, C=3)

    assert "Replicate of" in capsys.readouterr().err


def test_a_call_says_which_parameters_are_replicated(project, capsys):
    train = project.module(TRAIN).train.options(replicate="C")
    train(X, Y, C=2)
    capsys.readouterr()
    train(X, Y, C=3)

    assert "Replicate of" in capsys.readouterr().err


def test_the_cover_says_what_a_duplicate_does(project):
    set_cover(project, on_duplicate="raise")
    train = project.module(TRAIN).train
    train(X, Y)

    with pytest.raises(DuplicateExperimentError):
        train(X, Y)


def test_silence_is_kept_in_the_entry(project):
    train = project.module(TRAIN).train
    train.options(silence={"inputs-offset": "years, on purpose"})(X, Y)

    assert {"inputs-offset": "years, on purpose"} == project.journal.entries()[0].silence


def test_what_a_later_release_brings_says_so():
    with pytest.raises(NotYetError, match="probes= does not exist yet"):
        experiment(probes=True)


def test_a_planned_entry_cannot_be_run_yet(project):
    with pytest.raises(NotYetError, match="entry= does not exist yet"):
        project.module(TRAIN).train.options(entry="k7m2")


def test_async_and_generator_functions_are_refused_at_decoration():
    async def later():
        pass

    def several():
        yield 1

    with pytest.raises(ArgumentError, match="is async"):
        experiment(later)
    with pytest.raises(ArgumentError, match="is a generator"):
        experiment(several)


@pytest.mark.parametrize("found", [functools.partial(min, 1), dict, 3])
def test_what_is_no_function_is_refused_at_decoration(found):
    with pytest.raises(ArgumentError, match="decorates a function, found"):
        experiment(found)


def test_a_method_is_recorded_and_its_instance_is_a_parameter(project):
    source = (
        "from gitlab_journal import experiment\n"
        "class Trainer:\n"
        "    def __init__(self, width):\n        self.width = width\n"
        "    @experiment\n"
        "    def train(self, y):\n        return float(self.width)\n"
    )
    trainer = project.module(source).Trainer(3)
    result = trainer.train(Y)

    (entry,) = project.journal.entries()
    assert (3.0, {"self": {"class": "Trainer", "width": 3}}) == (result, entry.params)
    assert 1 == len(trainer.train.find(Y))


class Trainer:
    def __init__(self, width):
        self.width = width

    @experiment
    def train(self, inputs, *, depth=1):
        return float(self.width)


def test_a_bound_method_has_the_signature_of_a_method():
    assert "(inputs, *, depth=1)" == str(inspect.signature(Trainer(3).train))


def test_a_bound_method_pickles_with_its_instance(monkeypatch):
    train = pickle.loads(pickle.dumps(Trainer(3).train))  # noqa: S301  # our own bytes
    monkeypatch.setenv("GITLAB_JOURNAL", "off")

    assert 3.0 == train(X)


def test_a_method_decorated_once_bound_has_its_instance_as_a_parameter(project):
    plain = project.module(
        "class Plain:\n"
        "    def __init__(self, width):\n        self.width = width\n"
        "    def train(self, y):\n        return float(self.width)\n"
    ).Plain
    for width in (3, 4):
        experiment(plain(width).train, on_duplicate="raise")(Y)

    assert [3.0, 4.0] == [entry.score for entry in project.journal.entries()]


def test_arguments_caught_by_kwargs_are_parameters_under_their_own_names(project):
    train = project.module(
        "from gitlab_journal import experiment\n@experiment\ndef train(**settings):\n    pass\n"
    ).train
    train(C=1, gamma=2)

    assert {"C": 1, "gamma": 2} == project.journal.entries()[0].params


def test_values_held_by_a_closure_are_parameters(project):
    make = project.module(
        "from gitlab_journal import experiment\n"
        "def make(width):\n"
        "    @experiment\n"
        "    def train(depth):\n        return float(width)\n"
        "    return train\n"
    ).make
    make(4)(depth=2)

    assert {"width": 4, "depth": 2} == project.journal.entries()[0].params
    assert [] == make(5).find(depth=2)


def test_a_closure_over_a_name_without_a_value_yet_is_no_error(project):
    train = project.module(
        "from gitlab_journal import experiment\n"
        "def make():\n"
        "    @experiment\n"
        "    def train(depth):\n        return float(depth) if depth else later\n"
        "    result = train(2)\n"
        "    later = result\n"
        "    return later\n"
    )

    assert 2.0 == train.make()


def test_a_nested_call_is_an_entry_of_its_own(project):
    module = project.module(
        "from gitlab_journal import current_run, experiment\n"
        "@experiment\n"
        "def inner():\n    current_run().metric('a', 1)\n"
        "@experiment\n"
        "def outer():\n    inner()\n    current_run().metric('b', 2)\n"
    )
    module.outer()

    assert [("outer", {"b": 2}), ("inner", {"a": 1})] == [
        (entry.title, entry.metrics) for entry in project.journal.entries()
    ]


def test_what_the_run_says_of_itself_is_in_the_page(project, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("remember")
    train = project.module(
        "from gitlab_journal import current_run, experiment\n"
        "@experiment(data=(), ignore=['notes'])\n"
        "def train(notes):\n"
        "    run = current_run()\n"
        "    for epoch in range(3):\n        run.log(step=epoch, loss=1 / (epoch + 1))\n"
        "    run.metric('accuracy', 0.5)\n"
        "    run.note('The loss falls.')\n"
        "    run.attach(notes)\n"
        "    run.figure('shape', '<svg xmlns=\"http://www.w3.org/2000/svg\"/>')\n"
        "    return run.id\n"
    ).train
    identifier = train(notes)

    (entry,) = project.journal.entries()
    beside = entry.path.parent / entry.id
    assert identifier == entry.id
    assert 0.5 == entry.metrics["accuracy"]
    assert "The loss falls." in entry.section("Results")
    assert ["curves.svg", "history.csv", "notes.txt", "shape.svg"] == sorted(
        path.name for path in beside.iterdir()
    )
    assert "step,loss\n0,1.0\n1,0.5\n" == (beside / "history.csv").read_text()[:22]


def test_switched_off_the_decorator_is_transparent(project, monkeypatch):
    monkeypatch.setenv("GITLAB_JOURNAL", "off")
    result = project.module(TRAIN).train(X, Y)

    assert {"accuracy": 0.91, "loss": 0.1} == result
    monkeypatch.delenv("GITLAB_JOURNAL")
    assert [] == project.journal.entries()


def test_without_a_journal_the_error_names_init_and_the_switch(project, tmp_path):
    train = project.module(TRAIN).train.options(journal=tmp_path / "none")

    with pytest.raises(JournalNotFoundError, match="glj init"):
        train(X, Y)


def test_no_journal_anywhere_names_the_switch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from gitlab_journal.locate import locate_journal

    with pytest.raises(JournalNotFoundError, match="GITLAB_JOURNAL=off"):
        locate_journal(project=tmp_path)


def test_what_cannot_be_described_is_refused_with_the_path_to_it(project):
    train = project.module(TRAIN.replace("C=1.0", "C=None")).train

    with pytest.raises(DescriptionError, match=r"params\.C\[1\]"):
        train(X, Y, C=[1, threading.Lock()])


def test_an_output_folder_passed_as_an_argument_is_refused_by_name(project, tmp_path):
    train = project.module(
        "from gitlab_journal import experiment\n@experiment\ndef train(output):\n    pass\n"
    ).train

    with pytest.raises(ArgumentError, match="output"):
        train(tmp_path)
    train.options(ignore=["output"])(tmp_path)


def test_a_metric_that_is_no_number_is_a_warning_not_an_error(project):
    train = project.module(
        "from gitlab_journal import current_run, experiment\n"
        "@experiment\n"
        "def train():\n    current_run().metric('accuracy', 'high')\n    return {'loss': 1.0}\n"
    ).train

    with pytest.warns(JournalWarning, match="no number"):
        train()
    assert {"loss": 1.0} == project.journal.entries()[0].metrics


def test_an_experiment_pickles_by_reference(project):
    train = project.module(TRAIN).train

    assert train is pickle.loads(pickle.dumps(train))  # noqa: S301  # our own bytes


def test_a_project_that_is_not_in_git_is_recorded_with_a_warning(project):
    import shutil

    shutil.rmtree(project.folder / ".git")
    train = project.module(TRAIN).train
    with pytest.warns(JournalWarning, match="in no git repository"):
        train(X, Y)
    (entry,) = project.journal.entries()
    train(X, Y, C=2.0)  # a second warning would be an error here

    assert (None, True) == (entry.code, entry.code_hash is not None)


GLOBAL = """
import numpy as np
from gitlab_journal import current_run, experiment

X = np.arange(4.0)
TABLE = np.ones(3)

def helper(n):
    return [TABLE.sum() * n for _ in range(1)]

@experiment
def train(n):
    return {"score": float(X.sum() + helper(n)[0])}
"""


def test_data_that_the_function_and_its_helpers_read_from_globals_count(project):
    module = project.module(GLOBAL)
    module.train(1)
    module.TABLE = np.zeros(3)

    (entry,) = project.journal.entries()
    assert (["X", "TABLE"], []) == (list(entry.data), module.train.find(1))


def test_a_global_in_ignore_and_one_declared_to_be_no_data_do_not_count(project):
    module = project.module(GLOBAL)
    module.train.options(ignore=["TABLE"])(1)
    module.train.options(data=())(1)

    assert [["X"], []] == [list(entry.data) for entry in project.journal.entries()]


def test_a_run_may_name_the_data_that_it_reads_from_a_global(project):
    module = project.module(
        GLOBAL.replace("    return {", "    current_run().data(X=X[:2])\n    return {")
    )
    module.train(1)

    (entry,) = project.journal.entries()
    assert [2] == entry.data["X"]["shape"]


def test_another_function_on_the_same_data_is_no_variant(project, capsys):
    module = project.module(
        "from gitlab_journal import experiment\n"
        "@experiment\ndef svc(X):\n    return {'score': 1}\n"
        "@experiment\ndef forest(X):\n    return {'score': 2}\n"
    )
    module.svc(X)
    module.forest(X)

    assert "" == capsys.readouterr().err


def test_functions_typed_at_a_prompt_are_told_apart(project):
    source = (
        "from gitlab_journal import experiment\n"
        "@experiment\ndef svc(n):\n    return 1.0\n"
        "@experiment\ndef forest(n):\n    return 1.0\n"
    )
    namespace: dict[str, object] = {"__name__": "typed"}
    exec(source, namespace)  # noqa: S102  # as typed at a prompt
    namespace["svc"](1)
    found = [len(namespace[name].find(1)) for name in ("svc", "forest")]

    assert [1, 0] == found


def test_a_call_that_does_not_fit_names_the_function(project):
    with pytest.raises(TypeError, match=r"^train\(\) missing a required argument: 'X'$"):
        project.module(TRAIN).train()


def test_the_page_says_in_sentences_what_the_diff_leaves_out(project):
    (project.folder / ".env").write_text("TOKEN=1\n")
    (project.folder / "big.bin").write_bytes(bytes(1_100_000))
    project.module(TRAIN).train(X, Y)

    (entry,) = project.journal.entries()
    assert "(may hold secrets). big.bin: left out" in entry.prose("Code")
    assert entry.prose("Code").endswith("(untracked and over 1 MB).")


def test_a_function_of_a_script_goes_to_the_workers_of_joblib(project):
    (project.folder / "script.py").write_text(
        "import joblib\n"
        "from gitlab_journal import experiment\n"
        "@experiment\n"
        "def train(C):\n    return C / 2\n"
        "if __name__ == '__main__':\n"
        "    print(joblib.Parallel(2)(joblib.delayed(train)(C) for C in range(3)))\n"
    )
    script = [sys.executable, "script.py"]
    said = subprocess.run(
        script, cwd=project.folder, capture_output=True, text=True, check=True
    ).stdout

    assert "[0.0, 0.5, 1.0]\n" == said
    assert [0.0, 0.5, 1.0] == sorted(entry.score for entry in project.journal.entries())


def test_a_data_file_is_read_once_for_all_processes(project, tmp_path, monkeypatch):
    later = time.time_ns() + 60 * 10**9  # a file written just now is not kept
    monkeypatch.setattr("gitlab_journal.store.digests.time_ns", lambda: later)
    data = tmp_path / "data.csv"
    data.write_text("1,2\n")
    train = project.module(
        "from gitlab_journal import experiment\n@experiment\ndef train(data):\n    pass\n"
    ).train
    train(data)

    kept = project.journal_folder / ".git" / "gitlab-journal" / "files.json"
    assert [str(data)] == list(json.loads(kept.read_text()))


def test_a_claim_on_the_parents_score_may_call_it_as_scikit_learn_does(project):
    with project.journal.run(title="One") as run:
        run.metric("score", 0.5)
    (parent,) = project.journal.entries()
    claim = {"predict": "test_score > parent", "parents": [parent.id]}
    with project.journal.run(title="Two", **claim) as run:
        run.metric("score", 0.75)

    child = project.journal.entries()[1]
    assert ("supported", "score", 0.75) == (child.verdict, child.metric, child.score)


def test_code_declared_equal_is_found_under_another_name_of_the_function(project):
    text = "from gitlab_journal import experiment\n@experiment\ndef {}(C): return C\n"
    project.module(text.format("train")).train(1)
    project.module(text.format("fit"), name="fit").fit(1)
    codes = [entry.code_hash.rpartition(":")[2] for entry in project.journal.entries()]
    set_cover(project, same_code=codes)

    found = project.module(text.format("fit"), name="fit").fit.find(1)

    assert 2 == len(set(codes))
    assert 2 == len(found)
