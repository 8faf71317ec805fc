"""Signals while a run is open: what batch systems send, and Control-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest

SCRIPT = """
    import os, signal, sys, threading, time
    import gitlab_journal.durable as durable
    from gitlab_journal import current_run, experiment

    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # as under nohup

    def send(number=signal.SIGTERM):
        os.kill(os.getpid(), number)

    @experiment(on_duplicate="run")
    def inner():
        {inner}
        return {{"loss": 0.25}}

    @experiment(predict="loss < 1")
    def train(C):
        current_run().metric("seen", 1)
        {action}
        return {{"loss": 0.5}}

    {before}
    {call}
    {after}
"""
LATE = "time.sleep(9)"
WRITING = """
    real = durable.commit_record
    def commit(*arguments, **options):
        {first}
        real(*arguments, **options)
    durable.commit_record = commit
"""


@pytest.fixture
def run(project):
    def run(action="", *, inner="", before="", call="train(1)", after=""):
        def put(text, indent=0):
            return textwrap.indent(textwrap.dedent(text).strip(), " " * indent).strip()

        text = textwrap.dedent(SCRIPT).format(
            action=put(action, 4) or "pass",
            inner=put(inner, 4) or "pass",
            before=put(before),
            call=put(call),
            after=put(after),
        )
        path = project.folder / "script.py"
        path.write_text(text)
        return subprocess.run(
            [sys.executable, path], cwd=project.folder, check=False, capture_output=True, text=True
        )

    return run


def ends(project):
    """Status and metrics of the entries, the oldest first."""
    return [(entry.status, dict(entry.metrics)) for entry in project.journal.entries()]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGXCPU"])
def test_a_run_that_is_ended_by_a_signal_is_recorded_and_the_process_ends_by_it(project, run, name):
    died = run(f"send(signal.{name}); {LATE}")
    (entry,) = project.journal.entries()

    assert -signal.Signals[name] == died.returncode
    assert ("interrupted", {"seen": 1.0}) == (entry.status, dict(entry.metrics))
    assert f"Interrupted by {name}." in entry.section("Results")


def test_the_page_in_the_folder_says_interrupted_when_a_signal_has_ended_the_process(project, run):
    run(f"send(); {LATE}", before="inner()")
    said = project.journal_git("log", "-1", "--format=%s")
    (page,) = [path for path in project.journal_folder.rglob("*.md") if "train" in path.name]

    assert ("interrupted: ", True) == (said[:13], "status: interrupted" in page.read_text())


@pytest.mark.parametrize("action", ["signal.SIG_IGN", "lambda number, frame: print('mine')"])
def test_a_signal_that_is_handled_or_ignored_is_left_alone(project, run, action):
    ended = run("send(signal.SIGHUP)", before=f"signal.signal(signal.SIGHUP, {action})")

    assert 0 == ended.returncode
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what C code handles")
def test_a_handler_that_was_set_in_c_is_left_alone(project, run):
    ended = run(
        "send(signal.SIGXCPU)",
        before="import faulthandler; faulthandler.register(signal.SIGXCPU)",
    )

    assert (0, True) == (ended.returncode, "most recent call first" in ended.stderr)
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)


def test_after_a_run_the_signals_are_as_before(run):
    ended = run(after="print([signal.getsignal(n) for n in (1, 2, 15, 24)])")

    assert (
        "[<Handlers.SIG_DFL: 0>, <built-in function default_int_handler>, "
        "<Handlers.SIG_DFL: 0>, <Handlers.SIG_DFL: 0>]\n"
    ) == ended.stdout


def test_of_nested_runs_both_are_recorded(project, run):
    died = run("inner()", inner=f"send(); {LATE}")

    assert -signal.SIGTERM == died.returncode
    assert [("interrupted", {"seen": 1.0}), ("interrupted", {})] == ends(project)


def test_a_signal_during_a_commit_waits_until_it_is_written(project, run):
    died = run(before=WRITING.format(first="send()"), after="print('went on')")

    assert (-signal.SIGTERM, "") == (died.returncode, died.stdout)
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)


def test_a_second_signal_during_the_verdict_does_not_break_it(project, run):
    died = run(f"send(); {LATE}", before=WRITING.format(first="send(); send()"))

    assert (-signal.SIGTERM, "") == (died.returncode, died.stderr.partition("Traceback")[0])
    assert [("interrupted", {"seen": 1.0})] == ends(project)


def test_a_signal_during_the_commit_of_an_inner_run_interrupts_the_outer_one(project, run):
    died = run(f"inner(); {LATE}", before=WRITING.format(first="send()"))

    assert -signal.SIGTERM == died.returncode
    assert [("interrupted", {"seen": 1.0}), ("done", {"loss": 0.25})] == ends(project)


def test_control_c_during_a_commit_waits_until_it_is_written(project, run):
    died = run(
        before=WRITING.format(first="send(signal.SIGINT); print('on', flush=True)"),
        call="""
        try:
            train(1)
        except KeyboardInterrupt:
            print('stopped')
        """,
    )

    assert (0, "on\nstopped\n") == (died.returncode, died.stdout)
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)


def test_control_c_twice_during_a_commit_leaves_it_to_the_next_process(project, run):
    died = run(before=WRITING.format(first=f"send(signal.SIGINT); send(signal.SIGINT); {LATE}"))

    assert "KeyboardInterrupt" in died.stderr
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)


def test_a_function_that_turns_the_exception_into_its_own_was_interrupted_all_the_same(
    project, run
):
    died = run(
        f"""
        try:
            send(); {LATE}
        except BaseException as error:
            raise RuntimeError("workers are gone") from error
        """
    )

    assert -signal.SIGTERM == died.returncode
    assert [("interrupted", {"seen": 1.0})] == ends(project)


def test_a_run_in_another_thread_dies_with_the_process_and_is_marked_by_the_next(project, run):
    died = run(
        "current_run().log(loss=1.0); started.set(); time.sleep(9)",
        before="started = threading.Event()",
        call="threading.Thread(target=train, args=(1,), daemon=True).start(); started.wait()",
        after=f"send(); {LATE}",
    )

    assert -signal.SIGTERM == died.returncode
    (entry,) = project.journal.entries()
    assert "interrupted" == entry.status
    assert "step,loss\n0,1.0\n" == (entry.path.parent / entry.id / "history.csv").read_text()


def test_a_forked_child_that_leaves_the_run_does_not_end_it_for_its_parent(project, run):
    ended = run(
        """
        if os.fork() == 0:
            sys.exit(3)
        print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
        """
    )

    assert (0, "3\n", "") == (ended.returncode, ended.stdout, ended.stderr)
    assert [("done", {"loss": 0.5, "seen": 1.0})] == ends(project)
    assert 3 == len(project.journal_git("log", "--format=%h").split())


def test_a_forked_child_may_open_a_run_of_its_own(project, run):
    ended = run(
        """
        if os.fork() == 0:
            try:
                inner()
            finally:
                os._exit(0)
        print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
        """,
        inner=f"send(); {LATE}",
    )

    assert (0, f"{-signal.SIGTERM}\n") == (ended.returncode, ended.stdout)
    assert [("done", {"loss": 0.5, "seen": 1.0}), ("interrupted", {})] == ends(project)
