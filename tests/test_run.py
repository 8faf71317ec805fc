"""What a run says of itself while it is open."""

from __future__ import annotations

import contextvars
import threading
import warnings

import numpy as np
import pytest

from gitlab_journal.errors import JournalWarning
from gitlab_journal.points import read_points
from gitlab_journal.run import NoRun, Run, current_run, enter, leave


@pytest.fixture
def run(tmp_path):
    opened = Run("20260301-184307-d7k7m2", tmp_path, on_data=lambda arrays: None)
    before = enter(opened)
    yield opened
    leave(opened, before)


def in_a_thread(action):
    found = []
    thread = threading.Thread(target=lambda: found.append(action()))
    thread.start()
    thread.join()
    return found[0]


def test_outside_a_run_the_stand_in_takes_everything():
    run = current_run()
    run.log(loss=1.0)
    run.metric("a", 1)
    run.note("b")
    run.data(X=[1])
    run.figure("c", None)
    run.attach("nowhere")

    assert isinstance(run, NoRun)
    assert None is run.id


def test_the_innermost_run_is_the_current_one(run, tmp_path):
    inner = Run("20260301-184308-d7k7m3", tmp_path, on_data=lambda arrays: None)
    before = enter(inner)
    seen = current_run()
    leave(inner, before)

    assert (inner, run) == (seen, current_run())


def test_a_thread_without_a_run_sees_the_only_one(run):
    assert run is in_a_thread(current_run)


def test_a_thread_without_a_run_sees_none_of_several(run, tmp_path):
    other = Run("20260301-184308-d7k7m3", tmp_path, on_data=lambda arrays: None)
    before = enter(other)
    seen = in_a_thread(current_run)
    leave(other, before)

    assert isinstance(seen, NoRun)


def test_a_point_is_on_disk_as_soon_as_it_is_logged(run, tmp_path):
    run.log(step=3, loss=0.5)

    assert {"": {"step": [3], "loss": [0.5]}} == read_points(tmp_path)


def test_a_step_may_be_a_number_of_numpy(run, tmp_path):
    run.log(step=np.int64(3), loss=0.5)

    assert {"step": [3], "loss": [0.5]} == read_points(tmp_path)[""]


def test_a_step_that_is_no_number_is_counted_with_a_warning(run, tmp_path):
    with pytest.warns(JournalWarning, match="log\\(step=...\\) is no number: str"):
        run.log(step="first", loss=0.5)

    assert {"step": [0], "loss": [0.5]} == read_points(tmp_path)[""]


def test_a_run_may_be_left_in_another_context_than_it_was_entered(run, tmp_path):
    inner = Run("20260301-184308-d7k7m3", tmp_path, on_data=lambda arrays: None)
    before = contextvars.copy_context().run(enter, inner)
    leave(inner, before)

    assert run is current_run()


def test_a_value_that_is_no_number_is_left_out_with_a_warning(run, tmp_path):
    with pytest.warns(JournalWarning, match="log\\(name=...\\) is no number: str"):
        run.log(step=0, loss=0.5, name="x")

    assert {"step": [0], "loss": [0.5]} == read_points(tmp_path)[""]


def test_attaching_a_file_that_is_not_there_is_a_warning(run):
    with pytest.warns(JournalWarning, match="the attachment is not recorded"):
        run.attach("nowhere.txt")


def test_two_attachments_of_one_name_are_both_kept(run, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "notes.txt").write_text(folder)
        run.attach(tmp_path / folder / "notes.txt")

    kept = {path.name: path.read_text() for path in (tmp_path / "attachments").iterdir()}
    assert {"notes.txt": "a", "notes-2.txt": "b"} == kept


def test_a_figure_takes_no_name_of_the_journals_own_files(run):
    run.figure("curves", "<svg/>")

    assert {"curves": "curves-2.svg"} == run.figures


def test_a_figure_that_nobody_can_draw_is_a_warning(run):
    with pytest.warns(JournalWarning, match="neither savefig nor write_image"):
        run.figure("shape", object())


def test_where_warnings_are_errors_a_run_says_them_and_raises_nothing(run, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.metric("name", "text")
        run.attach("nowhere")

    said = capsys.readouterr().err
    assert ("metric 'name' is no number" in said, "FileNotFoundError" in said) == (True, True)


def test_a_warning_names_the_line_of_the_user(run):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run.metric("name", "text")
        run.attach("nowhere")
        run.figure("loss", object())

    assert [__file__] * 3 == [one.filename for one in caught]
